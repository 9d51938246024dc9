"""Make pairs of transcripts with one known change, and ask the diff for it.

    python benchmarks/diff_truth.py --pairs 5000

A pair is one conversation told twice, in two threads, by seats that ask models and seats that do not; what a seat says
is a hash of what it was given, so that a change works on through whoever hears of it.  In the second telling one thing
is different from one turn on, and the threads are interleaved anew.  The first divergence must be that turn, and the
cause that thing.  A third of all turns say one of three things whatever they were given, so that lines repeat.  Exit
code 1 where the diff was wrong, with the seeds.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from transcripts import (
    MODERATOR,
    Act,
    Answered,
    Bodies,
    Chosen,
    Difference,
    Ended,
    Event,
    Evidence,
    Forfeited,
    Forked,
    Noted,
    Offer,
    Said,
    Seat,
    Started,
    Transcript,
    difference,
    name_of,
)
from transcripts.diff import diff

SEATS = ("ann", "ben", "cat")
MEMBERS = {"table": SEATS, "aside": ("ann", "ben")}
SAYINGS = ("Yes.", "Go on.", "I see.")
WORDS = ("price", "today", "helmet", "offer", "fair", "more", "less", "wait", "deal", "sum", "bike", "cash", "trust")

FROM_NOW_ON = ("engine", "scenario", "settings", "cast")
"""What acts on whoever speaks."""
OF_MODELS = (
    "system prompt", "tools", "model", "served model", "parameters", "tool result", "fault", "retry", "fallback",
    "sampling", "history",
)  # fmt: skip
OF_ANSWERS = ("served model", "fault", "retry", "fallback", "sampling")
"""What changes an answer, and nothing of the request."""
OF_RULES = ("persona", "seed", "code", "answers")
OF_ALL = (
    "speaker", "speaker choice", "human", "person's words", "person comes in", "moderator", "lost turn", "budget",
    "end",
)  # fmt: skip
FORKED = ("settings", "cast", "system prompt", "persona", "seed", "parameters")
"""What a fork can bring in."""
SAID_AS = {
    "retry": "fault", "lost turn": "fault", "person's words": "human", "person comes in": "human",
    "history": "sampling", "moderator": "human",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """What is different in the second telling, from the turn `n` of a thread on; `kind` is empty for nothing."""

    kind: str = ""
    thread: str = ""
    n: int = 0
    seat: str = ""
    forked: bool = False


@dataclass
class World:
    """What a pair has in common."""

    order: dict[str, list[str]]
    """Who speaks in each thread, in order."""
    models: frozenset[str]
    """The seats that ask models."""
    fixed: dict[tuple[str, int], str]
    """Turns that say the same whatever they were given."""
    looked_up: tuple[str, int]
    """A turn in which a tool is called."""
    heard: int
    """How many messages of the table the aside begins with."""
    choosing: frozenset[str]
    """Threads in which somebody is chosen to speak, each time."""


@dataclass
class Telling:
    """One transcript in the making."""

    world: World
    change: Change
    bodies: Bodies = field(default_factory=Bodies)
    events: list[Event] = field(default_factory=list)
    said: dict[str, list[str]] = field(default_factory=lambda: {"table": [], "aside": []})
    taken: Counter = field(default_factory=Counter)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    turn: int = 0
    found_at: int = 0
    """The run's number of the turn at which the change acts."""

    def begin(self) -> None:
        self.events.append(self._started("" if self.change.forked else self.change.kind))

    def _started(self, kind: str) -> Started:
        brains = {
            seat: Seat(persona="other" if (kind, seat) == ("cast", self.change.seat) else seat, brain=self._brain(seat))
            for seat in SEATS
        }
        return Started(
            name="bike",
            seed=8 if kind == "seed" else 7,
            cast=brains,
            settings={"parameters.asking": 300} if kind == "settings" else {},
            scenario=self.bodies.put({"story": "another story" if kind == "scenario" else "a story"}),
            situation=self.bodies.put({
                "story": "another story" if kind == "scenario" else "a story",
                "asking": 300 if kind == "settings" else 200,
                "threads": {name: {"members": list(members)} for name, members in MEMBERS.items()},
            }),
            personas={seat: self._persona(seat, kind) for seat in SEATS},
            answers={"from": "bike-1", "seats": "all"} if kind == "answers" else None,
            evidence=Evidence(at=float(self.turn), engine="0.2" if kind == "engine" else "0.1"),
        )  # fmt: skip

    def _brain(self, seat: str) -> dict[str, Any]:
        return {"kind": "llm", "model": "mini"} if seat in self.world.models else {"kind": "rule", "tactic": "linear"}

    def _persona(self, seat: str, kind: str) -> str:
        rude = kind in ("persona", "system prompt") and seat == self.change.seat
        return self.bodies.put({"name": seat, "about": f"{seat} is {'rude' if rude else 'polite'} and quick"})

    def fork(self) -> None:
        """Bring the change in by a fork before the next turn."""
        new, old = self._started(self.change.kind), self._started("")
        self.events.append(
            Forked(
                tick=self.turn + 1,
                after=self.turn,
                seed=new.seed,
                cast={seat: who for seat, who in new.cast.items() if who != old.cast[seat]},
                settings=new.settings,
                personas={name: body for name, body in new.personas.items() if body != old.personas[name]},
                scenario=new.scenario if new.settings else None,
                situation=new.situation if new.settings else None,
            )
        )

    def take(self, thread: str) -> bool:
        """Take the next turn of a thread; False where this telling breaks off."""
        n = self.taken[thread] = self.taken[thread] + 1
        seat = self.world.order[thread][n - 1]
        change = self.change
        here = change.kind != "" and (thread, n) == (change.thread, change.n)
        if here:
            if change.forked:
                self.fork()
            self.found_at = self.turn + 1
            match change.kind:
                case "end":
                    return False
                case "person comes in":
                    self._say(thread, self._next_turn(thread, seat), "Let me say this.", None, 0, by="person")
                case "moderator":
                    self.found_at = self.turn  # behind that turn, and before the next
                    where = {"tick": self.turn + 1, "thread": thread, "seat": MODERATOR}
                    self._say(thread, where, "Let me say a word.", None, self._step(), by="person")
                case "speaker" | "speaker choice":
                    seat = next(each for each in MEMBERS[thread] if each != seat)
        if thread in self.world.choosing:
            step = self._step()
            self.events.append(Chosen(tick=self.turn + 1, step=step, thread=thread, seats=[seat], why="drawn"))
        self._take(thread, n, seat, change.kind if here else "")
        return True

    def _step(self) -> int:
        """Give the next step between turns."""
        return sum(event.turn == 0 and event.tick == self.turn + 1 for event in self.events[-3:])

    def _next_turn(self, thread: str, seat: str) -> dict[str, Any]:
        self.turn += 1
        return {"tick": self.turn, "turn": self.turn, "thread": thread, "seat": seat}

    def _take(self, thread: str, n: int, seat: str, kind: str) -> None:
        where = self._next_turn(thread, seat)
        person = kind in ("human", "person's words") or (thread, n) == _person_of(self.change)
        if kind in ("lost turn", "budget"):
            fault = "budget" if kind == "budget" else "timeout"
            self.events.append(Forfeited(**where, fault=fault, reason="it took too long"))
            return
        if person:
            text = "I take over, and say no." if kind in OF_ALL else "I take over."
            self._say(thread, where, text, None, 0, by="person")
            return
        told = self._told(thread, seat)
        felt = self._felt(thread, n, seat)
        if seat in self.world.models:
            text, step = self._ask(where, seat, thread, n, told, felt, kind)
        else:
            text, step = words(("rule", seat, thread, n, told, felt, kind if kind == "code" else "")), 0
            text = self.world.fixed.get((thread, n), text) if kind in ("", "history") else text
        if kind == "fault":
            self.events.append(Forfeited(**where, step=step, fault="timed_out", reason="no answer: timed_out"))
            return
        self._say(thread, where, text, self._act(text), step)
        if seat in self.world.models and n % 3 == 0:
            sampled = "otherwise" if kind == "history" else ""
            self.notes[thread, seat] = words(("note", seat, thread, n, told, sampled))
            where["step"] = step + 1
            self.events.append(Noted(**where, upto=n, note=self.notes[thread, seat]))

    def _told(self, thread: str, seat: str) -> tuple[str, ...]:
        """Give what a seat has heard when it speaks; however the threads are interleaved, it is the same."""
        before = self.said["table"][: self.world.heard] if thread == "aside" else []
        return (*before, *self.said[thread], self.notes.get((thread, seat), ""))

    def _felt(self, thread: str, n: int, seat: str) -> str:
        """Name the change if it acts on this turn."""
        change = self.change
        since = thread == change.thread and n >= change.n
        return change.kind if since and (seat == change.seat or change.kind in FROM_NOW_ON[:3]) else ""

    def _ask(
        self, where: dict[str, Any], seat: str, thread: str, n: int, told: tuple[str, ...], felt: str, kind: str
    ) -> tuple[str, int]:
        put = self.bodies.put
        rude = "rude" if felt == "system prompt" else "polite"
        other = f" {felt}" if felt in FROM_NOW_ON else ""
        parts = [put({"role": "system", "content": f"You are {seat}. {seat} is {rude} and quick.{other}"})]
        parts.append(put({"role": "user", "content": []}))
        parts += [put({"kind": "text", "text": line + "\n"}) for line in told]
        parts.append(put({"kind": "text", "text": f"Your turn {n} in {thread}."}))
        body: dict[str, Any] = {"model": "maxi" if felt == "model" else "mini-1"}
        body["temperature"] = 0.9 if felt == "parameters" else 0.5
        body["tools"] = [{"name": "offer", "description": "Offer more." if felt == "tools" else "Offer."}]
        step = 0
        if n % 3 == 0 or kind == "history":
            sampled = "otherwise" if kind == "history" else ""
            self._answer(where, "summarise", parts[:-1], body, words(("note", seat, thread, n, told, sampled)), 0)
            step = 1
        if n % 4 == 0 or (thread, n) == self.world.looked_up:
            self._answer(where, "speak", parts, body, "look up", step)
            found = "41 of them" if kind == "tool result" else "12 of them"
            parts = [*parts, put({"role": "tool", "content": found})]
            step += 1
        text = words((parts, sorted(map(str, body.items())), kind if kind in OF_ANSWERS else ""))
        text = self.world.fixed.get((thread, n), text) if kind in ("", "history") else text
        self._answer(where, "speak", parts, body, text, step, kind)
        return text, step + 1

    def _answer(
        self, where: dict[str, Any], purpose: str, parts: list[str], body: dict[str, Any], text: str, step: int,
        kind: str = "",
    ) -> None:  # fmt: skip
        key = (where["seat"], purpose)
        prompt: Difference = difference(self.prompts.get(key, ()), tuple(parts))
        self.prompts[key] = tuple(parts)
        request = self.bodies.put(body)
        attempts = [{"profile": "mini", "error": "timed_out"}] if kind in ("retry", "fallback") else []
        self.events.append(
            Answered(
                **where,
                step=step,
                purpose=purpose,
                profile="mini",
                fingerprint=name_of("\n".join((request, *parts)).encode()),
                request=request,
                prompt=prompt,
                by="spare" if kind == "fallback" else None,
                model="spare-1" if kind == "fallback" else body["model"],
                served="mini-1-late" if kind == "served model" else "spare-1" if kind == "fallback" else body["model"],
                answer=None if kind == "fault" else {"text": text},
                fault="timed_out" if kind == "fault" else None,
                evidence=Evidence(took=self.turn / 7, attempts=attempts or None),
            )
        )

    def _act(self, text: str) -> Act | None:
        number = int.from_bytes(_hash(text, 2), "big")
        return Offer(terms={"price": 10 * (number % 40)}) if number % 3 == 0 else None

    def _say(self, thread: str, where: dict[str, Any], text: str, act: Act | None, step: int, **more: Any) -> None:
        said = self.said[thread]
        said.append(f"{where['seat']}: {text} {act}")
        number = sum(isinstance(event, Said) and event.thread == thread for event in self.events) + 1
        self.events.append(Said(**where, step=step, n=number, act=act, text=text, **more))

    def done(self) -> Transcript:
        over = [Ended(tick=self.turn + 1, status="done", reason="that was all")] if self.change.kind != "end" else []
        return Transcript([*self.events, *over], self.bodies)


