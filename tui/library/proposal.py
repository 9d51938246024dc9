"""A run that is to be: what a form says of it, what is wrong with that, and the command that does the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, WrongUse
from personas import parse_document
from sandbox.cast import Casting
from sandbox.plan import Plan, plan

if TYPE_CHECKING:
    from sandbox import Workspace

WHOLE = "whole"
"""Where it is said what is wrong with no field alone."""


@dataclass(frozen=True)
class Proposal:
    """What a form says, as it is written there; what is empty is as the scenario has it."""

    scenario: str
    seed: str = "0"
    personas: Mapping[str, str] = field(default_factory=dict)
    """By seat."""
    brains: Mapping[str, str] = field(default_factory=dict)
    """By seat: the name of a brain or a model."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    more: str = ""
    """Further settings, `path=value` with spaces between."""

    def plan(self, workspace: Workspace) -> Plan:
        """Plan the run; raises a MootError for what is wrong."""
        return plan(
            self.scenario, seed=_seed(self.seed), cast=self._cast(), settings=self._settings(), workspace=workspace
        )

    def check(self, workspace: Workspace) -> Plan | dict[str, MootError]:
        """Plan the run, or find what is wrong, by field: each is tried alone."""
        try:
            return self.plan(workspace)
        except MootError as error:
            whole = error
        problems: dict[str, MootError] = {}
        for name, alone in self._alone():
            try:
                alone.plan(workspace)
            except MootError as error:
                problems[name] = error
        try:
            Proposal(self.scenario).plan(workspace)
        except MootError as error:  # whatever the form says, the scenario is not right
            return {WHOLE: error}
        return problems or {WHOLE: whole}

    @property
    def command(self) -> str:
        """What to type for the same."""
        words = ["moot", "run", self.scenario]
        if self.seed.strip() not in ("", "0"):
            words += ["--seed", self.seed.strip()]
        for seat in dict.fromkeys([*self.personas, *self.brains]):
            persona, brain = self.personas.get(seat, ""), self.brains.get(seat, "")
            if persona or brain:
                words += ["--cast", f"{seat}={persona}{f'@{brain}' if brain else ''}"]
        for name, value in self.parameters.items():
            if value.strip():
                words += ["--set", f"parameters.{name}={value.strip()}"]
        for setting in self._more():
            words += ["--set", setting]
        return shlex.join(words)

    def _alone(self) -> Iterator[tuple[str, Proposal]]:
        """Give each thing that is said alone, with the name of its field."""
        nothing = Proposal(self.scenario)
        yield "seed", replace(nothing, seed=self.seed)
        for seat, persona in self.personas.items():
            yield f"persona-{seat}", replace(nothing, personas={seat: persona})
        for seat, brain in self.brains.items():
            yield f"brain-{seat}", replace(nothing, brains={seat: brain})
        for name, value in self.parameters.items():
            yield f"parameter-{name}", replace(nothing, parameters={name: value})
        yield "more", replace(nothing, more=self.more)

    def _cast(self) -> dict[str, str | Casting]:
        seats = dict.fromkeys([*self.personas, *self.brains])
        asked = {seat: Casting(self.personas.get(seat) or None, self.brains.get(seat) or None) for seat in seats}
        return {seat: casting for seat, casting in asked.items() if casting.persona or casting.brain}

    def _settings(self) -> dict[str, Any]:
        settings = {
            f"parameters.{name}": _value(value, name) for name, value in self.parameters.items() if value.strip()
        }
        for setting in self._more():
            path, equals, value = setting.partition("=")
            if not equals or not path:
                raise WrongUse(f"cannot read {setting!r} as a setting", remedy="write path=value: seller.no_deal=40")
            settings[path.strip()] = _value(value, path)
        return settings

    def _more(self) -> list[str]:
        try:
            return shlex.split(self.more)
        except ValueError:  # a quotation mark is still to come
            return self.more.split()


def _seed(text: str) -> int:
    try:
        return int(text.strip() or 0)
    except ValueError:
        raise WrongUse(f"the seed must be a whole number, not {text.strip()!r}", remedy="take 0, 1, 2, …") from None


def _value(text: str, name: str) -> Any:
    return parse_document(text, name).data if text.strip() else ""
