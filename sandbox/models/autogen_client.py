"""A model of ours as an AutoGen `ChatCompletionClient`."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal, Self

from autogen_core import CancellationToken, Component
from autogen_core.models import ChatCompletionClient, CreateResult, LLMMessage, ModelFamily, ModelInfo, RequestUsage
from autogen_core.tools import Tool as AutogenTool
from autogen_core.tools import ToolSchema
from pydantic import BaseModel

from moot_errors import WrongUse

from .autogen_messages import format_of, from_autogen, result_of, tool_of
from .opening import open_model
from .profiles import Profile, load_profiles
from .tokens import count_message, count_tool
from .types import OnText, Request, Served

_PARAMETERS = ("temperature", "top_p", "max_tokens", "seed")


class MootClientConfig(BaseModel):
    """What `MootChatCompletionClient` is made of: profiles as in `moot.toml`, which name keys and hold none."""

    profiles: dict[str, dict[str, Any]]
    name: str
    model_info: dict[str, Any] | None = None


class MootChatCompletionClient(ChatCompletionClient, Component[MootClientConfig]):
    """Offer a model of ours, with its limits, retries and fallbacks, wherever AutoGen takes a client."""

    component_type = "model"
    component_config_schema = MootClientConfig
    component_provider_override = "sandbox.models.autogen_client.MootChatCompletionClient"

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

    def _linked(
        self, request: Request, on_text: OnText | None, token: CancellationToken | None
    ) -> asyncio.Task[Served]:
        task = asyncio.ensure_future(self._model.create(request, on_text=on_text))
        if token is not None:
            token.link_future(task)
        return task

    def _told(self, reply: Served) -> CreateResult:
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
