"""A situation: a scenario with its parameters and draws filled in, checked, and ready to be played."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moot_errors import WrongUse
from personas import Document, Mistake, validate
from scenarios import issues as terms_of
from scenarios.issues import Issue
from scenarios.reading import read_issues, read_threads, refuse_bad_names, refuse_endless
from scenarios.recent import Recent
from scenarios.schema import End, Participant, Scenario, Thread
from scenarios.space import Space
from scenarios.unwritten import unwritten
from scenarios.values import plain, tidy

_SPACES: Recent[Space] = Recent(most=20_000_000, weigh=lambda space: space.size * len(space.seats))


@dataclass(frozen=True)
class Situation:
    """What is played: nothing in it depends on anything outside, and `data` says all of it."""

    name: str
    title: str
    story: str
    parameters: dict[str, Any]
    """As they came to be: the scenario's, and over them what the run set."""
    drawn: dict[str, Any]
    """What was drawn from the seed, by name."""
    issues: dict[str, Issue]
    participants: dict[str, Participant]
    threads: dict[str, Thread]
    """With `members` as a list."""
    end: End
    data: dict[str, Any]
    """The situation as plain data for JSON; `from_data` reads it back."""
    source_data: dict[str, Any]
    """The scenario as written, before anything was filled in."""

    @classmethod
    def from_data(cls, name: str, data: Mapping[str, Any], source_data: Mapping[str, Any] | None = None) -> Situation:
        """Read back what `data` says; raises DocumentError if it is no situation."""
        given = dict(data)
        drawn = given.pop("drawn", {})
        document = unwritten(given, name)
        try:
            return build(name, given, drawn, document, dict(data if source_data is None else source_data))
        except Mistake as mistake:
            raise document.error(mistake.path, str(mistake), mistake.remedy, key=mistake.key) from None

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats in the scenario's order."""
        return tuple(self.participants)

    @cached_property
    def space(self) -> Space:
        """All outcomes; situations with the same preferences share one.  Raises WrongUse where there are no issues."""
        if not self.issues:
            raise WrongUse(f"{self.name!r} has no issues, so there are no outcomes to measure")
        return self._space(self.participants)

    def minimum(self, seat: str) -> int | float:
        """Give what a rule counts as good enough for a seat: its `minimum`, or what no deal is worth."""
        participant = self.participants[seat]
        return tidy(participant.no_deal if participant.minimum is None else participant.minimum)

    def no_deal(self, seat: str) -> int | float:
        """Give what no agreement is worth to a seat."""
        return tidy(self.participants[seat].no_deal)

    def utility(self, seat: str, terms: Mapping[str, Any]) -> int | float:
        """Give what canonical terms are worth to a seat."""
        return tidy(self.space.utility(seat)[self.space.index(terms)])

    def allowed(self, seat: str, terms: Mapping[str, Any]) -> bool:
        """Tell whether a seat may accept canonical terms: its `never` does not forbid them."""
        return bool(self.space.allowed(seat)[self.space.index(terms)])

    def parse_terms(self, given: Any) -> dict[str, Any]:
        """Read untrusted terms into canonical ones, in the order of the issues.

        Raises TermsError with a reason that mentions public facts only.
        """
        return terms_of.parse_terms(self.issues, given)

    def render_terms(self, terms: Mapping[str, Any]) -> str:
        """Write canonical terms as a line to read aloud: "210 €, pickup today, helmet included"."""
        return terms_of.render_terms(self.issues, terms)

    def _space(self, participants: Mapping[str, Participant]) -> Space:
        """Take the space from those that are kept, or make it of `participants`."""
        wants = {
            seat: {name: value for name, value in said.items() if name in _PREFERENCES}
            for seat, said in self.data["participants"].items()
        }
        key = json.dumps([self.data["issues"], wants, self.parameters, self.drawn])
        return _SPACES.get(key, lambda: Space(self.issues, participants, {**self.parameters, **self.drawn}))


_PREFERENCES = frozenset({"prefers", "payoff", "bonus", "no_deal", "never"})


def build(
    name: str, filled: dict[str, Any], drawn: dict[str, Any], document: Document, source_data: dict[str, Any]
) -> Situation:
    """Make a situation of filled-in data.

    Raises DocumentError for what has the wrong shape, and Mistake for what is well-formed and cannot be meant.
    """
    scenario = validate(Scenario, document, data=filled)
    refuse_bad_names(scenario, drawn)
    seats = tuple(scenario.participants)
    issues = read_issues(scenario.issues, seats, document)
    threads = read_threads(scenario.threads, seats)
    end = refuse_endless(scenario.end, bool(issues))
    parameters = plain(scenario.parameters)
    data = {
        **plain(scenario.model_dump(exclude_none=True, exclude_defaults=True, exclude={"draw"})),
        "parameters": parameters,
        "drawn": plain(drawn),
        "issues": {name: issue.data() for name, issue in issues.items()},
        "participants": {seat: _said(participant) for seat, participant in scenario.participants.items()},
        "threads": {name: thread.model_dump() for name, thread in threads.items()},
        "end": end.model_dump(exclude_none=True),
    }
    situation = Situation(
        name=name,
        title=scenario.title,
        story=scenario.story,
        parameters=parameters,
        drawn=plain(drawn),
        issues=issues,
        participants={seat: _plain(participant) for seat, participant in scenario.participants.items()},
        threads=threads,
        end=end,
        data=data,
        source_data=source_data,
    )
    _check_preferences(situation, scenario.participants)
    return situation


def _said(participant: Participant) -> dict[str, Any]:
    """Write a participant down with what it says and what it leaves to be understood."""
    said = {"role": participant.role, "no_deal": participant.no_deal}
    return dict(plain({**said, **participant.model_dump(exclude_none=True, exclude_defaults=True)}))


def _plain(participant: Participant) -> Participant:
    """Write keys as JSON does, so that a situation is the same before and after it was written down."""
    return participant.model_copy(update={"prefers": plain(participant.prefers), "brain": plain(participant.brain)})


def _check_preferences(situation: Situation, written: Mapping[str, Participant]) -> None:
    """Work out every expression over every outcome now, so that no fault of arithmetic is left for the run.

    `written` has the keys of preferences as the file has them, and so their places.
    """
    if situation.issues:
        situation._space(written)
        return
    for seat, participant in written.items():
        for field in ("prefers", "payoff", "bonus", "never"):
            if getattr(participant, field) is not None:
                raise Mistake(
                    f"{field!r} says something of outcomes, and there are no issues",
                    "add issues, or take it out",
                    path=("participants", seat, field),
                    key=True,
                )
