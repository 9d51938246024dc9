"""What the client makes of a server that behaves, and of one that does not."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.models.client import OpenAIModel
from sandbox.models.errors import KeyRefused, ModelError, NotThere, Overloaded, TimedOut, UnreadableAnswer
from sandbox.models.profiles import Profile
from sandbox.models.types import Answer, ChatMessage, Request, Served, Tool, Usage
from tests.sandbox.models.server import SAID, STREAM, Received, Server, Wait, chunk, failing, respond

KEY = "sk-thisisthekeythatnobodymaysee"
HELLO = Request(messages=(ChatMessage(role="user", content="Well?"),))
HANGING = ("hang", "hang-midway", "only-keep-alive")
IMPATIENT: dict[str, Any] = {"first": 0.2, "between": 0.2, "whole": 0.4}
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])


def model_at(server: Server, model: str = "ok", key: str | None = KEY, **more: Any) -> OpenAIModel:
    table = {"name": "small", "base_url": server.url, "model": model, "retries": 0}
    return OpenAIModel(Profile.model_validate(table | more), key)


def ask(model: OpenAIModel, request: Request = HELLO, on_text: Callable[[str], None] | None = None) -> Served:
    return asyncio.run(model.create(request, on_text=on_text))


def answer(server: Server, behaviour: str, stream: bool) -> Answer:
    patience: dict[str, Any] = {"timeouts": IMPATIENT} if behaviour in HANGING else {}
    return ask(model_at(server, behaviour, **patience), on_text=(lambda _: None) if stream else None).answer


FAULTS = {
    "401": "key_refused",
    "403": "key_refused",
    "404": "not_there",
    "redirect": "not_there",
    "408": "timed_out",
    "413": "too_long",
    "context": "too_long",
    "filter": "filtered",
    "bad": "bad_request",
    "429": "rate_limited",
    "429-retry-after": "rate_limited",
    "429-long": "rate_limited",
    "429-quota": "rate_limited",
    "500": "overloaded",
    "502": "overloaded",
    "503": "overloaded",
    "529": "overloaded",
    "error-in-200": "overloaded",
    "error-in-stream": "overloaded",
    "hang": "timed_out",
    "hang-midway": "timed_out",
    "only-keep-alive": "timed_out",
    "reset": "broken_stream",
    "reset-midway": "broken_stream",
    "truncated": "broken_stream",
    "cut-event": "broken_stream",
    "garbled": "unreadable",
    "no-choices": "unreadable",
    "deep": "unreadable",
    "not-utf-8": "unreadable",
    "empty-body": "unreadable",
}


@BOTH
@pytest.mark.parametrize("behaviour", FAULTS)
def test_each_fault_is_told_as_itself_and_without_the_key(server: Server, behaviour: str, stream: bool) -> None:
    with pytest.raises(ModelError) as raised:
        answer(server, behaviour, stream)
    error = raised.value
    assert error.kind == FAULTS[behaviour]
    assert [attempt.error for attempt in error.attempts] == [error.kind]
    assert "'small'" in error.message
    assert "sk-" not in f"{error} {error!r} {error.args}"


@BOTH
@pytest.mark.parametrize(
    "behaviour", ["ok", "no-done", "no-last-line", "hang-after-done", "keep-alive", "json-for-stream"]
)
def test_an_answer_comes_whole(server: Server, behaviour: str, stream: bool) -> None:
    assert answer(server, behaviour, stream) == Answer(
        text=SAID, usage=Usage(input=12, output=8, cached=4, reasoning=3), served="small-1", fingerprint="fp_1"
    )


@BOTH
def test_unusual_answers_are_answers(server: Server, stream: bool) -> None:
    assert answer(server, "no-usage", stream).usage == Usage()
    assert answer(server, "empty", stream).text == ""
    assert answer(server, "split", stream).text == "Zwölf € – 十二 🚲"
    refusal = answer(server, "refusal", stream)
    assert (refusal.stop, refusal.text) == ("refusal", "I cannot.")
    assert "\ufffd" in answer(server, "surrogate", stream).text


@BOTH
def test_calls_come_as_the_model_wrote_them(server: Server, stream: bool) -> None:
    (broken,) = answer(server, "bad-arguments", stream).calls
    assert broken.arguments == '{"price": 200'
    two = answer(server, "two-calls", stream)
    assert two.stop == "tool_calls"
    assert [(call.id, call.name, call.arguments) for call in two.calls] == [
        ("call_a", "offer", '{"price": 200}'),
        ("call_b", "say", '{"text": "hm"}'),
    ]
    assert [call.name for call in answer(server, "unknown-tool", stream).calls] == ["launch"]


@BOTH
def test_ten_megabytes_are_read_or_refused_as_the_profile_says(server: Server, stream: bool) -> None:
    on_text = (lambda _: None) if stream else None
    assert len(ask(model_at(server, "huge"), on_text=on_text).answer.text) == 10_000_000
    with pytest.raises(UnreadableAnswer, match="larger than 1000000 bytes") as raised:
        ask(model_at(server, "huge", largest_answer=1_000_000, retries=3), on_text=on_text)
    assert len(raised.value.attempts) == 1


def test_text_streams_in_as_it_is_written(server: Server) -> None:
    pieces: list[str] = []
    ask(model_at(server, "split"), on_text=pieces.append)
    assert "".join(pieces) == "Zwölf € – 十二 🚲"
    assert len(pieces) > 1


def test_a_broken_stream_is_tried_again_and_says_that_its_text_begins_anew(server: Server) -> None:
    pieces: list[str] = []
    server.will("reset-midway", "ok")
    reply = ask(model_at(server, retries=1), on_text=pieces.append)
    assert reply.answer.text == SAID
    assert [attempt.error for attempt in reply.attempts] == ["broken_stream", None]
    anew = pieces.index("")
    assert SAID.startswith("".join(pieces[:anew])) and "".join(pieces[anew:]) == SAID


def test_what_cannot_succeed_is_asked_once(server: Server) -> None:
    for hopeless in ("401", "404", "413", "bad", "429-quota", "429-long"):
        server.received.clear()
        with pytest.raises(ModelError):
            ask(model_at(server, hopeless, retries=3))
        assert len(server.received) == 1, hopeless


def test_a_server_that_recovers_is_answered_from(server: Server) -> None:
    server.will("429-retry-after", "503", "garbled", "ok")
    reply = ask(model_at(server, retries=3, longest_wait=0.01))
    assert reply.answer.text == SAID
    assert [(attempt.error, attempt.status) for attempt in reply.attempts] == [
        ("rate_limited", 429), ("overloaded", 503), ("unreadable", None), (None, None),
    ]  # fmt: skip


def test_a_cancelled_stream_hangs_up(server: Server) -> None:
    async def leave_midway() -> None:
        begun = asyncio.Event()
        model = model_at(server, "hang-midway")
        task = asyncio.ensure_future(model.create(HELLO, on_text=lambda _: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.hung_up.wait, 5)

    asyncio.run(leave_midway())


def test_an_unreadable_stream_is_not_listened_to_any_longer(server: Server) -> None:
    async def listen() -> None:
        server.will(lambda received: [STREAM, chunk(b"data: {\n\n"), Wait()])
        with pytest.raises(UnreadableAnswer):
            await model_at(server).create(HELLO, on_text=lambda _: None)
        assert await asyncio.to_thread(server.hung_up.wait, 5)

    asyncio.run(listen())


def test_many_cancelled_calls_leave_the_way_free(server: Server) -> None:
    async def crowd() -> Served:
        model = model_at(server, "hang-midway", limits={"connections": 20})
        tasks = [asyncio.ensure_future(model.create(HELLO, on_text=lambda _: None)) for _ in range(200)]
        while len(server.received) < 20:
            await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.will("ok")
        return await model.create(HELLO)

    assert asyncio.run(crowd()).answer.text == SAID


def test_connections_are_kept_and_no_more_than_allowed(server: Server) -> None:
    async def crowd() -> None:
        model = model_at(server, limits={"connections": 5})
        tellers = [None, lambda _: None]
        await asyncio.gather(*(model.create(HELLO, on_text=tellers[n % 2]) for n in range(100)))

    asyncio.run(crowd())
    assert len(server.received) == 100
    assert server.connections <= 5


def test_a_loop_that_ends_takes_its_connections_along(server: Server) -> None:
    loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []

    async def play() -> None:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await model_at(server).create(HELLO)
        assert server.open == 1

    for _ in range(3):
        asyncio.run(play())
    gc.collect()
    assert [loop() for loop in loops] == [None] * 3
    assert server.connections == 3
    while server.open:
        pass  # the server hears of it in its own thread


def test_threads_with_loops_of_their_own_share_a_model(server: Server) -> None:
    model, answered = model_at(server, limits={"connections": 3}), []

    async def crowd() -> list[Served]:
        return await asyncio.gather(*(model.create(HELLO) for _ in range(20)))

    threads = [threading.Thread(target=lambda: answered.extend(asyncio.run(crowd()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answered) == 80


def sent(server: Server, **more: Any) -> Received:
    ask(model_at(server, **more))
    return server.received[-1]


def test_the_key_goes_where_the_server_looks_for_it(server: Server) -> None:
    assert sent(server).headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in sent(server, key=None).headers
    azure = sent(server, base_url=server.url.removesuffix("/v1"), api_version="2024-10-21")
    assert azure.headers["api-key"] == KEY and "authorization" not in azure.headers
    assert azure.path == "/openai/deployments/ok/chat/completions?api-version=2024-10-21"


def test_a_redirect_is_not_followed(server: Server) -> None:
    with pytest.raises(NotThere) as raised:
        ask(model_at(server, "redirect"))
    assert "http://127.0.0.2:9/v1" in str(raised.value.remedy)
    assert len(server.received) == 1


def test_nobody_at_the_address_is_said_so() -> None:
    profile = Profile(name="small", base_url="http://127.0.0.1:9", model="m", retries=0)
    with pytest.raises(Overloaded, match=r"nobody answers at http://127\.0\.0\.1:9/v1"):
        ask(OpenAIModel(profile))


def test_proxies_of_the_environment_are_not_asked_for_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert ask(model_at(server)).answer.text == SAID


def test_a_proxy_of_the_environment_is_asked_for_other_machines(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url.removesuffix("/v1"))
    ask(model_at(server, base_url="http://models.invalid/v1"))
    assert server.received[-1].path == "http://models.invalid/v1/chat/completions"
    monkeypatch.setenv("no_proxy", ".invalid")
    with pytest.raises(Overloaded, match="nobody answers"):
        ask(model_at(server, base_url="http://models.invalid/v1"))


def only_without(key: str, said: str) -> Callable[[Received], list[Any]]:
    """Refuse requests that have a key, as older and newer servers do."""
    refuse = failing(400, "invalid_request_error", said)
    return lambda received: refuse(received) if key in received.body else respond({"choices": [{"message": {}}]})


def test_a_server_that_does_not_know_stream_options_is_asked_without_them(server: Server) -> None:
    picky = only_without("stream_options", "Unrecognized request argument: stream_options")
    server.will(picky, picky, picky)
    model = model_at(server, "old")
    ask(model, on_text=lambda _: None)
    ask(model, on_text=lambda _: None)
    assert ["stream_options" in received.body for received in server.received] == [True, False, False]


def test_a_model_that_wants_max_completion_tokens_gets_them(server: Server) -> None:
    picky = only_without("max_tokens", "Unsupported parameter: use 'max_completion_tokens' instead")
    server.will(picky, picky)
    ask(model_at(server, "new", params={"max_tokens": 50}))
    assert server.received[-1].body["max_completion_tokens"] == 50


def test_what_a_request_leaves_open_comes_from_the_profile(server: Server) -> None:
    params = {"temperature": 0.5, "seed": 3, "extra": {"top_k": 5}}
    tool = Tool(name="offer")
    ask(model_at(server, params=params), HELLO.model_copy(update={"tools": (tool,), "temperature": 1.0}))
    body = server.received[-1].body
    assert (body["temperature"], body["seed"], body["top_k"]) == (1.0, 3, 5)
    assert "top_p" not in body and "stream" not in body


def test_a_refused_key_says_where_it_is_from(server: Server) -> None:
    profile = Profile(name="small", base_url=server.url, model="401")
    with pytest.raises(KeyRefused) as raised:
        ask(OpenAIModel(profile, KEY, key_from="the environment variable 'MY_KEY'"))
    assert raised.value.remedy == "the key comes from the environment variable 'MY_KEY'"


def test_time_outs_name_the_limit_that_they_are(server: Server) -> None:
    with pytest.raises(TimedOut, match="no token within") as raised:
        ask(model_at(server, "hang", timeouts=IMPATIENT), on_text=lambda _: None)
    assert raised.value.remedy == "timeouts.first sets the limit"
    with pytest.raises(TimedOut, match="stood still"):
        ask(model_at(server, "hang-midway", timeouts=IMPATIENT), on_text=lambda _: None)
