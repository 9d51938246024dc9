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
    from sandbox.view import Known, Side
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

MORE: Final[Mapping[str, str]] = {
    "open_thread": "Open a side thread with some of the others; nobody else learns of it. It takes no turn: you take "
    "yours here as well.",
    "leave": "Leave the side thread that you are in.",
    "hand_over": "Say who is to speak next.",
    "assign": "Give somebody something to do.",
    "report": "Hand in a result, as a text.",
}
"""What can be done only where the scenario makes sense of it."""

SILENT: Final = ("pass", "open_thread")
"""Acts that nothing is said along with."""

OFFER: Final = "offer"
"""The argument that tells whose offer is meant."""


def say_key(known: Known) -> str:
    """Name the argument for what is said aloud: `say`, or longer where an issue is called so."""
    key = "say"
    while key in known.issues:
        key += "_aloud"
    return key


def reply_key(known: Known) -> str | None:
    """Name the argument for the message that is answered; None where that makes no difference."""
    key = "re"
    while key in known.issues:
        key += "_message"
    return key if "reply" in known.abilities else None


def acts_of(known: Known) -> dict[str, str]:
    """List what a seat can do in the scenario, and what it is told about it."""
    sensible = {
        "open_thread": bool(known.sides),
        "leave": bool(known.sides),
        "hand_over": bool(known.hand_over),
        "assign": "assign" in known.abilities,
        "report": "report" in known.abilities,
    }
    more = {act: told for act, told in MORE.items() if sensible[act]}
    if not known.issues:
        return {**more, "pass": ACTS["pass"], "say": ACTS["say"]} if more else {}
    party = known.seat in known.parties
    acts = {act: told for act, told in ACTS.items() if party or act not in ("accept", "reject")}
    if known.proposers and not any(known.seat in seats for seats in known.proposers.values()):
        acts = {act: told for act, told in acts.items() if act not in ("offer", "withdraw")}
    if known.agreement != "all" or not party:
        acts["walk_away"] = "Leave for good."
    return {**acts, **more}


def possible(known: Known, thread: Thread, *, opened: bool = False) -> dict[str, tuple[str, ...]]:
    """List the acts that can be done now, each with the seats that it may be about.

    `opened` says that a side thread was opened in this turn already.
    """
    told = acts_of(known)
    others = tuple(member for member in thread.members if member != known.seat)
    more = {
        **({"open_thread": ()} if known.sides and not opened else {}),
        **({"leave": ()} if thread.opened_by is not None else {}),
        **({"hand_over": others} if thread.form in known.hand_over else {}),
        **({"assign": others} if "assign" in told else {}),
        **({"report": ()} if "report" in told else {}),
    }
    if not known.issues:
        return {**more, "pass": (), "say": ()}
    acts = _about_offers(known, thread)
    if known.seat not in known.proposers.get(thread.form, (known.seat,)):
        acts.pop("offer")
    if known.seat not in known.parties:
        acts = {act: seats for act, seats in acts.items() if act not in ("accept", "reject")}
    return {**acts, **more, "walk_away": (), "pass": (), "say": ()}


def _about_offers(known: Known, thread: Thread) -> dict[str, tuple[str, ...]]:
    others = [offer for offer in thread.standing.values() if offer.seat != known.seat]
    open_ = [offer for offer in others if known.seat not in offer.backers and not is_forbidden(known, offer)]
    return {
        "offer": (),
        **({"accept": _authors(open_)} if open_ else {}),
        **({"reject": _authors(others)} if others else {}),
        **({"withdraw": ()} if known.seat in thread.standing else {}),
    }


def is_forbidden(known: Known, offer: Standing) -> bool:
    """Tell whether the seat's own limits forbid an offer."""
    return known.stakes is not None and not known.stakes.allowed[known.stakes.index(offer.terms)]


def tools_for(known: Known, acts: Mapping[str, tuple[str, ...]]) -> tuple[Tool, ...]:
    """Describe the acts that can be done now as tools."""
    aloud: dict[str, Any] = {
        say_key(known): {"type": "string", "description": "What you say aloud with it; the others hear it."},
        **_answered(known),
    }
    told = {**MORE, **ACTS, **acts_of(known)}
    return tuple(
        Tool(
            name=act,
            description=told[act],
            parameters=as_object({**_arguments(known, act, seats), **(aloud if act not in SILENT else {})}),
        )
        for act, seats in acts.items()
    )


