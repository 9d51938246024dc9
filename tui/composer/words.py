"""What somebody is about to say: read, checked, and handed to the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from moot_errors import NotFound, WrongUse
from sandbox.deeds import read_act
from sandbox.view import TALK, Task
from transcripts import MODERATOR, Act, Thread

if TYPE_CHECKING:
    from sandbox.rendering.scene import Scene
    from tui.underway import Ask, Done, Underway


@dataclass(frozen=True)
class Words:
    """What stands in the composer."""

    seat: str = MODERATOR
    """In whose place it is said."""
    thread: str = ""
    to: str = ""
    """Of the moderator: who alone is told, with commas between."""
    text: str = ""
    act: str = ""
    """What is done along with it, as a person types it."""

    @classmethod
    def of(cls, draft: Mapping[str, str]) -> Words:
        """Read a draft; what it does not say is as in none."""
        names = {each.name for each in fields(cls)}
        return cls(**{name: text for name, text in draft.items() if name in names})

    def draft(self) -> dict[str, str]:
        """Give what is worth keeping: nothing while nothing was written."""
        return asdict(self) if self.text.strip() or self.act.strip() else {}

    def send(self, scene: Scene, underway: Underway) -> Done:
        """Say it; raises a MootError for what cannot be read."""
        if not self.text.strip() and not self.act.strip():
            raise WrongUse("nothing is written", remedy="write what is to be said, or what to do: pass")
        if self.seat == MODERATOR:
            return self._moderate(underway)
        ask = ask_of(underway, self.seat, self.thread)
        act = read_deed(self.act, scene, self.thread, self.seat, ask.task if ask else TALK)
        if ask is not None:
            return underway.answer(ask, self.text.strip(), act)
        return underway.say(self.seat, self.text.strip(), act, self.thread)

    def _moderate(self, underway: Underway) -> Done:
        if self.act.strip():
            raise WrongUse("a moderator does nothing but talk", remedy="say it as one of the participants")
        seats = [seat.strip() for seat in self.to.replace(";", ",").split(",") if seat.strip()]
        return underway.speak(self.text.strip(), self.thread or None, seats)


def read_deed(text: str, scene: Scene, thread: str, seat: str, task: Task = TALK) -> Act | None:
    """Read what is done; None for nothing.  Raises NotFound and WrongUse."""
    if not text.strip():
        return None
    issues = scene.situation.issues if scene.situation else {}
    return read_act(text, issues, _thread(scene, thread), seat, task)


def ask_of(underway: Underway, seat: str, thread: str = "") -> Ask | None:
    """Find the turn that waits for a seat's person; in any thread where none is named."""
    return next((ask for ask in underway.asks if ask.seat == seat and thread in ("", ask.thread)), None)


def threads_of(scene: Scene, seat: str) -> list[str]:
    """Name the threads in which a seat can say something; of the moderator, all."""
    threads = scene.threads
    return [name for name, thread in threads.items() if seat in thread.members or seat == MODERATOR]


def deeds_of(scene: Scene, thread: str, seat: str) -> list[str]:
    """Name what a seat may well do now, as it is typed."""
    if thread not in scene.threads or scene.situation is None or not scene.situation.issues:
        return ["pass"]
    standing = scene.threads[thread].standing.values()
    others = [offer.id for offer in reversed(standing) if offer.seat != seat]
    terms = ", ".join(f"{name}=" for name in scene.situation.issues)
    return [f"offer {terms}", *(f"accept {name}" for name in others), *(f"reject {name}" for name in others),
            "withdraw", "walk away", "pass"]  # fmt: skip


def _thread(scene: Scene, name: str) -> Thread:
    if name not in scene.threads:
        raise NotFound("thread", name, list(scene.threads), remedy=f"threads: {', '.join(scene.threads)}")
    return scene.threads[name]
