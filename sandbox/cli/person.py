"""Take a person's turns at the terminal."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from moot_errors import MootError
from sandbox.cli.stage import Show
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.view import Reply, View


class Person:
    """Ask whoever sits at the terminal what a seat says and does.

    Ctrl+D or Ctrl+C leaves the turn for another time.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._met: set[str] = set()

    async def listen(self, view: View) -> Reply | None:
        """Take one turn; None where the person leaves."""
        self._show.progress.clear()
        if view.seat not in self._met:
            self._met.add(view.seat)
            self._tell(f"You are {view.seat}: {view.known.role or 'a participant'}. {view.known.brief}".strip())
        for refusal in view.refusals[-1:]:
            self._tell(f"That did not stand: {refusal.reason}")
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._ask(view)
        except (EOFError, KeyboardInterrupt):
            print()
            return None
        finally:
            signal.signal(signal.SIGINT, before)

    def _ask(self, view: View) -> Reply:
        from sandbox.deeds import read_act
        from sandbox.view import Reply

        seat = printable(view.seat)
        text = input(f"{seat} says: ")
        if view.known.stakes is None:
            return Reply(text)
        while True:
            deed = input(f"{seat} does (offer …, accept, reject, withdraw, walk away, pass; empty for nothing): ")
            try:
                act = read_act(deed, view.known.issues, view.thread, view.seat) if deed.strip() else None
            except MootError as error:
                self._tell(str(error))
            else:
                return Reply(text, act)

    def _tell(self, text: str) -> None:
        console = self._show.console
        console.out(*(console.paint(printable(line), "dim") for line in text.splitlines()))
