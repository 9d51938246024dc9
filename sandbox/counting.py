"""Count what was chosen in secret, voted or proposed in the end: what is told of it, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sandbox.rules import enough
from sandbox.view import Task
from transcripts import MODERATOR, Agreed, Event, Said, State, Tallied, Told

if TYPE_CHECKING:
    from scenarios import Phase, Situation

FINAL = "proposal"
"""What the ballot on the final proposal is about."""
FOR, AGAINST = "for", "against"


def chooses(phase: Phase) -> bool:
    """Tell whether a phase is a choice or a ballot, and not talk."""
    return phase.ballot is not None or isinstance(phase.secret, str)


def about(phase: Phase) -> str:
    """Name what is chosen in a phase."""
    return phase.ballot or str(phase.secret)


def where(situation: Situation, phase: Phase) -> str:
    """Name the thread in which the result is told: the phase's own, or else the first that all who choose are in."""
    if phase.thread:
        return next(iter(phase.thread))
    several = [name for name, thread in situation.threads.items() if thread.open_by is None]
    whole = [name for name in several if set(phase.of) <= set(situation.threads[name].members)]
    return (whole or several)[0]


def task(situation: Situation, state: State, phase: Phase) -> Task:
    """Say what each is asked in a phase; where seats are chosen from, only those that are left."""
    from scenarios import OptionIssue

    name = about(phase)
    domain = situation.choices[name]
    if state.out and isinstance(domain, OptionIssue) and set(domain.options) == set(situation.seats):
        domain = OptionIssue(name, tuple(seat for seat in situation.seats if seat not in state.out))
    return Task("vote" if phase.ballot else "move", name, {name: domain})


def waiting(state: State, phase: Phase) -> list[str]:
    """List who has not chosen yet."""
    return [seat for seat in phase.of if seat not in state.choices and seat not in state.out]


def count(situation: Situation, state: State, phase: Phase, at: dict[str, Any]) -> list[Event]:
    """Count a phase's choices once all have chosen; nothing before."""
    if waiting(state, phase):
        return []
    name, thread = about(phase), where(situation, phase)
    given = {seat: state.choices[seat] for seat in phase.of if seat in state.choices}
    chosen = {seat: choice for seat, choice in given.items() if choice is not None}
    result = _decide(phase, chosen, situation) if phase.ballot or phase.removes else _total(chosen)
    saved = phase.unless is not None and result in _named(state, situation, phase.unless)
    out = [str(result)] if phase.removes and result is not None and not saved and result not in state.out else []
    tallied = Tallied(
        **at, what="ballot" if phase.ballot else "moves", about=name, choices=given, result=result, out=out
    )
    events: list[Event] = [tallied]
    told = _told(phase, name, chosen, result, out)
    if told:
        n = len(state.threads[thread].messages) + 1
        here = {**at, "step": at["step"] + len(events)}
        events.append(Said(**here, thread=thread, seat=MODERATOR, n=n, by="scenario", text=told))
    if phase.tells == "role":
        for seat, choice in chosen.items():
            here = {**at, "step": at["step"] + len(events)}
            role = situation.participants[str(choice)].role.strip() or "nothing in particular"
            events.append(Told(**here, to=[seat], text=f"{choice} is: {role}"))
    return events


def _named(state: State, situation: Situation, choice: str) -> set[Any]:
    """Find what was chosen in this repetition under the name of another choice."""
    return {
        each.choice
        for made in state.made.values()
        for each in made
        if each.about == choice and each.repeat == state.repeat
    }


def _total(chosen: Mapping[str, Any]) -> int | float | None:
    """Add up numbers; words have no total."""
    values = list(chosen.values())
    return sum(values) if values and not any(isinstance(value, str) for value in values) else None


def _decide(phase: Phase, chosen: Mapping[str, Any], situation: Situation) -> Any:
    """Find the option that enough voted for, whoever has a veto among them; None where none has."""
    votes = Counter(chosen.values())
    if not votes:
        return None
    ranked = votes.most_common()
    option, most = ranked[0]
    if len(ranked) > 1 and ranked[1][1] == most:
        return None
    needed = phase.passes if phase.passes is not None else "majority"
    enough = {
        "all": most == len(phase.of),
        "majority": 2 * most > len(phase.of),
        "most": True,
    }.get(str(needed), isinstance(needed, int) and most >= needed)
    vetoed = any(chosen.get(seat) != option for seat in phase.veto)
    return option if enough and not vetoed else None


def _revealed(phase: Phase) -> str:
    """Say what is made public of a phase's choices: of votes that stay secret, how many each option had."""
    return phase.reveal or ("each" if phase.ballot is None or phase.secret is False else "total")


def _told(phase: Phase, name: str, chosen: Mapping[str, Any], result: Any, out: Sequence[str]) -> str:
    """Write what is made public; empty where nothing is."""
    reveal = _revealed(phase)
    if reveal == "none" and not out:
        return ""
    parts = []
    if reveal == "each":
        parts.append("; ".join(f"{seat} {choice}" for seat, choice in chosen.items()))
    elif reveal == "total":
        parts.append(_counted(chosen))
    if phase.ballot is not None and reveal != "none":
        parts.append(f"decided: {result}" if result is not None else "nothing is decided")
    said = f"{name}: {'. '.join(filter(None, parts))}." if any(parts) else ""
    return " ".join(filter(None, (said, *(f"{seat} is out." for seat in out))))


