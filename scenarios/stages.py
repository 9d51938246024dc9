"""Check and resolve what a scenario says of its course: phases, questions, events, the opening and the end.

Names of groups become lists of seats, so that what is played names seats only.  All raise Mistake with the path.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice, product
from typing import Any

from moot_errors import nearest
from personas import Document, Mistake
from scenarios.arithmetic import names_in, parse_expression
from scenarios.fill import Path, mistaken
from scenarios.grammar import ExpressionError
from scenarios.issues import DividedIssue, Issue, OptionIssue, TermsError
from scenarios.reading import Names, read_issues, unknown
from scenarios.schema import End, Happening, Opening, Phase, Proposal, Question, Quorum, Repeat, Scenario, Thread

_WHEN = re.compile(r"(round|turn|phase|repeat) (\d{1,6})")
_EVERY = re.compile(r"every (\d{1,6}) rounds?")
_TRIED = 4096
"""So many cases of who is left are tried before the run."""
SEATS = "seats"
KNOWN = ("role", "brief", "persona", "prefers", "payoff", "bonus", "no_deal", "minimum", "never")
"""What a seat may know of another by `knows`."""


def read_choices(specs: Mapping[str, Any], names: Names, document: Document) -> dict[str, Issue]:
    """Make the domains of secret choices and ballots."""
    written = {name: list(names.seats) if spec == SEATS else spec for name, spec in specs.items()}
    return domains(written, names.seats, document, ("choices",))


def domains(specs: Mapping[str, Any], seats: tuple[str, ...], document: Document, path: Path) -> dict[str, Issue]:
    """Make domains of what is written as issues are, or as `1..7`."""
    made = read_issues(specs, seats, document, path)
    for name, domain in made.items():
        if isinstance(domain, DividedIssue):
            raise Mistake("a quantity cannot be divided by one alone", "write from and to", path=(*path, name))
    return made


def read_phases(scenario: Scenario, names: Names, choices: Mapping[str, Issue]) -> list[Phase]:
    """Check phases; raises Mistake for one that nobody can finish."""
    return [_phase(phase, names, choices, scenario, ("phases", place)) for place, phase in enumerate(scenario.phases)]


_SAYING: Mapping[str, tuple[str, ...]] = {
    "talk": ("of", "reveal", "passes", "veto", "hung", "removes", "unless", "tells", "secret"),
    "a choice": ("rounds", "turns", "messages", "hung"),
    "a ballot": ("rounds", "turns", "messages"),
    "a choice that removes nobody": ("passes", "veto", "unless"),
    "a ballot that removes nobody": ("unless",),
}
"""What says nothing in a phase of each kind."""


def _refuse_idle(phase: Phase, kind: str, path: Path) -> None:
    """Refuse what a phase of its kind makes nothing of."""
    for field in _SAYING[kind]:
        value = getattr(phase, field)
        if value not in (Phase.model_fields[field].default, None, []):
            name = Phase.model_fields[field].alias or field
            raise Mistake(f"{name!r} says nothing of {kind}", "take it out", path=(*path, name), key=True)


def _phase(phase: Phase, names: Names, choices: Mapping[str, Issue], scenario: Scenario, path: Path) -> Phase:
    secret = phase.secret if isinstance(phase.secret, str) else None
    if (phase.ballot is not None) == (secret is not None) and (phase.ballot or phase.thread is None):
        raise Mistake(
            "a phase is talk, a choice or a ballot, and one of them",
            "write thread: and how long, secret: and a choice, or ballot: and a choice",
            path=path,
        )
    threads = [phase.thread] if isinstance(phase.thread, str) else list(dict.fromkeys(phase.thread or []))
    for thread in threads:
        if thread not in scenario.threads or scenario.threads[thread].open_by is not None:
            there = [name for name, each in scenario.threads.items() if each.open_by is None]
            raise unknown("thread", thread, there, (*path, "thread"))
    chooses = secret or phase.ballot
    if chooses is None:
        if phase.rounds is phase.turns is phase.messages is None:
            raise Mistake("nobody can finish this phase", "add rounds: 3", path=path)
        _refuse_idle(phase, "talk", path)
        return phase.model_copy(update={"thread": threads, "of": []})
    if chooses not in choices:
        remedy = None if choices else "add it under choices:"
        raise unknown("choice", chooses, choices, (*path, "secret" if secret else "ballot"), remedy)
    kind = "a choice" if secret else "a ballot"
    _refuse_idle(phase, kind, path)
    if not phase.removes:
        _refuse_idle(phase, f"{kind} that removes nobody", path)
    of = names.find(phase.of, (*path, "of"))
    if not of:
        raise Mistake("nobody can finish this phase: nobody is in it", path=(*path, "of"))
    veto = names.find(phase.veto, (*path, "veto"))
    if outside := [seat for seat in veto if seat not in of]:
        raise Mistake(f"{outside[0]!r} has a veto and no vote", f"{', '.join(of)} vote", path=(*path, "veto"))
    if isinstance(phase.passes, int) and phase.passes > len(of):
        raise Mistake(f"{phase.passes} votes are needed, and {len(of)} vote", "lower it", path=(*path, "pass"))
    domain = choices[chooses]
    if (phase.removes or phase.tells) and not (
        isinstance(domain, OptionIssue) and set(domain.options) <= set(names.seats)
    ):
        problem = f"{chooses!r} does not choose among seats"
        raise Mistake(
            problem, "write it as `seats` under choices", path=(*path, "removes" if phase.removes else "tells")
        )
    if phase.unless is not None and phase.unless not in choices:
        raise unknown("choice", phase.unless, choices, (*path, "unless"))
    return phase.model_copy(update={"thread": threads, "of": of, "veto": veto})


def read_repeat(repeat: Repeat | None, phases: Sequence[Phase]) -> Repeat | None:
    """Check what is repeated."""
    if repeat is None:
        return None
    if not phases:
        raise Mistake("there are no phases to repeat", "add phases:", path=("repeat",), key=True)
    if (repeat.times is None) == (repeat.go_on is None):
        raise Mistake("say how often: times, or go_on", "such as {times: 10} or {go_on: 0.9}", path=("repeat",))
    return repeat


def read_final(final: Proposal | None, names: Names, issues: Mapping[str, Issue]) -> Proposal | None:
    """Check what is proposed in the end."""
    if final is None:
        return None
    if not issues:
        raise Mistake("there are no issues to propose anything on", path=("final",), key=True)
    names.one(final.proposer, ("final", "proposer"))
    return final


def read_questions(
    scenario: Scenario, names: Names, document: Document
) -> tuple[list[Question], list[dict[str, Issue]]]:
    """Check the questions that are asked in private, and read what may be answered."""
    several = isinstance(scenario.ask, list)
    questions = scenario.ask if isinstance(scenario.ask, list) else [scenario.ask] if scenario.ask else []
    read, items = [], []
    for place, question in enumerate(questions):
        path: Path = ("ask", place) if several else ("ask",)
        when = [question.when] if isinstance(question.when, str) else list(question.when)
        if not when:
            raise Mistake("this is never asked", "write before, after or every 4 rounds", path=(*path, "when"))
        for each in when:
            if each not in ("before", "after") and not (_EVERY.fullmatch(each) and int(each.split()[1])):
                raise Mistake(
                    f"{each!r} is no time to ask", "write before, after or every 4 rounds", path=(*path, "when")
                )
        whom = names.find(question.whom, (*path, "whom"))
        if not whom:
            raise Mistake("nobody is asked", "whom: all", path=(*path, "whom"))
        answers = domains(question.items, names.seats, document, (*path, "items"))
        written = {name: domain.data() for name, domain in answers.items()}
        items.append(answers)
        read.append(question.model_copy(update={"when": when, "whom": whom, "items": written}))
    return read, items


def every(when: str) -> int | None:
    """Read `every 4 rounds`; None for another time."""
    match = _EVERY.fullmatch(when)
    return int(match[1]) if match else None


def moment(at: str) -> tuple[str, int]:
    """Read `round 3`."""
    match = _WHEN.fullmatch(at)
    assert match is not None
    return match[1], int(match[2])


def read_events(scenario: Scenario, names: Names, threads: Mapping[str, Thread]) -> list[Happening]:
    """Check what happens at set times."""
    read = []
    for place, event in enumerate(scenario.events):
        path: Path = ("events", place)
        if not _WHEN.fullmatch(event.at):
            raise Mistake(f"{event.at!r} is no time", "write round 3, turn 10, phase 2 or repeat 2", path=(*path, "at"))
        _refuse_never(event, scenario, (*path, "at"))
        there = [name for name, thread in threads.items() if thread.open_by is None]
        thread = event.thread or there[0]
        if thread not in there:
            raise unknown("thread", thread, there, (*path, "thread"))
        to = event.to if event.to == "all" else names.find(event.to, (*path, "to"))
        read.append(event.model_copy(update={"thread": thread, "to": to}))
    return read


def _refuse_never(event: Happening, scenario: Scenario, path: Path) -> None:
    """Refuse a time that never comes, whatever is said."""
    unit, number = moment(event.at)
    repeat = scenario.repeat
    most = {
        "phase": len(scenario.phases),
        "repeat": (repeat.times or repeat.most) if repeat else 1,
        "round": scenario.end.rounds,
        "turn": scenario.end.turns,
    }[unit]
    if number < 1:
        raise Mistake(f"{event.at!r} never comes", f"the first is {unit} 1", path=path)
    if most is not None and number > most:
        raise Mistake(f"{event.at!r} never comes", f"there are {most}" if most else "there are none", path=path)


def read_opening(
    opening: Opening | None, names: Names, threads: Mapping[str, Thread], parse: Callable[[Any], dict[str, Any]]
) -> Opening | None:
    """Check the act that a seat begins with; `parse` reads terms."""
    if opening is None:
        return None
    seat = names.one(opening.seat, ("opening", "seat"))
    its = [name for name, thread in threads.items() if thread.open_by is None and seat in thread.members]
    thread = opening.thread or its[0]
    if thread not in its:
        raise unknown(f"thread of {seat}", thread, its, ("opening", "thread"))
    allowed = threads[thread].offers_by
    if allowed is not None and seat not in allowed:
        raise Mistake(f"{seat!r} may make no offers in {thread!r}", "see its offers_by", path=("opening", "seat"))
    if list(opening.act) != ["offer"]:
        raise Mistake("an opening is an offer", "such as {offer: {price: 300}}", path=("opening", "act"))
    try:
        terms = parse(opening.act["offer"])
    except TermsError as error:
        raise Mistake(str(error), path=("opening", "act", "offer")) from None
    return opening.model_copy(update={"thread": thread, "act": {"offer": terms}})


def read_knows(knows: Mapping[str, Sequence[str]], names: Names) -> dict[str, list[str]]:
    """Check what seats know of others."""
    for knower, known in knows.items():
        names.one(knower, ("knows", knower))
        for place, path in enumerate(known):
            seat, _, what = path.partition(".")
            here: Path = ("knows", knower, place)
            names.one(seat, here)
            if what not in KNOWN:
                close = nearest(what, KNOWN)
                remedy = f"did you mean {seat}.{close}?" if close else f"there are {', '.join(KNOWN)}"
                raise Mistake(f"nothing of a participant is called {what!r}", remedy, path=here)
    return {knower: list(known) for knower, known in knows.items()}


def read_end(end: End, scenario: Scenario, names: Names, choices: Mapping[str, Issue], path: Path = ("end",)) -> End:
    """Check the end conditions and fill in who must agree."""
    if end.agreement and not scenario.issues:
        raise Mistake("there are no issues to agree on", "take 'agreement' out", path=(*path, "agreement"), key=True)
    agreement = end.agreement
    parties = [seat for seat, participant in scenario.participants.items() if participant.party]
    if isinstance(agreement, Quorum):
        if agreement.quorum > len(parties):
            problem = f"{agreement.quorum} must agree, and there are {len(parties)}"
            raise Mistake(problem, "lower it", path=(*path, "agreement", "quorum"))
        veto = names.find(agreement.veto, (*path, "agreement", "veto"))
        if outside := [seat for seat in veto if seat not in parties]:
            problem = f"{outside[0]!r} has a veto and is no party to an agreement"
            raise Mistake(problem, f"the parties are {', '.join(parties)}", path=(*path, "agreement", "veto"))
        agreement = agreement.model_copy(update={"veto": veto})
    ballots = [phase.ballot for phase in scenario.phases if phase.ballot is not None]
    if end.ballot is not None and end.ballot not in ballots:
        remedy = None if ballots else "add it under phases: {ballot: …}"
        raise unknown("ballot", end.ballot, ballots, (*path, "ballot"), remedy)
    phrases = [end.phrase] if isinstance(end.phrase, str) else end.phrase or ()
    if end.phrase is not None and not (phrases and all(phrases)):
        raise Mistake("nothing is a phrase that everybody says", "write what is to be said", path=(*path, "phrase"))
    if end.report is not None:
        names.one(end.report, (*path, "report"))
    if end.when is not None:
        _check_condition(end.when, names, (*path, "when"))
    both = [_read_part(each, scenario, names, choices, (*path, "all", place)) for place, each in enumerate(end.both)]
    return end.model_copy(update={"agreement": agreement, "both": both})


def _read_part(end: End, scenario: Scenario, names: Names, choices: Mapping[str, Issue], path: Path) -> End:
    """Check conditions of which all must hold."""
    for field in ("agreement", "both", "forfeits"):
        if field in end.model_fields_set:
            name = "all" if field == "both" else field
            problem = f"{name!r} does not go together with others"
            raise Mistake(problem, "write it in end itself", path=(*path, name), key=True)
    if not end.model_fields_set:
        raise Mistake("this condition is none", "such as {rounds: 3}", path=path)
    return read_end(end, scenario, names, choices, path)


def _check_condition(source: str, names: Names, path: Path) -> None:
    """Work a condition out for whoever may be left, so that no fault of arithmetic is left for the run."""
    try:
        expression = parse_expression(source)
        for left in _may_be_left(names, names_in(expression.tree)):
            expression.condition(left)
    except ExpressionError as error:
        raise mistaken(error, source, path) from None


def _may_be_left(names: Names, used: AbstractSet[str]) -> Iterator[dict[str, int]]:
    """Give how many may be left of each group, all first; of very many cases those at the ends."""
    groups = {**names.groups, **{seat: [seat] for seat in names.seats}}
    alike = Counter(frozenset(name for name in used & groups.keys() if seat in groups[name]) for seat in names.seats)
    many = math.prod(count + 1 for count in alike.values()) > _TRIED
    counts = [(count, 0) if many else range(count, -1, -1) for count in alike.values()]
    for left in islice(product(*counts), _TRIED):
        if not any(left):
            continue  # where nobody is left it is over anyway
        yield {name: sum(n for kind, n in zip(alike, left, strict=True) if name in kind) for name in groups}


def refuse_endless(end: End, phases: Sequence[Phase], threads: Mapping[str, Thread], teams: Collection[str]) -> None:
    """Refuse an end that may never come; phases end by themselves."""
    main = [thread for name, thread in threads.items() if thread.open_by is None and name not in teams]
    spoken = all(thread.budget is not None for thread in main)
    if not (end.rounds or end.turns or end.messages or spoken or phases):
        raise Mistake("this may never end", "add rounds: 10", path=("end",), key=True)
