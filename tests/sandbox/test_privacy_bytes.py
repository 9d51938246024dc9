"""What is sent for one participant, byte for byte, has nothing private of another in it."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import moot
from sandbox.workspace import Workspace
from scenarios import scenario_from_data
from tests.sandbox.models.server import Received, Server, Step, call, message, respond
from transcripts import Refused

SEATS = ("ann", "ben", "cem", "dot")
AROUND = ("", ' "so", he said', "\n\n# Rules\n- none", " – größer, 十二 🚲", "\\n\\u0041</s>")


@dataclass
class World:
    """A scenario, and by seat the marks of what is private to it."""

    data: dict[str, Any]
    personas: dict[str, dict[str, Any]]
    private: dict[str, set[str]]
    nobodys: set[str]
    """Marks of what no participant may see at all."""
    whispers: set[str] = field(default_factory=set)
    """Who hears what is said in the closet."""


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Put a mark of its own into every private field of every seat, and a closet into which not all may go."""
    seats = SEATS[: draw(st.integers(2, 4))]
    salt = draw(st.from_regex(r"[a-z]{6}", fullmatch=True))
    around = draw(st.sampled_from(AROUND))
    numbers = itertools.count(draw(st.integers(100_000, 800_000)), draw(st.integers(11, 999)))
    summary: dict[str, Any] = {"summary": {"keep": 1, "every": 1}}
    contexts = draw(st.sampled_from([[summary], [{}, {"last": 2}, {"tokens": 60}, summary]]))
    world = World({}, {}, {seat: set() for seat in seats}, set())

    def mark(seat: str, what: str) -> str:
        word = f"zq{what}{seat}{salt}"
        world.private[seat].add(word)
        return word + around

    def number(seat: str) -> int:
        found = next(numbers)
        world.private[seat].add(str(found))
        return found

    def wants(seat: str) -> dict[str, Any]:
        if draw(st.booleans()):
            return {"payoff": f"{number(seat)} - own.cake / {number(seat)} + price"}
        cake = {0: 0, 9: number(seat)} if draw(st.booleans()) else number(seat)
        return {"prefers": {"price": {0: 0, 9: number(seat)}, "cake": cake}, "bonus": f"0 * {number(seat)}"}

    def participant(seat: str) -> dict[str, Any]:
        context = draw(st.sampled_from(contexts))
        brain = {"kind": "llm", "model": seat, "context": context, "acts": draw(st.sampled_from(["auto", "json"]))}
        return {
            "role": f"is {seat}", "persona": f"persona-{seat}-{salt}", "brief": mark(seat, "brief"), **wants(seat),
            "no_deal": number(seat), "minimum": number(seat), "never": ["price < 3", f"price > {number(seat)}"],
            "brain": brain,
        }  # fmt: skip

    for seat in seats:
        name = f"persona-{seat}-{salt}"
        world.private[seat].add(name)
        world.personas[name] = {
            "name": name, "about": mark(seat, "about"), "voice": mark(seat, "voice"), "values": [mark(seat, "values")],
            "facts": {"age": f"zqfact{seat}{salt}"}, "phrases": {"pass": [f"zqphrase{seat}{salt}"]},
        }  # fmt: skip
        world.nobodys |= {f"zqfact{seat}{salt}", f"zqphrase{seat}{salt}"}
        world.private[seat] |= {f"zqthought{seat}", f"zqnote{seat}"}
    world.whispers = set(draw(st.lists(st.sampled_from(seats), min_size=1, unique=True)))
    world.nobodys |= {f"zqfile{salt}", f"zqtag{salt}", f"zqunused{salt}"}
    world.data = {
        "title": "Canaries", "story": "They meet.", "notes": f"zqfile{salt}", "tags": [f"zqtag{salt}"],
        "parameters": {"unused": f"zqunused{salt}"},
        "issues": {"price": {"from": 0, "to": 9}, "cake": {"divide": 9, "step": 3}},
        "participants": {seat: participant(seat) for seat in seats},
        "threads": {"hall": {}, "closet": {"members": sorted(world.whispers)}},
        "end": {"rounds": draw(st.integers(2, 5))},
    }  # fmt: skip
    return world


def answer(server: Server, received: Received) -> list[Step]:
    """Think, note and whisper what is marked, aloud do a little of everything, and some of it wrongly."""
    server.received.append(received)
    seat = received.body["model"]
    prompt = received.body["messages"][-1]["content"]
    if "Do not take a turn now" in prompt:
        return respond(message(f"zqnote{seat}"))
    whispers = "# Your turn in closet" in prompt
    said = f"<think>zqthought{seat}</think>{f'zqwhisper from {seat}' if whispers else 'Well.'}"
    kind, arguments = deed(received, seat)
    thought = {"reasoning_content": f"zqthought{seat}"}
    if "tools" not in received.body:
        act = {"kind": kind, "terms": arguments} if kind == "offer" else {"kind": kind, **arguments}
        return respond(message(json.dumps({"why": f"zqthought{seat}", "say": said, "act": act}), **thought))
    calls = [call(kind, {"say": said, **arguments} if kind != "pass" else arguments)]
    return respond(message(None, "tool_calls", tool_calls=calls, **thought))


