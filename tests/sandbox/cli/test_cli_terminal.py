"""On a real terminal: colour, the progress line, Ctrl+C; and in a pipe that is closed."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

MOOT = [sys.executable, "-P", "-c", "from sandbox.cli import main; main()"]
# The terminal on standard input becomes the process's own, so that Ctrl+C reaches it.
TAKE = "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
ESCAPE = re.compile(r"\x1b\[[0-9;]*[mK]")


class Terminal:
    """A terminal of 80 columns with a command in it."""

    def __init__(self, words: tuple[str, ...], environment: dict[str, str]) -> None:
        self.screen, line = pty.openpty()
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        settings = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen([sys.executable, "-P", "-c", TAKE, *MOOT[1:], *words], stdin=line, env=settings)
        os.close(line)
        self.seen = ""

    def read_until(self, text: str | None, times: int = 1) -> str:
        """Read until the text is seen so many times, or to the end."""
        while text is None or self.seen.count(text) < times:
            try:
                chunk = os.read(self.screen, 4096)
            except OSError:  # how a terminal ends on Linux
                chunk = b""
            if not chunk:
                assert text is None, f"{text!r} never came: {self.seen}"
                break
            self.seen += chunk.decode(errors="replace")
        return self.seen

    def end(self) -> int:
        self.read_until(None)
        return self.process.wait(30)

    def interrupt(self) -> int:
        """Press Ctrl+C at a prompt, and again: Python does not see one that comes just before it begins to read."""
        while True:
            os.write(self.screen, b"\x03")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                return self.end()


@contextmanager
def terminal(*words: str, **environment: str) -> Iterator[Terminal]:
    made = Terminal(words, environment)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()
        os.close(made.screen)


def test_a_terminal_shows_colour_and_where_the_run_stands() -> None:
    with terminal("run", "used-bike") as shown:
        assert shown.end() == 0
    assert "\x1b[1;36mseller" in shown.seen
    progress = [line for line in shown.seen.split("\r\x1b[K") if "round 3 of 10 · seller" in line]
    assert progress and "buyer" in progress[0]
    last = ESCAPE.sub("", shown.seen.rsplit("\r\x1b[K", 1)[1])
    assert last.lstrip().startswith("Agreed after") and "round" not in last.partition("rounds")[2]


def test_who_is_waited_for_stands_in_the_progress_line(local) -> None:
    with terminal("run", "used-bike", "--cast", "buyer=@local", "--budget", "calls=2") as shown:
        assert shown.end() == 1
    waits = [line for line in shown.seen.split("\r\x1b[K") if "waiting for buyer (local) …" in line]
    assert len(waits) == 2 and "round 2 of 10" in waits[1]
    last = shown.seen.rsplit("\r\x1b[K", 1)[1]
    assert "waiting" not in last and "The run was ended by its budget" in last


def test_no_color_is_honoured_and_lines_are_as_in_a_pipe(moot) -> None:
    moot("run", "used-bike", "-q")
    with terminal("show", "used-bike-1", NO_COLOR="1") as shown:
        assert shown.end() == 0
    assert shown.seen.replace("\r\n", "\n") == moot("show", "used-bike-1").stdout


def test_ctrl_c_stops_after_the_turn_and_keeps_the_run(moot) -> None:
    with terminal("run", "stubborn") as shown:
        shown.read_until("table:4]")
        live = json.loads(moot("ls", "--json").stdout)[0]
        assert live["status"] == "open" and live["live"] is True
        assert "being played at this moment" in moot("show", "last").stdout
        assert moot("rm", "--yes", "stubborn-1").exit_code == 2
        os.write(shown.screen, b"\x03")
        assert shown.end() == 130
    assert "stopping after this turn" in shown.seen and "Not over." in shown.seen
    assert "moot show stubborn-1" in shown.seen and "Traceback" not in shown.seen
    assert "broken off" in moot("ls").stdout
    assert "It was broken off" in moot("show", "stubborn-1").stdout


def test_a_second_ctrl_c_stops_at_once(moot) -> None:
    code = (
        "import asyncio, signal, os, sandbox.brains as b\n"
        "class Slow:\n"
        "    async def reply(self, view):\n"
        "        print('thinking', flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "b.KINDS['rule'] = lambda mapping, known: Slow()\n"
        "from sandbox.cli import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, "run", "stubborn", "-q"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "thinking\n"
        process.send_signal(signal.SIGINT)
        assert "Ctrl+C again" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(30) == 130
    assert "kept: moot show stubborn-1" in rest and "Traceback" not in rest
    assert "broken off" in moot("ls").stdout


def test_a_closed_pipe_is_no_fault(moot) -> None:
    moot("run", "used-bike", "-q")
    moot("export", "last", "-o", "run.jsonl")
    moot("import", *["run.jsonl"] * 160)  # more than a pipe holds
    search = [*MOOT, "search", "included", "-n", "9999"]
    with subprocess.Popen(search, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141


@pytest.mark.parametrize(
    ("words", "where", "said"),
    [
        ("ls", ">&-", ""),
        ("ls", "2>&- >&-", ""),
        ("show nobody", ">&-", "there is no run 'nobody'"),
        ("ls --json", ">/dev/full", "No space left on device"),
        ("ls", ">/dev/full", "No space left on device"),
    ],
)
def test_an_output_that_takes_nothing_is_no_fault_of_ours(moot, words: str, where: str, said: str) -> None:
    moot("run", "used-bike", "-q")
    shell = ["sh", "-c", f'"$@" {words} {where}', "sh", *MOOT]
    done = subprocess.run(shell, capture_output=True, text=True)
    assert said in done.stderr and done.returncode == (2 if said else 0)
    assert "Traceback" not in done.stderr and "fault in Moot" not in done.stderr


def test_a_folder_that_was_removed_is_said(moot, workspace) -> None:
    gone = workspace / "gone"
    gone.mkdir()
    shell = ["sh", "-c", f'rmdir "{gone}"; exec "$@" ls', "sh", *MOOT]
    done = subprocess.run(shell, cwd=gone, capture_output=True, text=True)
    assert done.returncode == 2 and "cd to one that is there" in done.stderr


def test_a_terminal_that_is_too_narrow_has_no_progress_line(moot) -> None:
    with terminal("run", "used-bike", COLUMNS="30") as narrow:
        assert narrow.end() == 0
    assert "\r\x1b[K" not in narrow.seen and "Agreed after" in narrow.seen


def test_a_terminal_without_the_characters_shows_something_else(moot) -> None:
    moot("run", "used-bike", "-q")
    western = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    shown = subprocess.run([*MOOT, "show", "last"], env=western, capture_output=True, encoding="latin-1")
    assert shown.returncode == 0 and "400 ?" in shown.stdout


def test_rm_asks_on_a_terminal(moot) -> None:
    moot("run", "used-bike", "-q")
    for answer, left in (("n", 1), ("y", 0)):
        with terminal("rm", "used-bike-1") as asked:
            asked.read_until("[y/N]")
            os.write(asked.screen, f"{answer}\n".encode())
            assert asked.end() == 0
        assert len(json.loads(moot("ls", "--json").stdout)) == left


def test_what_waits_for_review_is_asked_for_one_by_one(moot, workspace) -> None:
    for seed, name in enumerate(("a", "b", "c", "d")):
        moot("run", "used-bike", "-q", "--seed", "7")
        moot("export", "last", "-o", f"{name}.jsonl")
        moot("run", "used-bike", "-q", "--seed", str(seed))
        moot("export", "last", "-o", f"{name}.waits.jsonl")
        (workspace / f"{name}.waits.jsonl").rename(workspace / f"{name}.jsonl.new")
    waiting = {name: (workspace / f"{name}.jsonl.new").read_bytes() for name in "abcd"}
    with terminal("review") as shown:
        for asked, key in enumerate(("d", "a", "v", "r", "s"), 1):
            shown.read_until("[q]uit?", asked)
            os.write(shown.screen, f"{key}\n".encode())
        assert shown.end() == 1
    assert "They part at table:1" in shown.seen.partition("written")[0], "d shows all of the difference"
    assert (workspace / "a.jsonl").read_bytes() == waiting["a"]
    assert (workspace / "b~2.jsonl").read_bytes() == waiting["b"]
    assert sorted(file.name for file in workspace.glob("*.new")) == ["d.jsonl.new"]
    with terminal("review") as shown:
        shown.read_until("[q]uit?")
        assert shown.interrupt() == 130
    assert (workspace / "d.jsonl.new").read_bytes() == waiting["d"]
