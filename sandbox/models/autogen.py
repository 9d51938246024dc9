"""Any AutoGen `ChatCompletionClient` as a model of ours."""

from __future__ import annotations

import asyncio
from typing import Any

from autogen_core import CancellationToken, ComponentModel
from autogen_core.models import ChatCompletionClient, CreateResult

from moot_errors import WrongUse

from .autogen_messages import (
    answer_of,
    named,
    output_type,
    schema_of,
    to_autogen,
)
from .errors import ModelError, Overloaded, TimedOut, UnreadableAnswer
from .faults import Asked, fault_from
from .limits import limiter_for
from .profiles import Profile
from .retry import Caller
from .types import Answer, OnText, Request, Served

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

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        """Answer a request; what the client raises becomes a ModelError, by its HTTP status where it has one."""
        request = self.profile.fill(request)

        async def send(tried: int) -> Answer:
            if tried and on_text:
                on_text("")
            return await self._send(request, on_text)

        return await self._caller.call(self.profile.tokens_of(request), send)

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
