"""What a model refuses is told in plain words, at its place, with the nearest right thing."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from moot_errors import DocumentError
from personas import Mistake, parse_document, validate


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Range(Strict):
    low: float = Field(alias="from")
    high: float = Field(alias="to")
    step: Annotated[float, Field(gt=0)] = 1


class Share(Strict):
    divide: float
    unit: str = ""


class Rule(Strict):
    kind: Literal["rule"]
    tactic: str
    pace: Literal["slow", "fast"] = "slow"


class Script(Strict):
    kind: Literal["script"]
    lines: list[str]


def _arithmetic(text: str) -> str:
    if (at := text.find("/ 0")) >= 0:
        raise Mistake("division by '0'", "divide by something", offset=at + 2)
    return text


class Seat(Strict):
    role: str
    brain: Annotated[Rule | Script, Field(discriminator="kind")] | None = None
    deputy: Rule | Script | None = None
    points: dict[float, float] = {}
    payoff: Annotated[str, AfterValidator(_arithmetic)] = ""


class Scene(Strict):
    title: Annotated[str, Field(min_length=1, max_length=12, pattern="^[A-Z]")] = "A"
    participants: dict[str, Seat]
    issues: dict[str, Range | Share | list[str | int]] = {}
    members: Literal["all"] | list[str] = "all"
    speakers: Literal["alternating", "round robin"] = "alternating"
    rounds: Annotated[int, Field(ge=1, le=100)] = 10
    open: bool = False
    pair: tuple[int, int] = (1, 2)


SEATS = "participants: {buyer: {role: buys}}\n"


@pytest.mark.parametrize(
    ("text", "place", "message", "remedy"),
    [
        ("[a]", "1:1", "expected a mapping, got a list (['a'])", None),
        ("5", "1:1", "expected a mapping, got 5", None),
        ("partcipants: {b: {role: x}}", "1:1", "unknown key 'partcipants'", "did you mean 'participants'?"),
        ("participants: {b: {rol: x}}", "1:20", "unknown key 'rol'", "did you mean 'role'?"),
        ("participants:\n  b: {brain: null}", "2:3", "the key 'role' is missing", "add 'role: ...'"),
        ("participants: 5", "1:15", "expected a mapping, got 5", None),
        ("participants: {b: }", "1:18", "expected a mapping, got nothing", None),
        (SEATS + "title: 5", "2:8", "expected text, got 5", None),
        (SEATS + "title: ''", "2:8", "expected text, got an empty text", None),
        (SEATS + "title: bike", "2:8", "'bike' is not of the form ^[A-Z]", None),
        (SEATS + "title: Abcdefghijklm", "2:8", "expected at most 12 characters, got 13: 'Abcdefghijklm'", None),
        (SEATS + "rounds: abc", "2:9", "expected a whole number, got 'abc'", None),
        (SEATS + "rounds: 1.5", "2:9", "expected a whole number, got 1.5", None),
        (SEATS + "rounds: 0", "2:9", "expected at least 1, got 0", None),
        (SEATS + "rounds: 101", "2:9", "expected at most 100, got 101", None),
        (SEATS + "open: maybe", "2:7", "expected true or false, got 'maybe'", None),
        (SEATS + "pair: [1]", "2:7", "entry 2 of the list is missing", None),
        (SEATS + "pair: [1, 2, 3]", "2:7", "expected at most 2 entries, got 3: [1, 2, 3]", None),
        (SEATS + "speakers: alternate", "2:11", None, "did you mean 'alternating'?"),
        (SEATS + "members: al", "2:10", "expected 'all' or a list, got 'al'", "did you mean 'all'?"),
        (SEATS + "members: [a, {b: c}]", "2:14", "expected text, got a mapping ({'b': 'c'})", None),
        (SEATS + "issues: {price: 5}", "2:17", "expected a mapping or a list, got 5", None),
        (SEATS + "issues: {price: {frm: 1, to: 2}}", "2:18", "unknown key 'frm'", "did you mean 'from'?"),
        (SEATS + "issues: {price: {from: 1, to: x}}", "2:31", "expected a number, got 'x'", None),
        (SEATS + "issues: {price: {from: 1, to: 2, step: 0}}", "2:40", "expected more than 0, got 0", None),
        (SEATS + "issues: {pickup: [today, [x]]}", "2:26", "expected text or a whole number, got a list (['x'])", None),
        ("participants: {b: {role: x, points: {low: 1}}}", "1:38", "expected a number, got 'low'", None),
        (SEATS + "issues: {price: {from: 1, to: 2, stp: 1}}", "2:34", "unknown key 'stp'", "did you mean 'step'?"),
        ("participants: {b: {role: x, points: {2.5: no}}}", "1:43", "expected a number, got 'no'", None),
        ("participants: {b: {role: x, points: {1: no}}}", "1:41", "expected a number, got 'no'", None),
        ("participants: {b: {role: x, brain: {kind: rul}}}", "1:36", "'rul' is no known kind", "did you mean 'rule'?"),
        ("participants: {b: {role: x, brain: {kind: ai}}}", "1:36", "'ai' is no known kind", "one of: rule, script"),
        ("participants: {b: {role: x, brain: {a: b}}}", "1:36", "a mapping ({'a': 'b'}) lacks the key 'kind'", None),
        ("participants: {b: {role: x, brain: {kind: rule, tactic: 5}}}", "1:57", "expected text, got 5", None),
        ("participants: {b: {role: x, deputy: {kind: script, lines: x}}}", "1:59", "expected a list, got 'x'", None),
        ("participants: {b: {role: x, deputy: {kind: scrip}}}", "1:44", None, "did you mean 'script'?"),
        ("participants: {b: {role: x, payoff: '1 / 0'}}", "1:42", "division by '0'", "divide by something"),
    ],
)
def test_a_fault_is_told_where_it_stands(text: str, place: str, message: str | None, remedy: str | None) -> None:
    with pytest.raises(DocumentError) as error:
        validate(Scene, parse_document(text, "f"))
    assert str(error.value.place) == f"f:{place}"
    assert message in (None, error.value.message)
    assert error.value.remedy == remedy
    assert "Input should" not in str(error.value)


def test_several_faults_are_one_error_of_at_most_five_lines() -> None:
    seats = "".join(f"  s{index}: {{role: {index}}}\n" for index in range(9))
    with pytest.raises(DocumentError) as error:
        validate(Scene, parse_document(f"participants:\n{seats}ttle: x", "f"))
    lines = str(error.value).splitlines()
    assert lines[0] == "f:2:14: expected text, got 0"
    assert lines[1] == "  also f:3:14: expected text, got 1"
    assert lines[-1] == "  and 7 more after these" and len(lines) == 4


def test_a_fault_below_the_first_keeps_its_hint() -> None:
    with pytest.raises(DocumentError, match=r"also f:2:24: unknown key 'rle'; did you mean 'role'\?"):
        validate(Scene, parse_document("title: 5\nparticipants: {buyer: {rle: x}}", "f"))


def test_the_first_fault_is_the_first_in_the_file() -> None:
    with pytest.raises(DocumentError, match=r"f:1:15: expected a mapping, got 5\n  also f:2:8: expected text, got 6"):
        validate(Scene, parse_document("participants: 5\ntitle: 6", "f"))


def test_a_branch_that_is_named_tells_all_its_faults() -> None:
    with pytest.raises(
        DocumentError, match=r"f:1:37: expected 'slow' or 'fast', got 'slo'(.|\n)*f:1:50: expected text"
    ):
        validate(Seat, parse_document("{role: x, brain: {kind: rule, pace: slo, tactic: 5}}", "f"))


def test_part_of_a_document_is_validated_at_its_places() -> None:
    document = parse_document("seats:\n  buyer: {role: buys, brain: 5}", "f")
    with pytest.raises(DocumentError) as error:
        validate(Seat, document, ("seats", "buyer"))
    assert str(error.value.place) == "f:2:30"


def test_other_data_is_validated_at_the_places_of_what_it_replaces() -> None:
    document = parse_document("participants: {b: {role: '{who}'}}\nrounds: '{n}'", "f")
    other = {"participants": {"b": {"role": "buys", "new": 1}}, "rounds": 500}
    with pytest.raises(DocumentError) as error:
        validate(Scene, document, data=other)
    assert str(error.value).splitlines() == [
        "f:1:19: unknown key 'new'",
        "  known here: brain, deputy, points, payoff",
        "  also f:2:9: expected at most 100, got 500",
    ]


def test_what_is_right_becomes_the_model() -> None:
    scene = validate(Scene, parse_document(SEATS + "issues: {price: {from: 1, to: 2}, pickup: [today]}", "f"))
    assert scene.participants["buyer"].role == "buys"
    assert isinstance(scene.issues["price"], Range) and scene.issues["pickup"] == ["today"]
