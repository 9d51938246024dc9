"""The personas that are shipped are whole, and nobody speaks in somebody else's words."""

from __future__ import annotations

from collections import Counter

import pytest

from personas import OCCASIONS, list_personas, load_persona

NAMES = list(list_personas())
TACTICS = {"boulware", "linear", "conceder", "hardheaded", "tit-for-tat", "micro", "random"}


def test_there_are_enough_to_choose_from() -> None:
    assert len(NAMES) >= 9 and {"plain-dealer", "haggler", "diplomat", "hardliner", "analyst", "people-pleaser"} <= set(
        NAMES
    )
    assert {load_persona(name).persona.brain["tactic"] for name in NAMES} == TACTICS


@pytest.mark.parametrize("name", NAMES)
def test_each_is_whole(name: str) -> None:
    persona = load_persona(name).persona
    assert persona.about and persona.voice and len(persona.values) >= 3
    assert {"age", "profession", "region", "country", "language"} <= set(persona.facts)
    assert persona.brain["kind"] == "rule"


@pytest.mark.parametrize("name", NAMES)
def test_each_has_three_things_to_say_on_every_occasion(name: str) -> None:
    phrases = load_persona(name).persona.phrases
    assert set(phrases) == set(OCCASIONS)
    assert all(len(set(phrases[occasion])) >= 3 for occasion in OCCASIONS)


@pytest.mark.parametrize("name", NAMES)
def test_an_offer_is_always_named(name: str) -> None:
    phrases = load_persona(name).persona.phrases
    assert all(
        phrase.count("{terms}") == 1 for when in ("opening", "concede", "hold", "near") for phrase in phrases[when]
    )


def test_no_phrase_is_said_by_two() -> None:
    said = Counter(
        phrase for name in NAMES for phrases in load_persona(name).persona.phrases.values() for phrase in set(phrases)
    )
    assert [phrase for phrase, count in said.items() if count > 1] == []


def test_no_two_share_what_they_are_like() -> None:
    personas = [load_persona(name).persona for name in NAMES]
    for described in ("about", "voice", "values"):
        assert len({getattr(persona, described) for persona in personas}) == len(NAMES)
