"""A person at the terminal is told what is asked, and asked again until it can be read."""

from __future__ import annotations

import asyncio
import builtins
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cli.person import Person
from sandbox.view import TALK, Reply, Task, View, known_by
from scenarios import Draws, OptionIssue, scenario_from_data
from transcripts import Leave, Offer, Thread, Vote

PARK: dict[str, Any] = {
    "title": "A park",
    "issues": {"day": ["monday", "friday"]},
    "participants": {"ana": {}, "ben": {}},
    "threads": {"table": {}, "aside": {"open_by": "any", "size": 2}},
    "end": {"rounds": 5},
}


class Shown:
    """What a person is shown, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.progress = self.console = self

    def clear(self) -> None: ...

    def paint(self, text: str, style: str) -> str:
        return text

    def out(self, *lines: str) -> None:
        self.lines += lines


def take(monkeypatch: pytest.MonkeyPatch, view: View, *typed: str) -> tuple[Reply | None, str]:
    shown, left = Shown(), iter(typed)
    monkeypatch.setattr(builtins, "input", lambda prompt: _typed(shown, prompt, left))
    reply = asyncio.run(Person(shown).listen(view))  # type: ignore[arg-type]  # as much of a Show as it needs
    return reply, "\n".join(shown.lines)


def _typed(shown: Shown, prompt: str, left: Iterator[str]) -> str:
    shown.out(prompt)
    return next(left)


def view_of(task: Task = TALK, **more: Any) -> View:
    known = known_by(scenario_from_data(PARK, "park").resolve(0), "ana", None)
    thread = more.pop("thread", None) or Thread("table", ["ana", "ben"], "table")
    return View(known, thread, {"table": thread, thread.name: thread}, 1, Draws(0), task=task, **more)


def test_a_vote_is_asked_for_until_it_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("vote", "verdict", {"verdict": OptionIssue("verdict", ("guilty", "not guilty"))})
    reply, shown = take(monkeypatch, view_of(task, told=["The lock was changed."]), "", "gilty", "guilty")
    assert reply == Reply(act=Vote(choice="guilty"))
    assert "You vote on verdict." in shown and "guilty|not guilty" in shown and "did you mean 'guilty'" in shown
    assert "told in private: The lock was changed." in shown and "says" not in shown


def test_the_last_proposal_is_an_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    reply, _ = take(monkeypatch, view_of(Task("propose")), "Friday.", "offer day=friday")
    assert reply == Reply("Friday.", Offer(terms={"day": "friday"}))


def test_a_side_thread_is_named_and_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    aside = Thread("aside_1", ["ana", "ben"], "aside", "ben")
    table = Thread("table", ["ana", "ben"], "table")
    view = View(view_of().known, aside, {"table": table, "aside_1": aside}, 1, Draws(0))
    reply, shown = take(monkeypatch, view, "Bye.", "leave")
    assert reply == Reply("Bye.", Leave()) and "In aside_1, with ben:" in shown and "open with" in shown
