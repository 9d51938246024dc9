"""The plugin is a guest in other people's projects: light, and no hindrance."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ("pytester",)

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
"""Hypothesis takes a second to say that it has nothing to say."""

OURS = {"moot", "moot_errors", "personas", "sandbox", "scenarios", "transcripts", "tui", "pydantic", "numpy"}


def test_loading_it_imports_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
        import sys

        def test_light(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("moot")
            assert not {OURS!r} & sys.modules.keys()
        """
    )
    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=1)


def test_a_project_with_a_sandbox_of_its_own_is_not_broken(pytester: pytest.Pytester) -> None:
    pytester.mkpydir("sandbox").joinpath("__init__.py").write_text("castle = True\n")
    pytester.makepyfile(
        """
        import sandbox

        def test_theirs():
            assert sandbox.castle

        def test_ours(moot):
            moot.run("used-bike")
        """
    )
    result = subprocess.run([sys.executable, "-m", "pytest", *QUIET], cwd=pytester.path, capture_output=True, text=True)
    assert "1 passed, 1 error" in result.stdout
    assert "'sandbox' is a part of Moot, and `import sandbox` finds" in result.stdout
    assert str(pytester.path / "sandbox") in result.stdout


def test_it_can_be_left_out(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_none(moot): pass")
    result = pytester.runpytest_subprocess(*QUIET, "-p", "no:moot")
    result.stdout.fnmatch_lines(["*fixture 'moot' not found*"])


def test_tests_in_an_event_loop_await(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_right(moot):
            moot.check(await moot.arun("used-bike", seed=7), "baselines/bike.jsonl")
            await moot.acheck_rate("used-bike", n=30, agreed__at_least=0.8)

        @pytest.mark.anyio
        async def test_wrong(moot):
            with pytest.raises(moot.Error, match="await moot.arun"):
                moot.run("used-bike")
        """
    )
    pytester.runpytest_inprocess(*QUIET, "--moot-update").assert_outcomes(passed=2)


def test_a_mistake_shows_the_line_of_the_test_and_none_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile('def test_typo(moot):\n    moot.run("used-bik")')
    result = pytester.runpytest_inprocess(*QUIET)
    result.stdout.fnmatch_lines([">*moot.run(*", "E*there is no scenario 'used-bik'", "E*did you mean 'used-bike'?"])
    result.stdout.no_fnmatch_line("*sandbox/*.py:*")


def test_the_fixture_gives_the_rest_of_the_module(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_replay(moot): assert moot.replay(moot.run('used-bike', seed=7)) > 20")
    pytester.runpytest_inprocess(*QUIET).assert_outcomes(passed=1)
