"""Put situation, cast, brains and models together, and check the whole before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import MootError, NotFound, WrongUse
from sandbox.answers import Answers, Live
from sandbox.brain import Brain
from sandbox.brains import model_of
from sandbox.brains.human import HumanBrain, Listen
from sandbox.budget import Limits, read_budget
from sandbox.cast import Casting, Chair, make_brain, parse_casting, seat_all
from sandbox.control import Sitting
from sandbox.coordinator import Coordinator
from sandbox.language import prepare, suited
from sandbox.models import Models, Profile, redact
from sandbox.moderating import has_person, mappings, moderators
from sandbox.reciting import Reciter
from sandbox.recorded import Hybrid
from sandbox.recorder import Recorder, Write
from sandbox.taking import Taking
from sandbox.view import Known, known_by, known_by_moderator
from sandbox.workspace import Workspace, find_workspace
from scenarios import Draws, ScenarioSource, Situation, load_scenario, scenario_from_data
from transcripts import MODERATOR, Bodies, Event, Seat, Started, State

if TYPE_CHECKING:
    from sandbox.guards import Guards

_MUTE = ("rule", "script")
"""Kinds of brain that ask nobody."""
MAX_SEED = 2**63 - 1
PROGRAM = "python"
"""The kind of a brain that is an object of somebody's program."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a run's content, checked: what is wrong with it is said before anything is written."""

    situation: Situation
    cast: Mapping[str, Chair]
    brains: Mapping[str, Brain]
    seed: int
    settings: Mapping[str, Any]
    models: Models
    asked: Mapping[str, Profile]
    """The profiles that the cast may ask."""
    limits: Limits
    answers: Answers
    hybrid: Hybrid | None = None
    """Where some answers come from another run."""
    workspace: Workspace | None = None
    """Where guards find their programs."""
    person: Brain | None = None
    """Whoever is there to stand in for a seat whose messages a guard holds back."""

    def started(self, bodies: Bodies) -> Started:
        """Make the first event, and put what it refers to into `bodies`; of a plan that is cleaned."""
        situation = self.situation
        personas = {
            chair.persona.name: bodies.put(chair.persona.model_dump(mode="json"))
            for chair in self.cast.values()
            if chair.persona
        }
        return Started(
            name=situation.name,
            seed=self.seed,
            cast={
                seat: Seat(persona=chair.persona.name if chair.persona else None, brain=chair.brain)
                for seat, chair in self.cast.items()
            },
            settings=dict(self.settings),
            scenario=bodies.put(situation.source_data),
            situation=bodies.put(situation.data),
            personas=personas,
            answers=self.hybrid.plain() if self.hybrid else None,
            models={name: bodies.put(redact(profile.plain())) for name, profile in self.asked.items()},
        )

    def open_models(self) -> None:
        """Open the models that will be asked live, so that a missing key is said before anything is written.

        Raises what `sandbox.models.open_model` does.
        """
        live = [chair for seat, chair in self.cast.items() if not (self.hybrid and self.hybrid.has(seat))]
        asked = [chair.brain for chair in live] + [mapping for _, mapping in mappings(self.situation)]
        guarding = self._guards().profiles if self.situation.guarded else ()
        Live(self.models).open([*(name for brain in asked if (name := model_of(brain))), *guarding])

    def listening(self, listen: Listen | None) -> Plan:
        """Give the plan with people in the seats that people take."""
        if listen is None:
            return self
        people: dict[str, Brain] = {
            seat: HumanBrain(listen) for seat, chair in self.cast.items() if chair.brain.get("kind") == "human"
        }
        if has_person(self.situation):
            people[MODERATOR] = HumanBrain(listen)
        return replace(self, brains={**people, **self.brains}, person=Sitting(listen))

    def with_seed(self, seed: int) -> Plan:
        """Give the same plan for another seed."""
        return replace(self, seed=seed)

    def limited(self, limits: Limits) -> Plan:
        """Give the same plan with other limits."""
        return replace(self, limits=limits)

    def coordinator(self, state: State, write: Write, limits: Limits | None = None) -> Coordinator:
        """Make the coordinator that goes on from `state`; `limits` in place of the plan's own."""
        situation = self.situation
        names = {seat: chair.persona.name if chair.persona else None for seat, chair in self.cast.items()}
        known = {seat: known_by(situation, seat, chair.persona, names) for seat, chair in self.cast.items()}
        brains = {seat: self.brains.get(seat) or make_brain(chair, known[seat]) for seat, chair in self.cast.items()}
        watching = known_by_moderator(situation)
        if moderator := moderators(situation, watching, self._make, self.brains.get(MODERATOR)):
            known[MODERATOR], brains[MODERATOR] = watching, moderator
        taking = Taking(
            situation,
            state,
            known,
            brains,
            Draws(self.seed),
            Recorder(state, self.models, self.answers, limits or self.limits, write),
            guards=self._guards() if situation.guarded else None,
            substitute=lambda seat, mapping: self._make(dict(mapping), known[seat]),
            person=lambda turn: self.person,
        )
        return Coordinator(taking, write)

    def _guards(self) -> Guards:
        from sandbox.guards import read_guards

        return read_guards(self.situation, self.cast, self.workspace, models=self.models)

    def _make(self, mapping: dict[str, Any], known: Known) -> Brain:
        """Make a brain that stands in for somebody, whose mapping no file of its own holds."""
        return make_brain(suited(Chair(None, mapping), self.asked), known)


