"""A test holds a run against its baseline, and the test run says what became of baselines."""

from __future__ import annotations

import pytest

pytest_plugins = ("pytester",)

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
"""Hypothesis takes a second to say that it has nothing to say."""

BIKE = """
def test_bike(moot):
    moot.check(moot.run("used-bike", seed={seed}), "baselines/bike.jsonl"{options})
"""


def write(pytester: pytest.Pytester, seed: int = 7, options: str = "") -> None:
    pytester.makepyfile(test_bike=BIKE.format(seed=seed, options=options))


def play(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*QUIET, *options)


def baselines(pytester: pytest.Pytester) -> list[str]:
    return sorted(file.name for file in (pytester.path / "baselines").iterdir())


@pytest.fixture
def kept(pytester: pytest.Pytester) -> pytest.Pytester:
    """A test whose baseline is written."""
    write(pytester)
    play(pytester, "--moot-update").assert_outcomes(passed=1)
    assert baselines(pytester) == ["bike.jsonl"]
    return pytester


def test_the_test_of_the_design_works_as_it_stands_there(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_the_bike_is_still_sold(moot):
            run = moot.run("used-bike", seed=7)
            moot.check(run, "baselines/used-bike.jsonl")      # pytest --moot-update writes it
            assert run.outcome.agreed and run.outcome.utility["seller"] >= 30
        """
    )
    play(pytester, "--moot-update").assert_outcomes(passed=1)
    play(pytester).assert_outcomes(passed=1)


def test_without_a_baseline_it_fails_and_says_the_command(pytester: pytest.Pytester) -> None:
    write(pytester)
    result = play(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*there is no baseline bike.jsonl yet*", "*pytest test_bike.py::test_bike --moot-update"]
    )
    assert baselines(pytester) == ["bike.jsonl.new"]


def test_a_failure_says_where_and_why_in_ten_lines(kept: pytest.Pytester) -> None:
    write(kept, seed=8)
    result = play(kept)
    result.assert_outcomes(failed=1)
    said = [line for line in result.stdout.lines if line.startswith("E  ")]
    assert len(said) <= 10
    assert "first turn 1 (table:1, seller)" in said[0]
    assert any("why: the seed: '7' → '8'" in line for line in said)
    assert "--moot-update-changed" in said[-1]


@pytest.mark.parametrize(
    ("option", "passes"),
    [("--moot-update", True), ("--moot-update-changed", True), ("--moot-update-new", False)],
)
def test_what_differs_is_written_only_where_it_was_asked_for(kept: pytest.Pytester, option: str, passes: bool) -> None:
    write(kept, seed=8)
    play(kept, option).assert_outcomes(passed=int(passes), failed=int(not passes))
    play(kept).assert_outcomes(passed=int(passes), failed=int(not passes))


def test_only_what_is_missing_is_not_what_changed(pytester: pytest.Pytester) -> None:
    write(pytester)
    play(pytester, "--moot-update-changed").assert_outcomes(failed=1)
    play(pytester, "--moot-update-new").assert_outcomes(passed=1)


def test_a_run_that_differs_waits_until_the_test_passes_again(kept: pytest.Pytester) -> None:
    write(kept, seed=8)
    play(kept).stdout.fnmatch_lines(["1 run waits for review:  moot review"])
    assert baselines(kept) == ["bike.jsonl", "bike.jsonl.new"]
    write(kept, seed=7)
    play(kept).assert_outcomes(passed=1)
    assert baselines(kept) == ["bike.jsonl"]


def test_a_baseline_may_hold_several_runs(kept: pytest.Pytester) -> None:
    write(kept, seed=8)
    play(kept, "--moot-update-variation").assert_outcomes(passed=1)
    assert baselines(kept) == ["bike.jsonl", "bike~2.jsonl"]
    for seed in (7, 8):
        write(kept, seed)
        play(kept).assert_outcomes(passed=1)
    write(kept, seed=9)
    play(kept).stdout.fnmatch_lines(
        ["*known variation: 1 of 1 pair of the baseline's own runs differ, in up to 18 turns; this differs in*"]
    )


def test_what_no_test_used_is_reported_and_removed_only_when_asked(kept: pytest.Pytester) -> None:
    old, other = kept.path / "baselines" / "old.jsonl", kept.path / "baselines" / "data.jsonl"
    old.write_bytes((kept.path / "baselines" / "bike.jsonl").read_bytes())
    other.write_text('{"not": "ours"}\n')
    play(kept).stdout.fnmatch_lines(["unused: baselines/old.jsonl (--moot-remove-unused removes it)"])
    assert old.exists()
    play(kept, "--moot-remove-unused").stdout.fnmatch_lines(["removed: baselines/old.jsonl"])
    assert baselines(kept) == ["bike.jsonl", "data.jsonl"]


def test_a_judgement_that_no_test_asks_for_is_reported_and_removed_only_when_asked(pytester: pytest.Pytester) -> None:
    judging = """
        import pytest

        def test_bike(moot):
            run = moot.run("used-bike", seed=7)
            moot.check(run, "baselines/bike.jsonl")
            for claim in {claims}:
                try:
                    moot.judge(run, claim, by="free", baseline="baselines/bike.jsonl")
                except pytest.fail.Exception:
                    pass
        """
    pytester.makefile(".toml", moot='[models.free]\nprovider = "simulated"\n')
    pytester.makepyfile(test_bike=judging.format(claims=["One.", "Another."]))
    play(pytester, "--moot-record=once").assert_outcomes(passed=1)
    play(pytester).stdout.no_fnmatch_line("unused:*")
    pytester.makepyfile(test_bike=judging.format(claims=["One."]))
    what = "baselines/bike.jsonl: the judgement of 'Another.'"
    play(pytester).stdout.fnmatch_lines([f"unused: {what} (--moot-remove-unused removes it)"])
    play(pytester, "--moot-remove-unused").stdout.fnmatch_lines([f"removed: {what}"])
    left = (pytester.path / "baselines" / "bike.jsonl").read_text()
    assert "One." in left and "Another." not in left
    play(pytester).assert_outcomes(passed=1)


@pytest.mark.parametrize("part", ["test_bike.py", "-kbike", "--deselect=test_more.py::test_more"])
def test_a_part_of_the_tests_cannot_tell_what_is_unused(kept: pytest.Pytester, part: str) -> None:
    kept.makepyfile(test_more='def test_more(moot): moot.check(moot.run("used-bike", seed=9), "baselines/more.jsonl")')
    play(kept, "--moot-update").assert_outcomes(passed=2)
    result = play(kept, "--moot-remove-unused", part)
    result.stdout.no_fnmatch_line("unused:*")
    assert baselines(kept) == ["bike.jsonl", "more.jsonl"]


def test_a_failing_test_leaves_open_what_is_unused(kept: pytest.Pytester) -> None:
    kept.makepyfile(test_bike="def test_bike(moot): raise ValueError")
    result = play(kept, "--moot-remove-unused")
    result.stdout.fnmatch_lines(["nothing was removed: not all tests with the fixture passed*"])
    assert baselines(kept) == ["bike.jsonl"]


def test_a_baseline_that_holds_for_something_else_is_stale(kept: pytest.Pytester) -> None:
    kept.makepyfile(
        test_bike="""
        def test_bike(moot):
            run = moot.run("used-bike", seed=7, settings={"seller.brief": "Sell it."})
            moot.check(run, "baselines/bike.jsonl", level="acts")
        """
    )
    result = play(kept)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["stale: baselines/bike.jsonl still holds, but was played with something else: *"])


def test_parameters_name_baselines_and_nothing_outside_of_their_folder(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("seed, name", [(1, "one"), (2, "../two"), (3, "a/b")])
        def test_all(moot, seed, name):
            moot.check(moot.run("used-bike", seed=seed), "baselines/{test}-{name}.jsonl")

        def test_none(moot):
            with pytest.raises(moot.Error, match="there is no field 'naem'"):
                moot.check(moot.run("used-bike"), "baselines/{naem}.jsonl")
        """
    )
    play(pytester, "--moot-update").assert_outcomes(passed=4)
    play(pytester).assert_outcomes(passed=4)
    names = baselines(pytester)
    assert names[0].startswith("test_all--two-") and names[1].startswith("test_all-a-b-")
    assert names[2:] == ["test_all-one.jsonl"]


