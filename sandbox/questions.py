"""Questions asked in private: who is asked when, and what an answer is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.limits import rounds
from sandbox.view import Task
from transcripts import Asked, Event, State

if TYPE_CHECKING:
    from scenarios import Situation


class Pending(NamedTuple):
    """A question that is being asked."""

    key: str
    """Names the question and its time."""
    task: Task
    waiting: list[str]
    """Who has not answered yet."""


def pending(situation: Situation, state: State, *, over: bool = False) -> Pending | None:
    """Find the question whose time it is; with `over`, those that are asked when all else is over."""
    if state.ended is not None:
        return None
    for number, question in enumerate(situation.questions, 1):
        for when in question.when:
            key = f"{number} {when}"
            if state.asked.get(key, 0) < _times(situation, state, when, over):
                task = Task("answer", key, situation.items[number - 1], text=question.say)
                seats = [seat for seat in question.whom if seat not in state.answers]
                return Pending(key, task, seats)
    return None


def _times(situation: Situation, state: State, when: str, over: bool) -> int:
    """Say how often a question should have been asked by now."""
    from scenarios import every

    match when:
        case "before":
            return 1
        case "after":
            return int(over)
        case _:
            number = every(when)
            assert number is not None
            return rounds(situation, state, state.threads[situation.main]) // number


def finish(question: Pending, where: dict[str, Any]) -> list[Event]:
    """Note that everybody has answered; nothing while somebody has not."""
    return [] if question.waiting else [Asked(**where, question=question.key)]
