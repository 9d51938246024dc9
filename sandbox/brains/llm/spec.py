"""The mapping of an LLM brain, as files write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from sandbox.brains.errors import BrainError, Spec, check_spec

Acts = Literal["auto", "tools", "json", "text"]
Count = Annotated[int, Field(gt=0)]
Seed = Annotated[bool | int | None, BeforeValidator(lambda given: None if given in ("none", False) else given)]

S = TypeVar("S", bound=Spec)


class Summary(Spec):
    """A running summary: the newest `keep` messages are shown, and what is older is summarised `every` so many."""

    keep: Count = 10
    every: Count = 10


class Context(Spec):
    """Which messages of a thread a prompt shows; all of them, unless one of these is set."""

    last: Count | None = None
    """The newest so many."""
    tokens: Count | None = None
    """As many of the newest as fit into so many tokens, and always the newest; four characters count as one token."""
    summary: Summary | None = None

    @model_validator(mode="after")
    def _one(self) -> Context:
        if sum(each is not None for each in (self.last, self.tokens, self.summary)) > 1:
            raise ValueError("only one of last, tokens and summary can hold")
        return self


class Prompts(Spec):
    """The templates of its prompts: the name of a shipped one, an absolute path, or the text itself."""

    system: str = "default"
    """What stays the same."""
    turn: str = "default"
    """What changes with every turn; stands at the end."""
    summary: str = "default"
    """How to summarise; stands at the end too."""


class LlmSpec(Spec):
    """A brain that asks a language model."""

    kind: Literal["llm"] = "llm"
    model: Annotated[str, Field(min_length=1)] = "default"
    """The name of the profile that is asked."""
    temperature: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Count | None = None
    seed: Seed = None
    """True for one that is drawn from the run's seed in every turn, or a number; none leaves it to the profile."""
    acts: Acts = "auto"
    """How acts are asked for.

    `auto` offers them as tools, and takes text alone as talk; `tools` demands that one is called; `json` demands JSON
    of a schema; `text` asks for that JSON in words only, for servers that know neither.
    """
    context: Context = Context()
    prompt: Prompts = Prompts()


def read_llm(mapping: Mapping[str, Any]) -> LlmSpec:
    """Check an LLM brain's mapping; raises BrainError."""
    data = dict(mapping)
    if data.get("context") == "everything":
        data["context"] = {}
    elif isinstance(data.get("context", {}), str):
        remedy = "write everything, {last: 20}, {tokens: 4000} or {summary: {keep: 10, every: 10}}"
        raise BrainError(f"'context' cannot be {data['context']!r}", path=("context",), remedy=remedy)
    _check_inside(data, "context", Context, "summary", Summary)
    _check_inside(data, "prompt", Prompts)
    return check_spec(LlmSpec, data)


def _check_inside(data: dict[str, Any], key: str, model: type[Spec], *deeper: Any) -> None:
    """Check a mapping inside the mapping by itself, so that what is said of it is about its own keys."""
    if isinstance(data.get(key), Mapping):
        inner = data[key] = dict(data[key])
        try:
            if deeper:
                _check_inside(inner, *deeper)
            data[key] = check_spec(model, inner)
        except BrainError as error:
            raise BrainError(error.message, path=(key, *error.path), remedy=error.remedy) from None
