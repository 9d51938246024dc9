"""A run is watched: every panel shows one moment of it, and only the reader moves it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from moot_errors import NewerVersion, StoreError
from tests.tui.screens import check, play, screen, until, until_seen
from tests.tui.watch.hosts import PARTY, TALK, Host, Kept, bike, reins, scene
from transcripts import Started, Transcript
from tui.feed import Feed, Playing
from tui.stream import Stream
from tui.watch import Family, WatchScreen
from tui.watch.family import Relative
from tui.watch.inspector import Inspector
from tui.watch.page import Page
from tui.watch.pages import PAGES
from tui.watch.threads import Threads

Story = Callable[[Pilot[Any], WatchScreen, Host], Awaitable[None]]
WIDE, NARROW = (160, 45), (80, 24)


def watch(feed: Feed, story: Story, size: tuple[int, int] = WIDE, **options: Any) -> None:
    shown = WatchScreen(feed, **options)
    host = Host(shown)

    async def whole(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: feed.events or getattr(feed, "fault", None))
        await pilot.pause()
        await story(pilot, shown, host)

    play(host, whole, size)


def table(shown: WatchScreen) -> str:
    return shown.query_one("#table", Page).text


def inspected(shown: WatchScreen) -> str:
    return shown.query_one(Inspector).text


def state(shown: WatchScreen) -> str:
    return str(shown.query_one("#state", Static).visual)


def rows(shown: WatchScreen) -> list[str]:
    threads = shown.query_one(Threads)
    return [str(threads.get_option_at_index(place).prompt) for place in range(threads.option_count)]


@pytest.mark.parametrize(("size", "name"), [((160, 45), "wide"), ((110, 40), "middle"), ((100, 26), "low")])
def test_panels_share_the_screen_as_it_allows(size: tuple[int, int], name: str) -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.press("4")
        await until(pilot, lambda: "best possible" in table(shown))
        await pilot.press("[")
        await pilot.pause()
        check(host, f"watch-{name}")

    watch(Kept(bike(), "bike-1"), story, size)


def test_a_narrow_terminal_shows_one_panel_at_a_time() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.pause()
        check(host, "watch-narrow-2")
        for key in "134":
            await pilot.press(key)
            if key == "4":
                await until(pilot, lambda: "best possible" in table(shown))
            check(host, f"watch-narrow-{key}")
        await pilot.press("escape")
        assert "[table:17]" in screen(host)
        await pilot.press("escape")
        assert host.asked == ["library"]

    watch(Kept(bike(), "bike-1"), story, NARROW)


def test_whoever_goes_back_sees_every_panel_as_it_was() -> None:
    whole = scene({**PARTY, "end": {"rounds": 2}})
    feed = Kept(whole, "party-1", first=1, live=True)
    then: dict[int, tuple[str, ...]] = {}

    def panels(shown: WatchScreen) -> tuple[str, ...]:
        stream = shown.query_one(Stream).lines
        return table(shown), inspected(shown), "\n".join(rows(shown)), str(stream.border_subtitle)

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await until(pilot, lambda: "best possible" in table(shown))
        total = len(whole.events)
        while len(feed.events) < total:
            feed.let(1)
            shown._tick()
            await pilot.pause()
            then[len(feed.events)] = panels(shown)
        for _ in feed.stops[2:]:
            await pilot.press("[")
            assert shown.at is not None and panels(shown) == then[shown.at]
            assert "as it was" in state(shown)
        for _ in feed.stops[2:]:
            await pilot.press("]")
            assert panels(shown) == then[shown.at or total]
        assert shown.at is None and "as it was" not in state(shown)

    watch(feed, story)


def test_time_goes_no_further_than_the_run() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.press("]", "}")
        assert shown.at is None
        await pilot.press("{", "{", "{")
        assert "before the first turn" in state(shown) and "nothing is on the table" in table(shown)
        await pilot.press("}")
        assert "after turn 10 of 18" in state(shown)
        await pilot.press("escape")
        assert "done" in state(shown) and host.asked == []

    watch(Kept(bike(), "bike-1"), story)


def test_what_comes_meanwhile_moves_nothing_of_the_past() -> None:
    feed = Kept(bike(), "bike-1", first=20, live=True)

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await until(pilot, lambda: "best possible" in table(shown))
        await pilot.press("[", "[")
        before = table(shown), inspected(shown)
        upto = shown.at
        feed.let(8)
        shown._tick()
        await pilot.pause()
        assert (table(shown), inspected(shown), shown.at) == (*before, upto) and shown.unread > 0
        assert any("new" in row for row in rows(shown))
        await pilot.press("0")
        assert shown.unread == 0 and not any("new" in row for row in rows(shown))

    watch(feed, story)


def test_a_thread_that_is_not_shown_has_unread_messages() -> None:
    feed = Kept(scene(PARTY), "party-1", first=4, live=True)

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.press("1", "down", "down", "enter")
        assert [row for row in rows(shown) if "aside" in row]
        feed.let(20)
        shown._tick()
        await pilot.pause()
        chosen = shown._thread
        other = {"table": "aside", "aside": "table"}[str(chosen)]
        assert shown._unread.counts.keys() == {other}
        assert f"{other} · " not in screen(host).split("3 message")[0]
        await pilot.press("1", "home", "enter")
        assert shown.unread == 0

    watch(feed, story)


def test_without_issues_there_is_no_table() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        assert "nothing to agree on" in table(shown) and "ann 2 turns" in table(shown)

    watch(Kept(scene(TALK), "talk-1"), story)


def test_more_than_two_parties_have_a_table_of_worths_and_no_plane_and_it_can_have_the_screen() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await until(pilot, lambda: "best possible" in table(shown))
        assert "ann  bob  cat" in table(shown) and "what can be had" not in table(shown)
        await pilot.press("4", "plus")
        assert "best possible" in screen(host) and "■ Agreed" not in screen(host)
        await pilot.press("_")
        assert "■ Agreed" in screen(host) and "best possible" in screen(host)

    watch(Kept(scene(PARTY), "party-1"), story)


@pytest.mark.parametrize(
    ("first", "fault"),
    [
        (12, StoreError("event 7 of 'bike-1' is damaged: \x1b[31mno JSON", remedy="run `moot doctor`")),
        (0, NewerVersion("written by a later Moot")),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_read_stays(first: int, fault: StoreError) -> None:
    feed = Kept(bike(), "bike-1", first=first)
    if not first:
        feed.fault = fault

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        feed.fault = fault
        await until_seen(pilot, "No more can be read")
        assert fault.message.split(":")[0] in screen(host) and "\x1b" not in screen(host)
        await pilot.press("4", "[", "2")
        if first:
            assert "[table:1]" in screen(host)

    watch(feed, story)


def test_a_scenario_that_makes_no_sense_any_more_still_shows_what_was_said() -> None:
    whole = bike()
    started = whole.events[0]
    assert isinstance(started, Started)
    data = whole.bodies.data(started.situation)
    data["threads"]["table"]["speakers"] = "by a later Moot"
    changed = started.model_copy(update={"situation": whole.bodies.put(data)})

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        assert "cannot make sense" in table(shown) and "table:17" in table(shown)
        assert "accepts table:17" in screen(host)

    watch(Kept(Transcript([changed, *whole.events[1:]], whole.bodies), "bike-1"), story)


def test_a_run_that_nobody_plays_says_how_to_go_on() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        assert "broken off" in state(shown) and "moot resume bike-1" in state(shown)

    watch(Kept(bike(), "bike-1", first=9), story)


def test_a_run_under_way_says_so_until_it_is_done() -> None:
    feed = Kept(bike(), "bike-1", first=9, live=True)

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        assert "running" in state(shown)
        feed.let(100)
        shown._tick()
        assert "done" in state(shown) and "agreed" in state(shown)

    watch(feed, story)


def test_relatives_are_a_key_away() -> None:
    family = Family((Relative("bike-0", 4), Relative("bike", 2)), (Relative("bike-1-1", 6), Relative("bike-1-2", 9)))

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await until(pilot, lambda: "⑂" in "".join(rows(shown)))
        assert [row.strip() for row in rows(shown)] == [
            "↑ bike", "↑   bike-0", "bike-1 after turn 4", "├ table 18", "├⑂ bike-1-1 after 6", "└⑂ bike-1-2 after 9",
        ]  # fmt: skip
        await pilot.press("u", "C", "c", "1", "end", "enter")
        compared, marked = ("compare", "bike-0", "bike-1"), ("mark", "bike-1")
        assert host.asked == [("open", "bike-0", 4), compared, marked, ("open", "bike-1-2", 9)]

    watch(Kept(bike(), "bike-1"), story, kin=lambda name: family)


def test_what_lies_behind_a_message_is_shown_and_copied() -> None:
    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.press("g", "j", "enter")
        assert inspected(shown).startswith("table:1 · turn 1 · tick 1") and shown.query_one(Inspector).has_focus
        await pilot.press("y")
        assert host.asked == [("copy", inspected(shown))]
        pages = []
        for _ in range(5):
            pages.append(shown.query_one(Inspector).page)
            await pilot.press("l")
        assert pages == ["message", "prompt", "call", "tools", "event"]
        await pilot.press("h")
        assert '"kind": "said"' in inspected(shown)

    watch(Kept(bike(), "bike-1"), story)


def test_text_stays_text_everywhere() -> None:
    evil = "[red]x[/] \x1b[31m\x1b]0;t\x07\u202e [@click=app.quit]q[/] 日本 e\u0301 \x00"
    data = {**TALK, "participants": {**TALK["participants"]}}
    data["participants"]["bob"] = {"brain": {"kind": "script", "lines": [evil, "x" * 100_000]}}

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        seen = ""
        for at in (2, 3):
            shown.go_to(at + 1)
            for page in PAGES:
                shown.query_one(Inspector).turn_to(page)
                await pilot.pause()
                seen += screen(host)
        assert "[red]x[/]" in seen and "[@click=app.quit]q[/]" in seen and "日本" in seen
        assert not set("\x1b\x07\x00\u202e") & set(seen)
        shown.go_to(5)
        await pilot.pause()
        assert inspected(shown).count("x") >= 100_000

    watch(Kept(scene(data), "[red]run[/]\x1b[31m"), story)


@pytest.mark.parametrize("read_only", [True, False])
def test_a_run_of_this_process_is_stopped_but_not_by_a_reader(read_only: bool) -> None:
    whole = bike()
    feed = Playing("bike-1", whole.bodies, reins(), before=whole.events[:9])

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        await pilot.press("x")
        assert host.asked == ([] if read_only else [("stop", "bike-1")])
        feed.finish()
        await until(pilot, lambda: "broken off" in state(shown))
        await pilot.press("x")
        assert len(host.asked) == (not read_only)

    watch(feed, story, read_only=read_only)


def test_a_screen_behind_another_is_as_it_is_when_it_comes_back() -> None:
    feed = Kept(bike(), "bike-1", first=9, live=True)

    async def story(pilot: Pilot[Any], shown: WatchScreen, host: Host) -> None:
        before = table(shown)
        await host.switch_mode("other")
        feed.let(10)
        shown._tick()
        await pilot.pause()
        assert shown.unread > 0 and table(shown) == before
        await host.switch_mode("run")
        await pilot.pause()
        assert shown.unread == 0 and table(shown) != before

    watch(feed, story)
