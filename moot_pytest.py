"""Transcripts in pytest: the fixture `moot`, and what a test run says of its baselines.

Imports nothing but pytest until a test asks for the fixture: the names of our packages are common words, and a project
that has its own `sandbox/` loads this plugin too.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from sandbox import Judgement, Rate, Run

_OURS = ("moot", "moot_errors", "personas", "sandbox", "scenarios", "transcripts", "tui")
_HERE = Path(__file__).resolve().parent
_PENDING = ".new"
_UPDATES = {
    "update": ({"new", "changed"}, "Write the baselines that are missing, and those that a run differs from."),
    "update-new": ({"new"}, "Write the missing ones only."),
    "update-changed": ({"changed"}, "Write those that a run differs from only."),
    "update-variation": ({"new", "variation"}, "Keep a run that differs beside the others of its baseline."),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("moot", "transcripts (moot)")
    for name, (kinds, told) in _UPDATES.items():
        group.addoption(f"--moot-{name}", dest="moot_update", action="append_const", const=kinds, help=told)
    told = "Remove the baselines, and of others the judgements, that no test used."
    group.addoption("--moot-remove-unused", action="store_true", help=told)
    group.addoption(
        "--moot-record",
        choices=("none", "once", "new", "all"),
        default="none",
        help="What models may be asked: none (default), once (of whom nothing is recorded), new (what is not), all.",
    )


class Moot:
    """What a test gets: `moot.run` and the rest of the module `moot`, and checks against baselines."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        from sandbox import Checks, CheckSession

        config, test = request.config, request.node
        fields = {"test": getattr(test, "originalname", test.name)}
        if spec := getattr(test, "callspec", None):
            fields |= {"id": spec.id, **{name: str(value) for name, value in spec.params.items()}}
        update: set[Any] = set().union(*(config.getoption("moot_update") or ()))
        session = CheckSession(
            folder=test.path.parent,
            fields=fields,
            mode=config.getoption("moot_record"),
            update=frozenset(update),
            note=config.stash[_BOOK].writer(test.nodeid),
            command=lambda option: f"pytest {shlex.quote(_typed(test))} {option}",
        )
        self._checks = Checks(session)

    def run(self, scenario: Any, **options: Any) -> Run:
        """Play a scenario to its end, in memory; takes what `moot.run` takes, and `baseline`, `match` and `seats`."""
        __tracebackhide__ = True
        with _Told():
            return self._checks.run(scenario, **options)

    async def arun(self, scenario: Any, **options: Any) -> Run:
        """Do the same where an event loop is running."""
        __tracebackhide__ = True
        with _Told():
            return await self._checks.arun(scenario, **options)

    def check(self, run: Run, baseline: str | Path | None = None, **options: Any) -> None:
        """Hold a run against a baseline: `level`, `threshold`, `ignore` and `redact` say what must be the same."""
        __tracebackhide__ = True
        with _Told():
            self._checks.check(run, baseline, **options)

    def check_rate(self, scenario: Any, **options: Any) -> list[Rate]:
        """Hold claims about a rate against n trials: `agreed__at_least=0.8`."""
        __tracebackhide__ = True
        with _Told():
            return self._checks.check_rate(scenario, **options)

    async def acheck_rate(self, scenario: Any, **options: Any) -> list[Rate]:
        """Do the same where an event loop is running."""
        __tracebackhide__ = True
        with _Told():
            return await self._checks.acheck_rate(scenario, **options)

    def judge(self, run: Run, claim: str, **options: Any) -> Judgement:
        """Let a model judge a claim about a run; `by` names its profile."""
        __tracebackhide__ = True
        with _Told():
            return self._checks.judge(run, claim, **options)

    async def ajudge(self, run: Run, claim: str, **options: Any) -> Judgement:
        """Do the same where an event loop is running."""
        __tracebackhide__ = True
        with _Told():
            return await self._checks.ajudge(run, claim, **options)

    def __getattr__(self, name: str) -> Any:
        """Give what the module `moot` has beside: the fixture takes its name."""
        return getattr(importlib.import_module("moot"), name)


@pytest.fixture
def moot(request: pytest.FixtureRequest) -> Iterator[Moot]:
    """Play scenarios, and check what comes of them against baselines."""
    if clash := _clash():
        pytest.fail(clash, pytrace=False)
    made = Moot(request)
    with made._checks.guarding():
        yield made