def plan(
    scenario: str | Path | ScenarioSource,
    *,
    seed: int = 0,
    cast: Mapping[str, str | Casting] | None = None,
    settings: Mapping[str, Any] | None = None,
    brains: Mapping[str, Brain] | None = None,
    budget: Mapping[str, float] | None = None,
    answers: Hybrid | None = None,
    workspace: Workspace | None = None,
) -> Plan:
    """Check everything that a run needs; raises a MootError for what is wrong."""
    check_seed(seed)
    workspace = workspace or find_workspace()
    source = scenario if isinstance(scenario, ScenarioSource) else load_scenario(scenario, workspace.scenarios)
    settings = dict(settings or {})
    ours, others = casting_settings(settings)
    situation = source.resolve(seed, settings=others.items())
    chairs = seat_all(source, situation.participants, castings(cast or {}), ours, workspace, situation.written)
    brains = {situation.names.get(seat, seat): brain for seat, brain in (brains or {}).items()}
    for seat, brain in brains.items():
        if seat not in chairs:
            raise NotFound("seat", seat, chairs)
        named = {"kind": PROGRAM, "class": f"{type(brain).__module__}.{type(brain).__qualname__}"}
        chairs[seat] = Chair(chairs[seat].persona, named)
    limits = read_budget(budget or {}, over=workspace.budget)
    models = workspace.models
    asked = _asked(chairs, models) | _asked_by_moderators(situation, source, models)
    if situation.guarded:
        from sandbox.guards import read_guards, settle_guards

        told: dict[str, Any] = {"models": models, "document": source.document}
        situation = settle_guards(situation, workspace, **told)
        asked |= models.needed(read_guards(situation, chairs, workspace, **told).profiles)
    chairs = {seat: prepare(chair, asked, workspace) for seat, chair in chairs.items()}
    live = Live(models)
    made = Plan(situation, chairs, brains, seed, settings, models, asked, limits, live, workspace=workspace)
    if answers is not None:
        made = answered_by(made, answers, live)
    check_cast(made)
    return made


def check_cast(plan: Plan) -> None:
    """Make every brain once: what is wrong with one is said before anything is written."""
    plan.coordinator(State(Bodies()), _nowhere)


def check_seed(seed: int) -> None:
    """Raise WrongUse for a seed that is out of range."""
    if not 0 <= seed <= MAX_SEED:
        raise WrongUse(f"the seed {seed} is out of range", remedy=f"take a whole number from 0 to {MAX_SEED}")


def _asked(chairs: Mapping[str, Chair], models: Models) -> dict[str, Profile]:
    """Find the profiles that brains may ask; an unknown one is an error at the place that names it."""
    asked: dict[str, Profile] = {}
    if any(chair.brain.get("kind") == PROGRAM for chair in chairs.values()):
        asked |= models.needed(models.profiles)  # nobody can tell which of them somebody's program will ask
    for chair in chairs.values():
        if name := model_of(chair.brain):
            try:
                asked |= models.needed([name])
            except NotFound as error:
                raise MootError(error.message, place=chair.origin.place(("model",)), remedy=error.remedy) from None
    return asked


