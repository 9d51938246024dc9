"""Play a run for a test: with answers from a recording, and with no model asked unless the test run allows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from moot_errors import MootError, WrongUse
from sandbox.answers import Answers, Call, Live, Unrecorded
from sandbox.brains import model_of
from sandbox.models import Models, Served
from sandbox.plan import Plan, plan
from sandbox.play import arun
from sandbox.recorded import Hybrid, Match, Mode, Recorded
from sandbox.runs import Run
from transcripts import Transcript

ALLOW = "--moot-record=once lets it, and keeps its answers"


@dataclass(frozen=True)
class Recording:
    """Where a run's answers come from."""

    transcript: Transcript | None
    """What was recorded; None where nothing was yet."""
    mode: Mode = "none"
    match: Match = "request"
    seats: frozenset[str] | None = None
    """Whose answers are taken from it; None is everybody's."""
    file: str | None = None
    """Its file, for errors; None where the test named none."""


async def play(scenario: Any, recording: Recording, **options: Any) -> Run:
    """Play a scenario to its end, in memory unless `options` say otherwise; takes what `moot.arun` takes.

    Raises MootError before anything is asked where a seat would need a model that may not be asked.
    """
    how = {key: options.pop(key) for key in ("store", "record", "watch", "started") if key in options}
    how = {"record": "store" in how, **how}
    hybrid = _hybrid(recording)
    if isinstance(scenario, Plan) and hybrid:
        raise WrongUse(
            "a plan says itself where its answers come from", remedy="give the scenario, and not a plan of it"
        )
    if hybrid and options.get("answers"):
        raise WrongUse("answers and a baseline are two sources of the same", remedy="leave out one of them")
    whole = scenario if isinstance(scenario, Plan) else plan(scenario, **options)
    if hybrid and (recording.match == "turn" or whole.asked or whole.brains):
        whole = plan(scenario, **{**options, "answers": hybrid})
    if recording.mode == "none":
        whole = _guarded(whole, recording)
    return await arun(whole, workspace=options.get("workspace"), **how)


def _hybrid(recording: Recording) -> Hybrid | None:
    if recording.transcript is None or recording.mode == "all":
        if recording.match == "turn" and recording.mode == "none":
            raise WrongUse("nothing is recorded that could be matched by turn", remedy=ALLOW)
        return None
    return Hybrid(recording.transcript, recording.seats, recording.mode, recording.match)


def _guarded(whole: Plan, recording: Recording) -> Plan:
    """Let no model be asked that costs anything."""
    for seat, chair in whole.cast.items():
        name = model_of(chair.brain)
        if (
            name
            and seat not in whole.brains
            and not (whole.hybrid and whole.hybrid.has(seat))
            and not free(whole.models, [name])
        ):
            raise _not_asked(seat, name, recording)
    if isinstance(whole.answers, Recorded):
        if whole.answers.live:
            whole.answers.live = Guard(whole.answers.live, whole.models, recording)
        return whole
    return replace(whole, answers=Guard(whole.answers, whole.models, recording))


def free(models: Models, names: Iterable[str]) -> bool:
    """Tell whether the models are simulated, all that may answer in their place included."""
    return all(profile.provider == "simulated" for profile in models.needed(names).values())


def _not_asked(seat: str, name: str, recording: Recording) -> MootError:
    told = f"{seat} would ask the model {name!r}, and this test run may ask none"
    if recording.file is None:
        return Unrecorded(
            told, remedy="name its recording, moot.run(..., baseline='baselines/NAME.jsonl'); then " + ALLOW
        )
    if recording.transcript is None:
        return Unrecorded(f"{told}; {recording.file} is not there yet", remedy=ALLOW)
    return Unrecorded(f"{told}; {recording.file} answers for others", remedy="--moot-record=new asks it")


@contextmanager
def nobody_asked() -> Iterator[None]:
    """Let no model be asked that costs anything, whatever is played: a fork, a resumed run, an experiment."""

    def refuse(models: Models, call: Call) -> None:
        if not free(models, [call.profile]):
            raise Unrecorded(
                f"{call.seat} would ask the model {call.profile!r}, and this test run may ask none",
                remedy="pytest --moot-record=all lets it",
            )

    before, Live.guard = Live.guard, staticmethod(refuse)
    try:
        yield
    finally:
        Live.guard = before


class Guard:
    """Let simulated models answer, and no others: for calls that no one foresaw, of brains that a test brings along."""

    def __init__(self, live: Answers, models: Models, recording: Recording) -> None:
        self.live = live
        self.models = models
        self.recording = recording

    async def answer(self, call: Call) -> Served:
        if not free(self.models, [call.profile]):
            raise _not_asked(call.seat, call.profile, self.recording)
        return await self.live.answer(call)
