"""Fields for values that a scenario says: of an offer, of a vote, of a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Select

from moot_errors import MootError, WrongUse
from sandbox.rendering.printable import printable
from scenarios import DividedIssue, Issue, NumberIssue, OptionIssue, TermsError
from tui.fields import Field


def field_of(name: str, domain: Issue, value: str = "") -> Field:
    """Make the field for a value of a domain; `value` stands in it."""
    return Field(name, name.replace("_", " "), _control(domain, value))


def read_field(domain: Issue, text: str) -> Any:
    """Read what stands in a field; raises WrongUse."""
    try:
        return domain.parse(_shares(domain, text) if isinstance(domain, DividedIssue) else text.strip())
    except TermsError as error:
        raise WrongUse(error.reason) from None


def read_fields(domains: Mapping[str, Issue], texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, MootError]]:
    """Read all fields: what they say, and what is wrong with the others."""
    said: dict[str, Any] = {}
    wrong: dict[str, MootError] = {}
    for name, domain in domains.items():
        text = texts.get(name, "")
        try:
            if not text.strip():
                raise WrongUse("nothing is chosen")
            said[name] = read_field(domain, text)
        except MootError as error:
            wrong[name] = error
    return said, wrong


def write_field(domain: Issue, value: Any) -> str:
    """Write a value as it stands in a field."""
    if isinstance(domain, DividedIssue) and isinstance(value, Mapping):
        return ", ".join(f"{seat}={share}" for seat, share in value.items())
    return str(value)


def select_of(options: Mapping[str, str], value: str = "") -> Select[str]:
    """Make a choice among names, each with its words; without a value nothing is chosen."""
    rows = [(Content(printable(words)), name) for name, words in options.items()]
    if not value or value not in options:
        return Select(rows, prompt="choose", compact=True)
    return Select(rows, prompt="choose", value=value, compact=True)


def _control(domain: Issue, value: str) -> Widget:
    match domain:
        case OptionIssue():
            return select_of({str(option): str(option) for option in domain.options}, value)
        case NumberIssue():
            unit = f" {domain.unit}" if domain.unit else ""
            return Input(value, placeholder=printable(f"{domain.range}{unit}"), compact=True)
        case DividedIssue():
            parts = ", ".join(f"{seat}=" for seat in domain.seats)
            return Input(value, placeholder=printable(f"{parts} of {domain.quantity}"), compact=True)


def _shares(domain: DividedIssue, text: str) -> dict[str, str]:
    """Read `left=2, right=1`; raises TermsError."""
    shares: dict[str, str] = {}
    for part in text.split(","):
        seat, equals, share = part.partition("=")
        if not equals:
            raise TermsError(f"write a share for each: {', '.join(f'{each}=…' for each in domain.seats)}")
        shares[seat.strip()] = share.strip()
    return shares
