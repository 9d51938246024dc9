"""A run as plain data, for programs to read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sandbox.rendering.outcome import rounds_of, values_of
from sandbox.rendering.scene import Scene
from sandbox.tally import Tally
from transcripts import Agreed, Event, Message, Valued


def run_data(scene: Scene, tally: Tally) -> dict[str, Any]:
    """Describe a run: what was played and said, what came of it and what it took, as far as these eyes may know."""
    state = scene.state
    data: dict[str, Any] = {"run": scene.name, "status": state.ended.status if state.ended else "open"}
    if scene.origin is not None and scene.seat is None:
        data |= {"parent": scene.origin.name, "after": scene.origin.after}
    if state.started is not None:
        data["scenario"] = state.started.name
    known = _whole(scene, tally) if scene.seat is None else _own(scene, scene.seat)
    return data | known | _sides(scene) | {"table": _table(scene), "messages": _messages(scene)}


def event_data(scene: Scene, event: Event) -> dict[str, Any]:
    """Describe an event that these eyes see; a participant's know no run-wide position and no worth of others."""
    late = _LATER.get(event.kind, set())
    silent = {name for name in late if getattr(event, name) is None}
    if scene.seat is None:
        return event.model_dump(mode="json", exclude={"evidence", *silent})
    data = event.model_dump(mode="json", include=_FOR_A_SEAT[event.kind] - silent)
    if isinstance(event, Valued):
        data["worth"] = scene.worth(event.offer)
    return data


_FOR_A_SEAT: dict[str, set[str]] = {
    "started": {"kind", "name"},
    "said": {"kind", "thread", "seat", "n", "act", "re", "text"},
    "confided": {"kind", "thread", "seat", "task", "about", "act", "text"},
    "told": {"kind", "text"},
    "opened": {"kind", "thread", "seat", "form", "members", "about"},
    "valued": {"kind", "thread", "seat", "offer"},
    "refused": {"kind", "thread", "seat", "by", "reason", "act", "text"},
    "noted": {"kind", "thread", "seat", "upto", "note"},
    "forfeited": {"kind", "thread", "seat", "fault", "reason"},
    "agreed": {"kind", "thread", "offer", "terms", "by"},
    "ended": {"kind", "status"},
}
"""Whoever was told something does not learn who else was, nor the how-manieth of the scenario's events it is."""

_LATER: dict[str, set[str]] = {
    "confided": {"by"},
    "said": {"re", "event"},
    "refused": {"task"},
    "forfeited": {"task"},
    "agreed": {"binds"},
    "ended": {"verdicts", "document"},
}
"""Fields that came later, and are left out where they say nothing: so what earlier runs are written as stays."""


def _whole(scene: Scene, tally: Tally) -> dict[str, Any]:
    state = scene.state
    started, ended = state.started, state.ended
    return {
        "seed": started.seed if started else None,
        "settings": started.settings if started else {},
        "cast": {seat: chair.model_dump(mode="json") for seat, chair in state.seats.items()},
        "reason": ended.reason if ended else None,
        "agreed": ended.agreed if ended else None,
        "terms": ended.terms if ended else None,
        "utility": values_of(ended.measures or {}, "utility") if ended else {},
        "measures": ended.measures if ended else None,
        "rounds": rounds_of(scene),
        "turns": state.turns,
        "refusals": state.refusals,
        "forfeits": state.forfeits,
        "answers": {seat: {"given": tally.answers[seat], "refused": tally.refused[seat]} for seat in state.seats},
        "spent": tally.bill.data(),
        **_if_any(
            verdicts=state.verdicts,
            scores=state.scores,
            choices={seat: list(map(asdict, made)) for seat, made in state.made.items()},
            told=state.told,
            assignments=[asdict(each) for given in state.assigned.values() for each in given],
            document=state.document,
            deals=[_deal(deal) for deal in state.deals.values()],
        ),
    }


def _own(scene: Scene, seat: str) -> dict[str, Any]:
    state, known = scene.state, scene.known
    agreement = state.agreement if state.agreement and scene.sees(state.agreement) else None
    ended = state.ended
    knows_the_end = agreement is not None or state.agreement is None
    return {
        "as": seat,
        "role": known.role if known else None,
        "brief": known.brief if known else None,
        "persona": state.seats[seat].persona,
        "others": dict(known.others) if known else {},
        "agreed": agreement is not None if ended and ended.agreed is not None else None,
        "terms": agreement.terms if agreement else None,
        "utility": values_of(ended.measures or {}, "utility").get(seat) if ended and knows_the_end else None,
        **_if_any(
            course=list(known.course) if known else [],
            granted=dict(known.granted) if known else {},
            choices=list(map(asdict, state.made.get(seat, ()))),
            told=state.told.get(seat, []),
            assignments=list(map(asdict, state.assigned.get(seat, ()))),
            deals=[_deal(deal) for deal in state.deals.values() if scene.sees(deal) and scene.is_in(deal.thread)],
        ),
    }


def _if_any(**parts: Any) -> dict[str, Any]:
    """Keep what there is."""
    return {name: part for name, part in parts.items() if part}


def _deal(deal: Agreed) -> dict[str, Any]:
    return {"thread": deal.thread, "offer": deal.offer, "terms": deal.terms, "by": deal.by}


def _sides(scene: Scene) -> dict[str, Any]:
    """List the side threads that were opened, as far as they can be seen."""
    opened = [
        {"name": thread.name, "form": thread.form, "opened_by": thread.opened_by, "about": thread.about}
        for thread in scene.threads.values()
        if thread.opened_by is not None
    ]
    return {"threads": opened} if opened else {}


def _table(scene: Scene) -> list[dict[str, Any]]:
    """List what stands on the table: offers, and who backs them."""
    return [
        {"id": offer.id, "seat": offer.seat, "terms": offer.terms, "backed_by": sorted(offer.backers - {offer.seat})}
        for thread in scene.threads.values()
        for offer in thread.standing.values()
    ]


def _messages(scene: Scene) -> list[dict[str, Any]]:
    """List messages thread by thread, as their members received them."""
    return [_message(scene, message) for thread in scene.threads.values() for message in thread.messages]


def _message(scene: Scene, message: Message) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": message.id,
        "seat": message.seat,
        "text": message.text,
        "act": message.act.model_dump(mode="json") if message.act else None,
    }
    if message.re is not None:
        data["re"] = message.re
    if worth := scene.worth(message.id):
        data["worth"] = worth
    return data