def _asked_by_moderators(situation: Situation, source: ScenarioSource, models: Models) -> dict[str, Profile]:
    """Find the profiles that say who speaks next."""
    asked: dict[str, Profile] = {}
    for form, mapping in mappings(situation):
        if "model" in mapping:
            try:
                asked |= models.needed([mapping["model"]])
            except NotFound as error:
                place = source.document.place(("threads", form, "speakers"))
                raise MootError(error.message, place=place, remedy=error.remedy) from None
    return asked


def answered_by(plan: Plan, hybrid: Hybrid, live: Live) -> Plan:
    """Take answers from another run; matched by turn, a seat that asks nobody, or did not then, recites what it said.

    Raises NotFound for a seat that the plan does not have, and WrongUse for one that is named and has nothing to ask.
    """
    seats = hybrid.seats if hybrid.seats is not None else frozenset(plan.cast)
    for seat in seats:
        if seat not in plan.cast:
            raise NotFound("seat", seat, plan.cast, remedy=f"seats: {', '.join(plan.cast)}")
    answers = hybrid.answers(live)
    asked = {found.event.seat for found in answers.calls}
    asking = {seat for seat in asked & plan.cast.keys() if plan.cast[seat].brain.get("kind") not in _MUTE}
    if (hybrid.match, hybrid.mode) == ("request", "none") and (
        mute := sorted((hybrid.seats or set()) - asking - plan.brains.keys())
    ):
        raise WrongUse(
            f"{mute[0]} has no calls to be answered from {hybrid.transcript.name or 'that transcript'}",
            remedy="matched by turn, it says again what it said there",
        )
    silent = seats - asking if hybrid.match == "turn" and hybrid.mode == "none" else frozenset()
    reciting = {seat: Reciter(hybrid.transcript, seat) for seat in silent}
    hybrid = replace(hybrid, recited=silent)
    return replace(plan, brains={**plan.brains, **reciting}, answers=answers, hybrid=hybrid)


def recast(
    before: Plan,
    situation: Situation,
    cast: Mapping[str, Casting],
    settings: Mapping[str, Any],
    workspace: Workspace,
) -> Plan:
    """Change a plan's situation and some of its cast; whoever is not named keeps persona, brain and model profile."""
    named = {*cast, *(path.partition(".")[0] for path in settings)}
    models = workspace.models
    source = scenario_from_data(situation.source_data, situation.name)
    asked = {
        seat: Casting(casting.persona or _persona_of(before, seat), casting.brain or before.cast[seat].brain)
        for seat in named & before.cast.keys()
        for casting in [cast.get(seat, Casting())]
    }
    chairs = seat_all(source, situation.participants, {**cast, **asked}, settings, workspace)
    chosen = {seat: _keeping(chairs[seat], before.cast[seat], asked[seat], settings, seat) for seat in named}
    profiles = _asked(chosen, models)
    chosen = {seat: prepare(chair, profiles, workspace) for seat, chair in chosen.items()}
    whole = replace(
        before,
        situation=situation,
        cast={seat: chosen.get(seat, chair) for seat, chair in before.cast.items()},
        brains={seat: brain for seat, brain in before.brains.items() if seat not in named},
        asked={**before.asked, **profiles},
        models=before.models.joined(profiles),
    )
    whole = replace(whole, answers=Live(whole.models))
    check_cast(whole)
    return whole


def _keeping(chair: Chair, before: Chair, asked: Casting, settings: Mapping[str, Any], seat: str) -> Chair:
    """Keep the persona as it was, and not as its file is now, where nobody asked for another."""
    name = before.persona.name if before.persona else None
    same = asked.persona == name and f"{seat}.persona" not in settings
    return replace(chair, persona=before.persona) if same else chair


def _persona_of(plan: Plan, seat: str) -> str | None:
    persona = plan.cast[seat].persona
    return persona.name if persona else None


def casting_settings(settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part the settings that concern who sits there from those that concern the scenario."""
    ours = {path: value for path, value in settings.items() if _is_casting(path)}
    return ours, {path: value for path, value in settings.items() if path not in ours}


def _is_casting(path: str) -> bool:
    seat, _, rest = path.partition(".")
    return seat not in ("parameters", "scenario") and (rest in ("persona", "brain") or rest.startswith("brain."))


def castings(cast: Mapping[str, str | Casting]) -> dict[str, Casting]:
    """Read who sits where, `{seat: "persona@brain"}`."""
    return {
        seat: casting if isinstance(casting, Casting) else parse_casting(f"{seat}={casting}")[1]
        for seat, casting in cast.items()
    }


async def _nowhere(events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
    raise AssertionError("a plan writes nothing")
