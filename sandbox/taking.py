"""Take one turn: ask the brain until its answer passes, or its chances and those who stand in for it are used up."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from moot_errors import StoreError
from sandbox import rules
from sandbox.answers import INTERRUPTED, Differs, Unrecorded
from sandbox.brain import Away, Brain, Unusable
from sandbox.budget import BudgetSpent
from sandbox.models import known_secrets, redact
from sandbox.turns import Turn, evidence_since
from sandbox.view import Known, Refusal, Reply, View
from transcripts import Opened, OpenThread, State

if TYPE_CHECKING:
    from sandbox.guards import Escalation, Guards
    from sandbox.recorder import Recorder
    from scenarios import Draws, Situation

ATTEMPTS = 3
"""How often a brain is asked in one turn before the turn is forfeited."""
By = Literal["person", "scenario", "fallback"]
Substitute = Callable[[str, Mapping[str, object]], Brain]
"""Make the brain that stands in for a seat's own, from its mapping."""


class _Refused(NamedTuple):
    """An answer that was not let pass."""

    by: str
    """`rules`, `form`, or the guard's name."""
    reason: str
    reply: Reply
    detail: str | None = None


@dataclass
class Taking:
    """Take turns of one run."""

    situation: Situation
    state: State
    known: Mapping[str, Known]
    brains: dict[str, Brain]
    draws: Draws
    recorder: Recorder | None = None
    guards: Guards | None = None
    substitute: Substitute | None = None
    """Makes the brains that a guard falls back on."""
    person: Callable[[Turn], Brain | None] = lambda turn: None
    """Gives the person who can stand in for a seat, if there is one."""
    instead: Mapping[int, Brain] = field(default_factory=dict)
    """By turn, what persons said who had taken a seat, where it is played again."""
    interrupted: Collection[int] = ()
    """The turns that a person broke off, where they are played again."""

    async def take(self, turn: Turn) -> None:
        """Take a turn; what came of it stands in the turn."""
        if turn.reply is not None:
            return
        brain = turn.brain or self.instead.get(turn.turn) or self.brains[turn.seat]
        by: By | None = None
        turn.by = getattr(brain, "by", None)
        refusals: tuple[Refusal, ...] = ()
        failed: Counter[str] = Counter()
        steps: Iterator[object] | None = None
        while True:
            asked = time.perf_counter()
            try:
                refused = await self._once(turn, brain, refusals, asked)
                if isinstance(refused, Refusal):
                    refusals += (refused,)
                    continue
            except Away:
                turn.away = True
                return
            except asyncio.CancelledError:
                if not turn.interrupted and turn.turn not in self.interrupted:
                    raise
                turn.forfeit(INTERRUPTED, "a person broke it off", asked)
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
                turn.forfeit(kind or "error", reason, asked, clean_text(str(fault)))
                return
            if refused is None:
                turn.by = by or getattr(brain, "by", None)  # a seat may be given back in the middle of a turn
                return
            turn.refuse(refused.by, refused.reason, refused.reply, asked, refused.detail)
            refusals += (Refusal(refused.reason, _told(refused.reply)),)
            failed[refused.by] += 1
            escalation = self._escalation(turn, refused.by)
            tries = ATTEMPTS if escalation is None else escalation.tries
            if failed[refused.by] < tries and failed.total() < max(ATTEMPTS, tries):
                continue
            if steps is None and escalation is not None:
                steps = iter(escalation.then)
            found = self._next(turn, steps, refused, failed.total(), asked)
            if found is None:
                return
            brain, by = found
            turn.by = by
            refusals, failed = (), Counter()

    def _escalation(self, turn: Turn, by: str) -> Escalation | None:
        if self.guards is None or by in ("rules", "form"):
            return None
        return self.guards.escalation(turn.seat, by)

    def _next(
        self, turn: Turn, steps: Iterator[object] | None, refused: _Refused, times: int, asked: float
    ) -> tuple[Brain, By] | None:
        """Find who stands in; None where nobody does, and the turn is lost."""
        if steps is None:
            turn.forfeit("refused", f"refused {times} times", asked)
            return None
        from sandbox.guards import End, Fallback, Person

        for step in steps:
            match step:
                case Fallback(brain=mapping):
                    assert self.substitute is not None
                    return self.substitute(turn.seat, mapping), "fallback"
                case Person() if brain := self.person(turn):
                    return brain, "person"
                case Person():
                    continue
                case End():
                    turn.forfeit("stopped", f"the guard {refused.by!r} ends the run: {refused.reason}", asked)
                    return None
                case _:
                    break
        turn.forfeit("guarded", f"held back by the guard {refused.by!r}", asked)
        return None

    async def _once(
        self, turn: Turn, brain: Brain, refusals: tuple[Refusal, ...], asked: float
    ) -> _Refused | Refusal | None:
        """Ask once; what passes becomes the turn's, but where it opens a side thread the seat is asked again."""
        view = self.view(turn, refusals)
        reply = Reply()
        try:
            reply = clean(await brain.reply(view))
            act = rules.judge(self.situation, self.state, turn.thread, turn.seat, reply.act, turn.task)
            rules.judge_reference(turn.thread, reply.re)
            if isinstance(act, OpenThread):
                rules.refuse_second(turn.events)
        except rules.Refused as refused:
            return _Refused("rules", refused.reason, reply)
        except Unusable as unusable:
            return _Refused("form", unusable.reason, clean(Reply(unusable.answer)))
        if isinstance(act, OpenThread):  # what is said along with it is what it is about, or else nobody hears it
            act = act.model_copy(update={"about": act.about or reply.text})
            reply = replace(reply, text="")
        reply = replace(reply, act=act)
        if self.guards is not None and (stopped := await self.guards.check(view, reply)):
            return _Refused(stopped.guard, stopped.reason, reply, stopped.detail)
        if isinstance(act, OpenThread):
            turn.events.append(
                Opened(
                    **{**turn.at(), "thread": ""},
                    form=act.form or "",
                    members=[seat for seat in self.situation.seats if seat in (turn.seat, *act.invite)],
                    about=act.about,
                    evidence=evidence_since(asked),
                )
            )
            told = "your side thread is open from the next tick on; now take your turn here"
            return Refusal(told, _told(reply), opened=True)
        turn.reply, turn.evidence = reply, evidence_since(asked, why=turn.why)
        return None

    def view(self, turn: Turn, refusals: tuple[Refusal, ...]) -> View:
        """Give what the turn's seat may know."""
        state, seat, thread = self.state, turn.seat, turn.thread
        return View(
            known=self.known[seat],
            thread=thread,
            threads=state.of_seat.get(seat) or {thread.name: thread},
            turn=turn.own,
            draws=self.draws,
            refusals=refusals,
            notes=state.notes.get(seat, {}),
            ask=partial(self.recorder.ask, turn) if self.recorder else None,
            task=turn.task,
            repeat=max(1, state.repeat),
            made=state.made.get(seat, ()),
            told=state.told.get(seat, ()),
            revealed=state.revealed.get(thread.name, ()),
            assigned=state.assigned.get(seat, ()),
        )


def _told(reply: Reply) -> str:
    """Write what was answered, the act included, for the seat that answered it."""
    act = reply.act.model_dump_json() if reply.act else ""
    return f"{reply.text} {act}".strip()


def clean(reply: Reply) -> Reply:
    """Take out what no file can hold, and what nobody is to read."""
    text = clean_text(reply.text)
    return reply if text is reply.text else replace(reply, text=text)


def clean_text(text: str) -> str:
    """Replace half surrogates, which no file can hold, and take out keys and tokens."""
    return redact(text if text.isascii() else text.encode("utf-8", "replace").decode(), known_secrets())
