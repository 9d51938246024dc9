"""What a person may do to a run that is under way: halt it, step it, speak up in it, break a turn off, take a seat.

Every method is called in the run's own event loop.  What changes the run's content is an input: it takes effect at the
next turn boundary, is recorded at its tick, and is taken from the transcript in a replay.  What a person says is done
when it is stored: the futures that `speak` and `say` give say so.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from moot_errors import MootError, NotFound, WrongUse
from transcripts import MODERATOR, Event, Evidence, Said, Seated, State, Told

if TYPE_CHECKING:
    from sandbox.brain import Brain
    from sandbox.brains.human import Listen
    from sandbox.turns import Turn
    from sandbox.view import Reply, View
    from transcripts import Act

Status = Literal["running", "pausing", "paused", "over"]
Stored = asyncio.Future[None]
"""Done when what was said is stored; or it has the error that says why it was not."""


class Input(NamedTuple):
    """What a person said, and whom to tell when it is stored."""

    event: Said | Told | Seated
    stored: Stored


class Sitting:
    """A person in a seat whose brain is another one: what it says is recorded as a person's."""

    is_person = True

    def __init__(self, listen: Listen) -> None:
        self._listen = listen
        self._own: Brain | None = None
        self._asked: tuple[View, asyncio.Task[Reply | None]] | None = None

    @property
    def by(self) -> Literal["person"] | None:
        """Who speaks: the person, or since they have left, the seat's own brain."""
        return None if self._own else "person"

    async def reply(self, view: View) -> Reply:
        """Give what the person says; where nobody is there, the turn waits."""
        from sandbox.brain import Away

        if self._own is not None:
            return await self._own.reply(view)
        listening = asyncio.ensure_future(self._listen(view))
        self._asked = view, listening
        try:
            reply = await listening
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.by is not None or task is None or task.cancelling():
                raise
            return await self.reply(view)  # by the seat's own brain, for the person has left
        finally:
            listening.cancel()
            self._asked = None
        if reply is None:
            raise Away(view.seat)
        return reply

    def leave(self, own: Brain) -> None:
        """Let the seat's own brain decide, also in the turn that is being taken.

        Raises WrongUse where the person did something in it already that was refused: that stands in the transcript.
        """
        if self._asked is not None:
            view, task = self._asked
            if view.refusals:
                raise WrongUse(
                    f"{view.seat} was refused something in this turn", remedy="take the turn, or pass, and then leave"
                )
            task.cancel()
        self._own = own


