"""A persona is found by its name, is what its file says, and says nothing that its author did not mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot_errors import DocumentError, NotFound
from personas import Persona, fill_phrase, list_personas, load_persona, parse_document, validate

HEAD = "name: baker\nabout: Bakes.\n"


def test_a_file_says_all_there_is_to_a_persona(tmp_path: Path) -> None:
    (tmp_path / "baker.yaml").write_text(
        HEAD + "values: Bread first.\nfacts: {age: 40, since: 2001-05-01, left_handed: true, weight: 70.5}\n"
        "brain: {kind: llm, temperature: 0.7}\nphrases: {greet: [Warm in here.]}\n"
    )
    loaded = load_persona("baker", [tmp_path])
    assert loaded.persona.values == ("Bread first.",)
    assert loaded.persona.facts == {"age": 40, "since": "2001-05-01", "left_handed": True, "weight": 70.5}
    assert str(loaded.document.place(("brain", "temperature"))) == f"{tmp_path / 'baker.yaml'}:5:33"


def test_a_workspace_comes_before_the_library_and_earlier_folders_before_later(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "haggler.yaml").write_text(f"name: haggler\nabout: The {folder}.")
    folders = [tmp_path / "missing", tmp_path / "first", tmp_path / "second"]
    assert load_persona("haggler", folders).persona.about == "The first."
    assert list_personas(folders)["haggler"] == tmp_path / "first" / "haggler.yaml"
    assert "plain-dealer" in list_personas(folders)


@pytest.mark.parametrize("name", ["hagler", "haggler.yaml", "Haggler"])
def test_an_unknown_name_has_a_nearest_one(name: str) -> None:
    with pytest.raises(NotFound, match=rf"there is no persona '{name}'") as error:
        load_persona(name)
    assert error.value.remedy == "did you mean 'haggler'?"


@pytest.mark.parametrize("name", ["../secret", "sub/../../secret", "{folder}/../secret", "", "."])
def test_no_name_leads_out_of_the_folders(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.yaml").write_text("name: secret\nabout: Not for you.")
    folder = tmp_path / "personas"
    (folder / "sub").mkdir(parents=True)
    with pytest.raises(NotFound):
        load_persona(name.format(folder=folder), [folder])
    assert load_persona(tmp_path / "secret.yaml").name == "secret"


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("about: Bakes.", "1:1", "the key 'name' is missing", "add 'name: ...'"),
        ("name: the Baker\nabout: x", "1:7", "the name 'the Baker' is not of small", "write 'the-baker'"),
        ("name: butcher\nabout: x", "1:7", "the name 'butcher' is not the file's", "write 'baker', or rename the file"),
        (HEAD + "vocie: low", "3:1", "unknown key 'vocie'", "did you mean 'voice'?"),
        (HEAD + "facts: {age: [40]}", "3:14", "expected text, a number or true or false, got a list ([40])", None),
        (HEAD + "brain: rule", "3:8", "expected a mapping, got 'rule'", None),
        (HEAD + "phrases: {opnening: [Hm.]}", "3:11", "got 'opnening'", "did you mean 'opening'?"),
        (HEAD + "phrases: {greet: []}", "3:18", "expected one entry or more, got none", None),
        (HEAD + "phrases: {pass: Hm.}", "3:17", "expected a list, got 'Hm.'", None),
        (HEAD + "phrases: {hold: ['It''s {term}.']}", "3:25", "'{term}' stands for nothing", "did you mean '{terms}'?"),
        (HEAD + "phrases:\n  hold:\n  - Well, {them.__class__}.", "5:11", "'{them.__class__}'", None),
        (HEAD + "phrases: {hold: ['a {', b]}", "3:21", "'{'", None),
        (
            HEAD + "phrases: {greet: ['Hi. {terms}']}",
            "3:24",
            "'{terms}' stands for nothing in a phrase for 'greet'",
            None,
        ),
    ],
)
def test_a_bad_persona_says_what_is_wrong(
    tmp_path: Path, text: str, place: str, message: str, remedy: str | None
) -> None:
    (tmp_path / "baker.yaml").write_text(text)
    with pytest.raises(DocumentError) as error:
        load_persona("baker", [tmp_path])
    assert str(error.value.place) == f"{tmp_path / 'baker.yaml'}:{place}"
    assert message in error.value.message
    assert remedy in (None, error.value.remedy)


@settings(deadline=None)
@given(*[st.sampled_from(["{terms}", "{them}", "{"]) | st.text()] * 2)
def test_a_filled_phrase_takes_its_words_as_text(terms: str, them: str) -> None:
    assert fill_phrase("{them}: {terms}!", terms=terms, them=them) == f"{them}: {terms}!"


def test_a_persona_goes_through_json_unchanged() -> None:
    persona = load_persona("haggler").persona
    assert Persona.model_validate_json(persona.model_dump_json()) == persona
    assert validate(Persona, parse_document(persona.model_dump_json(), "f")) == persona


def test_the_schema_for_editors_knows_every_key() -> None:
    schema = Persona.model_json_schema()
    assert set(schema["properties"]) == set(Persona.model_fields) and schema["required"] == ["name", "about"]
    assert schema["properties"]["phrases"]["propertyNames"]["enum"][0] == "opening"
