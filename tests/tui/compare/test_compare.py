"""Two runs side by side, as a person reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from moot_errors import StoreError
from tests.tui.screens import check, play, screen, until
from tests.tui.watch.hosts import PARTY, TALK, Host, Kept, bike, scene
from transcripts import Transcript
from transcripts.diff import Diff
from transcripts.diff import diff as compare
from tui.compare import CompareScreen
from tui.compare.sheet import Sheet
from tui.watch.page import Page

Story = Callable[[Pilot[Any], CompareScreen, Host], Awaitable[None]]
FIRM, SOFT = bike(1), bike(1, settings={"seller.brain.tactic": "conceder"})


def side_by_side(
    left: Transcript | Kept, right: Transcript | Kept, story: Story, size: tuple[int, int] = (120, 40)
) -> None:
    feeds = [
        side if isinstance(side, Kept) else Kept(side, f"run-{place}") for place, side in enumerate((left, right), 1)
    ]
    shown = CompareScreen(*feeds)
    host = Host(shown)

    async def whole(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: "reading" not in where(shown))
        await story(pilot, shown, host)

    play(host, whole, size)


def where(shown: CompareScreen) -> str:
    return str(shown.query_one("#place", Static).visual)


def page(shown: CompareScreen, name: str = "sheet") -> Page:
    return shown.query_one(f"#{name}", Page)


def here(shown: CompareScreen) -> str:
    """Give the lines that are looked at, all of which must be on the screen."""
    lines = page(shown).here
    top, high = page(shown).scroll_offset.y, page(shown).size.height
    assert top <= lines.start < top + high
    return "\n".join(page(shown).text.split("\n")[lines.start : lines.stop])


@pytest.mark.parametrize(("size", "name"), [((120, 40), "wide"), ((80, 24), "narrow")])
def test_the_cause_stands_on_top_and_the_worth_below(size: tuple[int, int], name: str) -> None:
    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        await pilot.press("n")
        check(host, f"compare-{name}")

    side_by_side(FIRM, SOFT, story, size)


def test_the_first_difference_comes_first_and_the_others_by_a_key() -> None:
    found = compare(FIRM, SOFT)
    differing = [pair.turn.name for pairs in found.threads.values() for pair in pairs if not pair.same]
    assert found.first is not None and found.first.b is not None

    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        assert found.first and found.first.b and found.first.b.name in here(shown)
        for name in [*differing[1:], differing[0]]:  # behind the last comes the first
            await pilot.press("n")
            assert name in here(shown) and name in where(shown)
        await pilot.press("N")
        assert differing[-1] in here(shown) and f"{len(differing)} of {len(differing)}" in where(shown)
        await pilot.press("e")
        assert page(shown).text.count("the same") == 0 and differing[-1] in here(shown)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert differing[-1] in here(shown)

    side_by_side(FIRM, SOFT, story)


def test_very_many_turns_are_written_in_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.compare.screen.MANY", 0)

    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        await until(pilot, lambda: "difference 1 of" in where(shown))
        await pilot.press("n")
        assert "table:5" in here(shown)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "difference 2 of" in where(shown) and page(shown).text.count("\n- table:5") == 1)
        assert "table:5" in here(shown)

    side_by_side(FIRM, SOFT, story)


def test_sides_are_swapped_opened_and_copied() -> None:
    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        assert "seller 34 → 28 (-6)" in page(shown, "worth").text
        await pilot.press("a", "n", "b", "s", "a", "y", "escape")
        assert (
            "seller 28 → 34 (+6)" in page(shown, "worth").text and "'conceder' → 'linear'" in page(shown, "head").text
        )
        copied = ("copy", "moot diff run-2 run-1")
        assert host.asked == [("open", "run-1", 3), ("open", "run-2", 5), ("open", "run-2", 3), copied, "library"]

    side_by_side(FIRM, SOFT, story)


def test_a_run_under_way_is_compared_as_far_as_it_has_come_and_again() -> None:
    growing = Kept(SOFT, "run-2", first=9, live=True)

    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        assert "(goes no further)" in page(shown, "head").text or "missing" in page(shown, "head").text
        growing.let(100)
        await pilot.press("r")
        await until(pilot, lambda: "seller 34 → 28 (-6)" in page(shown, "worth").text)

    side_by_side(FIRM, growing, story)


def test_what_is_the_same_is_said_to_be() -> None:
    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        assert "the same in all 18 turns" in page(shown, "head").text and "the same" in where(shown)
        await pilot.press("n", "N", "e", "n", "s")
        assert "the same" in where(shown) and "(=)" in page(shown, "worth").text

    side_by_side(FIRM, FIRM, story)


def test_what_cannot_be_read_is_said() -> None:
    damaged = Kept(SOFT, "run-2", first=0)
    damaged.fault = StoreError("event 7 is \x1b[31mdamaged", remedy="run `moot doctor`")

    async def story(pilot: Pilot[Any], shown: CompareScreen, host: Host) -> None:
        assert "moot doctor" in screen(host) and "\x1b" not in screen(host)
        await pilot.press("n", "N", "e", "s", "escape")
        assert host.asked == ["library"]

    side_by_side(FIRM, damaged, story)


def test_a_turn_that_one_side_lacks_is_looked_for_where_it_would_stand() -> None:
    found = compare(FIRM, bike(1, settings={"scenario.end.rounds": 3}))
    sheet = Sheet(found, ("a", "b"))
    lacking = [pair for pair in sheet.differing if pair.b is None]
    assert [(sheet.turn(pair, 0), sheet.turn(pair, 1)) for pair in lacking[:2]] == [(4, 3), (5, 3)]


def lines_of(found: Diff, width: int, *, whole: bool = False) -> tuple[Sheet, list[str]]:
    sheet = Sheet(found, ("a", "b"))
    sheet.context = None if whole else 1
    return sheet, ["".join(piece.text for piece in line) for line in sheet.lines(width)]


@pytest.mark.parametrize("width", [60, 120])
@pytest.mark.parametrize("sides", [(FIRM, SOFT), (scene(PARTY), scene({**PARTY, "end": {"rounds": 2}}))])
def test_every_difference_has_its_lines(width: int, sides: tuple[Transcript, Transcript]) -> None:
    found = compare(*sides)
    for whole in (False, True):
        sheet, lines = lines_of(found, width, whole=whole)
        pairs = [pair for pairs in found.threads.values() for pair in pairs if not pair.same]
        assert sorted(map(id, pairs)) == sorted(map(id, sheet.differing))
        taken: set[int] = set()
        for pair in sheet.differing:
            place = sheet.place(pair)
            assert pair.turn.name in " ".join(lines[place.start : place.stop]) and not taken & set(place)
            taken |= set(place)


def test_a_conversation_has_no_worth_to_compare() -> None:
    other = {**TALK, "participants": {**TALK["participants"], "bob": {"brain": {"kind": "script", "lines": ["No."]}}}}
    sheet, lines = lines_of(compare(scene(TALK), scene(other)), 100)
    assert "neither" in "".join(piece.text for piece in sheet.utilities(100)).casefold()
    assert any("No." in line for line in lines)
