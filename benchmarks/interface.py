"""Measure what the interface's message stream takes, in a terminal of its own, beside a floor in the same run.

    python benchmarks/interface.py                  10,000 and 50,000 messages
    python benchmarks/interface.py --sizes 1000     other lengths
    python benchmarks/interface.py --pace           a run with the interface and without it, and no length

Each figure is taken in a process of its own that runs in a pseudo-terminal, 120 by 40: what counts is what arrives
there.  The *floor* is the same application with a widget that draws prepared lines and knows no messages.

opens    from the key to the last message on the screen: reading, folding, wrapping; in a program that is running; the
         floor is to fetch the rows and to parse their JSON, and nothing else
key      from a key to the last of what it changes on the screen; the slowest of each kind
tokens   the share of a core that 200 tokens a second take, flushed 15 times a second, or less often where drawing takes
         more than its share, as on the screen of a run
memory   how much the process grows by a message: all of it, and the part that is not the feed's
pace     how long a run takes whose brains take 50 ms, in `moot run --watch` beside `moot run --quiet`, by turns; from
         its first event to its last, so that neither's beginning counts
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import select
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINES, COLUMNS = 40, 120
QUIET = 0.04
"""Seconds without output after which a screen counts as drawn; they are not counted."""
KEYS = ("k", "j", "\x1b[5~", "\x1b[6~", "g", "G")
NAMES = ("k", "j", "page up", "page down", "g", "G")
WORDS = ["proposal", "counter", "because", "market", "nothing", "between"]
RATE, FLUSHES, SECONDS = 200, 15, 6.0
LAST = "THE-END"
ROUNDS, LATENCY, PACES = 60, 0.05, 3
TARGETS = {10_000: 0.5, 50_000: 2.0}


def write_run(path: Path, messages: int) -> None:
    """Store a run of so many messages of sixty words, every second one with an offer."""
    import moot
    from transcripts import Evidence, Offer, Said, Transcript, Valued

    short = moot.run("used-bike", seed=7, record=False).transcript
    draw = random.Random(1)
    events: list[Any] = [short.events[0]]
    for turn in range(1, messages + 1):
        seat = ("seller", "buyer")[turn % 2]
        where: dict[str, Any] = {"tick": turn, "turn": turn, "thread": "table", "seat": seat}
        text = " ".join(draw.choices(WORDS, k=60)) + (f" {LAST}" if turn == messages else "")
        terms = {"price": draw.randrange(100, 401, 10), "pickup": "today", "helmet": "included"}
        act = Offer(terms=terms) if turn % 2 else None
        events.append(Said(**where, n=turn, text=text, act=act, evidence=Evidence(at=1e9 + turn, took=0.5)))
        if act:
            worth: dict[str, int | float] = {"seller": turn % 90, "buyer": 90 - turn % 90}
            events.append(Valued(**where, step=1, offer=f"table:{turn}", worth=worth))
    with moot.Store.open(path) as store:
        store.add(Transcript(events, short.bodies), "long")


# What runs in the terminal.


def application(path: Path, report: Path, *, floor: bool) -> None:
    """Run the stream, or the floor, until the key q; `o` opens the run, `t` lets tokens stream in."""
    from rich.segment import Segment
    from textual.app import App, ComposeResult
    from textual.geometry import Size
    from textual.scroll_view import ScrollView
    from textual.strip import Strip

    import scenarios
    from transcripts import Store
    from tui.feed import Playing, Recorded
    from tui.stream import Stream
    from tui.watch.pace import Pace

    scenarios.load_scenario("used-bike").resolve(0)  # what a program that is running has loaded, numpy among it
    told: dict[str, float] = {}

    class Prepared(ScrollView, can_focus=True):
        """Draw lines that are there already."""

        BINDINGS = [(key, f"go({by})") for key, by in (("j", 1), ("k", -1), ("g", -(10**9)), ("G", 10**9))]  # noqa: RUF012

        def on_mount(self) -> None:
            self.strip = Strip([Segment(" ".join(WORDS * 3)[: COLUMNS - 2])], COLUMNS - 2)
            self.virtual_size = Size(COLUMNS - 2, 100_000)
            self.scroll_to(y=50_000, animate=False)

        def action_go(self, by: int) -> None:
            self.scroll_relative(y=by, animate=False)

        def render_line(self, y: int) -> Strip:
            return self.strip

    class Bench(App[None]):
        BINDINGS = [("o", "open"), ("t", "tokens"), ("u", "rest"), ("q", "quit")]  # noqa: RUF012

        def compose(self) -> ComposeResult:
            yield Prepared() if floor else Stream()

        def on_mount(self) -> None:
            self.animation_level = "none"
            self.drawn = Pace()
            self.set_interval(1 / FLUSHES, self.flush)

        async def action_open(self) -> None:
            before = memory()
            if floor:
                self.query_one(Prepared).refresh()
                return
            with Store.open(path, read_only=True) as store:
                feed = Recorded(store, "long")
                begun, used = time.perf_counter(), time.process_time()
                feed.poll()
                told["read"] = time.perf_counter() - begun
            told["feed"] = memory() - before
            self.query_one(Stream).show(feed.moment())
            told["show"] = time.perf_counter() - begun - told["read"]
            told["used"] = time.process_time() - used
            self.feed = Playing("long", feed.bodies)
            self.opened, self.before = feed, before

        def flush(self) -> None:
            if hasattr(self, "feed"):
                self.feed.poll()
                if self.drawn.may():
                    self.query_one(Stream).hear(self.feed.partial)

        def action_tokens(self) -> None:
            if not floor:
                threading.Thread(target=self.speak, daemon=True).start()
            self.count("tokens")

        def action_rest(self) -> None:
            self.count("rest")

        def count(self, what: str) -> None:
            begun = time.process_time()
            self.set_timer(SECONDS, lambda: told.update({what: (time.process_time() - begun) / SECONDS}))

        def speak(self) -> None:
            begun, draw = time.perf_counter(), random.Random(1)
            for token in range(int(RATE * SECONDS)):
                time.sleep(max(0.0, begun + token / RATE - time.perf_counter()))
                self.feed.hear("table", "seller", draw.choice(WORDS) + " ")

        async def action_quit(self) -> None:
            if hasattr(self, "before"):
                told["whole"] = memory() - self.before
            self.exit()

    Bench().run()
    report.write_text(json.dumps(told), encoding="utf-8")


def fetch(path: Path) -> tuple[float, float]:
    """Read a run's rows and parse their JSON; gives the seconds by the clock and by the processor."""
    begun, used = time.perf_counter(), time.process_time()
    database = sqlite3.connect(path)
    rows = database.execute("SELECT * FROM events ORDER BY id").fetchall()
    parsed = [[json.loads(each) for each in row[-2:] if each] for row in rows]
    database.close()
    assert len(parsed) == len(rows)
    return time.perf_counter() - begun, time.process_time() - used