class _Told:
    """Fail the test where a check fails; of an error of the user's show what it says, and not where Moot found it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: TracebackType | None) -> Literal[False]:
        __tracebackhide__ = True
        from moot_errors import MootError
        from sandbox import CheckFailed

        if isinstance(error, CheckFailed):
            raise pytest.fail.Exception(str(error)) from None
        if isinstance(error, MootError):
            raise error.with_traceback(None) from None
        return False


def _clash() -> str | None:
    """Say which of Moot's modules something else hides, if any does."""
    for name in _OURS:
        try:
            spec = importlib.util.find_spec(name)
        except ValueError:  # a module that somebody made by hand
            spec = None
        places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
        found = next((Path(place) for place in places if place and os.path.exists(place)), None)
        if found is None or found.resolve() not in (_HERE / f"{name}.py", _HERE / name / "__init__.py", _HERE / name):
            return (
                f"the fixture `moot` cannot be used here: {name!r} is a part of Moot, and `import {name}` finds"
                f" {str(found or 'something else')!r}.\n"
                f"Rename that one, or keep its folder off sys.path: run `pytest --import-mode=importlib`, and not"
                " `python -m pytest`. Tests that do not use the fixture run as ever."
            )
    return None


def _typed(test: pytest.Item) -> str:
    """Write a test's name as it is typed where pytest was started."""
    inside = test.nodeid.partition("::")[2]
    return f"{_shown(test.path, test.config)}::{inside}"


def _shown(path: Path | str, config: pytest.Config) -> str:
    return os.path.relpath(path, config.invocation_params.dir)


@dataclass
class _Book:
    """What happened to baselines in this test run; each worker of xdist keeps its own, and hands it in."""

    notes: list[tuple[str, str, str, str]] = field(default_factory=list)
    """What happened, to which file, what is said of it, and the test."""
    expected: set[str] = field(default_factory=set)
    """The tests with the fixture that were to run."""
    folders: set[str] = field(default_factory=set)
    """Where their files are."""
    passed: set[str] = field(default_factory=set)
    partial: bool = False
    """Whether some tests were left out."""
    removed: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    unasked: dict[str, list[str]] = field(default_factory=dict)
    """By file, the claims in it that no test had judged."""

    def writer(self, test: str) -> Any:
        def note(what: str, file: Path | None, said: str) -> None:
            self.notes.append((what, str(file) if file else "", said, test))

        return note

    def of(self, what: str) -> dict[str, str]:
        """Give what is said of each file, or of each test where there is none, of a kind of note."""
        return {file or test: said for kind, file, said, test in self.notes if kind == what}

    def take(self, handed: dict[str, Any]) -> None:
        """Take in what a worker handed in."""
        self.notes += [(what, file, said, test) for what, file, said, test in handed["notes"]]
        self.expected |= set(handed["expected"])
        self.folders |= set(handed["folders"])
        self.partial |= handed["partial"]

    def hand_in(self) -> dict[str, Any]:
        return {
            "notes": self.notes,
            "expected": sorted(self.expected),
            "folders": sorted(self.folders),
            "partial": self.partial,
        }


_BOOK = pytest.StashKey[_Book]()