def test_workers_of_xdist_hand_in_what_they_saw(kept: pytest.Pytester) -> None:
    (kept.path / "baselines" / "old.jsonl").write_bytes((kept.path / "baselines" / "bike.jsonl").read_bytes())
    kept.makepyfile(test_more='def test_more(moot): moot.check(moot.run("used-bike", seed=9), "baselines/more.jsonl")')
    result = kept.runpytest_subprocess(*QUIET, "-n", "2", "--moot-update")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["written: baselines/more.jsonl", "unused: baselines/old.jsonl *"])
    assert not list(kept.path.rglob("*.db"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"moot":"transcript","version":99,"evidence":false}\n', "*bike.jsonl:1:*"),
        (b'{"moot":"transcript","version":1,"evidence":false}\n{"kind":"sta', "*the file is cut off*"),
        (b"", "*the file is empty*"),
    ],
)
def test_a_broken_baseline_is_named_and_not_replaced(kept: pytest.Pytester, content: bytes, said: str) -> None:
    file = kept.path / "baselines" / "bike.jsonl"
    file.write_bytes(content)
    result = play(kept, "--moot-update")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([said])
    assert file.read_bytes() == content


def test_another_scenario_is_said_first(kept: pytest.Pytester) -> None:
    kept.makepyfile(test_bike='def test_bike(moot): moot.check(moot.run("campsite"), "baselines/bike.jsonl")')
    play(kept).stdout.fnmatch_lines(["*different scenarios: recorded 'used-bike', now 'campsite'"])


def test_a_run_that_failed_is_no_baseline(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        class Broken:
            async def reply(self, view):
                raise ValueError("no")

        def test_bike(moot):
            moot.check(moot.run("used-bike", brains={"seller": Broken()}), "baselines/bike.jsonl")
        """
    )
    result = play(pytester, "--moot-update")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the run is no baseline, for it came to no good end*"])