def words(given: object) -> str:
    """Say something that only depends on what was given."""
    digest = _hash(repr(given), 8)
    return " ".join(WORDS[byte % len(WORDS)] for byte in digest)


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def _person_of(change: Change) -> tuple[str, int] | None:
    """Name the turn that a person takes in both tellings: the one in which the words are other ones."""
    return (change.thread, change.n) if change.kind in ("person's words", "a person") else None


def draw_pair(seed: int) -> tuple[Change, tuple[Telling, Telling]]:
    """Make the two tellings of a pair."""
    draw = random.Random(seed)
    order = {thread: [draw.choice(members) for _ in range(draw.randint(4, 14))] for thread, members in MEMBERS.items()}
    models = frozenset(seat for seat in SEATS if draw.random() < 0.6)
    thread = draw.choice(list(MEMBERS))
    n = draw.randint(1, len(order[thread]))
    seat = order[thread][n - 1]
    kinds = (*FROM_NOW_ON, *OF_ALL, *(OF_MODELS if seat in models else OF_RULES))
    kind = draw.choice(kinds)
    turns = [(name, k) for name, seats in order.items() for k in range(1, len(seats) + 1)]
    fixed = {turn: draw.choice(SAYINGS) for turn in turns if draw.random() < 0.3}
    fixed.pop((thread, n), None)
    change = Change(kind, thread, n, seat, kind in FORKED and draw.random() < 0.5)
    if kind == "history":
        change, later = _remembered(change, order, n)
        fixed.pop(later, None)
    heard = draw.randint(0, min(3, len(order["table"])))
    if thread == "table" and n <= heard and kind in ("person comes in", "moderator"):
        heard = n - 1
    choosing = {name for name in MEMBERS if draw.random() < 0.3} - {thread if kind == "speaker" else ""}
    choosing |= {thread} if kind == "speaker choice" else set()
    world = World(order, models, fixed, (thread, change.n), heard, frozenset(choosing))
    left = replace(change, kind="a person") if kind == "person's words" else Change()
    return change, (tell(world, left, draw), tell(world, change, draw))


