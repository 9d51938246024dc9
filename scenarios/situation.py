"""A situation: a scenario with its parameters and draws filled in, checked, and ready to be played."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from pydantic import BaseModel

from moot_errors import WrongUse
from personas import Document, Mistake, validate
from scenarios import issues as terms_of
from scenarios import stages
from scenarios.issues import Issue
from scenarios.payoffs import check_payoffs
from scenarios.reading import (
    read_issues,
    read_names,
    read_threads,
    refuse_bad_names,
    refuse_empty_budgets,
    refuse_silent,
    refuse_waiting,
)
from scenarios.recent import Recent
from scenarios.schema import (
    End,
    Happening,
    Opening,
    Participant,
    Phase,
    Proposal,
    Question,
    Repeat,
    Scenario,
    Study,
    Thread,
)
from scenarios.space import Space
from scenarios.speaking import FIXED, Policy, read_speakers
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
    """With `members` as a list; those with `open_by` are kinds of side threads."""
    speakers: dict[str, Policy]
    """Who speaks next, by thread."""
    end: End
    choices: dict[str, Issue]
    """What is chosen in secret or voted on, by name."""
    groups: dict[str, list[str]]
    phases: list[Phase]
    """With seats and threads as lists; empty where the whole run is talk."""
    repeat: Repeat | None
    final: Proposal | None
    questions: list[Question]
    items: list[dict[str, Issue]]
    """What may be answered to each question."""
    events: list[Happening]
    opening: Opening | None
    knows: dict[str, list[str]]
    private_roles: bool
    guards: list[Any]
    names: dict[str, str]
    """What the scenario writes the seats as, and what they are called here; empty where that is the same."""
    study: Study | None
    """What people are told who take a seat."""
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
    def written(self) -> dict[str, str]:
        """By seat, what the scenario writes it as; empty where that is the same."""
        return {called: seat for seat, called in self.names.items()}

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The seats that an agreement is made by."""
        return tuple(seat for seat, participant in self.participants.items() if participant.party) or self.seats

    @cached_property
    def guarded(self) -> bool:
        """Whether anything holds messages back."""
        return bool(self.guards) or any(participant.guards for participant in self.participants.values())

    @cached_property
    def seconds(self) -> float | None:
        """After how many seconds of models an end condition wants to be told; None where none does."""
        return min((end.seconds for end in (self.end, *self.end.both) if end.seconds is not None), default=None)

    @cached_property
    def budgets(self) -> tuple[str, ...]:
        """The seats that have a budget of their own."""
        return tuple(seat for seat, participant in self.participants.items() if participant.budget is not None)

    @cached_property
    def spokespersons(self) -> dict[str, list[str]]:
        """By thread, the seats that wait for it before they speak elsewhere."""
        found: dict[str, list[str]] = {}
        for seat, participant in self.participants.items():
            if participant.waits_for is not None:
                found.setdefault(participant.waits_for, []).append(seat)
        return found

    @cached_property
    def main_threads(self) -> tuple[str, ...]:
        """The threads that the scenario opens, less those of teams."""
        several = (name for name, thread in self.threads.items() if thread.open_by is None)
        return tuple(name for name in several if name not in self.spokespersons)

    @cached_property
    def is_plain(self) -> bool:
        """Whether nothing ever happens between turns: just talk in a fixed order."""
        fixed = all(policy.kind in FIXED for policy in self.speakers.values())
        return fixed and not (self.phases or self.questions or self.events or self.final or self.opening)

    @cached_property
    def main(self) -> str:
        """The first thread that the scenario opens."""
        return next(name for name, thread in self.threads.items() if thread.open_by is None)

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
        if seat not in self.parties:
            return True
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
        parties = {seat: participant for seat, participant in participants.items() if seat in self.parties}
        key = json.dumps([self.data["issues"], {seat: wants[seat] for seat in parties}, self.parameters, self.drawn])
        return _SPACES.get(key, lambda: Space(self.issues, parties, {**self.parameters, **self.drawn}))


