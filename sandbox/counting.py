"""Count what was chosen in secret, voted or proposed in the end: what is told of it, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from sandbox.rules import enough
from sandbox.view import Task
from transcripts import MODERATOR, Agreed, Event, Said, Standing, State, Tallied, Thread, Told

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


def rooms(situation: Situation, phase: Phase) -> list[str]:
    """Name the threads in which the result is told.

    They are the phase's own; or else the first that all who choose are in; or else each that one of them is in.
    """
    if phase.thread:
        return list(phase.thread)
    return _rooms_of(situation, phase.of)


def _rooms_of(situation: Situation, seats: Iterable[str]) -> list[str]:
    several = {name: set(situation.threads[name].members) for name in situation.main_threads}
    whole = [name for name, members in several.items() if members >= set(seats)]
    return whole[:1] or [name for name, members in several.items() if members & set(seats)] or [situation.main]


def room_of(state: State, names: Sequence[str], seat: str) -> Thread:
    """Give the thread in which a seat is asked: one of those, or else its own first, for it sees no other."""
    mine = [thread for thread in state.threads.values() if seat in thread.members]
    return next((thread for thread in mine if thread.name in names), mine[0])


def task(situation: Situation, state: State, phase: Phase) -> Task:
    """Say what each is asked in a phase; where seats are chosen from, only those that are left."""
    from scenarios import OptionIssue

    name = about(phase)
    domain = situation.choices[name]
    if state.out and isinstance(domain, OptionIssue) and set(domain.options) <= set(situation.seats):
        left = tuple(seat for seat in domain.options if seat not in state.out)
        domain = OptionIssue(name, left) if left else domain
    return Task("vote" if phase.ballot else "move", name, {name: domain})


def waiting(state: State, phase: Phase) -> list[str]:
    """List who has not chosen yet."""
    return [seat for seat in phase.of if seat not in state.choices and seat not in state.out]


def count(situation: Situation, state: State, phase: Phase, at: dict[str, Any]) -> list[Event]:
    """Count a phase's choices once all have chosen; nothing before."""
    if waiting(state, phase):
        return []
    name, told_in = about(phase), rooms(situation, phase)
    given = {seat: state.choices[seat] for seat in phase.of if seat in state.choices}
    chosen = {seat: choice for seat, choice in given.items() if choice is not None}
    result = _decide(phase, chosen, state) if phase.ballot or phase.removes else _total(chosen)
    saved = phase.unless is not None and result in _named(state, situation, phase.unless)
    out = [str(result)] if phase.removes and result is not None and not saved and result not in state.out else []
    told, reveal = _told(phase, name, chosen, result, out), _revealed(phase)
    public: dict[str, Any] = {"thread": told_in[0], "told": reveal} if reveal != "none" else {}
    what: Literal["ballot", "moves"] = "ballot" if phase.ballot else "moves"
    events: list[Event] = [Tallied(**at, what=what, about=name, choices=given, result=result, out=out, **public)]
    if told:
        events += _announced(state, told_in, told, {**at, "step": at["step"] + 1})
    if phase.tells == "role":
        for seat, choice in chosen.items():
            here = {**at, "step": at["step"] + len(events)}
            role = situation.participants[str(choice)].role.strip() or "nothing in particular"
            events.append(Told(**here, to=[seat], text=f"{choice} is: {role}"))
    return events


def _announced(state: State, threads: Iterable[str], text: str, at: dict[str, Any]) -> list[Event]:
    """Let the moderator say something in several threads."""
    return [announce(state, thread, text, {**at, "step": at["step"] + number}) for number, thread in enumerate(threads)]


def announce(state: State, thread: str, text: str, where: dict[str, Any], event: int | None = None) -> Said:
    """Let the moderator say something in a thread."""
    n = len(state.threads[thread].messages) + 1
    return Said(**where, thread=thread, seat=MODERATOR, n=n, by="scenario", text=text, event=event)


def _named(state: State, situation: Situation, choice: str) -> set[Any]:
    """Find what was chosen in this repetition under the name of another choice."""
    latest = {
        seat: each.choice
        for seat, made in state.made.items()
        for each in made
        if each.about == choice and each.repeat == state.repeat
    }
    return set(latest.values())


def _total(chosen: Mapping[str, Any]) -> int | float | None:
    """Add up numbers; words have no total."""
    values = list(chosen.values())
    return sum(values) if values and not any(isinstance(value, str) for value in values) else None