def _remembered(change: Change, order: dict[str, list[str]], n: int) -> tuple[Change, tuple[str, int]]:
    """Let a note that differs be heard of in a later turn: the seat's next one in that thread, one if need be added."""
    seats = order[change.thread]
    while len(seats) < 3 or len(seats) % 3:
        seats.append(change.seat)
    n = -(-n // 3) * 3
    seats[n - 1] = change.seat
    seats[n:] = [change.seat, *seats[n:]]
    return replace(change, n=n), (change.thread, n + 1)


def tell(world: World, change: Change, draw: random.Random) -> Telling:
    """Tell it once, the threads interleaved at random: the aside begins when so much of the table was heard."""
    telling = Telling(world, change)
    telling.begin()
    left = {thread: len(seats) for thread, seats in world.order.items()}
    while any(left.values()):
        heard = telling.taken["table"] >= world.heard
        open_ = [thread for thread in left if left[thread] and (thread == "table" or heard)]
        thread = draw.choice(open_)
        left[thread] -= 1
        if not telling.take(thread):
            break
    return telling


def judge(seed: int) -> tuple[str, str | None]:
    """Give the kind of a pair's change, and what the diff got wrong, None if nothing."""
    change, (left, right) = draw_pair(seed)
    kind = SAID_AS.get(change.kind, change.kind)
    found = diff(left.done(), right.done()).first
    if found is None:
        return change.kind, "no difference found"
    at = found.b.number if found.b else right.found_at
    expected = right.found_at
    if change.kind == "history":
        expected = at if found.cause.through == ("history",) and found.b and found.b.seat == change.seat else 0
    if change.kind == "end":  # in which thread it would have gone on, nobody knows
        change = replace(change, thread=found.thread if found.b is None else change.thread)
    if found.thread != change.thread or at != expected:
        return change.kind, f"found in {found.thread} at turn {at}, and it is {change.thread} at {expected}"
    if found.cause.kind != kind:
        return change.kind, f"the cause is {kind}, and not {found.cause}"
    if diff(right.done(), left.done()).first != found.mirrored():
        return change.kind, "it is not mirrored"
    if change.forked and found.cause.fork is None:
        return change.kind, f"it came by a fork, and not: {found.cause}"
    return change.kind, None


def main() -> None:
    """Print how many were right, by kind of change."""
    parser = argparse.ArgumentParser(description="Ask the diff for changes that are known.")
    parser.add_argument("--pairs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tried: Counter = Counter()
    wrong: list[str] = []
    for seed in range(options.seed, options.seed + options.pairs):
        kind, mistake = judge(seed)
        tried[kind] += 1
        if mistake:
            wrong.append(f"seed {seed}, {kind}: {mistake}")
    print("\n".join(wrong[:20]))
    print(", ".join(f"{kind} {count}" for kind, count in sorted(tried.items())))
    print(f"{options.pairs - len(wrong)} of {options.pairs} right")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