_PREFERRED = ("prefers", "payoff", "bonus", "never")
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
    parties = tuple(seat for seat, participant in scenario.participants.items() if participant.party) or seats
    issues = read_issues(scenario.issues, parties, document)
    names = read_names(scenario)
    threads = read_threads(scenario, names)
    speakers = {
        name: read_speakers(thread.speakers, thread.members, names, document, ("threads", name, "speakers"))
        for name, thread in threads.items()
    }
    refuse_silent(threads, seats)
    refuse_empty_budgets(scenario)
    refuse_waiting(scenario, threads)
    choices = stages.read_choices(scenario.choices, names, document)
    phases = stages.read_phases(scenario, names, choices)
    questions, items = stages.read_questions(scenario, names, document)
    end = stages.read_end(scenario.end, scenario, names, choices)
    if issues and end.agreement is None:
        end = end.model_copy(update={"agreement": "all"})
    teams = {participant.waits_for for participant in scenario.participants.values() if participant.waits_for}
    stages.refuse_endless(end, phases, threads, teams)
    parameters = plain(scenario.parameters)
    course: dict[str, Any] = {
        "speakers": speakers,
        "choices": choices,
        "groups": dict(names.groups),
        "phases": phases,
        "repeat": stages.read_repeat(scenario.repeat, phases),
        "final": stages.read_final(scenario.final, names, issues),
        "questions": questions,
        "items": items,
        "events": stages.read_events(scenario, names, threads),
        "opening": stages.read_opening(scenario.opening, names, threads, partial(terms_of.parse_terms, issues)),
        "knows": stages.read_knows(scenario.knows, names),
    }
    data = {
        **plain(scenario.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True, exclude={"draw", "ask"})),
        "parameters": parameters,
        "drawn": plain(drawn),
        "issues": {name: issue.data() for name, issue in issues.items()},
        "participants": {seat: _said(participant) for seat, participant in scenario.participants.items()},
        "threads": {name: _spoken(thread) for name, thread in threads.items()},
        "end": _dumped(end),
        **{name: value for name, value in _said_of_course(course).items() if value},
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
        private_roles=scenario.roles == "private",
        guards=plain(scenario.guards),
        names=scenario.names,
        study=scenario.study,
        **course,
        data=data,
        source_data=source_data,
    )
    _check_preferences(situation, scenario.participants)
    return situation


def _said(participant: Participant) -> dict[str, Any]:
    """Write a participant down with what it says and what it leaves to be understood."""
    said = {"role": participant.role, "no_deal": participant.no_deal}
    return dict(plain({**said, **participant.model_dump(exclude_none=True, exclude_defaults=True)}))


def _dumped(part: BaseModel) -> dict[str, Any]:
    return dict(plain(part.model_dump(exclude_none=True, exclude_defaults=True, by_alias=True)))


def _spoken(thread: Thread) -> dict[str, Any]:
    """Write a thread down with its members and its speakers, whether or not it says them."""
    return {"members": thread.members, "speakers": thread.speakers, **_dumped(thread)}


def _said_of_course(course: Mapping[str, Any]) -> dict[str, Any]:
    """Write down what is resolved: names of groups as the seats that they are."""
    parts = {name: course[name] for name in ("repeat", "final", "opening")}
    return {
        "choices": {name: domain.data() for name, domain in course["choices"].items()},
        "groups": course["groups"],
        "phases": [_dumped(phase) for phase in course["phases"]],
        "ask": [_dumped(question) for question in course["questions"]],
        "events": [_dumped(event) for event in course["events"]],
        **{name: _dumped(part) if part else None for name, part in parts.items()},
    }


def _plain(participant: Participant) -> Participant:
    """Write keys as JSON does, so that a situation is the same before and after it was written down."""
    return participant.model_copy(update={"prefers": plain(participant.prefers), "brain": plain(participant.brain)})


def _check_preferences(situation: Situation, written: Mapping[str, Participant]) -> None:
    """Work out every expression over every outcome now, so that no fault of arithmetic is left for the run.

    `written` has the keys of preferences as the file has them, and so their places.
    """
    for seat, participant in written.items():
        if not participant.party and (said := next((each for each in _PREFERRED if getattr(participant, each)), None)):
            remedy = "take it out, or take party: false out"
            raise Mistake(
                f"{seat!r} is no party to an agreement, so {said!r} says nothing",
                remedy,
                path=("participants", seat, said),
                key=True,
            )
    if situation.issues:
        situation._space(written)
        if (opening := situation.opening) and not situation.allowed(opening.seat, opening.act["offer"]):
            problem = f"{opening.seat!r} must not accept what it begins with: its 'never' forbids it"
            raise Mistake(problem, path=("opening", "act", "offer"))
        return
    games = [seat for seat, participant in written.items() if participant.payoff is not None]
    if games and situation.choices:
        check_payoffs(situation)
    for seat, participant in written.items():
        for field in ("prefers", "payoff", "bonus", "never"):
            if getattr(participant, field) is not None and not (field == "payoff" and situation.choices):
                raise Mistake(
                    f"{field!r} says something of outcomes, and there are no issues",
                    "add issues, or take it out",
                    path=("participants", seat, field),
                    key=True,
                )
