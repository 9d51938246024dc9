"""Messages as lines of JSON: nothing that stands inside one can look like a line, a name, an act or a marker."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from sandbox.models.tokens import count_text
from sandbox.models.types import TextPart
from transcripts import Accept, Act, Assign, HandOver, Message, Note, Offer, Reject, Report, Thread

if TYPE_CHECKING:
    Render = Callable[[Mapping[str, Any]], str]

_RISKY = re.compile(
    # What a server's own template takes for its markers: <|im_start|>, </s>, [INST].
    r"<|\[(?=/?[A-Z_]+\])"
    # Controls, what cannot be seen, what changes the direction of writing, what ends a line, and half surrogates; as
    # ranges and not by category, for categories change with Python's version, and a prompt must not.
    "|[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def escape(text: str) -> str:
    """Write a text as it stands inside a JSON string, on one line and without anything that cannot be seen."""
    return _RISKY.sub(_escaped, encode_basestring(text)[1:-1])


def quote(text: str) -> str:
    """Write a text as a JSON string, as `escape` does."""
    return f'"{escape(text)}"'


def _escaped(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


class Told:
    """The messages of one thread as parts of a prompt; each is written once, and stays the same object."""

    def __init__(self, thread: Thread, render: Render) -> None:
        self.thread = thread
        self.parts: list[TextPart] = []
        self.tokens: list[int] = []
        """Of each part, as estimated."""
        self._render = render

    def follow(self) -> Told:
        """Write what is new in the thread."""
        for message in self.thread.messages[len(self.parts) :]:
            part = TextPart(kind="text", text=line_of(message, self._render))
            self.parts.append(part)
            self.tokens.append(count_text(part.text))
        return self


def line_of(message: Message, render: Render) -> str:
    """Write a message as a line: its name, its thread, who spoke, what they did, and what they said."""
    fields = {"message": message.id, "thread": message.thread, "from": message.seat}
    if message.re is not None:
        fields["re"] = message.re
    if message.act is not None:
        fields["act"] = _deed(message.act, render)
    return _line({**fields, "says": message.text})


def summary_line(thread: Thread, note: Note) -> str:
    """Write a summary as a line, in the place of the messages that it sums up."""
    return _line({"summary": f"{thread.name}:1 to {thread.name}:{note.upto}", "thread": thread.name, "is": note.text})


def _line(fields: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{key}":{quote(value)}' for key, value in fields.items()) + "}\n"


def _deed(act: Act, render: Render) -> str:
    match act:
        case Offer(terms=terms):
            return f"offer: {render(terms)}"
        case Accept(offer=name) | Reject(offer=name):
            return f"{act.kind} {name}"
        case HandOver(to=to):
            return f"hand over to {to}"
        case Assign(to=to, task=task):
            return f"assign to {to}: {task}"
        case Report(result=result):
            return f"report: {result}"
        case _:
            return act.kind.replace("_", " ")
