"""The shape of an experiment's file; what its parts mean is checked where they are understood."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from personas import Mistake

Count = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    """Read `10.0` as the whole number that it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _two(value: Any) -> Any:
    if isinstance(value, list) and (len(value) != 2 or value[0] == value[1]):
        raise Mistake("two seats are swapped", "write [seller, buyer], or true where there are but two")
    return value


Names = Annotated[list[str], Field(min_length=1), BeforeValidator(_listed, json_schema_input_type=str | list[str])]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True)


class RunBudget(_Part):
    """What one run may take, as `moot run --budget` says."""

    calls: Amount | None = None
    tokens: Amount | None = None
    cost: Amount | None = None
    seconds: Amount | None = None


class BudgetSpec(_Part):
    """What the experiment may take: at a limit it stops after the turns under way, and can be gone on with."""

    cost: Amount | None = None
    """Dollars, of all its runs since the first, failed attempts included."""
    calls: Amount | None = None
    """Calls of models."""
    tokens: Amount | None = None
    """Of prompts and answers together."""
    seconds: Amount | None = None
    """By the clock, from when it is begun or gone on with."""
    errors: Amount | None = None
    """Attempts that a fault ended, from when it is begun or gone on with."""
    run: RunBudget = RunBudget()
    """What each run may take: it then ends as `exhausted`."""


class SeriesSpec(_Part):
    """Several runs with the same cast are one trial."""

    runs: Annotated[Count, BeforeValidator(_whole)]


class ExperimentSpec(_Part):
    """Arms by trials."""

    title: str = ""
    scenario: Names
    """The scenario, or several: each arm is played in each of them."""
    cast: dict[str, str] = {}
    """Who sits where in every arm, as `--cast` says: `{buyer: haggler@gpt-mini}`."""
    settings: dict[str, Any] = {}
    """Values by path that hold in every arm, as `--set` says."""
    vary: dict[str, list[Any] | dict[str, Any]] = {}
    """The axes, each a path with its values or a name with named settings; they are crossed."""
    arms: dict[str, dict[str, Any]] = {}
    """Further arms by name: their settings, or `{runs: ...}`, runs that are there already."""
    sample: Annotated[Count, BeforeValidator(_whole)] | None = None
    """So many arms of the cross, drawn from the seed; all of them, unless given."""
    trials: Annotated[Count, BeforeValidator(_whole)] = 10
    """Trials of each arm in each scenario."""
    seed: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1)] = 0
    """What everything that is drawn is drawn from."""
    swap_seats: bool | Annotated[list[str], BeforeValidator(_two)] | None = None
    """Whether each context is played a second time with personas and brains of two seats swapped."""
    series: SeriesSpec | None = None
    """Several runs with the same cast are one trial."""
    measure: list[str | dict[str, str]] = []
    """What is measured: paths, or Python functions, `{name: file.py:function}`; what there is, unless given."""
    compare: list[dict[str, Any]] = []
    """What is compared."""
    family: Literal["holm", "fdr", "none"] = "holm"
    """How p-values are corrected over all comparisons."""
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """The level of significance."""
    attempts: Annotated[Count, BeforeValidator(_whole)] = 3
    """How often a trial is tried that a fault ends."""
    budget: BudgetSpec = BudgetSpec()
    """When to stop."""


def experiment_json_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of experiment files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ExperimentSpec.model_json_schema()}