def deed(received: Received, seat: str) -> tuple[str, dict[str, Any]]:
    """Choose by what was asked, so that the same request gets the same answer; one in three is refused."""
    told, n = received.raw.decode(), len(received.raw)
    others = [other for other in SEATS if other != seat and f"- {other}: " in told]
    seats = [seat, *others]
    price = (n % 12) - 1
    match n % 5:
        case 0 | 1 | 2:
            return "offer", {
                "price": price,
                "cake": {each: 9 if each == seats[n % len(seats)] else 0 for each in seats},
            }
        case 3:
            return "accept", {"offer": others[n % len(others)]}
        case _:
            return "pass", {}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as serving:
        serving.steps_for = partial(answer, serving)  # type: ignore[method-assign]  # it answers by what it is asked
        yield serving


def workspace(folder: Path, world: World, url: str) -> Workspace:
    tables = (
        f'[models.{seat}]\nbase_url = "{url}"\nmodel = "{seat}"\nretries = 0\ntimeouts.whole = 20\n'
        for seat in world.private
    )
    (folder / "moot.toml").write_text("".join(tables), encoding="utf-8")
    (folder / "personas").mkdir(exist_ok=True)
    for name, persona in world.personas.items():
        (folder / "personas" / f"{name}.yaml").write_text(json.dumps(persona), encoding="utf-8")
    return Workspace(folder)


def worths(run: moot.Run) -> Iterator[tuple[str, str]]:
    """Give what offers are worth to whom, as prompts write it, where it is large enough to be nothing else."""
    for worth in run.state.worth.values():
        for seat, value in worth.items():
            if abs(value) > 10_000:
                yield seat, str(round(float(value), 4)).removesuffix(".0")


@settings(max_examples=25, deadline=None)
@given(world=worlds())
def test_nothing_private_of_another_is_sent(
    server: Server, tmp_path_factory: pytest.TempPathFactory, world: World
) -> None:
    server.received.clear()
    folder = tmp_path_factory.mktemp("world")
    source = scenario_from_data(world.data, "canaries")
    run = moot.run(source, workspace=workspace(folder, world, server.url), record=False)
    private = {seat: set(marks) for seat, marks in world.private.items()}
    for seat, value in worths(run):
        private[seat].add(value)
    assert {each.body["model"] for each in server.received} == set(private)
    for received in server.received:
        seat, sent = received.body["model"], readable(received)
        theirs = set().union(*(marks for other, marks in private.items() if other != seat)) - private[seat]
        assert [mark for mark in theirs | world.nobodys if mark in sent] == []
        if seat not in world.whispers:
            assert "zqwhisper" not in sent and "closet" not in sent
    assert_own_are_there(server, world)


def readable(received: Received) -> str:
    """Give all that was sent, as it was and with its escapes undone, for texts in it hold JSON of their own."""
    texts = [received.raw.decode(), *map(str, received.headers.items()), received.path]
    unescaped = [re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text) for text in texts]
    return "\n".join([*texts, *unescaped])


def assert_own_are_there(server: Server, world: World) -> None:
    """Hold that the marks are looked for rightly: each seat is told its own."""
    for seat in world.private:
        sent = "".join(readable(each) for each in server.received if each.body["model"] == seat)
        for what in ("brief", "about", "voice", "values"):
            assert f"zq{what}{seat}" in sent
        assert str(world.data["participants"][seat]["no_deal"]) in sent


def test_the_reasons_of_refusals_are_among_what_is_checked(server: Server, tmp_path: Path) -> None:
    """Hold that the runs above come to what can leak: refusals for private limits, offers, accepted ones."""
    seats = ("ann", "ben")
    brains = {seat: {"kind": "llm", "model": seat} for seat in seats}
    data = {
        "title": "T",
        "issues": {"price": {"from": 0, "to": 9}, "cake": {"divide": 9, "step": 3}},
        "participants": {seat: {"role": "eats", "brain": brains[seat], "never": "price < 3"} for seat in seats},
        "threads": {"hall": {}},
        "end": {"rounds": 10},
    }
    world = World(data, {}, {seat: set() for seat in seats}, set())
    source = scenario_from_data(world.data, "reasons")
    run = moot.run(source, workspace=workspace(tmp_path, world, server.url), record=False)
    reasons = " ".join(event.reason for event in run.transcript.events if isinstance(event, Refused))
    assert "your own limits forbid" in reasons and "outside" in reasons
    assert run.state.worth


def test_marks_would_be_found() -> None:
    body: Mapping[str, Any] = {"messages": [{"content": '{"says":"\\u007aqbrief"}'}]}
    assert "zqbrief" in readable(Received("POST", "/", {}, json.dumps(body).encode()))
