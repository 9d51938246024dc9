"""The interface in a real terminal, as a person uses it, and what is left when the terminal goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios import list_scenarios
from tests.tui.houses import SLOW
from transcripts import Said, Store

MOOT = Path(sysconfig.get_path("scripts"), "moot")
PATIENCE = 40.0

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="a real terminal takes tmux")


class Terminal:
    """A terminal of 100 × 30 in which a shell runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tmux("new-session", "-d", "-x", "100", "-y", "30", "-c", str(folder), "sh")
        self._tmux("set-option", "-g", "status", "off")

    def type(self, line: str) -> None:
        """Type a line."""
        self._tmux("send-keys", "-l", line)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self._tmux("send-keys", key)

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def sees(self, *texts: str) -> str:
        """Wait until all of these stand there, and return the whole."""
        wait(lambda: all(text in self.screen for text in texts), lambda: f"{texts} in\n{self.screen}")
        return self.screen

    def close(self) -> None:
        subprocess.run(self._command("kill-server"), capture_output=True)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(self._command(*words), capture_output=True, text=True, env=self._environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _command(self, *words: str) -> list[str]:
        return ["tmux", "-S", str(self.folder / "tmux"), "-f", os.devnull, *words]

    @property
    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TMUX", "MOOT"))}
        return {**kept, "PATH": f"{MOOT.parent}:{kept['PATH']}", "LC_ALL": "C.UTF-8"}


def wait(holds: Callable[[], object], else_say: Callable[[], str]) -> None:
    late = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < late, f"it never came: {else_say()}"
        time.sleep(0.05)


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


def pids(folder: Path) -> list[int]:
    """Find the moots that work in a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = entry.joinpath("cmdline").read_bytes()
            if entry.joinpath("cwd").resolve() == folder.resolve() and b"/moot" in command:
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or somebody else's
    return found


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
