"""The interface in a real terminal, as a person uses it, and what is left when the terminal goes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios import list_scenarios
from tests.tui.houses import SLOW
from tests.tui.terminals import MOOT, Terminal, alive, pids, wait
from transcripts import Said, Store

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="a real terminal takes tmux")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    try:
        yield opened
    finally:
        opened.close()


def test_a_run_is_begun_watched_and_left(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    shutil.copy(list_scenarios()["used-bike"], tmp_path / "scenarios" / "my-bike.yaml")
    terminal.type("moot")
    terminal.sees("No runs yet.", "my-bike")
    terminal.press("2", "g", "n")
    terminal.sees("New run of my-bike", "$ moot run my-bike", "seller: plain-dealer")
    terminal.press("7")
    terminal.sees("--seed 7")
    terminal.press("C-s")
    terminal.sees("Library  my-bike-1", "agreed by")
    terminal.press("L")
    terminal.sees("[1] Runs", "my-bike-1  done")
    terminal.press("q")
    terminal.sees("It is kept: moot show my-bike-1")
    terminal.type("moot ls")
    terminal.sees("my-bike-1     7  done")


def test_closing_the_terminal_loses_nothing(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "moot.toml").write_text(SLOW, encoding="utf-8")
    terminal.type("moot run used-bike --cast buyer=@slow --watch")
    terminal.sees("Library  used-bike-1", "Here is where I")
    with Store.open(tmp_path / "transcripts.db", read_only=True) as store:
        (process,) = pids(tmp_path)
        assert store.find("used-bike-1").live
        terminal.close()  # which sends SIGHUP to what runs in it
        wait(lambda: not alive(process), lambda: "it still runs")
        found = store.find("used-bike-1")
        said = [event.seat for event in store.events(found.name) if isinstance(event, Said)]
        assert (found.status, found.live, said, store.check()) == ("open", False, ["seller"], [])


def test_moot_watch_follows_a_run_of_another_process_and_only_looks(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "moot.toml").write_text(SLOW.replace("3600", "1"), encoding="utf-8")
    play = [str(MOOT), "run", "used-bike", "--cast", "buyer=@slow", "--quiet"]
    with subprocess.Popen(play, cwd=tmp_path, stdout=subprocess.DEVNULL) as played:
        wait((tmp_path / "transcripts.db").exists, lambda: "no store")
        terminal.type("until moot watch last --read-only; do sleep 0.1; done")
        terminal.sees("Library  used-bike-1", "■")  # its end
        played.wait()
    terminal.press("L")
    terminal.sees("[1] Runs")
    terminal.press("n", "q")
    wait(lambda: "[1] Runs" not in terminal.screen, lambda: "it is not left")
    terminal.type("echo left with $?")
    terminal.sees("left with 0")
