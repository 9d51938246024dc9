"""Acts as tools that a model may call, or as the form of a JSON answer.

What a tool looks like does not change from turn to turn: servers keep a prompt's beginning in their caches, tools
included, and a transcript stores the same thing once.  So an offer is accepted by the seat that made it, and not by its
name, which is new every time; each seat has at most one on the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from sandbox.models.types import JsonSchema, Tool
from scenarios import DividedIssue, NumberIssue, OptionIssue

if TYPE_CHECKING:
    from sandbox.view import Known
    from scenarios import Issue
    from transcripts import Standing, Thread

Form = Literal["tools", "json", "talk"]
"""How a model is to answer: by calling a tool, as JSON, or in words because there are no acts."""

ACTS: Final[Mapping[str, str]] = {
    "offer": "Propose terms for everything that is to be agreed. Replaces your own earlier offer.",
    "accept": "Agree to an offer that somebody else has on the table, exactly as it stands.",
    "reject": "Say no to an offer that somebody else has on the table. It ends nothing.",
    "withdraw": "Take your own offer off the table.",
    "walk_away": "Leave for good. There can be no agreement any more.",
    "pass": "Do nothing in this turn.",
    "say": "Only talk: say something, and do nothing else.",
}
"""What a model can do in a turn, and what it is told about it; `say` is a tool only."""

OFFER: Final = "offer"
"""The argument that tells whose offer is meant."""


def say_key(known: Known) -> str:
    """Name the argument for what is said aloud: `say`, or longer where an issue is called so."""
    key = "say"
    while key in known.issues:
        key += "_aloud"
    return key


def possible(known: Known, thread: Thread) -> dict[str, tuple[str, ...]]:
    """List the acts that can be done now, each with the seats whose offers it may be about."""
    others = [offer for offer in thread.standing.values() if offer.seat != known.seat]
    open_ = [offer for offer in others if known.seat not in offer.backers and not is_forbidden(known, offer)]
    acts = {
        "offer": (),
        **({"accept": _authors(open_)} if open_ else {}),
        **({"reject": _authors(others)} if others else {}),
        **({"withdraw": ()} if known.seat in thread.standing else {}),
    }
    return {**acts, "walk_away": (), "pass": (), "say": ()}


def is_forbidden(known: Known, offer: Standing) -> bool:
    """Tell whether the seat's own limits forbid an offer."""
    return known.stakes is not None and not known.stakes.allowed[known.stakes.index(offer.terms)]


def tools_for(known: Known, thread: Thread) -> tuple[Tool, ...]:
    """Describe the acts that can be done now as tools."""
    say = {say_key(known): {"type": "string", "description": "What you say aloud with it; the others hear it."}}
    return tuple(
        Tool(
            name=act,
            description=ACTS[act],
            parameters=_object({**_arguments(known, act, seats), **(say if act != "pass" else {})}),
        )
        for act, seats in possible(known, thread).items()
    )


def schema_for(known: Known, thread: Thread) -> JsonSchema:
    """Describe an answer as JSON: what is said, and the act or null."""
    acts = []
    for act, seats in possible(known, thread).items():
        if act != "say":
            arguments = _arguments(known, act, seats)
            arguments = {"terms": _object(arguments)} if act == "offer" else arguments
            acts.append(_object({"kind": {"type": "string", "enum": [act]}, **arguments}))
    whole = _object({"say": {"type": "string"}, "act": {"anyOf": [{"type": "null"}, *acts]}})
    return JsonSchema(name="turn", json_schema=whole)


def json_form(known: Known) -> str:
    """Show a JSON answer in words, without a value that could be taken for advice."""
    terms = ", ".join(f'"{name}": {_blank(issue)}' for name, issue in known.issues.items())
    forms = {
        "offer": f', "terms": {{{terms}}}',
        "accept": f', "{OFFER}": "the name of whoever made it"',
        "reject": f', "{OFFER}": "the name of whoever made it"',
    }
    return "\n".join(f'- {{"kind": "{act}"{forms.get(act, "")}}}' for act in ACTS if act != "say")


def _arguments(known: Known, act: str, seats: Iterable[str]) -> dict[str, Any]:
    match act:
        case "offer":
            return {name: _issue_schema(issue) for name, issue in known.issues.items()}
        case "accept" | "reject":
            return {OFFER: {"type": "string", "enum": list(seats), "description": "Whose offer."}}
        case _:
            return {}


def _issue_schema(issue: Issue) -> dict[str, Any]:
    match issue:
        case NumberIssue():
            schema = _number(issue.low, issue.high, issue.step)
            return {**schema, "description": f"A number {issue.range}{f', in {issue.unit}' if issue.unit else ''}."}
        case OptionIssue():
            return {"type": "string", "enum": [str(option) for option in issue.options]}
        case DividedIssue():
            share = _number(0, issue.quantity, issue.step)
            whole = f"Who gets how much; the shares add up to {f'{issue.quantity} {issue.unit}'.strip()}."
            return {**_object(dict.fromkeys(issue.seats, share)), "description": whole}


def _number(low: float, high: float, step: float) -> dict[str, Any]:
    whole = all(isinstance(each, int) for each in (low, high, step))
    schema: dict[str, Any] = {"type": "integer" if whole else "number", "minimum": low, "maximum": high}
    if whole and step != 1 and low % step == 0:  # multiples are counted from 0, and of decimals they are inexact
        schema["multipleOf"] = step
    return schema


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _blank(issue: Issue) -> str:
    return "{" + ", ".join(f'"{seat}": …' for seat in issue.seats) + "}" if isinstance(issue, DividedIssue) else "…"


def _authors(offers: Iterable[Standing]) -> tuple[str, ...]:
    """List who made them, by name: in the order of the table they would change places with every offer."""
    return tuple(sorted(offer.seat for offer in offers))
