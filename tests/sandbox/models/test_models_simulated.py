"""The model that is not there: the same answer to the same request, and only valid calls."""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.models.errors import ModelError
from sandbox.models.instances import instance_of
from sandbox.models.profiles import Profile
from sandbox.models.simulated import SimulatedModel
from sandbox.models.types import Answer, ChatMessage, JsonSchema, Request, Tool
from tests.sandbox.models.clock import run_virtually

PRICE = {"type": "object", "required": ["price"], "properties": {"price": {"type": "integer", "minimum": 100,
         "maximum": 400, "multipleOf": 10}, "pickup": {"enum": ["today", "weekend"]}}}  # fmt: skip
TOOLS = (
    Tool(name="offer", parameters=PRICE),
    Tool(
        name="accept", parameters={"type": "object", "required": ["offer"], "properties": {"offer": {"const": "t:1"}}}
    ),
    Tool(name="walk_away"),
)


def model(**simulated: Any) -> SimulatedModel:
    return SimulatedModel(Profile.model_validate(
        {"name": "sim", "provider": "simulated", "retries": 0, "simulated": simulated}
    ))  # fmt: skip


def talk(turns: int, **more: Any) -> Request:
    said = (ChatMessage(role="user", content=f"{n}: what do you say?") for n in range(turns))
    return Request(messages=tuple(said), **more)


def answer(request: Request, **simulated: Any) -> Answer:
    return run_virtually(model(**simulated).create(request)).answer


def test_the_same_request_gets_the_same_answer() -> None:
    answers = [answer(talk(n), seed=seed).text for n in range(20) for seed in (1, 2)]
    assert answers == [answer(talk(n), seed=seed).text for n in range(20) for seed in (1, 2)]
    assert len(set(answers)) > 20


def test_calls_fit_their_tools_and_offers_come_before_agreement() -> None:
    early = [answer(talk(1, tools=TOOLS), seed=n).calls[0] for n in range(100)]
    late = [answer(talk(40, tools=TOOLS), seed=n).calls[0] for n in range(100)]
    for call in early + late:
        arguments = json.loads(call.arguments)
        assert call.name != "offer" or (100 <= arguments["price"] <= 400 and arguments["price"] % 10 == 0)
        assert call.name != "accept" or arguments == {"offer": "t:1"}
    assert [call.name for call in early].count("offer") > 60
    assert [call.name for call in late].count("accept") > [call.name for call in early].count("accept")
    assert [call.name for call in late].count("walk_away") < 10


def test_it_does_as_it_is_told() -> None:
    assert answer(talk(1, tools=TOOLS, tool_choice="accept")).calls[0].name == "accept"
    silent = answer(talk(1, tools=TOOLS, tool_choice="none"))
    assert silent.calls == () and silent.text.endswith((".", "?"))
    assert isinstance(json.loads(answer(talk(1, format="json")).text), dict)
    assert 100 <= json.loads(answer(talk(1, format=JsonSchema(name="p", json_schema=PRICE))).text)["price"] <= 400
    assert answer(talk(1, max_tokens=3)).stop == "length"


def test_it_streams_what_it_says_and_counts_what_it_uses() -> None:
    pieces: list[str] = []
    reply = run_virtually(model().create(talk(3), on_text=pieces.append))
    assert "".join(pieces) == reply.answer.text and len(pieces) > 1
    assert (reply.answer.usage.input or 0) > 12 and (reply.answer.usage.output or 0) > 3


def test_it_takes_its_time() -> None:
    async def timed() -> float:
        await model(latency=(0.5, 2.0)).create(talk(1))
        return asyncio.get_running_loop().time()

    assert 0.5 <= run_virtually(timed()) <= 2.0


def test_it_fails_as_often_as_it_shall_and_the_same_requests() -> None:
    def outcomes() -> list[str]:
        found = []
        for n in range(200):
            try:
                answer(talk(1), seed=n, errors={"overloaded": 0.3, "rate_limited": 0.2})
                found.append("fine")
            except ModelError as error:
                found.append(error.kind)
        return found

    first = outcomes()
    assert first == outcomes()
    assert 30 < first.count("overloaded") < 90 and 15 < first.count("rate_limited") < 65


def test_a_second_try_may_succeed() -> None:
    profile = Profile.model_validate(
        {"name": "sim", "provider": "simulated", "retries": 20, "simulated": {"errors": {"overloaded": 0.5}}}
    )
    replies = [run_virtually(SimulatedModel(profile).create(talk(n))) for n in range(10)]
    assert any(len(reply.attempts) > 1 for reply in replies)


