"""The script brain: says its lines, one a turn.

Each turn it takes the first line that was not said yet and whose `if` holds; a line without `if` holds always, one
that accepts or rejects `last` only while somebody else's offer stands, and one that withdraws only while its own does.
A line counts as said when the transcript has a message of the seat with its text and its act, so that a turn that was
forfeited uses up no line, and a new brain goes on where the last one stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sandbox.brains.errors import Spec, check_spec
from sandbox.brains.lines import LAST, Line, key_of, names_for, needs_offer, read_lines
from sandbox.view import Known, Reply, View
from transcripts import Accept, Pass, Reject, Withdraw

if TYPE_CHECKING:
    from transcripts import Standing, Thread


class ScriptSpec(Spec):
    """A brain that says what is written."""

    kind: Literal["script"] = "script"
    lines: list[Any] = Field(min_length=1)
    """Texts, or mappings of `say`, an act (`offer: {...}`, `accept: last`, `act: walk away`) and `if`."""
    then: Literal["pass", "accept", "repeat"] = "pass"
    """What to do when no line is left that holds: pass, accept the newest offer, or say the last line again."""


class ScriptBrain:
    """Say the first line that is left and holds.  What it keeps between turns is only what it has read already."""

    def __init__(self, spec: ScriptSpec, known: Known) -> None:
        self.lines = read_lines(spec.lines, known)
        self.then = spec.then
        self._read: dict[str, _Read] = {}

    async def reply(self, view: View) -> Reply:
        """Answer at once.  A line that was refused is passed over in this turn."""
        said = self._said(view)
        left = [line for line in self._unsaid(said) if _holds(line, view)]
        if len(left) > len(view.refusals):
            return _as_reply(left[len(view.refusals)], view)
        if len(view.refusals) > len(left):
            return Reply(act=Pass())
        return self._afterwards(view)

    def _said(self, view: View) -> Counter[tuple[str, str]]:
        """Count what the seat has said in all its threads, by what makes it a line."""
        total: Counter[tuple[str, str]] = Counter()
        for name, thread in view.threads.items():
            read = self._read.get(name)
            if read is None or read.thread is not thread:
                read = self._read[name] = _Read(thread)
            total += read.follow(view.seat)
        return total

    def _unsaid(self, said: Counter[tuple[str, str]]) -> list[Line]:
        unsaid = []
        for line in self.lines:
            if said[line.key] > 0:
                said[line.key] -= 1
            else:
                unsaid.append(line)
        return unsaid

    def _afterwards(self, view: View) -> Reply:
        if self.then == "accept" and (offer := _newest(view)):
            return Reply(act=Accept(offer=offer.id))
        if self.then == "repeat" and (last := self._read[view.thread.name].last):
            again = next((line for line in reversed(self.lines) if line.key == last), None)
            if again is not None and _can_be_done(again, view):
                return _as_reply(again, view)
        return Reply(act=Pass())


class _Read:
    """What the seat has said in one thread, counted once each."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.last: tuple[str, str] | None = None
        self._upto = 0
        self._said: Counter[tuple[str, str]] = Counter()

    def follow(self, seat: str) -> Counter[tuple[str, str]]:
        messages = self.thread.messages
        for n in range(self._upto, len(messages)):
            if messages[n].seat == seat:
                self.last = key_of(messages[n].text, messages[n].act)
                self._said[self.last] += 1
        self._upto = len(messages)
        return self._said


def make_script(mapping: Mapping[str, Any], known: Known) -> ScriptBrain:
    """Make a script brain from its mapping; raises BrainError."""
    return ScriptBrain(check_spec(ScriptSpec, mapping), known)


def _holds(line: Line, view: View) -> bool:
    if not _can_be_done(line, view):
        return False
    if line.condition is None:
        return True
    offer = _newest(view)
    if offer is None and needs_offer(line.condition):
        return False
    names = names_for(view.known, view.turn, view.thread.rounds() + 1, offer.terms if offer else None)
    return bool(line.condition.condition(names))


def _can_be_done(line: Line, view: View) -> bool:
    if isinstance(line.act, Accept | Reject) and line.act.offer == LAST:
        return _newest(view) is not None
    return not isinstance(line.act, Withdraw) or view.seat in view.thread.standing


def _newest(view: View) -> Standing | None:
    """Find the newest offer of somebody else that is on the table."""
    return next((each for each in reversed(view.thread.standing.values()) if each.seat != view.seat), None)


def _as_reply(line: Line, view: View) -> Reply:
    """Say the line, with `last` looked up."""
    act, offer = line.act, _newest(view)
    if offer is not None and isinstance(act, Accept | Reject) and act.offer == LAST:
        act = type(act)(offer=offer.id)
    return Reply(line.say, act)
