"""Models by name: the tables `[models.NAME]` of `moot.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from moot_errors import DocumentError, NotFound, Place, nearest

from .limits import Rates
from .retry import Policy
from .secrets import looks_secret, redact
from .tokens import count_call
from .types import Request

OPENAI = "https://api.openai.com/v1"
SIMULATED = "simulated"

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Latency = Annotated[float, Field(ge=0, allow_inf_nan=False)]
SimulatedError = Literal["overloaded", "rate_limited", "timed_out", "broken_stream", "unreadable", "filtered"]
Purpose = str
"""What a call is for: `speak`, `select`, `summarise`."""

_KEY_HEADER = re.compile(r"auth|api[-_]?key|token|secret|cookie", re.I)
_REFERENCE = re.compile(r"\$\{[A-Za-z_]\w*\}")
_KEYS = ("key", "api_key", "apikey", "token", "secret", "password")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def plain(self) -> dict[str, Any]:
        """Write as a table of `moot.toml`: plain data, less what has its default."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"name"})


class Params(_Table):
    """Parameters of every request that does not set them itself."""

    temperature: Annotated[float, Field(ge=0)] | None = None
    top_p: Share | None = None
    max_tokens: Count | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = {}
    """Further keys of the request's body, as the server spells them."""


class Price(_Table):
    """US dollars per million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    cached: Annotated[float, Field(ge=0)] | None = None
    """Of input that came from the provider's cache; None costs as much as other input."""


class Limits(_Table):
    """What may be used, over all runs of the process together; None is without limit."""

    connections: Count | None = 100
    requests_per_minute: Count | None = None
    tokens_per_minute: Count | None = None


class Timeouts(_Table):
    """Seconds."""

    connect: Seconds = 10
    first: Seconds = 120
    """From sending to the first token of a stream; keep-alive comments are no tokens."""
    between: Seconds = 60
    """Between two tokens of a stream."""
    whole: Seconds = 600
    """From sending to the last byte, each try by itself."""


class Simulation(_Table):
    """How the simulated model behaves."""

    seed: int = 0
    latency: Latency | tuple[Latency, Latency] = 0.0
    """Seconds, or a range from which they are drawn."""
    errors: dict[SimulatedError, Share] = {}
    """How often a try ends in which kind of error (`{overloaded = 0.1}`)."""


