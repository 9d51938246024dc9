"""Say what went wrong, and what to do."""

from __future__ import annotations

import traceback

from moot_errors import MootError
from sandbox.rendering.printable import printable
from tui.dialogs.question import Answer, Question

KEPT = "What was said is kept, and runs that are under way go on."


def fault_of(error: BaseException) -> str:
    """Name an error that nobody expected, in a line."""
    return printable(f"{type(error).__name__}: {error}".rstrip(": "))


class Complaint(Question):
    """Show an error: a user's mistake with its remedy, a fault of ours with how to report it."""

    def __init__(self, error: BaseException, doing: str = "") -> None:
        """`doing` says in a few words what was tried."""
        self.error = error
        known = isinstance(error, MootError)
        title = f"{doing} did not work" if doing else "That did not work" if known else "A fault in Moot"
        super().__init__(title, str(error) if known else _words(error), [Answer("ok", "close", "c")])
        self.add_class("-bad")

    def action_copy(self) -> None:
        """Copy all that a report needs."""
        known = isinstance(self.error, MootError)
        text = self.text if known else "".join(traceback.format_exception(self.error))
        self.app.copy_to_clipboard(printable(text, lines=True))
        self.notify("copied", markup=False)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        return f"The system refused something: {fault_of(error)}\n\n{KEPT}"
    return f"{fault_of(error)}\n\n{KEPT}\nPlease report it with what you did: y copies where it happened."