class _Hooks:
    """Keep the book of one test run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.book = config.stash[_BOOK]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        ours = [item for item in session.items if "moot" in getattr(item, "fixturenames", ())]
        self.book.expected = {item.nodeid for item in ours}
        self.book.folders = {str(item.path.parent) for item in ours}

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        self.book.partial |= bool(list(items))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.book.passed.add(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        handed = getattr(node, "workeroutput", {}).get("moot")
        if handed is None:  # the worker crashed
            self.book.partial = True
        else:
            self.book.take(json.loads(handed))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if (output := getattr(self.config, "workeroutput", None)) is not None:
            output["moot"] = json.dumps(self.book.hand_in())
            return
        for file in self.book.of("passed").keys() - self.book.of("differs").keys():
            Path(file + _PENDING).unlink(missing_ok=True)  # what waited there was another run, and is past
        self.book.unused = sorted(map(str, self._unused()))
        self.book.unasked = {} if self._incomplete() else self._unasked()
        if self.config.getoption("moot_remove_unused"):
            self._remove()

    def _remove(self) -> None:
        from sandbox.checking.verdicts import forget

        for file in self.book.unused:
            os.unlink(file)
        for file, claims in self.book.unasked.items():
            forget(Path(file), claims)
        self.book.removed = [*self.book.unused, *self._claims()]
        self.book.unused, self.book.unasked = [], {}

    def _claims(self) -> Iterator[str]:
        return (f"{file}: the judgement of {claim!r}" for file, claims in self.book.unasked.items() for claim in claims)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = list(self._lines())
        if lines:
            terminalreporter.section("moot")
            for line in lines:
                terminalreporter.write_line(line)

    def _lines(self) -> Iterator[str]:
        book = self.book
        yield from (f"written: {self._at(file)}" for file in book.of("written"))
        yield from (f"removed: {self._at(file)}" for file in book.removed)
        if self.config.getoption("moot_remove_unused") and self._incomplete():
            yield f"nothing was removed: {self._incomplete()}, so that nobody knows what is unused"
        for what in (*book.unused, *self._claims()):
            yield f"unused: {self._at(what)} (--moot-remove-unused removes it)"
        for file, said in book.of("stale").items():
            yield f"stale: {self._at(file)} still holds, but was played with something else: {said}"
        yield from (f"matched by turn only: {self._at(file)}: {said}" for file, said in book.of("loose").items())
        yield from (f"undecided: {test}: {said}" for test, said in book.of("undecided").items())
        waiting = [file for file in book.of("differs") if os.path.exists(file + _PENDING)]
        if waiting:
            yield f"{len(waiting)} {'run waits' if len(waiting) == 1 else 'runs wait'} for review:  moot review"

    def _at(self, file: str) -> str:
        return _shown(file, self.config)

    def _incomplete(self) -> str:
        """Say why one cannot tell which baselines are unused; empty where one can."""
        options = self.config.option
        if self.book.partial or any(getattr(options, name, None) for name in ("lf", "ignore", "ignore_glob")):
            return "some tests were left out"
        if self.book.expected - self.book.passed:
            return "not all tests with the fixture passed"
        return ""

    def _unused(self) -> Iterator[Path]:
        """Find the baselines that no test used, in folders all of whose tests were to run."""
        if self._incomplete():
            return
        used = set(self.book.of("used"))
        folders = {os.path.dirname(file) for file in used}
        folders |= {os.path.join(folder, "baselines") for folder in self.book.folders}
        for folder in sorted(map(Path, folders)):
            if self._whole(folder) and folder.is_dir():
                yield from (file for file in folder.glob("*.jsonl") if str(file) not in used and _is_transcript(file))

    def _unasked(self) -> dict[str, list[str]]:
        """Find the judgements, by file, that no test asked for, in files all of whose tests were to run."""
        asked = {(file, claim) for what, file, claim, _ in self.book.notes if what == "judged"}
        found: dict[str, list[str]] = {}
        for file in sorted(self.book.of("used")):
            claims = _claims_in(Path(file)) if self._whole(Path(file).parent) else []
            if left := [claim for claim in claims if (file, claim) not in asked]:
                found[file] = left
        return found

    def _whole(self, folder: Path) -> bool:
        """Tell whether pytest was started for a folder above this one."""
        asked = [Path(self.config.invocation_params.dir, arg) for arg in self.config.args if "::" not in arg]
        return any(folder.is_relative_to(each) for each in asked if each.is_dir())


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_BOOK] = _Book()
    config.pluginmanager.register(_Hooks(config), "moot-hooks")


def _claims_in(file: Path) -> list[str]:
    """Read what was judged from a baseline, where anything was."""
    try:
        data = file.read_bytes()
        lines = data.splitlines() if b'"kind":"judged"' in data else []
        return [json.loads(line)["claim"] for line in lines if b'"kind":"judged"' in line and b'"claim"' in line]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _is_transcript(file: Path) -> bool:
    """Tell a baseline from other files of JSON lines, without reading all of it."""
    try:
        with file.open("rb") as opened:
            head = json.loads(opened.readline(10_000))
    except (OSError, ValueError):
        return False
    return isinstance(head, dict) and head.get("moot") == "transcript"