class Profile(_Table):
    """One model, where it is, and how it is asked."""

    name: str
    provider: Literal["openai", "simulated", "autogen"] = "openai"
    """Who answers: a server that speaks OpenAI's protocol, nobody, or an AutoGen `ChatCompletionClient`."""
    model: str = ""
    base_url: str = OPENAI
    """With or without /v1."""
    key_env: str | None = None
    """The environment variable that holds the key."""
    key_command: tuple[str, ...] | None = None
    """The command that prints the key; run without a shell, and in trusted workspaces only."""
    api_version: str | None = None
    """Azure's; the key then goes into its own header."""
    headers: dict[str, str] = {}
    """Further headers; `${NAME}` is replaced from the environment."""
    params: Params = Params()
    price: Price | None = None
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()
    retries: Annotated[int, Field(ge=0)] = 4
    longest_wait: Seconds = 60
    """Seconds before a retry, at most; a server that asks for more is not asked again."""
    largest_answer: Count = 32_000_000
    """Bytes, a stream's events included."""
    fallback: tuple[str, ...] = ()
    """Profiles that answer, in this order, when this one has failed."""
    route: dict[Purpose, str] = {}
    """Profiles that answer in this one's place, by purpose."""
    tools: Literal["auto", "native", "json"] = "auto"
    """How acts are offered."""
    context: Count | None = None
    """Tokens that fit into the model's context."""
    simulated: Simulation = Simulation()
    component: dict[str, Any] | None = None
    """AutoGen's component configuration, for provider "autogen"; loaded in trusted workspaces only."""

    @model_validator(mode="before")
    @classmethod
    def _no_key(cls, data: Any) -> Any:
        for key in _KEYS:
            if isinstance(data, Mapping) and key in data:
                raise ValueError(f'{key}: a key does not belong into a file; write key_env = "NAME_OF_THE_VARIABLE"')
        return data

    @field_validator("key_env")
    @classmethod
    def _is_a_name(cls, value: str | None) -> str | None:
        if value is not None and (looks_secret(value) or not re.fullmatch(r"[A-Za-z_]\w*", value)):
            raise ValueError("must be the name of an environment variable, not the key itself")
        return value

    @field_validator("key_command", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if isinstance(value, str):
            raise ValueError('must be a list of words, such as ["pass", "show", "openai"]')
        return value

    @field_validator("base_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        url = urlsplit(value)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError("must begin with http:// or https:// and name a host")
        if url.username or url.password or any(_KEY_HEADER.search(k) or k == "key" for k, _ in parse_qsl(url.query)):
            raise ValueError('must not contain a key; write key_env = "NAME_OF_THE_VARIABLE"')
        return value

    @field_validator("headers")
    @classmethod
    def _no_secret(cls, value: dict[str, str]) -> dict[str, str]:
        for header, text in value.items():
            if (_KEY_HEADER.search(header) and not _REFERENCE.search(text)) or looks_secret(text):
                raise ValueError(f'the value of {header!r} looks like a secret; write "${{NAME_OF_THE_VARIABLE}}"')
        return value

    @model_validator(mode="after")
    def _is_complete(self) -> Profile:
        if self.provider == "openai" and not self.model:
            raise ValueError('model: is missing; write model = "gpt-4o-mini", or what the server calls it')
        if self.provider == "autogen" and self.component is None:
            raise ValueError("component: is missing; AutoGen's dump_component() writes it")
        if self.key_env and self.key_command:
            raise ValueError("key_command: there is key_env too, and only one of them can hold")
        return self

    @property
    def asks_for(self) -> str:
        """Name the model that this profile asks for."""
        return self.model or self.provider

    @property
    def rates(self) -> Rates:
        return Rates(**self.limits.model_dump())

    @property
    def policy(self) -> Policy:
        return Policy(retries=self.retries, longest=self.longest_wait)

    def shared(self, processes: int) -> Profile:
        """Give the profile with the share of its limits that one of so many processes may use: one of each at least."""
        limits = {key: most and max(1, most // processes) for key, most in self.limits.model_dump().items()}
        return self.model_copy(update={"limits": Limits(**limits)})

    def tokens_of(self, request: Request) -> int:
        """Estimate a call's tokens where they are limited; to read the whole prompt for nothing would cost more."""
        return 0 if self.limits.tokens_per_minute is None else count_call(request)

    def fill(self, request: Request) -> Request:
        """Set the parameters that a request leaves to the profile."""
        params = self.params
        keys = ("temperature", "top_p", "max_tokens", "seed")
        update: dict[str, Any] = {
            key: getattr(params, key)
            for key in keys
            if getattr(request, key) is None and getattr(params, key) is not None
        }
        if params.stop and not request.stop:
            update["stop"] = params.stop
        if params.extra:
            update["extra"] = params.extra | request.extra
        return request.model_copy(update=update) if update else request


def load_profiles(config: Mapping[str, Any], where: Path | None = None) -> dict[str, Profile]:
    """Check the tables `[models.NAME]`; `config` is what stands under `models`, `where` the file it is from.

    Adds the profile `simulated`, if no table has this name.  Raises DocumentError with the table and key.
    """
    profiles = {name: _profile(name, table, where) for name, table in config.items()}
    profiles.setdefault(SIMULATED, Profile(name=SIMULATED, provider="simulated"))
    for name in config:
        _check_names(profiles, name, where)
    return profiles


def find_profile(profiles: Mapping[str, Profile], name: str, purpose: Purpose = "speak") -> Profile:
    """Find a profile, or the one that it routes calls of this purpose to; raises NotFound."""
    if name not in profiles:
        raise NotFound("model", name, profiles, remedy=f"write [models.{name}] in moot.toml")
    return profiles[profiles[name].route.get(purpose, name)]


def _profile(name: str, table: Any, where: Path | None) -> Profile:
    if not isinstance(table, Mapping):
        raise _error(name, (), "must be a table", where, remedy=f"write [models.{name}] and below it model = ...")
    if "name" in table:
        raise _error(name, ("name",), "the table's own name is the model's name", where)
    try:
        return Profile.model_validate({"name": name, **table})
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
    steps = tuple(str(step) for step in fault["loc"])
    if fault["type"] == "extra_forbidden":
        close = nearest(steps[-1], _keys_beside(steps))
        raise _error(name, steps, "unknown key", where, f"did you mean {close!r}?" if close else None) from None
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not steps and (found := re.match(r"(\w+): ", message)):
        steps, message = (found[1],), message[found.end() :]
    raise _error(name, steps, message[0].lower() + message[1:], where) from None


def _keys_beside(steps: tuple[str, ...]) -> list[str]:
    table: Any = Profile
    for step in steps[:-1]:
        table = type(table.model_fields[step].default) if step in table.model_fields else table
    if table is type(None):
        table = Price
    return [key for key in table.model_fields if key != "name"] if hasattr(table, "model_fields") else []


def _check_names(profiles: Mapping[str, Profile], name: str, where: Path | None) -> None:
    profile = profiles[name]
    named = [("fallback", other) for other in profile.fallback]
    named += [(f"route.{purpose}", other) for purpose, other in profile.route.items()]
    for key, other in named:
        steps = tuple(key.split("."))
        if other not in profiles:
            close = nearest(other, profiles)
            hint = f"did you mean {close!r}?" if close else f"there are: {', '.join(profiles)}"
            raise _error(name, steps, f"there is no model {other!r}", where, hint)
        if key == "fallback" and other == name:
            raise _error(name, steps, "a model cannot be its own fallback", where)


def _error(
    name: str, steps: tuple[str, ...], message: str, where: Path | None, remedy: str | None = None
) -> DocumentError:
    key = f" {'.'.join(steps)}" if steps else ""
    place = Place(str(where), _line(where, name, steps)) if where else None
    return DocumentError(redact(f"[models.{name}]{key}: {message}"), place=place, remedy=redact(remedy))


def _line(file: Path, name: str, steps: tuple[str, ...]) -> int | None:
    """Find the line of a key below the table's head, or the head's; TOML readers do not tell."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    head = re.compile(rf"""\s*\[\s*models\s*\.\s*["']?{re.escape(name)}["']?[\s.\]]""")
    start = next((number for number, line in enumerate(lines, 1) if head.match(line)), None)
    if start is None or not steps:
        return start
    key = re.compile(rf"""[\s.\["']*\b{re.escape(steps[0])}\b""")
    return next((n for n, line in enumerate(lines[start:], start + 1) if key.match(line)), start)
