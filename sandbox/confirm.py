"""Test why two runs part: take the turn again with only that ingredient from the other run, many times."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from moot_errors import WrongUse
from sandbox.again import Stretch, plan_again, stretches
from sandbox.answers import Answers, Live
from sandbox.borrowing import Borrowing, Swap, swap_messages, swap_parameter, swap_tools
from sandbox.budget import Budget
from sandbox.cast import Chair
from sandbox.models import Request
from sandbox.moderating import has_person
from sandbox.plan import Plan
from sandbox.prompts import prompts_of
from sandbox.reciting import Reciter, what_was_put
from sandbox.recorded import Recorded
from sandbox.rendering.numbers import count
from transcripts import MODERATOR, Bodies, Confided, Event, Forfeited, Said, Transcript, fold

if TYPE_CHECKING:
    from transcripts.diff import Diff, Divergence

CANNOT: Mapping[str, str] = {
    "served model": "which model a server really uses is its own choice",
    "fault": "a time-out or a fault cannot be brought about",
    "fallback": "that a model does not answer cannot be brought about",
    "budget": "a budget measures the clock, too",
    "engine": "only one version of Moot is here",
    "code": "nothing that was recorded differs, so there is nothing to take over",
    "speaker": "who speaks is not an ingredient of a turn",
    "speaker choice": "who is chosen to speak is not an ingredient of a turn",
    "end": "there is no turn to take again",
    "answers": "its answers come from another run: compare with that one",
    "history": "what led to the other history was not found",
}
"""Why some causes cannot be tested."""


@dataclass(frozen=True)
class Confirmed:
    """How often the difference went away."""

    cause: str
    many: int
    taken: int | None
    """How many of so many turns were as on the left, with the ingredient taken from there; None for sampling."""
    without: int
    """How many were without it, by themselves."""

    def __str__(self) -> str:
        many, without = (count(number, "time") for number in (self.many, self.without))
        if self.taken is None:
            return f"asked again {many}, it did as the left run {without}"
        taken = count(self.taken, "time")
        return f"taken again {many} with that from the left, the difference went away {taken}; without it {without}"

    def data(self) -> dict[str, Any]:
        """Write it as plain data."""
        return {"cause": self.cause, "n": self.many, "with": self.taken, "without": self.without}


async def aconfirm(found: Diff, many: int, *, trusted: bool = False) -> Confirmed:
    """Take the turn at which two runs part again, as the right run took it, and with only the cause from the left one.

    Everybody else says what they said.  Asks models; nothing is recorded.  Raises WrongUse for a cause that cannot be
    taken over, and says why.
    """
    first = found.first
    if first is None or first.at != "heard" or first.a is None or first.b is None:
        raise WrongUse("there is no turn to take again", remedy="--confirm is for runs that part in a turn")
    if first.a.is_between or first.b.is_between:
        raise WrongUse("they part between turns, where there is nothing to take again", remedy="leave out --confirm")
    trial = Trial(found, first, trusted)
    trial.plan()
    change = trial.change()
    groups = [None] if first.cause.kind == "sampling" else [None, change]
    taken = await asyncio.gather(*(trial.take(change) for change in groups for _ in range(many)))
    sums = [sum(taken[start : start + many]) for start in range(0, len(taken), many)]
    return Confirmed(str(first.cause), many, sums[1] if len(sums) > 1 else None, sums[0])


@dataclass(frozen=True)
class Ingredients:
    """What is taken over: a plan that is changed, requests that are changed, and a person who is left out."""

    plan: Callable[[Plan], Plan] = lambda whole: whole
    swap: Swap | None = None
    without_person: bool = False


class Trial:
    """Take one turn of the right run again."""

    def __init__(self, found: Diff, first: Divergence, trusted: bool) -> None:
        assert first.a is not None and first.b is not None
        self.a, self.b, self.cause = first.a, first.b, first.cause
        self.left, self.right = (reading.transcript for reading in found.readings)
        self.trusted = trusted
        self.number = self.cause.turn_b or self.b.number
        self.live = {self.a.seat, self.b.seat}
        """Who decides anew; everybody else says what it said."""

    def change(self) -> Ingredients:
        """Say what is to be taken from the left; raises WrongUse where it cannot be."""
        kind, seat, cause = self.cause.kind, self.b.seat, self.cause
        if kind not in CANNOT and kind != "human" and self.a.seat != seat:
            kind = "speaker choice"
        if kind in CANNOT:
            raise WrongUse(f"this cause cannot be tested: {CANNOT[kind]}", remedy="leave out --confirm")
        match kind:
            case "human":
                if self.a.by == "person" or self.b.by != "person":
                    raise WrongUse("what a person says is said: there is nothing to test", remedy="leave out --confirm")
                return Ingredients(without_person=True)
            case "sampling":
                return Ingredients()
            case "scenario" | "settings":
                return Ingredients(self._situation)
            case "seed" if not cause.purpose:
                return Ingredients(self._seed)
            case "cast" | "model":
                return Ingredients(lambda whole: _seated(whole, self._plan_of_left(), seat))
            case "persona":
                return Ingredients(self._persona)
            case "system prompt":
                return Ingredients(swap=swap_messages(self._asked(), ("system",)))
            case "tool result":
                return Ingredients(swap=swap_messages(self._asked(), ("tool",)))
            case "tools":
                return Ingredients(swap=swap_tools(self._asked()))
            case _:
                return Ingredients(swap=swap_parameter(self._asked(), cause.where))

    async def take(self, change: Ingredients | None) -> bool:
        """Take the turn again, and tell whether it came out as on the left."""
        change = change or Ingredients()
        whole = change.plan(self.plan())
        answers: Answers = whole.answers
        if change.swap:
            answers = Borrowing(answers, self.b.seat, change.swap)
        if MODERATOR not in self.live:
            answers = Recorded(self.right, seats=frozenset({MODERATOR}), match="turn", live=answers)
        reciting = {seat: Reciter(self.right, seat) for seat in (*whole.cast, MODERATOR) if seat not in self.live}
        whole = replace(whole, answers=answers, brains={**whole.brains, **reciting})
        return self._as_left(await self._play(whole, change))

    def plan(self) -> Plan:
        """Make the plan of the right run in that turn; raises WrongUse where nobody here could take it."""
        whole = plan_again(_stretch(self.right, self.number).started, self.right, trusted=self.trusted)
        for seat in self.live:
            chair = whole.cast.get(seat)
            person = chair.brain.get("kind") == "human" if chair else has_person(whole.situation)
            if person or isinstance(whole.brains.get(seat), Reciter):
                raise WrongUse(
                    f"{seat} cannot take the turn again: what decides for it is not here", remedy="leave out --confirm"
                )
        return whole

    async def _play(self, whole: Plan, change: Ingredients) -> Event | None:
        events = self.right.content()
        tick = next(event.tick for event in events if event.turn == self.number)
        state = fold(
            (event for event in events if event.tick < tick or event.position < (tick, 1, 0)), self.right.bodies
        )
        taken: list[Event] = []

        async def write(events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
            taken.extend(events)

        coordinator = whole.coordinator(state, write, Budget())
        coordinator.put(what_was_put(self.right))
        if change.without_person:
            coordinator.inputs = {}
        while state.turns < self.b.number:
            await coordinator.between()
            await coordinator.tick()
        heads = (event for event in taken if isinstance(event, Said | Confided | Forfeited))
        return next((event for event in heads if event.turn == self.b.number), None)

    def _as_left(self, event: Event | None) -> bool:
        """Tell whether a turn is as the left one: by its act where the runs part in that, or else by its words."""
        from rapidfuzz.distance import Indel

        a, b = self.a.head, self.b.head
        if isinstance(a, Confided) and isinstance(event, Confided):
            return event.seat == a.seat and event.act == a.act
        if not isinstance(a, Said) or not isinstance(event, Said):
            return a is not None and event is not None and a.kind == event.kind
        if not isinstance(b, Said):
            return True
        if a.act != b.act:
            return event.seat == a.seat and event.act == a.act
        near, far = (Indel.normalized_similarity(event.text, each.text) for each in (a, b))
        return event.act == a.act and near > far

    def _asked(self) -> dict[str, Request]:
        """Give what the left run asked in its turn, by purpose."""
        prompts = prompts_of(self.left, self.cause.turn_a or self.a.number, self.a.seat)
        return {prompt.call.purpose: prompt.request for prompt in prompts}

    def _plan_of_left(self) -> Plan:
        return plan_again(_stretch(self.left, self.a.number).started, self.left, trusted=self.trusted)

    def _situation(self, whole: Plan) -> Plan:
        other = self._plan_of_left().situation
        if list(other.seats) != list(whole.situation.seats) or other.data["threads"] != whole.situation.data["threads"]:
            raise WrongUse("the scenarios have other seats or threads", remedy="leave out --confirm")
        return replace(whole, situation=other)

    def _seed(self, whole: Plan) -> Plan:
        """Take the seed over, and what was drawn from it in the scenario where that is the cause."""
        other = self._plan_of_left()
        if not self.cause.where:
            return whole.with_seed(other.seed)
        whole = self._situation(whole).with_seed(other.seed)
        return _seated(whole, other, self.b.seat) if self.cause.where.endswith(".persona") else whole

    def _persona(self, whole: Plan) -> Plan:
        persona = self._plan_of_left().cast[self.b.seat].persona
        return replace(whole, cast={**whole.cast, self.b.seat: replace(whole.cast[self.b.seat], persona=persona)})


def _stretch(transcript: Transcript, number: int) -> Stretch:
    """Find the stretch that a turn was taken in."""
    whole = stretches(transcript)
    return next(each for each in reversed(whole) if each.forked is None or each.forked.after < number)


def _seated(whole: Plan, other: Plan, seat: str) -> Plan:
    """Let who sits there in another plan take the seat, with the models that go with it."""
    chairs: dict[str, Chair] = {seat: other.cast[seat]} if seat in other.cast else {}  # the moderator has none
    models = whole.models.joined(other.asked)
    brains = {name: brain for name, brain in whole.brains.items() if name != seat}
    return replace(
        whole,
        cast={**whole.cast, **chairs},
        brains=brains,
        models=models,
        asked={**whole.asked, **other.asked},
        answers=Live(models),
    )
