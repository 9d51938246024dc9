"""Brains that answer whatever they are asked, and what is played with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import moot
from sandbox import Reply, Run, View
from sandbox.again import areplay
from scenarios import scenario_from_data
from transcripts import Accept, Act, Answer, Bid, HandOver, Leave, Move, Offer, OpenThread, Vote

Say = Callable[[View], Reply]


class Actor:
    """Answer every task by named draws, after a delay that nothing may depend on."""

    def __init__(self, delay: Callable[[], float] | None = None, say: Say | None = None) -> None:
        self.delay = delay
        self.say = say or talk

    async def reply(self, view: View) -> Reply:
        if self.delay is not None:
            await asyncio.sleep(self.delay())
        return self.say(view) if view.task.kind == "talk" else Reply("", answer(view))


def talk(view: View) -> Reply:
    """Talk, and now and then make an offer, accept one, open a side thread or leave it."""
    draw, text = view.draw("act"), f"{view.seat} in {view.thread.name}, {view.turn}"
    others = [offer.id for offer in view.thread.standing.values() if offer.seat != view.seat]
    chance = draw.uniform()
    if view.refusals:
        return Reply(text)
    if view.known.sides and chance < 0.2:
        form, side = next(iter(view.known.sides.items()))
        return Reply(
            "", OpenThread(invite=draw.shuffle(side.invite)[: side.least - 1], about=f"{text}, aside", form=form)
        )
    if view.thread.opened_by and chance < 0.3:
        return Reply(text, Leave())
    if view.known.stakes is not None and chance < 0.5:
        outcome = draw.integer(0, len(view.known.stakes.worth) - 1)
        return Reply(text, Offer(terms=view.known.stakes.terms(outcome)))
    return Reply(text, Accept(offer=draw.choice(others)) if others and chance < 0.7 else None)


def answer(view: View) -> Act:
    """Answer what is asked for, by a draw."""
    draw, task = view.draw("answer"), view.task

    def some(domain: Any) -> Any:
        return domain.value(draw.integer(0, domain.size - 1))

    match task.kind:
        case "propose":
            assert view.known.stakes is not None
            return Offer(terms=view.known.stakes.terms(0))
        case "move":
            return Move(choice=some(task.domain))
        case "vote":
            return Vote(choice=some(task.domain))
        case "bid":
            return Bid(strength=draw.integer(0, 4))
        case "choose":
            return HandOver(to=draw.choice(task.seats))
        case _:
            return Answer(items={name: some(item) for name, item in task.items.items()})


def play(data: Mapping[str, Any], seed: int = 0, **actor: Any) -> Run:
    """Play a scenario with actors in every seat, in memory."""
    source = scenario_from_data(data, "play")
    seats = source.resolve(seed).seats
    return moot.run(source, seed=seed, brains={seat: Actor(**actor) for seat in seats}, record=False)


def replayed(run: Run, **actor: Any) -> int:
    """Replay a run with new actors; raises Differs where anything comes out differently."""
    return asyncio.run(areplay(run.transcript, brains={seat: Actor(**actor) for seat in run.state.seats}))


def mute(view: View) -> Reply:
    """Say nothing much, and do nothing."""
    return Reply("Hm.")


def kinds(run: Run, *names: str) -> list[Any]:
    """Give the run's events of these kinds."""
    return [event for event in run.transcript.content() if event.kind in names]
