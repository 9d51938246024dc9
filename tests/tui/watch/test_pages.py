"""What panels are made of: lines, curves, the plane, and the pages behind a message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.prompts import prompts_of
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.prompt import prompt_lines
from sandbox.rendering.scene import Scene
from sandbox.rendering.talk import Talk
from scenarios import load_scenario
from tests.tui.watch.hosts import PARTY, Kept, bike, scene
from transcripts import Answered, Said, Shelf, Valued
from tui.watch.bargain import Table
from tui.watch.canvas import Canvas
from tui.watch.history import History
from tui.watch.lines import Ink, Line, lines_of
from tui.watch.pages import PAGES, Turn, write_page
from tui.watch.plane import Cloud, plane_lines
from tui.watch.possible import Possibilities, Possible

TEXT = st.text(max_size=12).map(printable)


def plain(lines: list[Line]) -> list[str]:
    return ["".join(piece.text for piece in line) for line in lines]


@given(st.lists(st.tuples(TEXT, st.sampled_from(["", "bold", "bad", "seat"]), TEXT), max_size=5))
def test_marks_of_styles_are_read_back_whatever_the_text(parts: list[tuple[str, str, str]]) -> None:
    ink, marked, meant = Ink(), "", []
    for text, style, inner in parts:
        if not style:
            marked += text
            meant += [(char, "") for char in text]
        elif style == "seat":
            marked += ink.seat(text, 3)
            meant += [(char, "seat-3") for char in text]
        else:
            marked += ink(text + ink(inner, "hit"), style)
            meant += [(char, style) for char in text] + [(char, f"{style} hit") for char in inner]
    (line,) = lines_of([marked])
    assert [(char, piece.style) for piece in line for char in piece.text] == meant


def test_a_page_of_the_command_line_says_the_same_here() -> None:
    whole = bike()
    seen = Scene("bike-1", whole.state())
    for event in whole.content():
        assert plain(lines_of(Talk(seen, Ink(), 60).lines(event))) == Talk(seen, Paint(), 60).lines(event)


@given(st.sets(st.tuples(st.integers(0, 19), st.integers(0, 15))))
def test_every_dot_is_drawn_where_it_belongs(dots: set[tuple[int, int]]) -> None:
    canvas = Canvas(10, 4)
    for x, y in dots:
        canvas.dot(x, y)
    canvas.dot(99, -1)  # outside
    drawn = set()
    order = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]  # of the bits of a braille character
    for row, text in enumerate(plain(canvas.lines())):
        for column, char in enumerate(text):
            bits = 0 if char == " " else ord(char) - 0x2800
            drawn |= {(2 * column + x, 15 - 4 * row - y) for bit, (x, y) in enumerate(order) if bits >> bit & 1}
    assert drawn == dots


def test_a_plane_of_very_many_outcomes_looks_as_if_all_were_drawn() -> None:
    situation = load_scenario("job-offer").resolve(1)
    ranks = {seat: rank for rank, seat in enumerate(situation.seats)}
    few = Cloud.of(situation)
    every = list(zip(*(map(float, situation.space.utility(seat)) for seat in situation.seats), strict=True))
    many = replace(few, outcomes=every)
    assert len(few.outcomes) < 5_000 < len(every)
    assert plain(plane_lines(few, [], [], None, ranks, 60)) == plain(plane_lines(many, [], [], None, ranks, 60))


@pytest.mark.parametrize("width", [30, 43, 80])
@pytest.mark.parametrize("data", [None, PARTY])
def test_no_line_of_the_table_is_wider_than_the_panel(width: int, data: dict[str, Any] | None) -> None:
    feed = Kept(scene(data) if data else bike(), "run")
    feed.poll()
    history = History()
    history.take(feed.events)
    situation = feed.moment().scene.situation
    assert situation is not None
    possible = Possible(dict.fromkeys(situation.seats, 40.0), None if data else Cloud.of(situation))
    for upto in range(1, len(feed.events) + 1):
        lines = plain(Table(feed.moment(upto), history, possible, {"calls": 3, "cost": 0.01}).lines(width))
        assert max(map(width_of, lines)) <= width


@pytest.mark.parametrize("most", [2, 3, 5, 100])
def test_of_many_offers_some_are_drawn_the_first_and_the_last_among_them(most: int) -> None:
    events, history = bike().events, History()
    history.take(Shelf(events))
    for upto in range(len(events) + 1):
        valued = [event for event in events[:upto] if isinstance(event, Valued)]
        assert [point.offer for point in history.last(upto, most)] == [event.offer for event in valued][-most:]
        for seat, points in history.own(upto, most).items():
            own = [(event.turn, event.worth[seat]) for event in valued if event.seat == seat]
            chosen = [(point.turn, point.worth) for point in points]
            assert history.offers(upto)[seat] == len(own) and len(chosen) == min(len(own), most)
            assert sorted(chosen, key=own.index) == chosen and (not own or {own[0], own[-1]} <= set(chosen))


@pytest.fixture(scope="module")
def asked() -> Kept:
    feed = Kept(bike(3, cast={"buyer": "haggler@simulated"}), "bike-1")
    feed.poll()
    return feed


def turn_of(feed: Kept, place: int) -> Turn:
    return Turn(feed.moment(), place, feed.moment)


def test_prompts_are_the_very_ones(asked: Kept) -> None:
    whole = asked.moment().transcript
    seen = Scene("bike-1", whole.state())
    places = [place for place, event in enumerate(asked.events) if isinstance(event, Answered | Said)]
    for place in places:
        event = asked.events[place]
        page = plain(write_page("prompt", turn_of(asked, place), 70))  # type: ignore[arg-type]  # a list it is
        if event.seat == "seller":  # type: ignore[union-attr]
            assert page == ["No model was asked in this turn."]
        else:
            prompts = prompts_of(whole, event.turn)
            meant = [line for prompt in prompts for line in ("", *prompt_lines(prompt, seen, Paint(), 70))][1:]
            assert page == meant


def test_a_call_says_what_it_took(asked: Kept) -> None:
    place = next(place for place, event in enumerate(asked.events) if isinstance(event, Answered))
    call = asked.events[place]
    assert isinstance(call, Answered)
    page = "\n".join(plain(list(write_page("call", turn_of(asked, place), 70))))
    for words in (f"{call.usage['input']:,} input", "$0.00", "took", "1: simulated answered", "tool_calls"):
        assert words in page
    tools = "\n".join(plain(list(write_page("tools", turn_of(asked, place), 200))))
    assert "called" in tools and "offer(price: integer 100 to 400" in tools


def test_a_participant_is_shown_nothing_of_what_is_the_researchers(asked: Kept) -> None:
    feed = Kept(asked.moment().transcript, "bike-1")
    feed.seat = "seller"
    feed.poll()
    history = History()
    history.take(feed.events)
    places = range(len(feed.events))
    shown = [
        line for place in places for page in PAGES for line in plain(list(write_page(page, turn_of(feed, place), 70)))
    ]
    shown += plain(Table(feed.moment(), history, None, {"calls": 9}).lines(70))
    secrets = ["You have 320 at most", "haggler", "tokens", '"buyer":', "fingerprint", "spent", "simulated"]
    assert not [secret for secret in secrets if any(secret in line for line in shown)]
    assert any("worth" in line for line in shown)
    assert not Possibilities().wanted(feed.moment().scene) and Possibilities().wanted(asked.moment().scene)