def allows(schema: Any, value: Any) -> bool:
    """Check a value against the part of JSON Schema that the strategies below write."""
    if "const" in schema:
        return value == schema["const"]
    if "enum" in schema:
        return value in schema["enum"]
    if "anyOf" in schema:
        return any(allows(branch, value) for branch in schema["anyOf"])
    kind, known = schema["type"], schema.get("properties", {})
    match value:
        case bool():
            return kind == "boolean"
        case dict():
            return (
                kind == "object"
                and set(schema["required"]) <= set(value) <= set(known)
                and all(allows(known[key], value[key]) for key in value)
            )
        case list():
            fits = kind == "array" and schema["minItems"] <= len(value) <= schema["maxItems"]
            return fits and all(allows(schema["items"], item) for item in value)
        case int() | float():
            fits = kind in ("integer", "number") and schema["minimum"] <= value <= schema["maximum"]
            return fits and (kind == "number" or value % schema["multipleOf"] == 0)
        case str():
            return kind == "string" and schema["minLength"] <= len(value) <= schema["maxLength"]
        case _:
            return kind == "null"


@st.composite
def numbers(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted(draw(st.tuples(st.integers(-50, 50), st.integers(-50, 50))))
    kind = draw(st.sampled_from(["integer", "number"]))
    step = draw(st.sampled_from([1, 5])) if kind == "integer" and high - low >= 5 else 1
    return {"type": kind, "minimum": low, "maximum": high} | ({"multipleOf": step} if kind == "integer" else {})


leaves = (
    numbers()
    | st.just({"type": "boolean"})
    | st.just({"type": "null"})
    | st.builds(lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
                st.integers(0, 60), st.integers(0, 20))
    | st.lists(st.text(max_size=4), min_size=1, max_size=3).map(lambda values: {"enum": values})
    | st.text(max_size=4).map(lambda value: {"const": value})
)  # fmt: skip


def _object(properties: dict[str, Any], chosen: list[bool]) -> dict[str, Any]:
    required = [name for name, is_required in zip(properties, chosen, strict=False) if is_required]
    return {"type": "object", "properties": properties, "required": required}


schemas = st.recursive(
    leaves,
    lambda inner: st.builds(_object, st.dictionaries(st.text(max_size=4), inner, max_size=4), st.lists(st.booleans()))
    | st.builds(lambda items, low: {"type": "array", "items": items, "minItems": low, "maxItems": low + 2},
                inner, st.integers(0, 3))
    | st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches}),
    max_leaves=12,
)  # fmt: skip


@given(schemas, st.integers())
def test_what_is_drawn_from_a_schema_is_allowed_by_it(schema: dict[str, Any], seed: int) -> None:
    value = instance_of(schema, random.Random(seed))
    assert allows(schema, value)


def test_references_are_followed_and_end() -> None:
    tree = {
        "$defs": {"node": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/node"}}}}
    }
    assert "next" in instance_of({**tree, "$ref": "#/$defs/node"}, random.Random(1))
    joined = {"allOf": [PRICE, {"required": ["pickup"]}]}
    assert set(instance_of(joined, random.Random(1))) == {"price", "pickup"}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_said_with_an_act_is_a_sentence_and_shares_add_up(seed: int) -> None:
    share = {"type": "integer", "minimum": 0, "maximum": 90, "multipleOf": 10}
    shares = _object(dict.fromkeys(("ann", "ben", "cem"), share), [True] * 3)
    wood = {**shares, "description": "Who gets how much; the shares add up to 90 logs."}
    tool = Tool(name="offer", parameters=_object({"wood": wood, "say": {"type": "string"}}, [True] * 2))
    arguments = json.loads(answer(talk(1, tools=(tool,)), seed=seed).calls[0].arguments)
    assert arguments["say"].endswith((".", "?"))
    assert allows(shares, arguments["wood"]) and sum(arguments["wood"].values()) == 90


@pytest.mark.parametrize("seed", range(20))
def test_exclusive_bounds_are_exclusive(seed: int) -> None:
    bounds = {"exclusiveMinimum": 0, "exclusiveMaximum": 3}
    assert instance_of({"type": "integer", **bounds}, random.Random(seed)) in (1, 2)
    assert 0 < instance_of({"type": "number", **bounds}, random.Random(seed)) < 3
