"""What a test does with runs: play them, and hold them against their baselines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from moot_errors import WrongUse
from sandbox.answers import Unrecorded
from sandbox.checking import judging, rates
from sandbox.checking.baselines import Baseline, named
from sandbox.checking.explaining import LONGEST
from sandbox.checking.failures import CheckFailed, Undecided
from sandbox.checking.keeping import CheckSession, Keeper, require_good
from sandbox.checking.playing import Recording, nobody_asked, play
from sandbox.checking.rules import make_rules, redacted
from sandbox.checking.verdicts import judged_in, told, with_judgements
from sandbox.play import wait_for
from sandbox.recorded import Match, Mode
from sandbox.rendering.layout import clip
from sandbox.rendering.printable import printable
from sandbox.runs import Run
from transcripts import Judged, Transcript, read_file

AT_ONCE = 8
"""Trials of a rate that are played at the same time."""


class Checks:
    """Play and check, on behalf of one test."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self._keeper = Keeper(session)
        self._recordings: dict[Run, tuple[Baseline, Recording]] = {}
        self._judged: dict[Run, list[Judged]] = {}
        """What was asked of judges in this test."""
        self._held: dict[tuple[Run, Path], tuple[Path, tuple[re.Pattern[str], ...]]] = {}
        """The file that a run was found the same as, or became, by its baseline; and what is to be redacted in it."""
        self._loose: dict[Run, Baseline] = {}
        """Runs that were judged, and are in no file yet."""

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let no model be asked by what is played beside `run`, unless the test run allows it.

        At the end runs are kept that were judged, and held against nothing.
        """
        with nobody_asked() if self.session.mode == "none" else nullcontext():
            yield
        for run, baseline in self._loose.items():
            self._keeper.settle(self._verdicts_on(run), baseline)

    async def arun(
        self,
        scenario: Any,
        *,
        baseline: str | Path | None = None,
        match: Match = "request",
        seats: Iterable[str] | None = None,
        **options: Any,
    ) -> Run:
        """Play a scenario to its end, in memory; takes what `moot.arun` takes.

        What models answer to `seats`, or to everybody, comes from `baseline`, as far as `match` finds it there.
        Raises Unrecorded where a model would have to be asked that may not be.
        """
        if baseline is None:
            return await self._play(scenario, None, Recording(None, self.session.mode), options)
        found = named(baseline, self.session.folder, self.session.fields)
        return await self._play(scenario, found, self._recording(found.path, match, seats), options)

    def run(self, scenario: Any, **options: Any) -> Run:
        """Play a scenario to its end; takes what `arun` takes."""
        return wait_for("run", lambda: self.arun(scenario, **options))

    def check(
        self,
        run: Run,
        baseline: str | Path | None = None,
        *,
        level: str = "exact",
        threshold: float | None = None,
        ignore: Iterable[str] = (),
        redact: Iterable[str] = (),
    ) -> None:
        """Hold a run against a baseline, by default the one that answered it; raises CheckFailed where it differs.

        `level` is `exact`, `similar` (with its `threshold`), `acts` or `outcome`; `ignore` names kinds of events or
        their fields (`said.text`); what `redact` matches in texts is neither compared nor written.
        """
        rules = make_rules(level, threshold, ignore, redact)
        found, recording = self._of(run, baseline)
        file = self._keeper.hold(redacted(self._verdicts_on(run), rules.redact), found, rules, recording)
        self._held[run, found.path] = file, rules.redact
        self._loose.pop(run, None)

    async def acheck_rate(
        self,
        scenario: Any,
        *,
        n: int = 40,
        seed: int = 0,
        that: Mapping[str, rates.Predicate] | None = None,
        allow_undecided: bool = False,
        baseline: str | Path | None = None,
        **given: Any,
    ) -> list[rates.Rate]:
        """Play n trials with the seeds from `seed` on, and hold claims against them: `agreed__at_least=0.8`.

        `that` names further things that can be true of a run; the other options are those of `arun`.  With `baseline`,
        each trial is a run of it.  Raises CheckFailed where a claim does not hold, and Undecided where nobody can tell.
        """
        if n < 1:
            raise WrongUse(f"n={n} trials show nothing", remedy="take 40")
        claims = rates.read_claims({key: given.pop(key) for key in list(given) if "__" in key}, that)
        kept = None if baseline is None else named(baseline, self.session.folder, self.session.fields)
        gate = asyncio.Semaphore(AT_ONCE)

        async def trial(number: int) -> Run:
            async with gate:
                return await self._trial(scenario, number, kept, {**given, "seed": seed + number - 1})

        runs = await asyncio.gather(*(trial(number) for number in range(1, n + 1)))
        found = rates.judge(claims, runs)
        self._tell(found, allow_undecided)
        return found

    def check_rate(self, scenario: Any, **options: Any) -> list[rates.Rate]:
        """Hold claims about a rate against n trials; takes what `acheck_rate` takes."""
        return wait_for("check_rate", lambda: self.acheck_rate(scenario, **options))

    async def ajudge(
        self, run: Run, claim: str, *, by: str = "default", baseline: str | Path | None = None
    ) -> judging.Judgement:
        """Let the model of profile `by` judge whether a claim about a run holds; raises CheckFailed where it does not.

        The verdict is kept in the run's baseline; the model is asked again only where it is recorded anew.
        """
        found, _ = self._of(run, baseline)
        mode, files = self.session.mode, found.files()
        if mode != "none":
            require_good(run.transcript)
        for file in files:
            self.session.note("used", file, "")
            self.session.note("judged", file, claim)
        verdicts = [each for kept in found.read() for each in judged_in(kept)]
        try:
            judged = await judging.ask(run, claim, by, verdicts, mode, found.path, self.session.workspace)
        except Unrecorded as error:
            how: Mode = "new" if any(each.claim == claim for each in verdicts) else "once"
            raise self._to_be_recorded(error, how) from None
        if mode != "none":
            self._judged.setdefault(run, []).append(judged)
            self._keep_verdicts(run, found)
        if not judged.holds:
            why = clip(printable(judged.why), LONGEST)
            raise CheckFailed(f"judged by {by!r}, it does not hold that {claim!r}\n  {why}")
        return judging.Judgement(claim, judged.holds, judged.why)

    def judge(self, run: Run, claim: str, **options: Any) -> judging.Judgement:
        """Let a model judge a claim about a run; takes what `ajudge` takes."""
        return wait_for("judge", lambda: self.ajudge(run, claim, **options))

    async def _trial(self, scenario: Any, number: int, kept: Baseline | None, options: dict[str, Any]) -> Run:
        if kept is None:
            return await self._play(scenario, None, Recording(None, self.session.mode), options)
        file = kept.nth(number)
        self.session.note("used", file, "")
        run = await self._play(scenario, None, self._recording(file), options)
        if self.session.mode != "none":
            self._keeper.write(run.transcript, file)
        return run

    def _tell(self, found: Iterable[rates.Rate], allow_undecided: bool) -> None:
        """Raise for the first claim that does not hold, and then for the first that nobody can tell."""
        order = sorted(found, key=lambda rate: ("fail", "undecided", "pass").index(rate.verdict))
        for rate in order:
            if rate.verdict == "fail":
                raise CheckFailed(str(rate))
            if rate.verdict == "undecided":
                if not allow_undecided:
                    raise Undecided(str(rate))
                self.session.note("undecided", None, str(rate))

    def _recording(self, file: Path, match: Match = "request", seats: Iterable[str] | None = None) -> Recording:
        transcript = read_file(file) if file.exists() else None
        if transcript is not None:
            transcript.name = file.stem  # which errors name
        chosen = None if seats is None else frozenset(seats)
        return Recording(transcript, self.session.mode, match, chosen, str(file))

    async def _play(
        self, scenario: Any, baseline: Baseline | None, recording: Recording, options: dict[str, Any]
    ) -> Run:
        if "workspace" not in options:
            options = {**options, "workspace": self.session.workspace}
        try:
            run = await play(scenario, recording, **options)
        except Unrecorded as error:
            raise self._to_be_recorded(error, "new") from None
        if baseline is not None:
            self._recordings[run] = (baseline, recording)
            if recording.match == "turn":
                whose = ", ".join(sorted(recording.seats)) if recording.seats is not None else "everybody"
                self.session.note("loose", baseline.path, f"answers of {whose} were matched by turn")
        return run

    def _to_be_recorded(self, error: Unrecorded, how: Mode) -> Unrecorded:
        """Say how what is not recorded would be."""
        command = self.session.command(f"--moot-record={how}")
        error.remedy = error.remedy or f"to ask for it and keep the answer:  {command}"
        return error

    def _verdicts_on(self, run: Run) -> Transcript:
        """Give a run with what was judged of it in this test."""
        return with_judgements(run.transcript, self._judged.get(run, ()))

    def _keep_verdicts(self, run: Run, baseline: Baseline) -> None:
        """Put what was judged of a run into the file that it was held against, or that says the same as it does.

        Where there is none yet, a later check decides what becomes of the run, and at the test's end nobody does.
        """
        said = told(run.transcript)
        same = next((each for each in baseline.files() if told(read_file(each)) == said), None)
        file, patterns = self._held.get((run, baseline.path), (same, ()))
        if file is None:
            self._loose[run] = baseline
        else:
            self._keeper.add(judged_in(redacted(self._verdicts_on(run), patterns)), file)

    def _of(self, run: Run, baseline: str | Path | None) -> tuple[Baseline, Recording]:
        if baseline is not None:
            found = named(baseline, self.session.folder, self.session.fields)
            known = self._recordings.get(run)
            return found, known[1] if known else Recording(None, self.session.mode)
        if run not in self._recordings:
            raise WrongUse("against which baseline?", remedy='name it: moot.check(run, "baselines/NAME.jsonl")')
        return self._recordings[run]
