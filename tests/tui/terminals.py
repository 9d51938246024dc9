"""A real terminal, as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

MOOT = Path(sysconfig.get_path("scripts"), "moot")
PATIENCE = 40.0


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

    def write(self, text: str) -> None:
        """Write text, letter by letter."""
        self._tmux("send-keys", "-l", text)

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

    def misses(self, text: str) -> None:
        """Wait until this does not stand there any more."""
        wait(lambda: text not in self.screen, lambda: f"{text} goes in\n{self.screen}")

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
