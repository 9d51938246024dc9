"""The protocol, written and read, whatever a server makes of it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from sandbox.models.errors import BrokenStream, ModelError, UnreadableAnswer
from sandbox.models.faults import Asked
from sandbox.models.streams import EventReader, StreamedAnswer
from sandbox.models.types import (
    Answer,
    ChatMessage,
    ImagePart,
    JsonSchema,
    Request,
    TextPart,
    Tool,
    ToolCall,
    Usage,
)
from sandbox.models.wire import decode, encode
from tests.sandbox.models.server import DONE, delta, deltas, event, message

HELLO = Request(messages=(ChatMessage(role="user", content="Well?"),))
OFFER = Tool(name="make offer!", description="Offer.", parameters={"type": "object", "properties": {"p": {}}})
ASKED = Asked("small", "http://localhost/v1/chat/completions")


def test_nothing_is_sent_that_nobody_set() -> None:
    assert encode(HELLO, "small") == {"model": "small", "messages": [{"role": "user", "content": "Well?"}]}


def test_a_whole_request_is_written_as_the_protocol_has_it() -> None:
    picture = ImagePart(kind="image", data="aGk=", media="image/jpeg")
    request = Request(
        messages=(
            ChatMessage(role="user", name="Ann B.", content=(TextPart(kind="text", text="See:"), picture)),
            ChatMessage(role="assistant", calls=(ToolCall(id="1", name="make offer!", arguments='{"p": 1}'),)),
            ChatMessage(role="tool", call_id="1", content="refused"),
        ),
        tools=(OFFER,),
        tool_choice="make offer!",
        format=JsonSchema(name="act", json_schema={"type": "object"}),
        max_tokens=9,
        stop=("END",),
        extra={"top_k": 5},
    )
    body = encode(request, "small", stream=True)
    user, assistant, tool = body["messages"]
    assert user["name"] == "Ann_B_"
    assert user["content"][1] == {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,aGk="}}
    assert assistant["content"] is None
    assert assistant["tool_calls"][0]["function"] == {"name": "make_offer_", "arguments": '{"p": 1}'}
    assert tool == {"role": "tool", "tool_call_id": "1", "content": "refused"}
    assert body["tools"][0]["function"]["name"] == "make_offer_"
    assert body["tool_choice"] == {"type": "function", "function": {"name": "make_offer_"}}
    assert body["response_format"]["json_schema"] == {"name": "act", "schema": {"type": "object"}, "strict": True}
    assert (body["max_tokens"], body["stop"], body["top_k"], body["stream"]) == (9, ["END"], 5, True)


def test_parts_that_are_all_text_are_sent_as_one_string() -> None:
    parts = (TextPart(kind="text", text="one\n"), TextPart(kind="text", text="two"))
    said = tuple(ChatMessage(role=role, content=parts) for role in ("system", "user", "assistant"))
    assert [each["content"] for each in encode(Request(messages=said), "small")["messages"]] == ["one\ntwo"] * 3


@pytest.mark.parametrize("written", ['{"p": 2', "[1]", "200"])
def test_arguments_that_are_no_object_are_sent_back_as_one(written: str) -> None:
    said = ChatMessage(role="assistant", calls=(ToolCall(id="1", name="offer", arguments=written),))
    body = encode(Request(messages=(said,)), "small")
    assert json.loads(body["messages"][0]["tool_calls"][0]["function"]["arguments"]) == {"unreadable": written}


def test_a_tool_that_is_not_offered_cannot_be_chosen() -> None:
    with pytest.raises(ValidationError, match="neither auto"):
        Request(messages=(), tools=(OFFER,), tool_choice="walk_away")


@given(st.lists(st.text(min_size=1, max_size=70), unique=True, max_size=6))
def test_every_tool_keeps_its_name_through_the_wire(names: list[str]) -> None:
    names = [name for name in names if name not in ("auto", "none", "required") and not _halved(name)]
    request = Request(messages=(), tools=tuple(Tool(name=name) for name in names))
    spelt = [tool["function"]["name"] for tool in encode(request, "m").get("tools", [])]
    assert len(set(spelt)) == len(names)
    calls = [{"id": "1", "function": {"name": name, "arguments": "{}"}} for name in spelt]
    assert [call.name for call in decode(message(None, tool_calls=calls), request).calls] == names


def _halved(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def read(**more: Any) -> Answer:
    return decode({"choices": [{"message": more, "finish_reason": "stop"}]}, HELLO)


def test_servers_differ_and_are_read_all_the_same() -> None:
    assert read(content=None).text == ""
    assert read(content=[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]).text == "ab"
    assert read(content=[{"type": "thinking", "thinking": [{"type": "text", "text": "t"}]}]).reasoning == "t"
    assert read(content="x", reasoning_content="why").reasoning == "why"
    assert read(content="x", reasoning="why").reasoning == "why"
    assert read(refusal="No.").stop == "refusal"
    given_object = read(tool_calls=[{"function": {"name": "offer", "arguments": {"p": 1}}}])
    assert given_object.calls == (ToolCall(id="call_1_0", name="offer", arguments='{"p": 1}'),)
    assert given_object.stop == "tool_calls"
    assert read(function_call={"name": "offer", "arguments": "{}"}).calls[0].name == "offer"
    assert read(tool_calls=None).calls == ()


@pytest.mark.parametrize(
    ("finish", "stop"),
    [("stop", "stop"), ("eos", "stop"), ("end_turn", "stop"), ("length", "length"), ("MAX_TOKENS", "length"),
     ("content_filter", "filtered"), ("SAFETY", "filtered"), ("whatever", "other"), (None, "other"), (7, "other")],
)  # fmt: skip
def test_reasons_to_stop_have_many_names(finish: Any, stop: str) -> None:
    assert decode({"choices": [{"message": {"content": "x"}, "finish_reason": finish}]}, HELLO).stop == stop


def test_what_is_not_told_is_none() -> None:
    assert read(content="x").usage == Usage()
    odd = {"usage": {"prompt_tokens": "3", "completion_tokens": True, "prompt_tokens_details": None}}
    assert decode(message("x", usage=None) | odd, HELLO).usage == Usage()
    deepseek = {"usage": {"prompt_tokens": 3, "prompt_cache_hit_tokens": 2}}
    assert decode(message("x", usage=None) | deepseek, HELLO).usage == Usage(input=3, cached=2)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(categories=["Cs"]))
)
json_like = st.recursive(
    scalars | st.sampled_from(["tool_calls", "stop"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["choices", "message", "delta", "content", "tool_calls", "function", "arguments", "usage", "type", "text",
             "index", "id", "name", "error", "model", "prompt_tokens_details", "reasoning", "refusal", "code"]
        ),
        inner, max_size=5,
    ),
    max_leaves=30,
)  # fmt: skip


@given(json_like)
def test_no_response_breaks_the_reader(data: Any) -> None:
    for body in (data, {"choices": [data]}, {"choices": [{"message": data}]}, {"choices": [{"delta": data}]}):
        written = b"data: " + json.dumps(body).encode() + b"\n\n"
        for reading in (lambda body=body: decode(body, HELLO), lambda written=written: read_stream([written, DONE])):
            try:
                answer = reading()
            except ModelError:
                continue
            json.dumps(answer.plain(), ensure_ascii=False).encode()
            assert Answer.model_validate(answer.plain()) == answer


@given(st.builds(ChatMessage, role=st.just("user"), content=st.text()))
def test_what_is_recorded_is_read_again(said: ChatMessage) -> None:
    request = Request(messages=(said,), tools=(OFFER,), format=JsonSchema(name="a", json_schema={"x": [1]}))
    assert Request.model_validate(json.loads(json.dumps(request.plain()))) == request


def read_stream(packets: list[bytes]) -> Answer:
    return told(packets)[0]


def told(packets: list[bytes]) -> tuple[Answer, str]:
    """Read a stream, and what it showed on the way."""
    events, answer, shown = EventReader(), StreamedAnswer(HELLO, ASKED), ""
    for packet in packets:
        for data in events.feed(packet):
            shown += answer.add(data)
    for data in events.end():
        shown += answer.add(data)
    return answer.answer(), shown


def pieces_of(*calls: tuple[int, str | None, str | None, str | None]) -> bytes:
    """Write an event for each piece of a call: index, id, name, arguments."""
    found = b""
    for index, id, name, text in calls:
        function = {key: value for key, value in (("name", name), ("arguments", text)) if value is not None}
        found += event(delta(tool_calls=[{"index": index, **({"id": id} if id else {}), "function": function}]))
    return found


RICH = b"".join([
    b": keep-alive\r\n\r\n",
    *deltas("Zwölf € – 十二 🚲")[:-1],
    b'data: {"choices":[{"delta":{"content":" \\ud83d"}}]}\r\n\r\n',
    b'event: x\r\ndata: {"choices":[{"delta":\r\ndata:{"content":"\\ude00"}}]}\r\n\r\n',
    b"data:" + event(delta(reasoning_content="hm"))[5:],
    pieces_of((0, "a", "offer", ""), (1, "b", "say", ""), (0, None, None, '{"p":'), (1, None, None, "{}"),
              (0, None, None, " 1}")),
    DONE,
])  # fmt: skip


@given(st.lists(st.integers(0, len(RICH)), max_size=40), st.sampled_from([b"\n", b"\r\n", b"\r"]))
@example(list(range(len(RICH) * 2)), b"\r\n")
def test_however_a_stream_is_cut_it_says_the_same(cuts: list[int], line_end: bytes) -> None:
    stream = RICH.replace(b"\r\n", b"\n").replace(b"\n", line_end)
    edges = [0, *sorted(cuts), len(stream)]
    answer, shown = told([stream[a:b] for a, b in pairwise(edges)])
    assert answer.text == shown == "Zwölf € – 十二 🚲 😀"
    assert answer.reasoning == "hm"
    assert answer.calls == (
        ToolCall(id="a", name="offer", arguments='{"p": 1}'),
        ToolCall(id="b", name="say", arguments="{}"),
    )
    assert answer.usage == Usage(input=12, output=8, cached=4, reasoning=3)


@given(st.integers(0, len(RICH) - 1))
def test_a_stream_that_ends_early_is_broken_or_was_complete(end: int) -> None:
    finish = RICH.index(b'"finish_reason": "stop"')
    try:
        answer = read_stream([RICH[:end]])
    except (BrokenStream, UnreadableAnswer):
        return
    assert end > finish and answer.text.startswith("Zwölf € – 十二 🚲")


def test_pieces_without_an_index_belong_to_the_last_call() -> None:
    pieces = [{"id": "a", "function": {"name": "offer", "arguments": '{"p"'}}, {"function": {"arguments": ": 1}"}},
              {"id": "b", "function": {"name": "say", "arguments": "{}"}}]  # fmt: skip
    calls = read_stream([*(event(delta(tool_calls=[piece])) for piece in pieces), DONE]).calls
    assert [(call.id, call.arguments) for call in calls] == [("a", '{"p": 1}'), ("b", "{}")]


def test_two_calls_under_one_index_are_two_calls() -> None:
    calls = read_stream([pieces_of((0, "a", "offer", "{}"), (0, "b", "say", "{}")), DONE]).calls
    assert [call.name for call in calls] == ["offer", "say"]
