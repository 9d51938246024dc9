"""Take a person's turns at the terminal."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from moot_errors import MootError
from sandbox.cli.stage import Show
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.view import Reply, View
    from transcripts import Act


class Person:
    """Ask whoever sits at the terminal what a seat says and does.

    Ctrl+D or Ctrl+C leaves the turn for another time.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._met: set[str] = set()
        self._told: dict[str, int] = {}
        """By seat, how much of what it was told in private was shown."""

    async def listen(self, view: View) -> Reply | None:
        """Take one turn; None where the person leaves."""
        self._show.progress.clear()
        if view.seat not in self._met:
            self._met.add(view.seat)
            self._tell(f"You are {view.seat}: {view.known.role or 'a participant'}. {view.known.brief}".strip())
        for text in view.told[self._told.get(view.seat, 0) :]:
            self._tell(f"You are told in private: {text}")
        self._told[view.seat] = len(view.told)
        for refusal in view.refusals[-1:]:
            self._tell(refusal.reason if refusal.opened else f"That did not stand: {refusal.reason}")
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._ask(view)
        except (EOFError, KeyboardInterrupt):
            print()
            return None
        finally:
            signal.signal(signal.SIGINT, before)

    def _ask(self, view: View) -> Reply:
        from sandbox.view import Reply

        seat = printable(view.seat)
        if view.task.kind not in ("talk", "propose"):
            self._tell(_question(view))
            return Reply(act=self._deed(view, f"{seat} answers: "))
        if len(view.threads) > 1:
            others = ", ".join(member for member in view.thread.members if member != view.seat)
            self._tell(f"In {view.thread.name}, with {others}:")
        text = input(f"{seat} says: ")
        acts = _acts(view)
        if not acts:
            return Reply(text)
        return Reply(text, self._deed(view, f"{seat} does ({acts}): "))

    def _deed(self, view: View, prompt: str) -> Act | None:
        """Ask until it can be read what is done; None for nothing, where nothing may be done."""
        from sandbox.deeds import read_act

        while True:
            deed = input(prompt)
            if not deed.strip() and view.task.kind == "talk":
                return None
            try:
                return read_act(deed, view.known.issues, view.thread, view.seat, view.task)
            except MootError as error:
                self._tell(str(error))

    def _tell(self, text: str) -> None:
        console = self._show.console
        console.out(*(console.paint(printable(line), "dim") for line in text.splitlines()))


def _question(view: View) -> str:
    """Say what is asked, and how to answer."""
    from sandbox.deeds import how

    task = view.task
    said = {
        "move": f"You choose {task.about}, in secret.",
        "vote": f"You vote on {task.about}.",
        "answer": f"You are asked in private; nobody learns of it. {task.text}".strip(),
        "bid": "How much do you want to speak next?",
    }
    return f"{said.get(task.kind, 'Who speaks next?')}\n  ({how(task)})"


def _acts(view: View) -> str:
    """List what can be done; empty where one can only talk."""
    known = view.known
    if view.task.kind == "propose":
        return "offer …: the last proposal"
    more = [
        *(["open with …: …"] if known.sides else []),
        *(["leave"] if view.thread.opened_by is not None else []),
        *(["hand over to …"] if view.thread.form in known.hand_over else []),
        *(["assign …: …"] if "assign" in known.abilities else []),
        *(["report: …"] if "report" in known.abilities else []),
    ]
    if known.issues:
        answers = ["accept", "reject"] if known.seat in known.parties else []
        offers = ["offer …"] if view.seat in known.proposers.get(view.thread.form, (view.seat,)) else []
        return ", ".join([*offers, *answers, "withdraw", "walk away", *more, "pass; empty for nothing"])
    return ", ".join([*more, "pass; empty for nothing"]) if more else ""
