"""The reins of a run that is played in the engine's thread, held in the interface's.

    done = underway.say("buyer", "200, and I take it now.")     in any thread, and returns at once
    done.result()                                               stored; or why it was not said

Where a person has the turn, `asks` has what is asked, and `answer` takes what they say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from moot_errors import MootError, WrongUse
from transcripts import Confided, Event, Forfeited, Said, State

if TYPE_CHECKING:
    from sandbox import Reply, View
    from sandbox.control import Control, Stored
    from sandbox.view import Task
    from transcripts import Act

Done = Future[None]
"""Done when what was asked for is done, and what was said is stored; or it has the error that says why it is not."""
Doing = Literal["running", "pausing", "paused", "stopping", "waiting for you"]
"""What a run that is under way is doing."""
Key = tuple[str, str]
"""Thread and seat."""

OVER: Final = "the run is not under way any more"


class Engine(Protocol):
    """What is needed of the thread that plays."""

    def call(self, what: Callable[[], object]) -> bool:
        """Do something there, soon; False where there is no such thread any more."""
        ...


class Steered(Protocol):
    """What is needed of a coordinator."""

    waiting: list[str]
    taking: Any
    state: State

    def stop(self) -> None: ...
    def steered(self, hear: Callable[[str, str, str], None] | None = None) -> Control: ...


@dataclass(frozen=True, eq=False)
class Ask:
    """A turn that waits for a person; what it is asked with does not change."""

    view: View
    reply: asyncio.Future[Reply | None]

    @property
    def seat(self) -> str:
        return self.view.seat

    @property
    def thread(self) -> str:
        return self.view.thread.name

    @property
    def task(self) -> Task:
        return self.view.task

    @property
    def key(self) -> Key:
        return self.thread, self.seat


@dataclass(frozen=True)
class Sitter:
    """Somebody who takes part: they see and say what their seat does, and nothing else."""

    seat: str
    participant: str | None = None
    """What the study calls them."""
    consent: str | None = None
    """The text that they consented to."""


class Underway:
    """What can be done to a run that is under way; every method may be called in any thread, and returns at once."""

    def __init__(self, engine: Engine, sitter: Sitter | None = None) -> None:
        """With `sitter` somebody takes part, and nobody here answers for others."""
        self._engine = engine
        self.sitter = sitter
        self._coordinators: list[Steered] = []
        self._control: Control | None = None
        self._asks: dict[Key, Ask] = {}
        self._sent: dict[Key, Done] = {}
        self._stop = self._over = False

    # How it is

    @property
    def doing(self) -> Doing:
        """Say what it is doing."""
        status = self._control.status if self._control else "running"
        if self._stop:
            return "stopping"
        if self._asks:
            return "waiting for you"
        return status if status in ("pausing", "paused") else "running"

    @property
    def halted(self) -> bool:
        """Whether it is paused, or will be."""
        return self._control is not None and self._control.status in ("pausing", "paused")

    @property
    def asks(self) -> Sequence[Ask]:
        """The turns that wait for a person, the oldest first."""
        return tuple(self._asks.values())

    @property
    def asked(self) -> Sequence[str]:
        """The seats that are being asked at this moment, and can be interrupted."""
        return tuple(self._control.asked) if self._control else ()

    @property
    def taken(self) -> Sequence[str]:
        """The seats that a person has taken from their brains."""
        return tuple(self._control.taken) if self._control else ()

    @property
    def waits(self) -> tuple[str, ...]:
        """The seats for whose people it was left."""
        return tuple(seat for each in self._coordinators for seat in each.waiting)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop

    # What can be done

    def stop(self) -> None:
        """Stop at the next turn boundary; whoever is waited for is not waited for any more."""
        self._stop = True
        self._engine.call(self._end)

    def pause(self) -> Done:
        """Halt at the next turn boundary."""
        return self._do(lambda control: control.pause())

    def go_on(self) -> Done:
        """Go on after a pause."""
        return self._do(lambda control: control.go_on())

    def step(self) -> Done:
        """Play one tick, and halt again."""
        return self._do(lambda control: control.step())

    def interrupt(self, seat: str | None = None) -> Done:
        """Break off the turns that are under way, or one seat's."""

        def broken(control: Control) -> None:
            if not control.interrupt(seat):
                raise WrongUse("nobody is being asked at this moment, so there is nothing to break off")

        return self._do(broken)

    def take(self, seat: str) -> Done:
        """Take a seat, from its next turn on."""
        return self._do(lambda control: control.take(seat, self.listen))

    def give_back(self, seat: str) -> Done:
        """Let a seat's own brain decide again."""
        return self._do(lambda control: control.give_back(seat))

    def speak(self, text: str, thread: str | None = None, to: Sequence[str] = ()) -> Done:
        """Say something as the moderator."""
        return self._do(lambda control: control.speak(text, thread=thread, to=to))

    def say(self, seat: str, text: str, act: Act | None = None, thread: str | None = None) -> Done:
        """Say or do something in a seat's place: in the turn that is asked for, or in one of its own."""
        ask = next((each for each in self.asks if each.seat == seat and thread in (None, each.thread)), None)
        if ask is not None and ask.task.kind in ("talk", "propose"):
            return self.answer(ask, text, act)
        if self.sitter is not None:
            raise WrongUse("it is not your turn yet", remedy="what you wrote is kept until it is")
        return self._do(lambda control: control.say(seat, text, act, thread))

    def answer(self, ask: Ask, text: str = "", act: Act | None = None) -> Done:
        """Take the turn that is asked for."""
        from sandbox import Reply

        done = _promised()

        def answered() -> None:
            if ask.reply.done():
                done.set_exception(WrongUse("this turn is not waited for any more"))
                return
            self._sent[ask.key] = done
            ask.reply.set_result(Reply(text, act))

        return self._called(answered, done)

    # In the engine's thread

    def begun(self, coordinator: Steered, hear: Callable[[str, str, str], None] | None = None) -> None:
        """Take what steers the run."""
        self._coordinators.append(coordinator)
        self._control = coordinator.steered(hear)
        if self.sitter is not None:
            self._sit(coordinator, self._control, self.sitter)
        if self._stop:
            self._end()

    def _sit(self, coordinator: Steered, control: Control, sitter: Sitter) -> None:
        coordinator.taking.person = lambda turn: None  # nobody is here to stand in for others
        noted = control.note(sitter.seat, sitter.participant, sitter.consent)  # stored before anything else happens
        noted.add_done_callback(lambda told: told.exception())
        if coordinator.state.seats[sitter.seat].brain.get("kind") != "human":
            control.take(sitter.seat, self.listen)

    async def listen(self, view: View) -> Reply | None:
        """Wait for a person's turn; None where the run is stopped before it is taken."""
        if self._stop or (self.sitter is not None and view.seat != self.sitter.seat):
            return None
        ask = Ask(view, asyncio.get_running_loop().create_future())
        self._settle(ask.key, WrongUse(view.refusals[-1].reason) if _refused(view) else None)
        self._asks = {**self._asks, ask.key: ask}
        try:
            return await ask.reply
        finally:
            self._asks = {key: each for key, each in self._asks.items() if each is not ask}

    def watch(self, event: Event) -> None:
        """See an event that was stored: it may be what somebody waits for."""
        match event:
            case Said() | Confided() if event.turn:
                self._settle((event.thread, event.seat), None)
            case Forfeited():
                self._settle((event.thread, event.seat), WrongUse(f"the turn was lost: {event.reason}"))
            case _:
                pass

    def finish(self) -> None:
        """Say that it is not played any more."""
        self._over = True
        for key in list(self._sent):
            self._settle(key, MootError(f"it was not said: {OVER}"))

    def _settle(self, key: Key, error: MootError | None) -> None:
        if done := self._sent.pop(key, None):
            _tell(done, error)

    def _end(self) -> None:
        for coordinator in self._coordinators:
            coordinator.stop()
        for ask in self.asks:
            if not ask.reply.done():
                ask.reply.set_result(None)

    def _do(self, what: Callable[[Control], Stored | None]) -> Done:
        done = _promised()

        def doing() -> None:
            if self._over or self._control is None:
                done.set_exception(WrongUse(OVER if self._over else "the run has not begun yet"))
                return
            try:
                stored = what(self._control)
            except Exception as error:  # noqa: BLE001  whatever it is, it is told where it was asked for
                done.set_exception(error)
                return
            if stored is None:
                done.set_result(None)
            else:
                stored.add_done_callback(
                    lambda told: _tell(done, MootError("it was not said") if told.cancelled() else told.exception())
                )

        return self._called(doing, done)

    def _called(self, what: Callable[[], None], done: Done) -> Done:
        if not self._engine.call(what):
            done.set_exception(WrongUse(OVER))
        return done


def _promised() -> Done:
    """Make what will be done; whoever gives up waiting for it does not undo it."""
    done: Done = Future()
    done.set_running_or_notify_cancel()
    return done


def _tell(done: Done, error: BaseException | None) -> None:
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


def _refused(view: View) -> bool:
    """Tell whether what was said in this turn was refused, and did not only open a side thread."""
    return bool(view.refusals) and not view.refusals[-1].opened
