"""A run is steered in a real terminal, and what was begun to be said outlives it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.terminals import Terminal, alive, pids, wait
from transcripts import Said, Seated, Store

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="a real terminal takes tmux")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    try:
        yield opened
    finally:
        opened.close()


def said(folder: Path, name: str) -> list[tuple[str, str]]:
    with Store.open(folder / "transcripts.db", read_only=True) as store:
        return [(event.seat, event.text) for event in store.load(name).events if isinstance(event, Said)]


def test_a_run_is_spoken_into_forked_and_saved(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("moot run used-bike --seed 7 --cast buyer=@human --watch")
    terminal.sees("waiting for you", "it is buyer's turn")
    terminal.press("i")
    terminal.sees("It is buyer's turn in table.")
    terminal.write("Let me sleep on it.")
    terminal.press("Enter")
    terminal.sees("buyer: Let me sleep on it.")
    terminal.press("x")
    terminal.sees("broken off")
    terminal.press("b")
    terminal.sees("Fork used-bike-1")
    terminal.press("C-s")
    terminal.sees("used-bike-1  used-bike-2", "waiting for you")
    terminal.press("s")
    terminal.sees("Save used-bike-2")
    terminal.press("C-s")
    wait((tmp_path / "used-bike-2.jsonl").exists, lambda: terminal.screen)
    terminal.press("q")
    terminal.sees("Quit while a run is under way?")
    terminal.press("q")
    terminal.sees("It is kept: moot show used-bike-2; to go on: moot resume used-bike-2")
    assert ("buyer", "Let me sleep on it.") in said(tmp_path, "used-bike-1")


def test_closing_the_terminal_loses_neither_words_nor_drafts(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("moot run used-bike --seed 7 --cast buyer=@human --watch")
    terminal.sees("waiting for you")
    terminal.press("i")
    terminal.sees("It is buyer's turn in table.")
    terminal.write("One thing.")
    terminal.press("Enter")
    terminal.sees("buyer: One thing.", "waiting for you")
    terminal.misses("─ say ─")
    terminal.press("i")
    terminal.sees("It is buyer's turn in table.")
    terminal.write("And ano")
    terminal.sees("And ano")
    (process,) = pids(tmp_path)
    terminal.close()  # which sends SIGHUP to what runs in it
    wait(lambda: not alive(process), lambda: "it still runs")
    assert ("buyer", "One thing.") in said(tmp_path, "used-bike-1")
    (draft,) = json.loads((tmp_path / "transcripts.drafts.json").read_text()).values()
    assert draft["text"] == "And ano"


def test_a_chair_is_taken_at_the_command_line(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type("moot run used-bike --seed 7 --sit buyer --participant P-1")
    terminal.sees("it is your turn", "you are buyer")
    terminal.press("C-q")
    terminal.sees("Leave?")
    terminal.press("l")
    terminal.sees("It is kept: moot show used-bike-1 --as buyer")
    terminal.type("clear; moot sit used-bike-1 --as buyer")
    terminal.sees("it is your turn", "you are buyer")
    terminal.write("I am back.")
    terminal.press("Enter")
    terminal.sees("I am back.", "it is your turn")
    with Store.open(tmp_path / "transcripts.db", read_only=True) as store:
        seated = [event.participant for event in store.load("used-bike-1").events if isinstance(event, Seated)]
        assert seated == ["P-1", None] and store.find("used-bike-1").live
