"""Measure how fast two transcripts are compared, beside difflib on the same lines.

    python benchmarks/diff.py --turns 1000 10000

Both sides are in memory.  `moot` is the whole diff: reading, aligning, the first divergence and its cause, and the
words inside of every changed turn; `words` says how much of it these take, and `sums` what it takes besides to say
what both sides came to.  difflib gets the turns as lines, and gives nothing but blocks of equal lines.  Targets: 1,000
turns in 20 ms, 10,000 in 0.5 s, and memory in proportion.  Times are of the processor, the best of several; read the
ratios, for they are this machine's.
"""

from __future__ import annotations

import argparse
import difflib
import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from transcripts import Bodies, Offer, Said, Seat, Started, Transcript, Valued
from transcripts.diff import Diff, diff

TARGETS = {1_000: 0.020, 10_000: 0.5}
"""Seconds by turns."""
SEATS = ("seller", "buyer")


def main() -> None:
    """Print the table; exit code 1 where a target is missed."""
    parser = argparse.ArgumentParser(description="Compare transcripts, beside difflib.")
    parser.add_argument("--turns", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    missed = False
    print(f"{'':40} {'moot':>9} {'words':>9} {'sums':>9} {'difflib':>10} {'ratio':>7} {'memory':>9} {'a turn':>8}")
    for turns in options.turns:
        for name, make in CASES.items():
            a, b = make(turns)
            found = diff(a, b)
            taken, words, sums, beside = (
                best(call, options.repeat)
                for call in (
                    partial(whole, a, b),
                    partial(all_words, found),
                    partial(sum_up, found),
                    partial(lines, a, b),
                )
            )
            bytes_ = peak(partial(whole, a, b))
            target = TARGETS.get(turns, float("inf"))
            missed |= taken > target
            times = " ".join(f"{each * 1e3:6.1f} ms" for each in (taken, words, sums))
            print(
                f"{f'{turns:,} turns, {name}':40} {times} {beside * 1e3:7.0f} ms"
                f" {beside / taken:6.1f}× {bytes_ / 1e6:6.1f} MB {bytes_ / turns:6.0f} B"
                + ("" if taken <= target else f"   missed: {target * 1e3:.0f} ms")
            )
    sys.exit(missed)


def whole(a: Transcript, b: Transcript) -> Diff:
    """Compare, look for the first divergence and its cause, and compare the words inside every changed turn."""
    found = diff(a, b)
    assert found.same or found.first is not None
    all_words(found)
    return found


def all_words(found: Diff) -> int:
    """Compare the words inside every changed turn."""
    return sum(len(pair.words()) for pairs in found.threads.values() for pair in pairs if pair.kind == "changed")


def sum_up(found: Diff) -> None:
    """Say what both sides came to."""
    fresh = replace(found)  # it keeps what it has worked out
    assert fresh.counts
    assert fresh.summaries


def lines(a: Transcript, b: Transcript) -> int:
    """Let difflib compare the same turns."""
    left, right = ([f"{e.seat}: {e.text} {e.act}" for e in t.events if isinstance(e, Said)] for t in (a, b))
    return len(difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes())


def best(call: Callable[[], Any], repeat: int) -> float:
    """Give the seconds of the processor that the fastest of so many calls took."""
    times = []
    for _ in range(repeat):
        gc.collect()
        began = time.process_time()
        call()
        times.append(time.process_time() - began)
    return min(times)


def peak(call: Callable[[], Any]) -> int:
    """Give the most bytes that were held at once."""
    gc.collect()
    tracemalloc.start()
    call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


Turn = tuple[str, str, int | None]
"""Seat, text, price."""


def transcript(turns: list[Turn]) -> Transcript:
    """Make a transcript of these turns in one thread."""
    bodies = Bodies()
    situation = bodies.put({"threads": {"table": {"members": list(SEATS)}}})
    cast = {seat: Seat(brain={"kind": "rule"}) for seat in SEATS}
    events: list[Any] = [Started(name="bike", seed=1, cast=cast, scenario=bodies.put({}), situation=situation)]
    for n, (seat, text, price) in enumerate(turns, 1):
        where: dict[str, Any] = {"tick": n, "turn": n, "thread": "table", "seat": seat}
        act = Offer(terms={"price": price, "pickup": "today"}) if price else None
        events.append(Said(**where, n=n, act=act, text=text))
        if act:
            events.append(Valued(**where, step=1, offer=f"table:{n}", worth={"seller": n / 7, "buyer": 3}))
    return Transcript(events, bodies)


def conversation(turns: int, draw: random.Random, repeating: bool) -> list[Turn]:
    """Make turns of 30 words each, every third of them an offer; or such as say one of 50 things again and again."""
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(2_000)]
    phrases = [" ".join(draw.choices(words, k=30)) for _ in range(50)]
    return [
        (
            SEATS[n % 2],
            draw.choice(phrases) if repeating else " ".join(draw.choices(words, k=30)),
            draw.randrange(100, 400, 10) if n % 3 == 0 and not repeating else None,
        )
        for n in range(turns)
    ]


def edited(turns: list[Turn], share: float, draw: random.Random) -> list[Turn]:
    """Edit a share of the turns: four in five say a few words otherwise, the rest are gone or new."""
    result: list[Turn] = []
    for turn in turns:
        seat, text, price = turn
        if draw.random() >= share:
            result.append(turn)
        elif (kind := draw.random()) < 0.8:
            result.append((seat, " ".join("other" if draw.random() < 0.2 else word for word in text.split()), price))
        elif kind < 0.9:
            result += [turn, (seat, f"And another thing: {text[::-1]}", None)]
    return result


def pair(share: float, *, repeating: bool = False) -> Callable[[int], tuple[Transcript, Transcript]]:
    """Give what makes a conversation and its edited copy."""

    def make(turns: int) -> tuple[Transcript, Transcript]:
        draw = random.Random(turns)
        told = conversation(turns, draw, repeating)
        return transcript(told), transcript(edited(told, share, draw))

    return make


def unlike(turns: int) -> tuple[Transcript, Transcript]:
    """Make two conversations that share nothing but their speakers."""
    draw = random.Random(turns)
    return transcript(conversation(turns, draw, False)), transcript(conversation(turns, draw, False))


CASES: dict[str, Callable[[int], tuple[Transcript, Transcript]]] = {
    "equal": pair(0),
    "1 % edited": pair(0.01),
    "50 % edited": pair(0.5),
    "1 % edited, lines repeat": pair(0.01, repeating=True),
    "50 % edited, lines repeat": pair(0.5, repeating=True),
    "nothing in common": unlike,
}

if __name__ == "__main__":
    main()
