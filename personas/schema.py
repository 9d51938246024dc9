"""Describe a character that can take a seat."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from moot_errors import nearest

from .validation import Mistake

Occasion = Literal["opening", "concede", "hold", "near", "accept", "reject", "walk_away", "pass", "greet"]
"""When a rule brain speaks.

`opening` is a first offer, `concede` one that is better for the other than the last, `hold` one that is not, and `near`
one made when little divides the two or little time is left.  `reject` says no and offers nothing.  `greet` is small
talk, where there is nothing to agree on.
"""

OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WITHOUT_TERMS = frozenset(("walk_away", "pass", "greet"))
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_PLACEHOLDERS = ("{terms}", "{them}")


def fill_phrase(phrase: str, *, terms: str = "", them: str = "") -> str:
    """Put an offer, as rendered, and the other's seat into a phrase; braces in either stay as they are."""
    words = {"{terms}": terms, "{them}": them}
    return _BRACES.sub(lambda found: words.get(found.group(), found.group()), phrase)


def _checked_name(name: str) -> str:
    if _SLUG.fullmatch(name):
        return name
    slug = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    remedy = f"write {slug!r}" if slug else None
    raise Mistake(f"the name {name!r} is not of small letters, digits and hyphens", remedy)


def _checked_phrase(phrase: Any) -> Any:
    if not isinstance(phrase, str):
        return phrase
    for found in _BRACES.finditer(phrase):
        if found.group() not in _PLACEHOLDERS:
            close = nearest(found.group(), _PLACEHOLDERS)
            known = "{terms} is the offer, {them} the other's seat"
            remedy = f"did you mean {close!r}?" if close else known
            raise Mistake(f"{found.group()!r} stands for nothing in a phrase", remedy, offset=found.start())
    return phrase


def _checked_phrases(phrases: Any) -> Any:
    """Refuse {terms} where no offer is being spoken of."""
    for occasion in _WITHOUT_TERMS & phrases.keys() if isinstance(phrases, dict) else ():
        for index, phrase in enumerate(phrases[occasion] if isinstance(phrases[occasion], list) else ()):
            if isinstance(phrase, str) and (offset := phrase.find("{terms}")) >= 0:
                raise Mistake(
                    f"'{{terms}}' stands for nothing in a phrase for {occasion!r}",
                    "take it out: no offer is spoken of then",
                    path=(occasion, index),
                    offset=offset,
                )
    return phrases


def _as_list(values: Any) -> Any:
    return [values] if isinstance(values, str) else values


Text = Annotated[str, Field(min_length=1, max_length=2000)]
Phrase = Annotated[str, Field(min_length=1, max_length=300), BeforeValidator(_checked_phrase)]
Phrases = Annotated[
    dict[Occasion, Annotated[list[Phrase], Field(min_length=1)]],
    BeforeValidator(_checked_phrases),
]
Name = Annotated[
    str,
    Field(max_length=64, json_schema_extra={"pattern": f"^{_SLUG.pattern}$"}),
    AfterValidator(_checked_name),
]


class Persona(BaseModel):
    """A character: what it is like, what is known of it, and how it decides unless the cast says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True)

    name: Name
    """Small letters, digits and hyphens; the name of its file without `.yaml`."""

    about: Text
    """Who this is, in a few sentences; goes into its own prompt only."""

    voice: str = Field(default="", max_length=2000)
    """How it speaks; goes into its own prompt only."""

    values: Annotated[tuple[Text, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])] = ()
    """What matters to it, as one text or a list of them; goes into its own prompt only."""

    facts: dict[Text, str | int | float | bool] = Field(default_factory=dict)
    """What is known of it (age, profession, ...): data for analysis, in no prompt."""

    brain: dict[str, Any] = Field(default_factory=dict)
    """What decides for it by default, such as `{kind: rule, tactic: boulware}`; empty leaves it to the cast."""

    phrases: Phrases = Field(default_factory=dict)
    """What it says when a rule brain decides, by occasion; `{terms}` is the offer, `{them}` the other's seat."""
