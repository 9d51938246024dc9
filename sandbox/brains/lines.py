"""The lines of a script: what is said, what is done, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from sandbox.brains.errors import BrainError, Path, unknown
from sandbox.brains.written import NAMES, TASKS, WORDS, read_act, task_of
from scenarios import DividedIssue, Expression, ExpressionError, Option, OptionIssue, TermsError, parse_expression
from transcripts import Act, Assign, HandOver, Move, Offer, OpenThread, Report, Vote

if TYPE_CHECKING:
    from sandbox.view import Known
    from scenarios import Issue
    from transcripts import Choice

LAST: Final = "last"
"""Stands for the newest offer of somebody else that is on the table."""

KEYS: Final = ("say", "act", *NAMES, "re", "about", "in", "task", "if")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `accept` and `reject` may name the offer `last`, which is looked up when the line is said."""

    say: str
    act: Act | None
    condition: Expression | None
    task: str = "talk"
    """For which task it is: a line for one is never taken for another."""
    about: str | None = None
    """For which choice or ballot alone, by its name."""
    thread: str | None = None
    """In which thread alone, or in which kind of side thread."""
    re: str | None = None
    """The message that it answers, or `last`."""

    @property
    def key(self) -> tuple[str, str]:
        """What a message must have in common with the line to be the line."""
        return key_of(self.say, self.act)

    @property
    def lasts(self) -> bool:
        """Whether it is never used up, for the transcript shows nobody that it was said."""
        return self.task in ("answer", "bid", "choose")

    def choice_for(self, about: str, domain: Issue | None) -> Choice | None:
        """Give what the line chooses where that is asked, in canonical form; None where it is for something else."""
        if not isinstance(self.act, Move | Vote) or self.about not in (None, about):
            return None
        try:
            return self.act.choice if domain is None else cast("Choice", domain.parse(self.act.choice))
        except TermsError:
            return None


def key_of(text: str, act: Act | None) -> tuple[str, str]:
    """Reduce a message to what makes it a line: the text, what was done, and what was said along with it."""
    if isinstance(act, Offer | Assign | Report | HandOver | OpenThread):
        return text, act.model_dump_json()
    return text, act.kind if act else ""


def read_lines(lines: Sequence[Any], known: Known) -> list[Line]:
    """Read the lines of a script; raises BrainError with the path of what is wrong."""
    return [_read_line(line, known, ("lines", index)) for index, line in enumerate(lines)]


def _read_line(line: Any, known: Known, path: Path) -> Line:
    if isinstance(line, str):
        return Line(line, None, None)
    if not isinstance(line, Mapping):
        raise BrainError(f"a line cannot be {line!r}", path=path, remedy="write a text, or say: and an act")
    for name in line:
        if name not in KEYS:
            raise unknown("key", name, KEYS, (*path, name))
    say = line.get("say", "")
    if not isinstance(say, str):
        raise BrainError(f"say cannot be {say!r}", path=(*path, "say"), remedy="write a text")
    act = _read_act(line, known, path)
    if isinstance(act, OpenThread) and say:
        message = "opening a side thread takes no turn, and says nothing"
        raise BrainError(message, path=(*path, "say"), remedy="write what is said as a line of its own")
    about, thread, answered = (_read_text(line.get(name), (*path, name)) for name in ("about", "in", "re"))
    if about is not None and about not in known.choices:
        raise unknown("choice", about, list(known.choices), (*path, "about"))
    condition = _read_condition(line.get("if"), known, (*path, "if"))
    return Line(say, act, condition, _read_task(line, act, path), about, thread, answered)


def _read_task(line: Mapping[str, Any], act: Act | None, path: Path) -> str:
    given, own = line.get("task"), "choose" if "choose" in line else task_of(act)
    if given is None:
        return own
    if given not in TASKS:
        raise unknown("task", given, TASKS, (*path, "task"))
    may = ("talk", "propose") if isinstance(act, Offer) else ("talk", "choose") if isinstance(act, HandOver) else (own,)
    if given not in may:
        what = f"a line with {act.kind!r}" if act else "a line without an act"
        raise BrainError(f"{what} is nothing for the task {given!r}", path=(*path, "task"))
    return str(given)


def _read_text(given: Any, path: Path) -> str | None:
    if given is not None and not isinstance(given, str):
        raise BrainError(f"{path[-1]} cannot be {given!r}", path=path, remedy="write a name")
    return given


def _read_act(line: Mapping[str, Any], known: Known, path: Path) -> Act | None:
    given = [name for name in ("act", *NAMES) if name in line]
    if len(given) > 1:
        message = f"one line cannot have both {given[0]!r} and {given[1]!r}"
        raise BrainError(message, path=path, remedy="write two lines")
    if not given:
        return None
    name, path = given[0], (*path, given[0])
    if name != "act":
        return read_act(name, line[name], known, path)
    act = line["act"]
    if isinstance(act, Mapping) and len(act) == 1:
        ((name, value),) = act.items()
        return read_act(name, value, known, (*path, name))
    if isinstance(act, str) and act in WORDS:
        return WORDS[act]
    raise unknown("act", act, [*NAMES, *WORDS], path)


def _read_condition(source: Any, known: Known, path: Path) -> Expression | None:
    """Read a condition, and try it on some offer, so that it cannot be unknown or senseless later."""
    if source is None:
        return None
    if not isinstance(source, str):
        raise BrainError(f"a condition cannot be {source!r}", path=path, remedy="write one such as offer.price <= 300")
    some = {name: issue.value(0) for name, issue in known.issues.items()}
    try:
        expression = parse_expression(source)
        expression.condition(names_for(known, 1, 1, some))
    except ExpressionError as error:
        message = f"{error.message}, at character {error.at + 1} of {source!r}"
        raise BrainError(message, path=path, remedy=error.remedy) from None
    return expression


def names_for(known: Known, turn: int, round_: int, terms: Mapping[str, Any] | None, repeat: int = 1) -> dict[str, Any]:
    """Say what the names in a condition stand for; without terms, those of an offer stand for nothing."""
    names: dict[str, Any] = {"turn": turn, "round": round_}
    if known.choices:
        names["repeat"] = repeat
    for name, value in (terms or {}).items():
        issue, full = known.issues[name], f"offer.{name}"
        if isinstance(issue, OptionIssue) and issue.words:
            names[full] = Option(full, tuple(map(str, issue.options)), issue.index(value))
        elif isinstance(issue, DividedIssue):
            names |= {f"{full}.{seat}": share for seat, share in value.items()}
        else:
            names[full] = value
    return names


def needs_offer(expression: Expression) -> bool:
    """Tell whether a condition asks about an offer."""
    return "offer." in expression.source
