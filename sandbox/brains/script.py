"""The script brain: says its lines, one a turn.

Each turn it takes the first line for what is asked that was not said yet and whose `if` holds; a line without `if`
holds always, one that accepts or rejects `last` only while somebody else's offer stands, and one that withdraws only
while its own does.  A line counts as said when the transcript has a message of the seat with its text and its act, so
that a turn that was forfeited uses up no line, and a new brain goes on where the last one stopped.  Choices and votes
count in the same way; what is answered, bid or named in private leaves nothing to count, and its lines are never used
up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from sandbox.brains.errors import Spec, check_spec
from sandbox.brains.games import repeat_of
from sandbox.brains.lines import LAST, Line, key_of, names_for, needs_offer, read_lines
from sandbox.brains.simple import by_rule
from sandbox.view import Known, Reply, View
from transcripts import Accept, Answer, HandOver, Move, Offer, OpenThread, Pass, Reject, Vote, Withdraw

if TYPE_CHECKING:
    from transcripts import Choosing, Standing, Thread


class ScriptSpec(Spec):
    """A brain that says what is written."""

    kind: Literal["script"] = "script"
    lines: list[Any] = Field(min_length=1)
    """Texts, or mappings of `say`, an act (`offer: {...}`, `accept: last`, `act: walk away`) and `if`."""
    then: Literal["pass", "accept", "repeat"] = "pass"
    """What to do when no line is left that holds: pass, accept the newest offer, or say the last line again.

    Asked for a choice, a vote, an answer, a bid or who is next, a rule brain's answer is given.
    """


class ScriptBrain:
    """Say the first line that is left and holds.  What it keeps between turns is only what it has read already."""

    def __init__(self, spec: ScriptSpec, known: Known) -> None:
        self.known = known
        self.lines = read_lines(spec.lines, known)
        self.then = spec.then
        self._read: dict[str, _Read] = {}

    async def reply(self, view: View) -> Reply:
        """Answer at once.  A line that was refused is passed over in this turn."""
        left = [line for line in self._unsaid(view) if _holds(line, view)]
        if len(left) > len(view.refusals):
            return _as_reply(left[len(view.refusals)], view)
        if view.task.kind not in ("talk", "propose"):
            return Reply(act=by_rule(view))
        if view.task.kind == "propose":
            return Reply(act=_own_offer(view) or Pass())
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

    def _unsaid(self, view: View) -> list[Line]:
        """List what is left of the lines; those that open side threads are used up by their number."""
        said, made = self._said(view), list(view.made)
        opened = sum(thread.opened_by == view.seat for thread in view.threads.values())
        unsaid = []
        for line in self.lines:
            if line.lasts:
                unsaid.append(line)
            elif isinstance(line.act, OpenThread):
                opened -= 1
                if opened < 0:
                    unsaid.append(line)
            elif line.task in ("move", "vote"):
                taken = next((each for each in made if self._made(line, each)), None)
                if taken is None:
                    unsaid.append(line)
                else:
                    made.remove(taken)
            elif said[line.key] > 0:
                said[line.key] -= 1
            else:
                unsaid.append(line)
        return unsaid

    def _made(self, line: Line, choosing: Choosing) -> bool:
        domain = self.known.choices.get(choosing.about)
        return line.choice_for(choosing.about, domain) == choosing.choice

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
    if not _is_for(line, view) or not _can_be_done(line, view):
        return False
    if line.condition is None:
        return True
    offer = _newest(view)
    if offer is None and needs_offer(line.condition):
        return False
    terms = offer.terms if offer else None
    names = names_for(view.known, view.turn, view.thread.rounds() + 1, terms, repeat_of(view))
    return bool(line.condition.condition(names))


def _is_for(line: Line, view: View) -> bool:
    """Tell whether the line is for what is asked, and for this thread."""
    task, thread = view.task, view.thread
    if line.task != task.kind or line.thread not in (None, thread.name, thread.form):
        return False
    match line.act:
        case Move() | Vote():
            return line.choice_for(task.about, task.domain) is not None
        case Answer(items=items):
            return items.keys() == task.items.keys()
        case HandOver(to=to) if task.kind == "choose":
            return to in task.seats
        case _:
            return True


def _can_be_done(line: Line, view: View) -> bool:
    if isinstance(line.act, Accept | Reject) and line.act.offer == LAST:
        return _newest(view) is not None
    return not isinstance(line.act, Withdraw) or view.seat in view.thread.standing


def _newest(view: View) -> Standing | None:
    """Find the newest offer of somebody else that is on the table."""
    return next((each for each in reversed(view.thread.standing.values()) if each.seat != view.seat), None)


def _own_offer(view: View) -> Offer | None:
    """Find the seat's own last offer in the thread, or else the last one of somebody else."""
    made = [message for message in reversed(view.thread.messages) if isinstance(message.act, Offer)]
    made.sort(key=lambda message: message.seat != view.seat)
    return next((message.act for message in made if isinstance(message.act, Offer)), None)


def _as_reply(line: Line, view: View) -> Reply:
    """Say the line, with `last` looked up."""
    act, offer, answered = line.act, _newest(view), line.re
    if offer is not None and isinstance(act, Accept | Reject) and act.offer == LAST:
        act = type(act)(offer=offer.id)
    if answered == LAST:
        answered = next((each.id for each in reversed(view.thread.messages) if each.seat != view.seat), None)
    return Reply(line.say, act, re=answered)