def memory() -> float:
    """Give the bytes that this process has in memory."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * float(resource.getpagesize())
    except OSError:  # only Linux says; the peak is near it
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * (1 if sys.platform == "darwin" else 1024)


# What looks at the terminal.


class Terminal:
    """A process in a pseudo-terminal."""

    def __init__(self, *command: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONUNBUFFERED="1")
            os.execv(sys.executable, [sys.executable, *command])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def output(self, quiet: float, first: float | None = None) -> Iterator[tuple[float, bytes]]:
        """Give what it writes, with the time, until it was quiet for so long; `first`: before the first."""
        patience = quiet if first is None else first
        while select.select([self.fd], [], [], patience)[0]:
            patience = quiet
            try:
                yield time.perf_counter(), os.read(self.fd, 1 << 16)
            except OSError:
                return

    def press(self, key: str, quiet: float = QUIET) -> float:
        """Press a key, and give the seconds to the last of what it changes; 0.0 where it changes nothing."""
        begun = last = time.perf_counter()
        os.write(self.fd, key.encode())
        for now, _ in self.output(quiet):
            last = now
        return last - begun

    def press_until(self, key: str, text: str) -> float:
        """Press a key, and give the seconds to a text on the screen."""
        begun, seen = time.perf_counter(), b""
        os.write(self.fd, key.encode())
        for now, data in self.output(60):
            seen += data
            if text.encode() in seen:
                return now - begun
        raise SystemExit(f"{text!r} never came")

    def close(self) -> None:
        os.write(self.fd, b"q")
        for _ in self.output(10):
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def measure(path: Path, *, floor: bool = False, tokens: bool = True) -> dict[str, Any]:
    """Open a run in a terminal and use it."""
    report = path.with_suffix(".json")
    terminal = Terminal("-P", __file__, "--in", str(path), str(report), *(["--floor"] if floor else []))
    for _ in terminal.output(3.0, first=60):
        pass
    found: dict[str, Any] = {}
    if not floor:
        found["raw"], found["raw_used"] = fetch(path)  # here, so that what it takes is not that process's
    if floor:
        terminal.press("o", 0.5)
    else:
        found["opens"] = terminal.press_until("o", LAST)
    settling = [terminal.press(key) for key in KEYS * 2]
    for _ in terminal.output(3.0):  # what nobody waits for is done, too
        pass
    times: dict[str, list[float]] = {name: [] for name in NAMES}
    for name, key in list(zip(NAMES, KEYS, strict=True)) * 8:
        if took := terminal.press(key):
            times[name].append(took)
    found |= {"settling": max(settling), "keys": {name: max(each) for name, each in times.items() if each}}
    found["median"] = statistics.median(took for each in times.values() for took in each)
    terminal.press("G")
    if tokens:
        for key in "ut":
            os.write(terminal.fd, key.encode())
            until = time.perf_counter() + SECONDS + 0.5
            while time.perf_counter() < until:
                for _ in terminal.output(0.1):
                    if time.perf_counter() > until:
                        break
    terminal.close()
    return found | json.loads(report.read_text(encoding="utf-8"))


# What a run takes with the interface and without it.


def pace() -> None:
    """Play a talk of so many turns with the interface and without, one after the other, and print the ratio."""
    took: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(PACES):
        for how, each in took.items():
            with tempfile.TemporaryDirectory() as folder:
                each.append(play_talk(Path(folder), watched=how == "with"))
    floor, found = (statistics.median(took[how]) for how in ("without", "with"))
    best = min(took["with"]) / min(took["without"])
    print(f"pace     {2 * ROUNDS} turns of {ms(LATENCY)}: {found:.2f} s with the interface, {floor:.2f} s without")
    every = {how: [round(seconds, 2) for seconds in each] for how, each in took.items()}
    print(f"         {found / floor - 1:+.1%} by the medians, {best - 1:+.1%} by the best (target within 5 %): {every}")


def play_talk(folder: Path, *, watched: bool) -> float:
    """Play a talk in a workspace of its own; gives the seconds from its first event to its last."""
    from transcripts import Store

    (folder / "moot.toml").write_text(f'[models.quick]\nprovider = "simulated"\nsimulated = {{latency = {LATENCY}}}\n')
    seats = "".join(f"  {seat}: {{brain: {{kind: llm, model: quick}}}}\n" for seat in ("ann", "bob"))
    talk = f"title: A talk\nparticipants:\n{seats}threads: {{table: {{}}}}\nend: {{rounds: {ROUNDS}}}\n"
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "talk.yaml").write_text(talk)
    words = ["-P", "-c", "from sandbox.cli import main; main()", "--workspace", str(folder), "run", "talk"]
    if watched:
        terminal = Terminal(*words, "--watch")
        for _ in terminal.output(4.0, first=60):  # until nothing changes any more
            pass
        terminal.close()
    else:
        subprocess.run([sys.executable, *words, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    with Store.open(folder / "transcripts.db", read_only=True) as store:
        events = store.load("talk-1").events
    assert events[-1].kind == "ended", events[-1]
    at = [event.evidence.at for event in events if event.evidence and event.evidence.at]
    return max(at) - min(at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(TARGETS))
    parser.add_argument("--pace", action="store_true", help="measure what the interface costs a run, and nothing else")
    parser.add_argument("--in", dest="inside", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        application(*options.inside, floor=options.floor)
        return
    if options.pace:
        pace()
        return
    with tempfile.TemporaryDirectory() as folder:
        floor = measure(Path(folder, "none.db"), floor=True)
        slowest = max(floor["keys"].values())
        print(f"floor    key {ms(floor['median'])} as a rule, {ms(slowest)} at worst; at rest {floor['rest']:.1%}")
        for size in options.sizes:
            path = Path(folder, f"{size}.db")
            write_run(path, size)
            tell(size, measure(path), floor)
    print(f"\nload     {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores")


def tell(size: int, found: dict[str, Any], floor: dict[str, Any]) -> None:
    """Print the figures of a run of that many messages."""
    target = f" (target {TARGETS[size]:g} s)" if size in TARGETS else ""
    slowest, least = max(found["keys"].values()), max(floor["keys"].values())
    print(f"\n{size:,} messages")
    ratio = found["opens"] / found["raw"]
    print(f"opens    {found['opens']:.2f} s{target}, {ratio:.1f} × the floor's {found['raw']:.2f} s")
    print(f"         reading and folding {found['read']:.2f} s, rows {found['show']:.2f} s")
    ratio = found["used"] / found["raw_used"]
    print(f"         {found['used']:.2f} s of the processor, {ratio:.1f} × the floor's {found['raw_used']:.2f} s")
    keys = ", ".join(f"{name} {ms(took)}" for name, took in found["keys"].items())
    print(f"key      {ms(slowest)} at worst (target 50 ms), {slowest / least:.1f} × the floor's: {keys}")
    print(f"         {ms(found['median'])} as a rule, {found['median'] / floor['median']:.1f} × the floor's")
    print(f"         {ms(found['settling'])} at worst right after opening")
    share, rest = found["tokens"], found["rest"]
    print(f"tokens   {share:.1%} of a core (target 15 %), at rest {rest:.1%}; the floor {floor['rest']:.1%}")
    whole, feed = found["whole"] / size, found["feed"] / size
    print(f"memory   {whole:,.0f} bytes a message (target 2,000); of these the stream {whole - feed:,.0f}")


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


if __name__ == "__main__":
    main()
