"""What a language model is asked, and what it answers, whichever server it sits behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Role = Literal["system", "user", "assistant", "tool"]
Stop = Literal["stop", "length", "tool_calls", "filtered", "refusal", "other"]
OnText = Callable[[str], None]
"""Takes each piece of the answer's text as it arrives; an empty piece says that the text begins anew."""


class _Plain(BaseModel):
    """Data that may be recorded: `plain` and `model_validate` are each other's inverse."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """Write as plain data, less what has its default."""
        return self.model_dump(mode="json", exclude_defaults=True)


class TextPart(_Plain):
    """A piece of text among a message's parts."""

    kind: Literal["text"]
    text: str


class ImagePart(_Plain):
    """An image among a message's parts: `data` (base64) with its `media` type, or the `url` of one."""

    kind: Literal["image"]
    data: str | None = None
    media: str = "image/png"
    url: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> ImagePart:
        if (self.data is None) == (self.url is None):
            raise ValueError("an image has either data or a url")
        return self


Part = Annotated[TextPart | ImagePart, Field(discriminator="kind")]


class ToolCall(_Plain):
    """A model's wish to have a tool called."""

    id: str
    name: str
    arguments: str = "{}"
    """The very text that the model wrote; it need not be JSON."""


class ChatMessage(_Plain):
    """One message of a prompt."""

    role: Role
    content: str | tuple[Part, ...] = ""
    name: str | None = None
    """Who speaks, or the tool that answered."""
    calls: tuple[ToolCall, ...] = ()
    """An assistant's."""
    call_id: str | None = None
    """The call that a tool's message answers."""
    reasoning: str | None = None
    """What an assistant thought before it said this; sent to no server."""
    failed: bool | None = None
    """Whether the tool failed; None where nobody said."""

    @property
    def text(self) -> str:
        """Read the content as text, without its images."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content if isinstance(part, TextPart))


class Tool(_Plain):
    """Something that a model may call."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {"type": "object", "properties": {}}
    """A JSON Schema."""
    strict: bool = False
    """Ask the server to hold the arguments to the schema."""


class JsonSchema(_Plain):
    """Ask for an answer that is JSON of this schema."""

    name: str
    json_schema: dict[str, Any]
    strict: bool = True


ToolChoice = Annotated[str, StringConstraints(min_length=1)]
"""`auto`, `none`, `required`, or the name of the one tool that must be called."""


class Request(_Plain):
    """What a model is asked; None leaves a parameter to the profile, and then to the server."""

    messages: tuple[ChatMessage, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = "auto"
    format: Literal["json"] | JsonSchema | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    extra: dict[str, Any] = {}
    """Further keys of the request's body, as the server spells them."""

    @model_validator(mode="after")
    def _choosable(self) -> Request:
        names = [tool.name for tool in self.tools]
        if self.tool_choice not in ("auto", "none", *(["required"] if names else []), *names):
            raise ValueError(f"tool_choice {self.tool_choice!r} is neither auto, none, required nor one of {names}")
        return self


class Usage(_Plain):
    """Tokens, as the provider counts them; None where it does not tell."""

    input: int | None = None
    output: int | None = None
    cached: int | None = None
    """Of `input`: read from the provider's cache."""
    reasoning: int | None = None
    """Of `output`: thought, not said."""


class Answer(_Plain):
    """What a model answered."""

    text: str = ""
    """What it said; with `stop` = refusal, how it refused."""
    reasoning: str | None = None
    calls: tuple[ToolCall, ...] = ()
    stop: Stop = "stop"
    usage: Usage = Usage()
    served: str | None = None
    """The model that answered, by the provider's own word; None where it does not tell."""
    fingerprint: str | None = None
    """The provider's mark of the system that answered."""


class Attempt(_Plain):
    """One try at a call; evidence."""

    profile: str
    error: str | None = None
    """The error's `kind`; None for the attempt that was answered."""
    status: int | None = None
    """Of the HTTP response that was the error; None where there was none."""
    waited: float = 0.0
    """Seconds of waiting before it: for the limits, and after the attempt before."""
    took: float = 0.0
    """Seconds from sending to the last byte."""


class Served(_Plain):
    """An answer, and how it came about."""

    answer: Answer
    profile: str
    """The name of the profile that answered: a fallback's, where it came to that."""
    model: str
    """The model that this profile asked for."""
    attempts: tuple[Attempt, ...] = ()
    took: float = 0.0
    """Seconds, everything included."""
    cost: float | None = None
    """In US dollars; None where no price is known, or where nobody asked yet."""


class Model(Protocol):
    """Answer requests."""

    @property
    def name(self) -> str:
        """The profile's."""
        ...

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        """Answer a request, streaming when `on_text` wants the text as it comes.

        Raises ModelError, with all its attempts.
        """
        ...