def _counted(chosen: Mapping[str, Any]) -> str:
    total = _total(chosen)
    if total is not None:
        return f"{total:g} in all"
    votes = Counter(map(str, chosen.values()))
    return ", ".join(f"{votes[option]} for {option}" for option in sorted(votes, key=lambda each: (-votes[each], each)))


def is_hung(state: State, phase: Phase) -> bool:
    """Tell whether a ballot that has to decide something did not."""
    return phase.ballot is not None and phase.hung is not None and state.verdicts.get(phase.ballot) is None


def hung_for_good(state: State, phase: Phase) -> bool:
    """Tell whether it was the last ballot that could have decided."""
    return phase.hung is not None and state.ballots.get(about(phase), 0) >= phase.hung


def pay(situation: Situation, state: State, at: dict[str, Any]) -> list[Event]:
    """Work out what the choices of a repetition are worth; nothing where that was done, or where nothing is paid."""
    from scenarios import payoffs

    paying = situation.choices and not situation.issues
    if state.paid >= state.repeat or not paying or all(each.payoff is None for each in situation.participants.values()):
        return []
    names = [str(phase.secret) for phase in situation.phases if phase.ballot is None and chooses(phase)]
    chosen: dict[str, dict[str, Any]] = {name: {} for name in names}
    for seat, made in state.made.items():
        for each in made:
            if each.repeat == state.repeat and each.about in chosen:
                chosen[each.about][seat] = each.choice
    complete = all(
        seat in chosen[str(phase.secret)]
        for phase in situation.phases
        if phase.ballot is None and chooses(phase)
        for seat in phase.of
    )
    worth = payoffs(situation, chosen, state.repeat) if complete else {}
    events: list[Event] = [Tallied(**at, what="payoff", about=f"repeat {state.repeat}", choices={}, worth=worth)]
    for seat, points in worth.items():
        here = {**at, "step": at["step"] + len(events)}
        total = state.scores.get(seat, 0) + points
        events.append(Told(**here, to=[seat], text=f"Round {state.repeat} brought you {points:g}; in all {total:g}."))
    return events


def is_final(situation: Situation, state: State) -> bool:
    """Tell whether the final proposal is under way."""
    return situation.final is not None and state.phase == len(situation.phases) + 1


def has_proposed(situation: Situation, state: State) -> bool:
    """Tell whether the proposer has had its turn."""
    assert situation.final is not None
    main = state.threads[situation.main]
    began = state.began[main.name].turns.get(situation.final.proposer, 0)
    return situation.final.proposer in state.out or main.turns.get(situation.final.proposer, 0) > began


def final_voters(situation: Situation, state: State) -> list[str]:
    """List who votes on the final proposal: the other parties that are left."""
    final = situation.final
    assert final is not None
    if final.decide == "minimums" or final.proposer not in state.threads[situation.main].standing:
        return []
    return [seat for seat in situation.parties if seat != final.proposer and seat not in state.out]


def final_task() -> Task:
    """Ask for a vote on the final proposal."""
    from scenarios import OptionIssue

    return Task("vote", FINAL, {FINAL: OptionIssue(FINAL, (FOR, AGAINST))})


def count_final(situation: Situation, state: State, at: dict[str, Any]) -> list[Event]:
    """Decide on the final proposal once it can be; an agreement follows where it passes."""
    final = situation.final
    assert final is not None
    if state.counted or not has_proposed(situation, state):
        return []
    if any(seat not in state.choices for seat in final_voters(situation, state)):
        return []
    main = state.threads[situation.main]
    offer = main.standing.get(final.proposer)
    choices: dict[str, Any] = {}
    if offer is not None and final.decide == "minimums":
        for seat in situation.parties:
            is_for = seat not in state.out and situation.utility(seat, offer.terms) >= situation.minimum(seat)
            choices[seat] = FOR if is_for else AGAINST
    elif offer is not None:
        choices = {seat: state.choices[seat] for seat in final_voters(situation, state)} | {final.proposer: FOR}
    backers = [seat for seat, choice in choices.items() if choice == FOR]
    passed = offer is not None and enough(situation, backers)
    told = f"The proposal {'passes' if passed else 'fails'}: {_for(backers, choices)}."
    result = FOR if passed else AGAINST
    told_of: Literal["each", "result"] = "each" if final.decide == "votes" else "result"
    tallied = Tallied(**at, what="final", about=FINAL, thread=main.name, told=told_of, choices=choices, result=result)
    n = len(main.messages) + 1
    events: list[Event] = [
        tallied,
        Said(**{**at, "step": at["step"] + 1}, thread=main.name, seat=MODERATOR, n=n, by="scenario", text=told),
    ]
    if passed:
        assert offer is not None
        here = {**at, "step": at["step"] + 2}
        events.append(Agreed(**here, thread=main.name, offer=offer.id, terms=offer.terms, by=backers))
    return events


def _for(backers: Iterable[str], choices: Mapping[str, Any]) -> str:
    return f"{len(list(backers))} of {len(choices)} are for it" if choices else "nothing was proposed"
