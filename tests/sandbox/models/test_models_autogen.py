"""Our models in AutoGen's programs, and AutoGen's models in ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal, Self

import pytest
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import ModelClientStreamingChunkEvent
from autogen_core import CancellationToken, Component, FunctionCall, Image
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    ModelFamily,
    ModelInfo,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import Tool as AutogenTool
from autogen_core.tools import ToolSchema
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Picture
from pydantic import BaseModel

from moot_errors import WrongUse
from sandbox.models.autogen import AutogenModel
from sandbox.models.autogen_client import MootChatCompletionClient
from sandbox.models.autogen_messages import answer_of, from_autogen, result_of, to_autogen
from sandbox.models.errors import KeyRefused, ModelError, Overloaded, RateLimited, TimedOut
from sandbox.models.opening import open_model
from sandbox.models.profiles import Profile, load_profiles
from sandbox.models.types import Answer, ChatMessage, JsonSchema, Request, Tool, ToolCall, Usage
from tests.sandbox.models.server import SAID, Server, call, calling

KEY = "sk-thisisthekeythatnobodymaysee"
HELLO = Request(messages=(ChatMessage(role="user", content="Well?"),))


class NoConfig(BaseModel):
    pass


class Parrot(ChatCompletionClient, Component[NoConfig]):
    """Keep what it is asked, and say what it was given to say."""

    component_type = "model"
    component_config_schema = NoConfig
    component_provider_override = f"{__name__}.Parrot"

    def __init__(self, *results: CreateResult | Exception) -> None:
        self._results = list(results)
        self.asked: list[dict[str, Any]] = []

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[AutogenTool | ToolSchema] = [],
        tool_choice: AutogenTool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        self.asked.append(
            {
                "messages": messages,
                "tools": tools,
                "choice": tool_choice,
                "json": json_output,
                "extra": extra_create_args,
            }
        )
        result = self._results.pop(0) if self._results else said("echo")
        if isinstance(result, Exception):
            raise result
        return result

    async def create_stream(
        self, messages: Sequence[LLMMessage], **more: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        result = await self.create(messages, **more)
        for word in str(result.content).split():
            yield word
        yield result

    async def close(self) -> None: ...

    def actual_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def total_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[AutogenTool | ToolSchema] = []) -> int:
        return 0

    def remaining_tokens(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[AutogenTool | ToolSchema] = []
    ) -> int:
        return 0

    @property
    def capabilities(self) -> ModelInfo:
        return self.model_info

    @property
    def model_info(self) -> ModelInfo:
        return ModelInfo(
            vision=True, function_calling=True, json_output=True, family=ModelFamily.UNKNOWN, structured_output=True
        )

    def _to_config(self) -> NoConfig:
        return NoConfig()

    @classmethod
    def _from_config(cls, config: NoConfig) -> Self:
        return cls()


def said(content: str | list[FunctionCall], thought: str | None = None) -> CreateResult:
    finish: Literal["stop", "function_calls"] = "stop" if isinstance(content, str) else "function_calls"
    return CreateResult(finish_reason=finish, content=content, usage=RequestUsage(5, 2), cached=False, thought=thought)


def theirs(*results: CreateResult | Exception, **more: Any) -> tuple[AutogenModel, Parrot]:
    parrot = Parrot(*results)
    table = {"name": "p", "provider": "autogen", "component": {}, "retries": 0}
    return AutogenModel(Profile.model_validate(table | more), parrot), parrot


calls = st.lists(st.builds(FunctionCall, id=st.text(), arguments=st.text(), name=st.text()), min_size=1, max_size=3)
results = st.builds(FunctionExecutionResult, content=st.text(), name=st.text(min_size=1), call_id=st.text(),
                    is_error=st.none() | st.booleans())  # fmt: skip
others = (
    st.builds(SystemMessage, content=st.text())
    | st.builds(UserMessage, content=st.text(), source=st.text(min_size=1))
    | st.builds(UserMessage, content=st.lists(st.text(), min_size=1, max_size=3), source=st.text(min_size=1))
    | st.builds(
        AssistantMessage, content=st.text(), thought=st.none() | st.text(min_size=1), source=st.text(min_size=1)
    )
    | st.builds(AssistantMessage, content=calls, thought=st.none() | st.text(min_size=1), source=st.text(min_size=1))
)
outcomes = st.builds(FunctionExecutionResultMessage, content=st.lists(results, min_size=1, max_size=3))


@given(st.lists(st.tuples(others, st.none() | outcomes)))
def test_a_conversation_of_theirs_survives_both_ways(pairs: list[tuple[LLMMessage, LLMMessage | None]]) -> None:
    messages = [message for pair in pairs for message in pair if message is not None]
    assert to_autogen(from_autogen(messages)) == messages


def test_images_survive_both_ways() -> None:
    picture = Image(Picture.new("RGB", (2, 1), (255, 0, 9)))
    (back,) = to_autogen(from_autogen([UserMessage(content=["see", picture], source="ann")]))
    assert isinstance(back, UserMessage) and isinstance(back.content[1], Image)
    assert back.content[1].image.tobytes() == picture.image.tobytes()


@given(st.builds(
    Answer, text=st.text(), reasoning=st.none() | st.text(min_size=1),
    stop=st.sampled_from(["stop", "length", "filtered", "other"]),
    usage=st.builds(Usage, input=st.integers(0, 9), output=st.integers(0, 9)),
))  # fmt: skip
def test_an_answer_survives_both_ways(answer: Answer) -> None:
    assert answer_of(result_of(answer)) == answer


def test_a_request_of_ours_arrives_in_their_words() -> None:
    model, parrot = theirs(said([FunctionCall("1", '{"p": 1}', "offer")], "hm"), params={"seed": 4})
    tools = (
        Tool(name="offer", parameters={"type": "object", "properties": {"p": {"type": "integer"}}}),
        Tool(name="say"),
    )
    schema = JsonSchema(name="act", json_schema={"type": "object"})
    request = HELLO.model_copy(update={"tools": tools, "tool_choice": "say", "format": schema, "stop": ("END",)})
    answer = asyncio.run(model.create(request)).answer
    (asked,) = parrot.asked
    assert asked["messages"] == [UserMessage(content="Well?", source="user")]
    assert [tool["name"] for tool in asked["tools"]] == ["offer", "say"]
    assert asked["choice"].schema["name"] == "say"
    assert asked["json"].model_json_schema() == {"type": "object"}
    assert asked["extra"] == {"seed": 4, "stop": ["END"]}
    assert answer.calls == (ToolCall(id="1", name="offer", arguments='{"p": 1}'),)
    assert (answer.reasoning, answer.stop, answer.served) == ("hm", "tool_calls", None)


def test_their_stream_is_ours() -> None:
    pieces: list[str] = []
    model, _ = theirs(said("two hundred then"))
    assert asyncio.run(model.create(HELLO, on_text=pieces.append)).answer.text == "two hundred then"
    assert pieces == ["two", "hundred", "then"]


class StatusError(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__(f"Error code: {status_code}")
        self.status_code = status_code


@pytest.mark.parametrize(
    ("raised", "kind"),
    [(StatusError(401), KeyRefused), (StatusError(429), RateLimited), (StatusError(503), Overloaded),
     (TimeoutError(), TimedOut), (ConnectionError("no"), Overloaded), (ValueError("what?"), ModelError)],
)  # fmt: skip
def test_what_their_client_raises_is_a_fault_of_ours(raised: Exception, kind: type[ModelError]) -> None:
    model, _ = theirs(raised)
    with pytest.raises(ModelError) as told:
        asyncio.run(model.create(HELLO))
    assert type(told.value) is kind and len(told.value.attempts) == 1


def test_their_component_is_loaded_where_it_is_trusted() -> None:
    component = {"provider": f"{__name__}.Parrot", "config": {}}
    profiles = load_profiles({"p": {"provider": "autogen", "component": component}})
    assert asyncio.run(open_model(profiles, "p", trusted=True).create(HELLO)).answer.text == "echo"
    broken = load_profiles({"p": {"provider": "autogen", "component": {"provider": "nothing.There", "config": {}}}})
    with pytest.raises(WrongUse, match=r"\[models.p\] component: cannot be loaded"):
        open_model(broken, "p", trusted=True)


def ours(server: Server, monkeypatch: pytest.MonkeyPatch, **more: Any) -> MootChatCompletionClient:
    monkeypatch.setenv("OUR_KEY", KEY)
    table = {"base_url": server.url, "model": "ok", "key_env": "OUR_KEY", "retries": 0, "context": 1000}
    return MootChatCompletionClient(load_profiles({"mini": table | more}), "mini")


def offer(price: int) -> str:
    """Offer a price."""
    return f"refused: {price}"


def test_our_model_serves_their_agent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.will(calling(call("offer", {"price": 200})), "ok")
    client = ours(server, monkeypatch)
    agent = AssistantAgent("buyer", client, tools=[offer], reflect_on_tool_use=True, system_message="Buy it.")
    result = asyncio.run(agent.run(task="Begin."))
    assert result.messages[-1].to_text() == SAID
    first, second = (received.body for received in server.received)
    assert first["tools"][0]["function"]["name"] == "offer"
    assert second["messages"][-1] == {"role": "tool", "tool_call_id": "call_a", "content": "refused: 200"}
    assert client.total_usage() == RequestUsage(24, 16)


def test_our_stream_serves_their_agent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = AssistantAgent("buyer", ours(server, monkeypatch), model_client_stream=True)

    async def pieces() -> list[str]:
        stream = agent.run_stream(task="Begin.")
        return [each.content async for each in stream if isinstance(each, ModelClientStreamingChunkEvent)]

    assert "".join(asyncio.run(pieces())) == SAID


class Deal(BaseModel):
    price: int
    note: str = "none"


def test_their_structured_output_is_a_closed_schema(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(ours(server, monkeypatch).create([UserMessage(content="?", source="u")], json_output=Deal))
    wanted = server.received[-1].body["response_format"]["json_schema"]
    assert wanted["strict"] and wanted["name"] == "Deal"
    assert wanted["schema"]["required"] == ["price", "note"]
    assert wanted["schema"]["additionalProperties"] is False


def test_our_client_is_a_component_without_its_key(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    dumped = ours(server, monkeypatch).dump_component()
    assert KEY not in dumped.model_dump_json() and "OUR_KEY" in dumped.model_dump_json()
    again = ChatCompletionClient.load_component(json.loads(dumped.model_dump_json()))
    assert isinstance(again, MootChatCompletionClient)
    result = asyncio.run(again.create([UserMessage(content="?", source="u")]))
    assert (result.content, result.finish_reason, result.cached) == (SAID, "stop", False)


def test_our_client_counts_and_tells_what_it_can(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = ours(server, monkeypatch)
    messages: list[LLMMessage] = [UserMessage(content="x" * 400, source="u")]
    assert client.count_tokens(messages, tools=[ToolSchema(name="offer")]) > 100
    assert client.remaining_tokens(messages) == 1000 - client.count_tokens(messages)
    assert client.model_info["function_calling"]
    with pytest.warns(DeprecationWarning, match="use model_info"):
        assert client.capabilities["vision"]
    with pytest.raises(WrongUse, match="context of model 'mini'"):
        ours(server, monkeypatch, context=None).remaining_tokens(messages)


@pytest.mark.parametrize("stream", [False, True])
def test_their_token_cancels_our_call(server: Server, monkeypatch: pytest.MonkeyPatch, stream: bool) -> None:
    async def cancel() -> None:
        client, token = ours(server, monkeypatch, model="hang"), CancellationToken()
        messages: list[LLMMessage] = [UserMessage(content="?", source="u")]

        async def first() -> Any:
            if stream:
                return await anext(client.create_stream(messages, cancellation_token=token))
            return await client.create(messages, cancellation_token=token)

        task = asyncio.ensure_future(first())
        while not server.received:
            await asyncio.sleep(0)
        token.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())


def test_faults_reach_their_program_as_ours(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    client = ours(server, monkeypatch, model="401")
    with pytest.raises(KeyRefused):
        asyncio.run(client.create([UserMessage(content="?", source="u")]))

    async def stream() -> None:
        async for _ in client.create_stream([UserMessage(content="?", source="u")]):
            pass

    with pytest.raises(KeyRefused):
        asyncio.run(stream())
