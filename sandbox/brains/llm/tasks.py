"""What is asked of a model beside talk: how it is asked, and how its answer is read.

Nothing is said aloud then, so the answer is one value or a few: by a tool, as JSON, or in words that name exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ValidationError

from sandbox.brain import Unusable
from sandbox.brains.llm.acts import as_object, issue_schema
from sandbox.brains.llm.answers import LONGEST, Refusing, as_text
from sandbox.brains.llm.loose import load_json, objects_in, spoken, without_thoughts
from sandbox.brains.llm.said import escape
from sandbox.brains.naming import named_in
from sandbox.models.types import JsonSchema, Tool
from scenarios import NumberIssue, OptionIssue
from transcripts import Act, Answer, Bid, HandOver, Move, Vote

if TYPE_CHECKING:
    from sandbox.models import types
    from sandbox.view import Task
    from scenarios import Issue

Ways = Literal["tools", "json"]

_WHAT: Final[Mapping[str, str]] = {
    "move": "Make your choice. It is secret: nobody learns of it unless the rules say so.",
    "vote": "Give your vote.",
    "answer": "Answer the question. Nobody else learns of it, nor that you were asked.",
    "bid": "Say how much you want to speak next.",
    "choose": "Say who speaks next.",
}
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\d)")
_ITEM = re.compile(r"^\W*([\w -]+?)\W*[:=]\s*(.+?)\W*$", re.MULTILINE)


def asked(task: Task, ways: Ways) -> str:
    """Say what is asked, and how to answer it this time."""
    said = [_question(task), *([escape(task.text)] if task.text else [])]
    if task.kind == "answer":
        said += [f"- {name}: {described(domain)}" for name, domain in task.items.items()]
    if ways == "tools":
        how = f"This time call the tool {task.kind!r}, and say nothing beside it."
    else:
        blanks = ", ".join(f'"{name}": …' for name in _fields(task))
        how = f"This time answer with this JSON object and nothing else: {{{blanks}}}"
    return "\n".join([*said, how])


def described(domain: Issue) -> str:
    """Say what there is to choose from."""
    match domain:
        case NumberIssue():
            return f"a number {domain.range}" + (f", in {domain.unit}" if domain.unit else "")
        case OptionIssue():
            return " or ".join(map(str, domain.options))
        case _:
            return "a division"


def tools_of(task: Task) -> tuple[Tool, ...]:
    """Describe the answer as a tool."""
    return (Tool(name=task.kind, description=_WHAT[task.kind], parameters=as_object(_fields(task))),)


def schema_of(task: Task) -> JsonSchema:
    """Describe the answer as JSON."""
    return JsonSchema(name=task.kind, json_schema=as_object(_fields(task)))


def read_task(answer: types.Answer, task: Task, seat: str) -> Act:
    """Read what was answered; raises Refusing, and Unusable with the reason, for the model to mend."""
    if answer.stop in ("refusal", "filtered"):
        raise Refusing("refusal" if answer.stop == "refusal" else "filtered", answer.text)
    fields = _fields(task)
    given = _given(answer, task, fields, seat)
    if missing := [name for name in fields if given.get(name) in (None, "")]:
        raise _unusable(answer, f"the answer says nothing of {', '.join(missing)}; {_wanted(task)}")
    try:
        return _act(task, {name: given[name] for name in fields})
    except (ValidationError, ValueError):
        raise _unusable(answer, f"the answer cannot be read; {_wanted(task)}") from None


def _question(task: Task) -> str:
    match task.kind:
        case "move":
            return f"Choose now, in secret: {task.about}: {described(task.domain)}."
        case "vote":
            return f"Vote now: {task.about}: {described(task.domain)}."
        case "answer":
            return "You are asked a question in private: nobody else learns of your answer, or that you were asked."
        case "bid":
            return "Say how much you want to speak next, from 0 (not at all) to 4 (at once). Nobody else sees it."
        case _:
            return f"Say who speaks next: {' or '.join(task.seats)}."


def _fields(task: Task) -> dict[str, Any]:
    """Describe the parts of the answer."""
    match task.kind:
        case "move" | "vote":
            return {"choice": issue_schema(task.domain)}
        case "answer":
            return {name: issue_schema(domain) for name, domain in task.items.items()}
        case "bid":
            return {"strength": {"type": "integer", "minimum": 0, "maximum": 4}}
        case _:
            return {"seat": {"type": "string", "enum": list(task.seats)}}


def _given(answer: types.Answer, task: Task, fields: Iterable[str], seat: str) -> dict[str, Any]:
    """Find the parts of the answer: in a call, in JSON, or in words."""
    for call in answer.calls[:1] if len(answer.calls) == 1 else ():
        try:
            arguments = load_json(call.arguments.strip() or "{}")
        except ValueError:
            arguments = None
        if call.name == task.kind and isinstance(arguments, dict):
            return arguments
    if answer.calls:
        raise _unusable(answer, f"one call of {task.kind!r} is wanted; {_wanted(task)}")
    text = without_thoughts(answer.text)[:LONGEST]
    found = [each for each in objects_in(text) if each.keys() & set(fields)]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise _unusable(answer, f"there were {len(found)} answers; {_wanted(task)}")
    return _in_words(spoken(text, seat), task)


def _in_words(text: str, task: Task) -> dict[str, Any]:
    """Read an answer in words: what it names, if that is one thing."""
    match task.kind:
        case "move" | "vote":
            return {"choice": _one_value(text, task.domain)}
        case "answer":
            lines = {name.strip().casefold(): value for name, value in _ITEM.findall(text)}
            whole = {
                name: _one_value(lines.get(name.casefold().replace("_", " "), lines.get(name.casefold(), "")), domain)
                for name, domain in task.items.items()
            }
            if len(whole) == 1 and None in whole.values():
                return {name: _one_value(text, domain) for name, domain in task.items.items()}
            return whole
        case "bid":
            numbers = set(_NUMBER.findall(text))
            return {"strength": numbers.pop() if len(numbers) == 1 else None}
        case _:
            return {"seat": one_named(text, task.seats)}


def one_named(text: str, names: Iterable[str]) -> str | None:
    """Find whom a text names: all of it, whatever the case, or the only one that it mentions; None else."""
    several = list(names)
    bare = re.sub(r"[\s_-]+", "_", text.strip().strip("\"'`*.,:;!?()[]").strip()).casefold()
    exact = [name for name in several if re.sub(r"[\s_-]+", "_", name).casefold() == bare]
    found = exact or named_in(text, several)
    return found[0] if len(found) == 1 else None


def _one_value(text: str, domain: Issue) -> Any:
    """Find the one option or number that a text names; None where that is none or several."""
    if isinstance(domain, OptionIssue):
        return one_named(text, map(str, domain.options))
    numbers = set(_NUMBER.findall(text))
    return numbers.pop() if len(numbers) == 1 else None


def _act(task: Task, given: Mapping[str, Any]) -> Act:
    """Make the act; whether its values are those that can be chosen is for the rules to say."""
    match task.kind:
        case "move":
            return Move(choice=given["choice"])
        case "vote":
            return Vote(choice=given["choice"])
        case "answer":
            return Answer(items=dict(given))
        case "bid":
            return Bid(strength=int(given["strength"]))
        case _:
            return HandOver(to=one_named(str(given["seat"]), task.seats) or str(given["seat"])[:100])


def _wanted(task: Task) -> str:
    match task.kind:
        case "move" | "vote":
            return f"choose one: {described(task.domain)}"
        case "answer":
            return "answer " + "; ".join(f"{name}: {described(domain)}" for name, domain in task.items.items())
        case "bid":
            return "give one number from 0 to 4"
        case _:
            return f"name one of {', '.join(task.seats)}, and nobody else"


def _unusable(answer: types.Answer, reason: str) -> Unusable:
    return Unusable(reason, as_text(answer))
