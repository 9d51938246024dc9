"""The coordinator: asks who is to speak, puts their turns in order, and writes down what came of them.

A turn, end to end: between ticks `between` lets happen what happens by itself; `tick` finds out who is asked for what,
`Taking` asks each until the rules and guards let the answer pass or it has had its chances, and `_commit` folds and
writes the turns in canonical order, whichever was ready first.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from moot_errors import WrongUse
from sandbox import agenda, ends, rules, speakers
from sandbox.agenda import Call
from sandbox.collecting import collecting_rarely
from sandbox.control import Control, Stored
from sandbox.ending import ended
from sandbox.taking import Taking, clean_text
from sandbox.turns import Turn
from sandbox.view import TALK, Reply, Task
from sandbox.waiting import Waiting, is_person
from transcripts import (
    Accept,
    Agreed,
    Confided,
    Elapsed,
    Event,
    Evidence,
    Exhausted,
    Noted,
    Offer,
    Opened,
    Position,
    Said,
    State,
    Thread,
    Valued,
)

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.reciting import Inputs
    from sandbox.recorder import Write

Hear = Callable[[str, str, str], None]
"""Hears what a model answers as it comes: thread, seat and a piece of text; "" where it begins anew."""


class Coordinator:
    """Play one run from its state to its end, or until `stop` is called.

    `write` takes events in canonical order, after they are folded.
    """

    def __init__(self, taking: Taking, write: Write) -> None:
        self.taking = taking
        self.situation, self.state, self.draws = taking.situation, taking.state, taking.draws
        self.recorder = taking.recorder
        self.write = write
        self.inputs: Mapping[int, Sequence[Said]] = {}
        """By tick: what persons say in seats' places, in a tick of its own."""
        self._chosen: Collection[int] = ()
        """The ticks in which it was chosen who speaks next before a person spoke instead."""
        self.events: Mapping[Position, Event] = {}
        """What persons and clocks put between turns, at its place."""
        self.upto: int | None = None
        """The last turn to be taken; None where the end conditions decide alone."""
        self.waiting: list[str] = []
        """Whose turn it is, where the run was stopped because they are not there."""
        self.people = Waiting()
        self.control: Control | None = None
        """The reins, where somebody holds them."""
        self._stored: Stored | None = None
        """Who is to be told when the tick that is under way is stored."""
        self._stopped = False
        self._stuck = False
        """Whether nobody was asked in a tick, and nobody is waited for: better a failed run than one without end."""
        self._over = False
        """Whether all is over but the questions that are asked afterwards."""
        self._rank = {seat: rank for rank, seat in enumerate(taking.known)}

    def put(self, inputs: Inputs) -> None:
        """Take from a transcript what came from outside."""
        self.inputs, self.events, self._chosen = inputs.said, inputs.between, inputs.chosen
        self.taking.instead, self.taking.interrupted = inputs.instead, inputs.interrupted
        self.people.recorded = inputs.turns
        if inputs.after:
            live = self.taking.person
            self.taking.person = lambda turn: inputs.after.get(turn.turn) or live(turn)

    async def play(self) -> State:
        """Play ticks until an end condition holds; a run that is stopped stays open."""
        with collecting_rarely():
            try:
                while not self._stopped and self.state.turns != self.upto and not await self._is_over():
                    if self.control is None:
                        await self.tick()
                    elif self.control.may_tick():
                        await self.tick()
                        self.control.ticked()
            finally:
                self.people.leave()
                if self.control is not None:
                    self.control.close()
        return self.state

    def stop(self) -> None:
        """Stop at the next turn boundary."""
        self._stopped = True
        if self.control is not None:
            self.control.wake()

    def steered(self, hear: Hear | None = None) -> Control:
        """Give the reins of the run; to be called before it is played, or by whoever plays it.

        `hear` is called with what models answer, as it comes: thread, seat and a piece of text, or "" where it begins
        anew.  Without it, models are not asked to stream.
        """
        if self.control is None:
            self.control = Control(self.state, self.taking.brains)
        if self.recorder is not None and hear is not None:
            self.recorder.hear = self._unguarded(hear)
        return self.control

    def _unguarded(self, hear: Hear) -> Hear:
        """Let nothing be heard of a seat whose messages a guard may hold back, before they are whole."""
        guards = self.taking.guards
        if guards is None:
            return hear
        return lambda thread, seat, text: None if guards.watch(seat) else hear(thread, seat, text)

    async def _is_over(self) -> bool:
        """Let happen what happens between turns, and end the run where an end condition holds."""
        if self.control is not None:
            await self.control.gate()
        await self.between()
        end = ends.find_end(self.situation, self.state, self.draws)
        if end is None and self._stuck:
            end = ends.End("failed", "nobody can go on")
        self._over = end is not None and end.status == "done" and bool(self.situation.questions)
        if self._over:
            await self.between()
        if end is None or (self._over and self._asks_afterwards()):
            return self._stopped
        if self.state.ended is None:
            await self._write(ended(self.situation, self.state, end))
        return True

    async def tick(self) -> None:
        """Take the turns of one tick: all are asked from the same state, and none sees another's."""
        turns = await self._from_outside() or self._opening() or await self._asked()
        if self.upto is not None:
            turns = turns[: self.upto - self.state.turns]
        if len(turns) == 1 and self.control is None:  # no task of its own for the usual case
            await self.taking.take(turns[0])
        else:
            await self._together(turns)
        if any(turn.away for turn in turns):
            self.stop()  # nothing of the tick is written: it is taken as a whole when everybody is there
            self.waiting = [turn.seat for turn in turns if turn.away]
        elif turns:
            await self._commit(turns)
        elif not (self._stopped or self.people.is_waiting):
            self._stuck = True

    async def between(self) -> None:
        """Let happen what happens without anybody being asked."""
        while self.control is not None and (word := self.control.word(self._where)):
            event, stored = word
            self.state.apply(event)
            await self.write([event], wait=True)
            stored.set_result(None)
        if self.situation.is_plain and self.situation.seconds is None and not self.events:
            return
        while events := self._put() or agenda.due(self.situation, self.state, self.draws, over=self._over):
            await self._write(*events)

    @property
    def _where(self) -> dict[str, Any]:
        return {"tick": self.state.tick + 1, "step": self.state.between}

    @property
    def _place(self) -> Position:
        return Position(self.state.tick + 1, 0, self.state.between)

    def _put(self) -> list[Event]:
        """Give what a person or a clock put at this very place."""
        event = self.events.get(self._place)
        return [event] if event is not None else self._clock()

    def _clock(self) -> list[Event]:
        """Note how long the models took, once it is as long as an end condition says."""
        limit, recorder = self.situation.seconds, self.recorder
        if limit is None or recorder is None or recorder.seconds < limit or self.state.seconds >= limit:
            return []
        return [Elapsed(tick=self.state.tick + 1, step=self.state.between, seconds=round(recorder.seconds, 3))]

    def _asks_afterwards(self) -> bool:
        from sandbox import questions

        return questions.pending(self.situation, self.state, over=True) is not None

    async def _from_outside(self) -> list[Turn]:
        """Take the turns that persons take now, if there are any; raises WrongUse where the rules refuse one."""
        tick = self.state.tick + 1
        if tick in self.inputs and tick in self._chosen:
            await self._choose()
        given = [self._given(said, number) for number, said in enumerate(self.inputs.get(tick, ()), 1)]
        while self.control is not None and not given and (put := self.control.turn()):
            assert isinstance(put.event, Said)
            try:
                turn = self._given(put.event, 1)
            except WrongUse as refused:
                put.stored.set_exception(refused)
                continue
            self._stored = put.stored
            return [turn]
        return given

    def _given(self, said: Said, number: int) -> Turn:
        """Make the turn that a person takes in a seat's place."""
        thread = self.state.threads[said.thread]
        turn = self._turn(number, thread, said.seat)
        act = rules.judge_person(self.situation, self.state, said)
        turn.by, turn.evidence = "person", Evidence(at=time.time())
        turn.reply = Reply(clean_text(said.text), act, re=said.re)
        return turn

    def _opening(self) -> list[Turn]:
        """Take the turn that the scenario begins with, in a seat's place."""
        opening = self.situation.opening
        if opening is None or not agenda.opening_due(self.situation, self.state):
            return []
        thread = self.state.threads[opening.thread or self.situation.main]
        (turn,) = self._number([Call(thread, opening.seat)])
        turn.by, turn.evidence = "scenario", Evidence(at=time.time())
        turn.reply = Reply(opening.say, Offer(terms=dict(opening.act["offer"])))
        return [turn]

    async def _asked(self) -> list[Turn]:
        """Number the turns of those who are asked now; where a thread waits for a person, the others go on."""
        await self._choose()
        self.people.forget(
            lambda call, brain: (
                self.taking.brains[call.seat] is not brain or call not in self._wanted([call.thread.name])
            )
        )
        calls = self._wanted(self.people.answered(self.state.tick + 1))
        if len(self.state.threads) == 1:  # there is nothing that could go on meanwhile
            return self._number(calls)
        if self.people.recorded:
            return self._number([call for call in calls if self.people.had_turn(call, self.state.tick + 1)])
        if any(is_person(self.taking.brains[call.seat]) for call in calls):
            return await self._without_waiting(calls)
        return self._number(calls)

    async def _choose(self) -> None:
        """Choose who speaks next, where that has to be chosen."""
        while not (self.situation.is_plain or self._over) and (
            chosen := agenda.choose(self.situation, self.state, self.draws)
        ):
            await self._write(*chosen)
            while put := self.events.get(self._place):  # said while whoever was chosen was waited for
                await self._write(put)

    def _wanted(self, first: Collection[str] = ()) -> list[Call]:
        """Say who is asked for what, in these threads before all others."""
        return agenda.wanted(self.situation, self.state, self.draws, over=self._over, first=first)

    async def _without_waiting(self, calls: Sequence[Call]) -> list[Turn]:
        """Take those who can go on, and whoever has answered; nobody where all are waited for and one may come."""
        ready: list[Call] = []
        brains: dict[tuple[str, str], Brain] = {}
        for call in calls:
            key, brain = (call.thread.name, call.seat), self.taking.brains[call.seat]
            if not is_person(brain):
                ready.append(call)
            elif not self.people.is_asked(call) and key not in self.people.away:
                (turn,) = self._number([call])
                if answered := self.people.ask(call, brain, self.taking.view(turn, ())):
                    ready.append(call)
                    brains[key] = answered
        if not ready and not await self.people.any(self.control.news if self.control else None):
            self.stop()
            self.waiting = [seat for _, seat in self.people.away]
        turns = self._number(ready)
        for turn in turns:
            turn.brain = brains.get((turn.thread.name, turn.seat))
        return turns

    def _number(self, calls: Sequence[Call]) -> list[Turn]:
        """Number the turns of a tick: thread by thread, and in each in the order of its seats."""
        before: Counter[str] = Counter()
        turns = []
        ranked = sorted(calls, key=lambda call: self._rank.get(call.seat, 0)) if len(calls) > 1 else calls
        if len(calls) > 1:
            order = {name: number for number, name in enumerate(dict.fromkeys(call.thread.name for call in calls))}
            ranked = sorted(ranked, key=lambda call: order[call.thread.name])
        for number, (thread, seat, task) in enumerate(ranked, 1):
            turns.append(self._turn(number, thread, seat, task, before[seat]))
            before[seat] += 1
        return turns

    def _turn(self, number: int, thread: Thread, seat: str, task: Task = TALK, before: int = 0) -> Turn:
        """Make a turn of the coming tick, which is the seat's first in it, or comes after others."""
        state, kind = self.state, "talk" if task.kind == "propose" else task.kind
        nth = state.turns_of.get(seat, 0) + 1 + before
        own = state.tasks_of.get((seat, kind), 0) + 1 + before
        turn = Turn(state.tick + 1, state.turns + number, nth, thread, seat, task, own)
        turn.why = speakers.IN_TURN.get(self.situation.speakers[thread.form].kind) if task is TALK else None
        return turn

    async def _commit(self, turns: Sequence[Turn]) -> None:
        """Fold and write the turns in canonical order; a message gets its number here."""
        events: list[Event] = []
        for turn in turns:
            for event in turn.events:
                self._fold(self._named(event) if isinstance(event, Opened) else event, events)
            if turn.reply is not None:
                self._take_in(turn, turn.reply, events)
        for turn in turns:
            if turn.spent and self.state.exhausted is None:
                limit = Exhausted(
                    tick=turn.tick + 1, step=self.state.between, what=turn.spent.what, limit=turn.spent.limit
                )
                self._fold(limit, events)
        await self.write(events, wait=self._stored is not None)
        if self._stored is not None:
            self._stored.set_result(None)
            self._stored = None

    def _named(self, event: Opened) -> Opened:
        """Name a side thread by its members: whoever reads the name is one of them, and learns of no other thread."""
        name = "_".join((event.form, *event.members))
        again = sum(each == name or each.startswith(f"{name}__") for each in self.state.threads)
        return event.model_copy(update={"thread": f"{name}__{again + 1}" if again else name})

    def _take_in(self, turn: Turn, reply: Reply, events: list[Event]) -> None:
        if turn.task.kind not in ("talk", "propose"):
            assert reply.act is not None
            where = {**turn.at(), "task": turn.task.kind, "about": turn.task.about}
            by = turn.by if turn.by != "scenario" else None
            self._fold(Confided(**where, act=reply.act, text=reply.text, by=by, evidence=turn.evidence), events)
            return
        n, act = len(turn.thread.messages) + 1, reply.act
        said = Said(**turn.at(), n=n, act=act, re=reply.re, by=turn.by, text=reply.text, evidence=turn.evidence)
        self._fold(said, events)
        if reply.note is not None:
            self._fold(Noted(**turn.at(), upto=reply.note.upto, note=reply.note.text), events)
        if isinstance(act, Offer):
            worth = {seat: self.situation.utility(seat, act.terms) for seat in self.situation.parties}
            self._fold(Valued(**turn.at(), offer=f"{turn.thread.name}:{n}", worth=worth), events)
        elif isinstance(act, Accept) and self.state.agreement is None:
            self._agree(turn, events)

    def _agree(self, turn: Turn, events: list[Event]) -> None:
        if offer := rules.agreed_on(self.situation, self.state, turn.thread):
            where = turn.at()
            del where["seat"]
            by = [seat for seat in self.situation.seats if seat in offer.backers]
            among = self.situation.threads[turn.thread.form].binds == "members"
            agreed = Agreed(**where, offer=offer.id, terms=offer.terms, by=by, binds="members" if among else None)
            self._fold(agreed, events)

    def _fold(self, event: Event, events: list[Event]) -> None:
        self.state.apply(event)
        events.append(event)

    async def _together(self, turns: Sequence[Turn]) -> None:
        """Take turns at the same time; where one fails, none of the others goes on behind our back."""
        tasks = [asyncio.ensure_future(self.taking.take(turn)) for turn in turns]
        watched = self.control.watch if self.control is not None else None
        try:
            await asyncio.gather(*map(watched, turns, tasks) if watched else tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _write(self, *events: Event) -> None:
        for event in events:
            self.state.apply(event)
        await self.write(events)
