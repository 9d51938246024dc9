"""AutoGen's models as ours, and ours as AutoGen's."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal, Self

from autogen_core import CancellationToken, Component, ComponentModel
from autogen_core.models import ChatCompletionClient, CreateResult, LLMMessage, ModelFamily, ModelInfo, RequestUsage
from autogen_core.tools import Tool as AutogenTool
from autogen_core.tools import ToolSchema
from pydantic import BaseModel

from moot_errors import WrongUse

from .autogen_messages import (
    answer_of,
    format_of,
    from_autogen,
    named,
    output_type,
    result_of,
    schema_of,
    to_autogen,
    tool_of,
)
from .errors import ModelError, Overloaded, TimedOut, UnreadableAnswer
from .faults import Asked, fault_from
from .limits import limiter_for
from .opening import open_model
from .profiles import Profile, load_profiles
from .retry import Caller
from .tokens import count_call, count_message, count_tool
from .types import Answer, OnText, Reply, Request

_PARAMETERS = ("temperature", "top_p", "max_tokens", "seed")


class AutogenModel:
    """Ask any AutoGen `ChatCompletionClient`: the profile's `component`, or a client that is there already.

    Loading a component imports what it names, and so runs code.
    """

    def __init__(self, profile: Profile, client: ChatCompletionClient | None = None) -> None:
        self.profile = profile
        self._client = client or _load(profile)
        gate = limiter_for(profile.rates, profile.name, "autogen")
        self._caller = Caller(profile.name, profile.asks_for, gate, profile.policy)

    @property
    def name(self) -> str:
        return self.profile.name

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Reply:
        """Answer a request; what the client raises becomes a ModelError, by its HTTP status where it has one."""
        request = self.profile.fill(request)

        async def send(tried: int) -> Answer:
            if tried and on_text:
                on_text("")
            return await self._send(request, on_text)

        return await self._caller.call(count_call(request), send)

    async def _send(self, request: Request, on_text: OnText | None) -> Answer:
        token = CancellationToken()
        whole = self.profile.timeouts.whole
        try:
            async with asyncio.timeout(whole):
                return answer_of(await self._result(request, on_text, token))
        except TimeoutError:
            raise TimedOut(f"no whole answer within {whole:g} s", remedy="timeouts.whole sets the limit") from None
        except (ModelError, asyncio.CancelledError):
            raise
        except Exception as error:  # whatever a foreign client raises is a fault of this call
            raise _fault(error, Asked(self.profile.asks_for, type(self._client).__name__)) from error
        finally:
            token.cancel()

    async def _result(self, request: Request, on_text: OnText | None, token: CancellationToken) -> CreateResult:
        options = _options(request) | {"cancellation_token": token}
        messages = to_autogen(request.messages)
        if on_text is None:
            return await self._client.create(messages, **options)
        result = None
        async for piece in self._client.create_stream(messages, **options):
            if isinstance(piece, CreateResult):
                result = piece
            elif piece:
                on_text(piece)
        if result is None:
            raise UnreadableAnswer("the client's stream ended without a result")
        return result


def _load(profile: Profile) -> ChatCompletionClient:
    try:
        return ChatCompletionClient.load_component(ComponentModel.model_validate(profile.component))
    except Exception as error:  # importing and configuring foreign code may raise anything
        raise WrongUse(f"[models.{profile.name}] component: cannot be loaded: {error}") from error


def _options(request: Request) -> dict[str, Any]:
    extra = {key: value for key in _PARAMETERS if (value := getattr(request, key)) is not None} | request.extra
    if request.stop:
        extra["stop"] = list(request.stop)
    options: dict[str, Any] = {"extra_create_args": extra}
    if request.tools:
        options["tools"] = [schema_of(tool) for tool in request.tools]
        choice = request.tool_choice
        options["tool_choice"] = choice if choice in ("auto", "none", "required") else named(request.tools, choice)
    if request.format is not None:
        options["json_output"] = True if request.format == "json" else output_type(request.format)
    return options


def _fault(error: Exception, asked: Asked) -> ModelError:
    status, what = getattr(error, "status_code", None), f"{type(error).__name__}: {error}"
    if isinstance(status, int) and status >= 400:
        response = getattr(error, "response", None)
        return fault_from(status, what, asked, getattr(response, "headers", None) or {})
    if "Timeout" in type(error).__name__:
        return TimedOut(f"{asked.url} took too long ({what})")
    if isinstance(error, ConnectionError) or "Connection" in type(error).__name__:
        return Overloaded(f"{asked.url} reaches nobody ({what})")
    return ModelError(f"{asked.url} failed ({what})")


class MootClientConfig(BaseModel):
    """What `MootChatCompletionClient` is made of: profiles as in `moot.toml`, which name keys and hold none."""

    profiles: dict[str, dict[str, Any]]
    name: str
    model_info: dict[str, Any] | None = None


class MootChatCompletionClient(ChatCompletionClient, Component[MootClientConfig]):
    """Offer a model of ours, with its limits, retries and fallbacks, wherever AutoGen takes a client."""

    component_type = "model"
    component_config_schema = MootClientConfig
    component_provider_override = "sandbox.models.autogen.MootChatCompletionClient"

    def __init__(
        self,
        profiles: Mapping[str, Profile],
        name: str,
        *,
        model_info: ModelInfo | None = None,
        trusted: bool = False,
    ) -> None:
        """`trusted` lets a profile's key come from a command."""
        self._profiles, self._name, self._info = dict(profiles), name, model_info
        self._model = open_model(profiles, name, trusted=trusted)
        self._total = RequestUsage(prompt_tokens=0, completion_tokens=0)

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[AutogenTool | ToolSchema] = (),
        tool_choice: AutogenTool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """Answer once; raises ModelError."""
        request = _request(messages, tools, tool_choice, json_output, extra_create_args)
        return self._told(await self._linked(request, None, cancellation_token))

    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[AutogenTool | ToolSchema] = (),
        tool_choice: AutogenTool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Give the text in pieces, then the result; after a retry the pieces begin anew, and the result holds once."""
        request = _request(messages, tools, tool_choice, json_output, extra_create_args)
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        task = self._linked(request, pieces.put_nowait, cancellation_token)
        task.add_done_callback(lambda _: pieces.put_nowait(None))
        try:
            while (piece := await pieces.get()) is not None:
                if piece:
                    yield piece
            yield self._told(await task)
        finally:
            task.cancel()

    def _linked(self, request: Request, on_text: OnText | None, token: CancellationToken | None) -> asyncio.Task[Reply]:
        task = asyncio.ensure_future(self._model.create(request, on_text=on_text))
        if token is not None:
            token.link_future(task)
        return task

    def _told(self, reply: Reply) -> CreateResult:
        result = result_of(reply.answer)
        self._total = RequestUsage(
            prompt_tokens=self._total.prompt_tokens + result.usage.prompt_tokens,
            completion_tokens=self._total.completion_tokens + result.usage.completion_tokens,
        )
        return result

    async def close(self) -> None:
        """Do nothing: connections are shared, and close with their event loop."""

    def actual_usage(self) -> RequestUsage:
        return self._total

    def total_usage(self) -> RequestUsage:
        return self._total

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[AutogenTool | ToolSchema] = ()) -> int:
        """Estimate, by four characters a token."""
        return sum(map(count_message, from_autogen(messages))) + sum(count_tool(tool_of(tool)) for tool in tools)

    def remaining_tokens(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[AutogenTool | ToolSchema] = ()
    ) -> int:
        """Estimate what the context still holds; raises WrongUse where the profile does not say how much that is."""
        context = self._profiles[self._name].context
        if context is None:
            raise WrongUse(
                f"nobody said how much the context of model {self._name!r} holds",
                remedy=f"write context = 128000 under [models.{self._name}]",
            )
        return context - self.count_tokens(messages, tools=tools)

    @property
    def model_info(self) -> ModelInfo:
        if self._info is not None:
            return self._info
        return ModelInfo(
            vision=True,
            function_calling=self._profiles[self._name].tools != "json",
            json_output=True,
            family=ModelFamily.UNKNOWN,
            structured_output=True,
            multiple_system_messages=True,
        )

    @property
    def capabilities(self) -> ModelInfo:
        warnings.warn("capabilities is deprecated, use model_info", DeprecationWarning, stacklevel=2)
        return self.model_info

    def _to_config(self) -> MootClientConfig:
        tables = {
            name: profile.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
            for name, profile in self._profiles.items()
        }
        return MootClientConfig(profiles=tables, name=self._name, model_info=self._info and dict(self._info))

    @classmethod
    def _from_config(cls, config: MootClientConfig) -> Self:
        info: Any = config.model_info
        return cls(load_profiles(config.profiles), config.name, model_info=info)


def _request(
    messages: Sequence[LLMMessage],
    tools: Sequence[AutogenTool | ToolSchema],
    tool_choice: AutogenTool | Literal["auto", "required", "none"],
    json_output: bool | type[BaseModel] | None,
    extra: Mapping[str, Any],
) -> Request:
    ours = tuple(tool_of(tool) for tool in tools)
    choice = tool_choice if isinstance(tool_choice, str) else tool_choice.name
    data: dict[str, Any] = {"format": format_of(json_output)} | {key: extra[key] for key in _PARAMETERS if key in extra}
    return Request(
        messages=from_autogen(messages),
        tools=ours,
        tool_choice=choice if ours or choice != "required" else "auto",
        extra={key: value for key, value in extra.items() if key not in _PARAMETERS},
        **data,
    )
