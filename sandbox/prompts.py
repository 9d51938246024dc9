"""What a model was asked in a turn, word for word, and what it answered: made again from the transcript."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moot_errors import NotFound, StoreError, WrongUse
from sandbox.models import Request
from sandbox.recorded import list_calls
from transcripts import Answered, Bodies, Event, Said, Transcript


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call, and its whole request."""

    call: Answered
    request: Request
    """As it was asked, less keys and tokens; parameters that the profile set included."""


def prompts_of(transcript: Transcript, turn: int, seat: str | None = None) -> list[Prompt]:
    """List what models were asked in a turn of the run, in order; with `seat`, on behalf of that seat only.

    Raises WrongUse for a turn that was not taken, or in which no model was asked, and StoreError for a prompt that
    cannot be read.
    """
    calls = [found for found in list_calls(transcript) if seat in (None, found.event.seat)]
    here = [read_prompt(found.event, found.parts, transcript.bodies) for found in calls if found.event.turn == turn]
    if not here:
        raise _nothing(transcript, turn, seat, sorted({found.event.turn for found in calls}))
    return here


def find_turn(
    transcript: Transcript, named: str, threads: Collection[str], sees: Callable[[Event], bool] = lambda event: True
) -> int:
    """Give the turn that is meant by its number, or by a message such as `table:7` in one of these threads.

    What the moderator says belongs to the turn before it.  Raises WrongUse and NotFound.
    """
    if re.fullmatch(r"[0-9]{1,18}", named):
        return int(named)
    thread, colon, n = named.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,18}", n):
        raise WrongUse(f"{named!r} is no turn", remedy="write a turn's number, or a message such as table:7")
    said: dict[str, int] = {}
    turn = 0
    for event in transcript.content():
        turn = event.turn or turn
        if isinstance(event, Said) and event.thread in threads and sees(event):
            said[f"{event.thread}:{event.n}"] = turn
    name = f"{thread}:{int(n)}"
    if name not in said:
        raise NotFound("message", name, said)
    return said[name]


def read_prompt(event: Answered, parts: Sequence[str], bodies: Bodies) -> Prompt:
    """Put a call's request together from the bodies of its prompt's parts; raises StoreError."""
    try:
        parameters = dict(bodies.data(event.request))
        parameters.pop("model", None)
        messages = _messages([bodies.data(part) for part in parts])
        return Prompt(event, Request.model_validate({**parameters, "messages": messages}))
    except (LookupError, TypeError, ValueError) as error:
        raise StoreError(
            f"the prompt of turn {event.turn} cannot be read: {type(error).__name__}: {str(error).splitlines()[0]}"
        ) from None


def _messages(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Put messages together: one whose content is a list is followed by the parts of that list."""
    messages: list[dict[str, Any]] = []
    for part in parts:
        if "role" in part:
            content = part.get("content", "")
            messages.append({**part, "content": content if isinstance(content, str) else []})
        else:
            messages[-1]["content"].append(part)
    return messages


def _nothing(transcript: Transcript, turn: int, seat: str | None, turns: Sequence[int]) -> WrongUse:
    if seat is not None:
        return nothing_asked(seat)
    last = max((event.turn for event in transcript.events), default=0)
    if not 1 <= turn <= last:
        return WrongUse(f"there is no turn {turn}", remedy=f"take one from 1 to {last}")
    if not turns:
        return WrongUse("no model was asked in this run", remedy="--cast SEAT=PERSONA@MODEL gives a seat to one")
    near = sorted(sorted(turns, key=lambda each: abs(each - turn))[:6])
    return WrongUse(f"no model was asked in turn {turn}", remedy=f"turns near it: {', '.join(map(str, near))}")


def nothing_asked(seat: str) -> WrongUse:
    """Say that a seat asked no model there, and nothing of the run's turns: their numbers tell of other threads."""
    return WrongUse(f"no model was asked for {seat} there", remedy="name one of its messages, such as table:7")


def call_data(prompt: Prompt, *, whole: bool = True) -> dict[str, Any]:
    """Write a call as plain data; without `whole`, only what the seat itself was told and said."""
    call = prompt.call
    data: dict[str, Any] = {
        "seat": call.seat,
        "thread": call.thread,
        "purpose": call.purpose,
        "request": prompt.request.plain(),
        "answer": call.answer,
    }
    if not whole:
        return data
    evidence = call.evidence
    return {
        "turn": call.turn,
        **data,
        "profile": call.profile,
        "answered_by": call.by or call.profile,
        "model": call.model,
        "served": call.served,
        "system": call.system,
        "fault": call.fault,
        "usage": call.usage,
        "cost": call.cost,
        "took": evidence.took if evidence else None,
        "attempts": evidence.attempts if evidence else None,
    }
