"""The coordinator: asks who is to speak, puts their turns in order, and writes down what came of them.

A turn, end to end: `tick` chooses the speakers, `_take` asks each brain until the rules let its answer pass or it has
had its chances, and `_commit` folds and writes the turns in canonical order, whichever was ready first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox import ends, rules
from sandbox.brain import Brain
from sandbox.speakers import POLICIES
from sandbox.view import Known, Reply, View
from transcripts import (
    Accept,
    Agreed,
    Ended,
    Event,
    Evidence,
    Forfeited,
    Offer,
    Refused,
    Said,
    State,
    Terms,
    Thread,
    Valued,
)

if TYPE_CHECKING:
    from scenarios import Draws, Situation

ATTEMPTS = 3
"""How often a brain is asked in one turn before the turn is forfeited."""


class Place(NamedTuple):
    """Who is to speak where, and the turn's number."""

    tick: int
    turn: int
    thread: Thread
    seat: str


class Taken(NamedTuple):
    """A turn that was taken: what failed on the way, and the reply that stands, or None where the turn is forfeited."""

    steps: list[Event]
    reply: Reply | None
    evidence: Evidence


class Coordinator:
    """Play one run from `state` to its end, or until `stop` is called.

    `write` takes events in canonical order, after they are folded.
    """

    def __init__(
        self,
        situation: Situation,
        state: State,
        known: Mapping[str, Known],
        brains: Mapping[str, Brain],
        draws: Draws,
        write: Callable[[Sequence[Event]], Awaitable[None]],
    ) -> None:
        self.situation = situation
        self.state = state
        self.known = known
        self.brains = brains
        self.draws = draws
        self.write = write
        self._stopped = False
        self._rank = {seat: rank for rank, seat in enumerate(known)}

    async def play(self) -> State:
        """Play ticks until an end condition holds; a run that is stopped stays open."""
        while (end := ends.find_end(self.situation, self.state)) is None:
            if self._stopped:
                return self.state
            await self.tick()
        if self.state.ended is None:
            await self._end(end)
        return self.state

    def stop(self) -> None:
        """Stop at the next turn boundary."""
        self._stopped = True

    async def tick(self) -> None:
        """Take the turns of one tick: all are asked from the same state, and none sees another's."""
        places = self._choose()
        if len(places) == 1:  # no task of its own for the usual case
            turns = [await self._take(places[0])]
        else:
            turns = await asyncio.gather(*(self._take(place) for place in places))
        await self._commit(places, turns)

    def _choose(self) -> list[Place]:
        """Ask each open thread for its speakers; threads that want the same seat take turns, in rotating order."""
        state, tick = self.state, self.state.tick + 1
        threads = list(state.threads.values())
        first = tick % len(threads)
        wanted: dict[str, Thread] = {}
        for thread in threads[first:] + threads[:first]:
            if ends.is_open(self.situation, state, thread):
                policy = POLICIES[self.situation.threads[thread.name].speakers]
                for seat in policy(thread, state.out):
                    wanted.setdefault(seat, thread)
        order = sorted(wanted, key=lambda seat: (threads.index(wanted[seat]), self._rank[seat]))
        return [Place(tick, state.turns + k, wanted[seat], seat) for k, seat in enumerate(order, 1)]

    async def _take(self, place: Place) -> Taken:
        """Ask the brain until its answer passes or its chances are used up; each failure is an event."""
        brain = self.brains[place.seat]
        steps: list[Event] = []
        refusals: tuple[str, ...] = ()
        while len(refusals) < ATTEMPTS:
            view = self._view(place, refusals)
            asked = time.perf_counter()
            try:
                reply = await brain.reply(view)
                reply = Reply(_clean(reply.text), reply.act)
                act = rules.judge(self.situation, place.thread, place.seat, reply.act)
            except rules.Refusal as refusal:
                where = _at(place, len(steps))
                steps.append(Refused(**where, by="rules", reason=refusal.reason, act=reply.act, text=reply.text,
                                     evidence=_evidence(asked)))  # fmt: skip
                refusals += (refusal.reason,)
            except Exception as fault:  # noqa: BLE001  a brain is anybody's code: its fault is recorded, and costs it the turn
                return _forfeit(place, steps, "error", type(fault).__name__, _evidence(asked, str(fault)))
            else:
                return Taken(steps, Reply(reply.text, act), _evidence(asked))
        return _forfeit(place, steps, "refused", f"refused {ATTEMPTS} times", Evidence(at=time.time()))

    def _view(self, place: Place, refusals: tuple[str, ...]) -> View:
        state, seat = self.state, place.seat
        return View(
            known=self.known[seat],
            thread=place.thread,
            threads={name: thread for name, thread in state.threads.items() if seat in thread.members},
            turn=state.turns_of.get(seat, 0) + 1,
            draws=self.draws,
            refusals=refusals,
        )

    async def _commit(self, places: Sequence[Place], turns: Sequence[Taken]) -> None:
        """Fold and write the turns in canonical order; a message gets its number here."""
        events: list[Event] = []
        for place, turn in zip(places, turns, strict=True):
            for event in turn.steps:
                self._fold(event, events)
            if turn.reply is not None:
                self._say(place, turn.reply, turn.evidence, len(turn.steps), events)
        await self.write(events)

    def _say(self, place: Place, reply: Reply, evidence: Evidence, step: int, events: list[Event]) -> None:
        n, act = len(place.thread.messages) + 1, reply.act
        self._fold(Said(**_at(place, step), n=n, act=act, text=reply.text, evidence=evidence), events)
        if isinstance(act, Offer):
            worth = {seat: self.situation.utility(seat, act.terms) for seat in self.known}
            self._fold(Valued(**_at(place, step + 1), offer=f"{place.thread.name}:{n}", worth=worth), events)
        elif isinstance(act, Accept) and self.state.agreement is None:
            self._agree(place, step + 1, events)

    def _agree(self, place: Place, step: int, events: list[Event]) -> None:
        if offer := rules.agreed_on(self.situation, place.thread):
            by = [seat for seat in self.known if seat in offer.backers]
            agreed = Agreed(
                tick=place.tick,
                turn=place.turn,
                step=step,
                thread=place.thread.name,
                offer=offer.id,
                terms=offer.terms,
                by=by,
            )
            self._fold(agreed, events)

    def _measure(self, terms: Terms | None) -> dict[str, Any] | None:
        from scenarios import measure

        measures = measure(self.situation, terms)
        return measures.data() if measures else None

    def _fold(self, event: Event, events: list[Event]) -> None:
        self.state.apply(event)
        events.append(event)

    async def _end(self, end: ends.End) -> None:
        agreement = self.state.agreement
        terms = agreement.terms if agreement else None
        judged = end.status == "done" and bool(self.situation.issues)
        events: list[Event] = []
        ended = Ended(
            tick=self.state.tick + 1,
            status=end.status,
            reason=end.reason,
            agreed=agreement is not None if judged else None,
            terms=terms if judged else None,
            measures=self._measure(terms) if judged else None,
            evidence=Evidence(at=time.time()),
        )
        self._fold(ended, events)
        await self.write(events)


def _at(place: Place, step: int) -> dict[str, Any]:
    return {"tick": place.tick, "turn": place.turn, "step": step, "thread": place.thread.name, "seat": place.seat}


def _forfeit(place: Place, steps: list[Event], fault: str, reason: str, evidence: Evidence) -> Taken:
    forfeited = Forfeited(**_at(place, len(steps)), fault=fault, reason=reason, evidence=evidence)
    return Taken([*steps, forfeited], None, evidence)


def _evidence(asked: float, detail: str | None = None) -> Evidence:
    return Evidence(at=time.time(), took=round(time.perf_counter() - asked, 6), detail=detail and _clean(detail))


def _clean(text: str) -> str:
    """Replace half surrogates, which no file can hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