def schema_for(known: Known, acts: Mapping[str, tuple[str, ...]]) -> JsonSchema:
    """Describe an answer as JSON: what is said, and the act or null."""
    forms = []
    for act, seats in acts.items():
        if act != "say":
            arguments = _arguments(known, act, seats)
            arguments = {"terms": as_object(arguments)} if act == "offer" else arguments
            forms.append(as_object({"kind": {"type": "string", "enum": [act]}, **arguments}))
    nothing = [{"type": "null"}] if "say" in acts else []
    whole = as_object({"say": {"type": "string"}, **_answered(known), "act": {"anyOf": [*nothing, *forms]}})
    return JsonSchema(name="turn", json_schema=whole)


def _answered(known: Known) -> dict[str, Any]:
    """Describe the argument that says which message is answered, where there is one."""
    key = reply_key(known)
    told = 'The name of the message that you answer, such as "table:3", or null.'
    return {key: {"anyOf": [{"type": "null"}, {"type": "string"}], "description": told}} if key else {}


def json_form(known: Known) -> str:
    """Show a JSON answer in words, without a value that could be taken for advice."""
    terms = ", ".join(f'"{name}": {_blank(issue)}' for name, issue in known.issues.items())
    several = ', "form": "…"' if len(known.sides) > 1 else ""
    forms = {
        "offer": f', "terms": {{{terms}}}',
        "accept": f', "{OFFER}": "the name of whoever made it"',
        "reject": f', "{OFFER}": "the name of whoever made it"',
        "open_thread": f', "invite": ["…"], "about": "…"{several}',
        "hand_over": ', "to": "…"',
        "assign": ', "to": "…", "task": "…"',
        "report": ', "result": "…"',
    }
    return "\n".join(f'- {{"kind": "{act}"{forms.get(act, "")}}}' for act in acts_of(known) if act != "say")


def _arguments(known: Known, act: str, seats: Iterable[str]) -> dict[str, Any]:
    match act:
        case "offer":
            return {name: issue_schema(issue) for name, issue in known.issues.items()}
        case "accept" | "reject":
            return {OFFER: {"type": "string", "enum": list(seats), "description": "Whose offer."}}
        case "open_thread":
            return _opening(known)
        case "hand_over":
            return {"to": {"type": "string", "enum": list(seats)}}
        case "assign":
            return {"to": {"type": "string", "enum": list(seats)}, "task": {"type": "string"}}
        case "report":
            return {"result": {"type": "string"}}
        case _:
            return {}


def _opening(known: Known) -> dict[str, Any]:
    invited = list(dict.fromkeys(seat for side in known.sides.values() for seat in side.invite))
    sizes = [f"{_count(side)}{f' for {form}' if len(known.sides) > 1 else ''}" for form, side in known.sides.items()]
    told = f"Whom you invite: {', '.join(sizes)}."
    several = {"form": {"type": "string", "enum": list(known.sides)}} if len(known.sides) > 1 else {}
    return {
        "invite": {
            "type": "array",
            "items": {"type": "string", "enum": invited},
            "minItems": min(side.least for side in known.sides.values()) - 1,
            "maxItems": max(side.most for side in known.sides.values()) - 1,
            "description": told,
        },
        "about": {"type": "string", "description": "What it is about; its members read it first."},
        **several,
    }


def _count(side: Side) -> str:
    """Say how many may be invited."""
    least, most = side.least - 1, side.most - 1
    return str(least) if least == most else f"{least} to {most}"


def issue_schema(issue: Issue) -> dict[str, Any]:
    """Describe the values of an issue or a choice."""
    match issue:
        case NumberIssue():
            schema = _number(issue.low, issue.high, issue.step)
            return {**schema, "description": f"A number {issue.range}{f', in {issue.unit}' if issue.unit else ''}."}
        case OptionIssue():
            return {"type": "string", "enum": [str(option) for option in issue.options]}
        case DividedIssue():
            share = _number(0, issue.quantity, issue.step)
            whole = f"Who gets how much; the shares add up to {f'{issue.quantity} {issue.unit}'.strip()}."
            return {**as_object(dict.fromkeys(issue.seats, share)), "description": whole}


def _number(low: float, high: float, step: float) -> dict[str, Any]:
    whole = all(isinstance(each, int) for each in (low, high, step))
    schema: dict[str, Any] = {"type": "integer" if whole else "number", "minimum": low, "maximum": high}
    if whole and step != 1 and low % step == 0:  # multiples are counted from 0, and of decimals they are inexact
        schema["multipleOf"] = step
    return schema


def as_object(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a JSON object that has these properties, all of them and no others."""
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