class Control:
    """The reins of one run."""

    def __init__(self, state: State, brains: dict[str, Brain]) -> None:
        self.state = state
        self.brains = brains
        self._own: dict[str, Brain] = {}
        self._words: deque[Input] = deque()
        self._turns: deque[Input] = deque()
        self.news = asyncio.Event()
        """Set when a person wants something of the run."""
        self._ticks: int | None = None
        self._halted = False
        self._asked: dict[tuple[str, str], tuple[Turn, asyncio.Task[None]]] = {}

    @property
    def status(self) -> Status:
        """Say how it is with the run."""
        if self.state.ended is not None:
            return "over"
        if self._ticks is None or self._ticks > 0:
            return "running"
        return "paused" if self._halted else "pausing"

    @property
    def asked(self) -> list[str]:
        """Name the seats that are being asked at this moment."""
        return [seat for _, seat in self._asked]

    @property
    def taken(self) -> list[str]:
        """Name the seats that a person has taken."""
        return list(self._own)

    def pause(self) -> None:
        """Halt at the next turn boundary."""
        self._ticks = 0

    def go_on(self) -> None:
        """Go on after a pause."""
        self._ticks = None
        self.news.set()

    def step(self) -> None:
        """Play one tick, and halt again."""
        self._ticks = 1
        self.news.set()

    def speak(self, text: str, *, thread: str | None = None, to: Sequence[str] = ()) -> Stored:
        """Say something as the moderator: to everybody in a thread, or in private to some.

        Raises NotFound for a thread or seat that is not there.
        """
        for seat in to:
            self._check_seat(seat)
        name = thread or next(iter(self.state.threads))
        if name not in self.state.threads:
            raise NotFound("thread", name, self.state.threads)
        if to:
            return self._put(self._words, Told(to=list(to), text=text, by="person"))
        return self._put(self._words, Said(thread=name, seat=MODERATOR, n=0, by="person", text=text))

    def say(self, seat: str, text: str = "", act: Act | None = None, thread: str | None = None) -> Stored:
        """Say or do something in a seat's place, in a turn of its own.

        Raises NotFound for a seat that is not there, or a thread that it is not in.  Whether it stands is judged when
        its turn comes; the future has a WrongUse where it does not.
        """
        self._check_seat(seat)
        its = [name for name, each in self.state.of_seat.get(seat, {}).items() if seat in each.members]
        name = thread or its[0]
        if name not in its:
            raise NotFound(f"thread of {seat}", name, its, remedy=f"threads: {', '.join(its)}")
        return self._put(self._turns, Said(thread=name, seat=seat, n=0, act=act, by="person", text=text))

    def interrupt(self, seat: str | None = None) -> list[str]:
        """Break off the turns that are under way, or one seat's; gives whose they were."""
        broken = [key for key in self._asked if seat in (None, key[1])]
        for key in broken:
            turn, task = self._asked[key]
            turn.interrupted = True
            task.cancel()
        return [each for _, each in broken]

    def take(self, seat: str, listen: Listen) -> None:
        """Let a person take a seat from its next turn on."""
        self._check_seat(seat)
        self._own.setdefault(seat, self.brains[seat])
        self.brains[seat] = Sitting(listen)

    def give_back(self, seat: str) -> None:
        """Let a seat's own brain decide again, from the turn on that is being taken.

        Raises WrongUse where nobody has taken it, or where the person was refused something in this turn.
        """
        if seat not in self._own:
            raise WrongUse(f"nobody has taken {seat}'s seat")
        sitting = self.brains[seat]
        assert isinstance(sitting, Sitting)
        sitting.leave(self._own[seat])
        self.brains[seat] = self._own.pop(seat)

    def note(self, seat: str, participant: str | None = None, consent: str | None = None) -> Stored:
        """Record who takes a seat, and the text that they consented to."""
        self._check_seat(seat)
        evidence = Evidence(at=round(time.time(), 3))
        return self._put(self._words, Seated(seat=seat, participant=participant, consent=consent, evidence=evidence))

    def wake(self) -> None:
        """Let the run look again whether it is to go on."""
        self.news.set()

    # What follows is for the coordinator.

    async def gate(self) -> None:
        """Wait while the run is paused and nobody has said anything."""
        if self._ticks == 0 and not (self._words or self._turns):
            self._halted = True
            self.news.clear()
            await self.news.wait()
            self._halted = False

    def may_tick(self) -> bool:
        """Tell whether a tick may be played now: one in which somebody says something may be, paused or not."""
        return self._ticks != 0 or bool(self._turns)

    def ticked(self) -> None:
        """Count a tick that was played."""
        if self._ticks:
            self._ticks -= 1

    def word(self, where: Mapping[str, Any]) -> tuple[Event, Stored] | None:
        """Take what the moderator says next."""
        if not self._words:
            return None
        word, stored = self._words.popleft()
        number = {"n": len(self.state.threads[word.thread].messages) + 1} if isinstance(word, Said) else {}
        return word.model_copy(update={**where, **number}), stored

    def turn(self) -> Input | None:
        """Take what is said next in a seat's place."""
        return self._turns.popleft() if self._turns else None

    async def watch(self, turn: Turn, task: asyncio.Task[None]) -> None:
        """Wait for a turn that can be broken off."""
        key = turn.thread.name, turn.seat
        self._asked[key] = (turn, task)
        try:
            await task
        finally:
            del self._asked[key]

    def close(self) -> None:
        """Tell those whose words were not taken any more."""
        for _, stored in (*self._words, *self._turns):
            if not stored.done():
                stored.set_exception(MootError("it was not said: the run is over, or was left"))
        self._words.clear()
        self._turns.clear()

    def _put(self, queue: deque[Input], event: Said | Told | Seated) -> Stored:
        stored: Stored = asyncio.get_running_loop().create_future()
        queue.append(Input(event, stored))
        self.news.set()
        return stored

    def _check_seat(self, seat: str) -> None:
        if seat not in self.state.seats:
            raise NotFound("seat", seat, self.state.seats, remedy=f"seats: {', '.join(self.state.seats)}")
