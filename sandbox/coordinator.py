"""The coordinator: asks who is to speak, puts their turns in order, and writes down what came of them.

A turn, end to end: `tick` chooses the speakers, `_take` asks each brain until the rules let its answer pass or it has
had its chances, and `_commit` folds and writes the turns in canonical order, whichever was ready first.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from moot_errors import StoreError, WrongUse
from sandbox import ends, rules
from sandbox.answers import Differs, Unrecorded
from sandbox.brain import Away, Brain, Unusable
from sandbox.budget import BudgetSpent
from sandbox.collecting import collecting_rarely
from sandbox.models import known_secrets, redact
from sandbox.speakers import POLICIES
from sandbox.turns import Turn, evidence_since
from sandbox.view import Known, Refusal, Reply, View
from transcripts import (
    Accept,
    Agreed,
    Ended,
    Event,
    Evidence,
    Exhausted,
    Noted,
    Offer,
    Said,
    State,
    Terms,
    Thread,
    Valued,
)

if TYPE_CHECKING:
    from sandbox.recorder import Recorder, Write
    from scenarios import Draws, Situation

ATTEMPTS = 3
"""How often a brain is asked in one turn before the turn is forfeited."""


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
        write: Write,
        recorder: Recorder | None = None,
    ) -> None:
        self.situation = situation
        self.state = state
        self.known = known
        self.brains = brains
        self.draws = draws
        self.write = write
        self.recorder = recorder
        self.inputs: dict[int, Said] = {}
        """By tick: what a person says in a seat's place, in a tick of its own."""
        self.upto: int | None = None
        """The last turn to be taken; None where the end conditions decide alone."""
        self.waiting: list[str] = []
        """Whose turn it is, where the run was stopped because they are not there."""
        self._stopped = False
        self._rank = {seat: rank for rank, seat in enumerate(known)}

    async def play(self) -> State:
        """Play ticks until an end condition holds; a run that is stopped stays open."""
        with collecting_rarely():
            while not self._stopped and self.state.turns != self.upto:
                if end := ends.find_end(self.situation, self.state):
                    if self.state.ended is None:
                        await self._end(end)
                    break
                await self.tick()
        return self.state

    def stop(self) -> None:
        """Stop at the next turn boundary."""
        self._stopped = True

    async def tick(self) -> None:
        """Take the turns of one tick: all are asked from the same state, and none sees another's."""
        turns = self._given() or self._choose()
        if self.upto is not None:
            turns = turns[: self.upto - self.state.turns]
        if len(turns) == 1:  # no task of its own for the usual case
            await self._take(turns[0])
        else:
            await _together(*(self._take(turn) for turn in turns))
        if any(turn.away for turn in turns):
            self.stop()  # nothing of the tick is written: it is taken as a whole when everybody is there
            self.waiting = [turn.seat for turn in turns if turn.away]
        else:
            await self._commit(turns)

    def _given(self) -> list[Turn]:
        """Take the turn that a person takes now, if there is one; raises WrongUse where the rules refuse it."""
        given = self.inputs.get(self.state.tick + 1)
        if given is None:
            return []
        thread = self.state.threads[given.thread]
        turn = Turn(self.state.tick + 1, self.state.turns + 1, self._own(given.seat), thread, given.seat)
        try:
            act = rules.judge(self.situation, thread, given.seat, given.act)
        except rules.Refused as refused:
            raise WrongUse(f"{given.seat} cannot do this now: {refused.reason}") from None
        turn.by, turn.reply, turn.evidence = "person", Reply(_text(given.text), act), Evidence(at=time.time())
        return [turn]

    def _own(self, seat: str) -> int:
        return self.state.turns_of.get(seat, 0) + 1

    def _choose(self) -> list[Turn]:
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
        return [Turn(tick, state.turns + k, self._own(seat), wanted[seat], seat) for k, seat in enumerate(order, 1)]

    async def _take(self, turn: Turn) -> None:
        """Ask the brain until its answer passes or its chances are used up; each failure is a step of the turn."""
        if turn.reply is not None:
            return
        brain = self.brains[turn.seat]
        refusals: tuple[Refusal, ...] = ()
        asked = time.perf_counter()
        while len(refusals) < ATTEMPTS:
            view = self._view(turn, refusals)
            asked = time.perf_counter()
            reply = Reply()
            try:
                reply = _clean(await brain.reply(view))
                act = rules.judge(self.situation, turn.thread, turn.seat, reply.act)
            except (rules.Refused, Unusable) as refused:
                if isinstance(refused, Unusable):
                    reply = _clean(Reply(refused.answer))
                turn.refuse("form" if isinstance(refused, Unusable) else "rules", refused.reason, reply, asked)
                refusals += (Refusal(refused.reason, _told(reply)),)
            except Away:
                turn.away = True
                return
            except BudgetSpent as spent:
                turn.spent = spent
                turn.forfeit("budget", str(spent), asked)
                return
            except (Differs, StoreError, Unrecorded):  # the transcript's fault, and not the brain's
                raise
            except Exception as fault:  # noqa: BLE001  # anybody's code: its fault is recorded, and costs it the turn
                kind = getattr(fault, "kind", None)
                reason = f"no answer: {kind}" if kind else type(fault).__name__
                turn.forfeit(kind or "error", reason, asked, _text(str(fault)))
                return
            else:
                turn.reply, turn.evidence = replace(reply, act=act), evidence_since(asked)
                return
        turn.forfeit("refused", f"refused {ATTEMPTS} times", asked)

    def _view(self, turn: Turn, refusals: tuple[Refusal, ...]) -> View:
        state, seat = self.state, turn.seat
        return View(
            known=self.known[seat],
            thread=turn.thread,
            threads={name: thread for name, thread in state.threads.items() if seat in thread.members},
            turn=turn.own,
            draws=self.draws,
            refusals=refusals,
            notes=state.notes.get(seat, {}),
            ask=partial(self.recorder.ask, turn) if self.recorder else None,
        )

    async def _commit(self, turns: Sequence[Turn]) -> None:
        """Fold and write the turns in canonical order; a message gets its number here."""
        events: list[Event] = []
        for turn in turns:
            for event in turn.events:
                self._fold(event, events)
            if turn.reply is not None:
                self._say(turn, turn.reply, events)
        for turn in turns:
            if turn.spent and self.state.exhausted is None:
                limit = Exhausted(
                    tick=turn.tick + 1, step=self.state.between, what=turn.spent.what, limit=turn.spent.limit
                )
                self._fold(limit, events)
        await self.write(events)

    def _say(self, turn: Turn, reply: Reply, events: list[Event]) -> None:
        n, act = len(turn.thread.messages) + 1, reply.act
        self._fold(Said(**turn.at(), n=n, act=act, by=turn.by, text=reply.text, evidence=turn.evidence), events)
        if reply.note is not None:
            self._fold(Noted(**turn.at(), upto=reply.note.upto, note=reply.note.text), events)
        if isinstance(act, Offer):
            worth = {seat: self.situation.utility(seat, act.terms) for seat in self.known}
            self._fold(Valued(**turn.at(), offer=f"{turn.thread.name}:{n}", worth=worth), events)
        elif isinstance(act, Accept) and self.state.agreement is None:
            self._agree(turn, events)

    def _agree(self, turn: Turn, events: list[Event]) -> None:
        if offer := rules.agreed_on(self.situation, turn.thread):
            where = turn.at()
            del where["seat"]
            by = [seat for seat in self.known if seat in offer.backers]
            self._fold(Agreed(**where, offer=offer.id, terms=offer.terms, by=by), events)

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
            step=self.state.between,
            status=end.status,
            reason=end.reason,
            agreed=agreement is not None if judged else None,
            terms=terms if judged else None,
            measures=self._measure(terms) if judged else None,
            evidence=Evidence(at=time.time()),
        )
        self._fold(ended, events)
        await self.write(events)


async def _together(*takes: Coroutine[Any, Any, None]) -> None:
    """Wait for all; where one fails, none of the others goes on behind our back."""
    tasks = [asyncio.ensure_future(take) for take in takes]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _told(reply: Reply) -> str:
    """Write what was answered, the act included, for the seat that answered it."""
    act = reply.act.model_dump_json() if reply.act else ""
    return f"{reply.text} {act}".strip()


def _clean(reply: Reply) -> Reply:
    text = _text(reply.text)
    return reply if text is reply.text else replace(reply, text=text)


def _text(text: str) -> str:
    """Replace half surrogates, which no file can hold, and take out keys and tokens."""
    return redact(text if text.isascii() else text.encode("utf-8", "replace").decode(), known_secrets())