def _decide(phase: Phase, chosen: Mapping[str, Any], state: State) -> Any:
    """Find the option that enough of those who are left voted for, whoever has a veto among them; None where none."""
    votes = Counter(chosen.values())
    if not votes:
        return None
    ranked = votes.most_common()
    option, most = ranked[0]
    if len(ranked) > 1 and ranked[1][1] == most:
        return None
    voters = sum(seat not in state.out for seat in phase.of)
    needed = phase.passes if phase.passes is not None else "majority"
    enough = {
        "all": most == voters,
        "majority": 2 * most > voters,
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
    return phase.hung is not None and state.undecided.get(about(phase), 0) >= phase.hung


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


def final_room(situation: Situation, state: State) -> Thread:
    """Give the thread in which the final proposal is made: the first of its proposer."""
    assert situation.final is not None
    return room_of(state, situation.main_threads, situation.final.proposer)


def has_proposed(situation: Situation, state: State) -> bool:
    """Tell whether the proposer has had its turn."""
    assert situation.final is not None
    proposer, thread = situation.final.proposer, final_room(situation, state)
    began = state.began[thread.name].turns.get(proposer, 0)
    return proposer in state.out or thread.turns.get(proposer, 0) > began


def proposed(situation: Situation, state: State) -> Standing | None:
    """Give the final proposal; None where there is none, whatever was offered before it."""
    assert situation.final is not None
    thread = final_room(situation, state)
    offer = thread.standing.get(situation.final.proposer)
    earlier = state.began[thread.name].messages
    return offer if offer is not None and int(offer.id.rpartition(":")[2]) > earlier else None


def final_voters(situation: Situation, state: State) -> list[str]:
    """List who votes on the final proposal: the other parties that are left."""
    final = situation.final
    assert final is not None
    if final.decide == "minimums" or proposed(situation, state) is None:
        return []
    return [seat for seat in situation.parties if seat != final.proposer and seat not in state.out]


def final_call(situation: Situation, state: State, seat: str) -> tuple[Thread, Task]:
    """Ask for a vote on the final proposal; whoever did not hear it is told what it is."""
    from scenarios import OptionIssue

    offer = proposed(situation, state)
    assert offer is not None
    made_in = final_room(situation, state)
    thread = room_of(state, [made_in.name], seat)
    text = "" if thread is made_in else f"{offer.seat} proposes: {situation.render_terms(offer.terms)}"
    return thread, Task("vote", FINAL, {FINAL: OptionIssue(FINAL, (FOR, AGAINST))}, text=text, terms=offer.terms)


def count_final(situation: Situation, state: State, at: dict[str, Any]) -> list[Event]:
    """Decide on the final proposal once it can be; an agreement follows where it passes."""
    final = situation.final
    assert final is not None
    if state.counted or not has_proposed(situation, state):
        return []
    if any(seat not in state.choices for seat in final_voters(situation, state)):
        return []
    thread, offer = final_room(situation, state), proposed(situation, state)
    choices: dict[str, Any] = {}
    if offer is not None and final.decide == "minimums":
        for seat in situation.parties:
            is_for = seat not in state.out and situation.utility(seat, offer.terms) >= situation.minimum(seat)
            choices[seat] = FOR if is_for else AGAINST
    elif offer is not None:
        choices = {seat: state.choices[seat] for seat in final_voters(situation, state)}
        if final.proposer in situation.parties:
            choices[final.proposer] = FOR
    backers = [seat for seat, choice in choices.items() if choice == FOR]
    passed = offer is not None and enough(situation, backers)
    told = f"The proposal {'passes' if passed else 'fails'}: {_for(backers, choices)}."
    result = FOR if passed else AGAINST
    told_of: Literal["each", "result"] = "each" if final.decide == "votes" else "result"
    tallied = Tallied(**at, what="final", about=FINAL, thread=thread.name, told=told_of, choices=choices, result=result)
    told_in = _rooms_of(situation, {*situation.parties, final.proposer})
    events: list[Event] = [tallied, *_announced(state, told_in, told, {**at, "step": at["step"] + 1})]
    if passed:
        assert offer is not None
        here = {**at, "step": at["step"] + len(events)}
        events.append(Agreed(**here, thread=thread.name, offer=offer.id, terms=offer.terms, by=backers))
    return events


def _for(backers: Iterable[str], choices: Mapping[str, Any]) -> str:
    return f"{len(list(backers))} of {len(choices)} are for it" if choices else "nothing was proposed"
