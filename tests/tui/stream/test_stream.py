"""The message stream, as a person uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.transcripts.conftest import begin, say
from tests.tui.screens import check, play, screen, until_seen
from transcripts import Ended, Event, Offer, Valued
from tui.feed import Playing
from tui.stream import Followed, Lines, Opened, Selected, Stream

HOSTILE = [
    "[bold red]markup[/] [/not closed \\[x] [@click=app.quit]q[/]",
    "\x1b[31mANSI\x1b[0m \x9b2J \x1b]0;title\x07 \x1b]8;;http://x\x07link\x1b]8;;\x07",
    "right to left \u202eoverride\u202c, \u2066isolates\u2069, zero\u200bwidth\u200b, a\0b\rc\x08d",
    "tab\tand\nnew\r\nlines\u2028of\x0beach kind",
    "wide 漢字かな한글, combined e\u0301 a\u0308, emoji 🙂 👩\u200d🔬 🇨🇭, half \ufffd",
]


class Run:
    """A run under way, told message by message."""

    def __init__(self, *texts: str) -> None:
        started, self.bodies = begin(story="It is for sale.")
        self.turn = 0
        self.feed = Playing("bike-1", self.bodies, before=[started])
        self.say(*texts)

    def say(self, *texts: str) -> None:
        for text in texts:
            self.turn += 1
            self.add(say(self.turn, text, seat=("seller", "buyer")[self.turn % 2]))

    def add(self, *events: Event) -> None:
        for event in events:
            self.feed.watch(event)
        self.feed.poll()


class Screen(App[None]):
    """Nothing but the stream, in a frame."""

    CSS = "Stream { border: round $primary; }"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run_ = run
        self.told: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Stream()

    @property
    def lines(self) -> Lines:
        return self.query_one(Lines)

    @on(Selected)
    @on(Opened)
    @on(Followed)
    def _told(self, message: Any) -> None:
        self.told.append(message)

    def on_mount(self) -> None:
        self.look()

    def look(self, upto: int | None = None) -> None:
        self.query_one(Stream).show(self.run_.feed.moment(upto))


Story = Callable[[Screen, Run, Pilot[Any]], Awaitable[None]]


def watch(story: Story, *texts: str, size: tuple[int, int] = (60, 14)) -> None:
    run = Run(*texts)
    app = Screen(run)

    async def whole(pilot: Pilot[Any]) -> None:
        await story(app, run, pilot)

    play(app, whole, size)


def words(app: Screen) -> list[str]:
    """Read the screen without its lower frame, and without the bar at its right."""
    return [line[:-2].rstrip() for line in screen(app).splitlines()[1:-1]]


def many(count: int) -> Sequence[str]:
    return [
        f"This is message {number}, and it takes more than the one line that others have." for number in range(count)
    ]


def test_it_shows_each_kind_of_row() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        where: dict[str, Any] = {"tick": 3, "turn": 3, "step": 1, "thread": "table", "seat": "buyer"}
        run.add(
            say(3, "What about this?", seat="buyer", act=Offer(terms={"price": 300, "helmet": "included"})),
            Valued(**where, offer="table:3", worth={"seller": 40, "buyer": 12.5}),
            Ended(tick=4, status="failed", reason="too many forfeits"),
        )
        app.look()
        await pilot.pause()
        check(app, "stream")

    watch(
        story, "Good morning. It is a commuter bike, three years old, and I ask 350 for it.", "Why so much?\nIt is old."
    )


def test_hostile_text_is_only_text() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        check(app, "stream-hostile")
        run.feed.hear("table", "seller", HOSTILE[0] + HOSTILE[1])
        run.feed.poll()
        app.query_one(Stream).hear(run.feed.partial)
        await pilot.press("slash", *"[/no", "enter")
        assert "hit 1 of 1 for [/no" in screen(app)

    watch(story, *HOSTILE, size=(60, 24))


def test_a_line_of_a_megabyte_does_no_harm() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        assert "… 980,000 characters more: Enter shows all" in screen(app)
        await pilot.press("k", "g", "j", "j", "G")
        assert app.lines.chosen == 3

    watch(story, "漢" * 1_000_000, "x" * 1_000_000, "\x1b" * 1_000_000)


def test_it_is_read_message_by_message() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        assert app.lines.chosen == 40 and "message 39" in screen(app)
        for key, chosen in (
            ("k", 39),
            ("up", 38),
            ("j", 39),
            ("down", 40),
            ("g", 0),
            ("G", 40),
            ("home", 0),
            ("end", 40),
        ):
            await pilot.press(key)
            assert app.lines.chosen == chosen, key
            assert f"{chosen + 1} of 41" in screen(app)
        await pilot.press("g")
        assert "It is for sale." in screen(app)
        for _ in range(6):
            await pilot.press("j")
        assert "message 5," in screen(app) and "It is for sale" not in screen(app)
        assert [message.index for message in app.told if isinstance(message, Selected)][-6:] == [1, 2, 3, 4, 5, 6]
        await pilot.press("enter")
        assert isinstance(app.told[-1], Opened) and app.told[-1].event is run.feed.events[6]

    watch(story, *many(40))


def test_a_message_higher_than_the_screen_is_read_to_its_end() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("g", "j", "j")
        seen = screen(app)
        while app.lines.chosen == 2:
            await pilot.press("j")
            seen += screen(app)
        lines = {line.strip("│▌▎ █▁▂▃▄▅▆▇") for line in seen.splitlines()}
        assert {f"line {number}" for number in range(1, 40)} <= lines
        assert app.lines.chosen == 3
        await pilot.press("k")
        assert app.lines.chosen == 2 and "line 39" in screen(app)
        await pilot.press("k")
        assert app.lines.chosen == 2 and "line 20" in screen(app)

    watch(story, "first", "\n".join(f"line {number}" for number in range(40)), "last")


def test_nothing_moves_while_somebody_reads_back() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("k", "pageup")
        await pilot.pause()
        before = words(app)
        for count in (1, 2, 12):
            run.say(*many(count))
            app.look()
            await pilot.pause()
            assert words(app) == before
        assert "▼ 15 new" in screen(app)
        told = app.told[-1]
        assert isinstance(told, Followed) and (told.follow, told.unseen) == (False, 15)
        await pilot.press("f")
        assert "▼" not in screen(app) and "56 of 56" in screen(app) and app.lines.follow
        run.say("newest of all")
        app.look()
        await pilot.pause()
        assert "newest of all" in screen(app) and app.lines.chosen == 56
        await pilot.press("f")
        assert not app.lines.follow

    watch(story, *many(40))


@pytest.mark.parametrize("leave", ["k", "pageup", "ctrl+up", "wheel"])
def test_whoever_goes_up_is_left_alone(leave: str) -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        if leave == "wheel":
            app.lines.scroll_up(animate=False)
        elif leave == "ctrl+up":
            app.lines.scroll_relative(y=-3, animate=False)
        else:
            await pilot.press(leave)
        await pilot.pause()
        assert not app.lines.follow

    watch(story, *many(40))


def test_all_that_is_below_was_seen_once_somebody_is_there() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("g")
        run.say("one more")
        app.look()
        await pilot.pause()
        assert "▼ 1 new" in screen(app)
        app.lines.scroll_end(animate=False)
        await pilot.pause()
        assert "▼" not in screen(app) and not app.lines.follow

    watch(story, *many(40))


def test_it_goes_back_in_time_and_forth() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        feed = run.feed
        upto = feed.step(len(feed.events), -3)
        app.look(upto)
        await pilot.pause()
        assert "message 36" in screen(app) and "message 37" not in screen(app) and "38 of 38" in screen(app)
        assert isinstance(told := app.told[-2], Selected) and told.event is feed.events[upto - 1]
        run.say("meanwhile")
        app.look(feed.step(upto, 1))
        await pilot.pause()
        assert "message 37" in screen(app) and "39 of 39" in screen(app)
        app.look()
        await pilot.pause()
        assert "meanwhile" in screen(app) and "42 of 42" in screen(app)

    watch(story, *many(40))


def test_words_are_looked_for() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("g", "slash", *"age", "space", "3")
        await until_seen(pilot, "hit 1 of 11 for age 3")
        await pilot.press("enter")
        check(app, "stream-search")
        hit = [segment for segment in app.lines.render_line(8) if segment.text == "age 3"]
        assert [segment.style.reverse for segment in hit if segment.style] == [True]  # without colours too
        for key, chosen in (("n", 31), ("n", 32), ("N", 31), ("N", 4), ("N", 40), ("n", 4)):
            await pilot.press(key)
            assert app.lines.chosen == chosen
        run.say("message 3 again")
        app.look()
        await pilot.press("N")
        assert app.lines.chosen == 41 and "hit 12 of 12" in screen(app)
        await pilot.press("slash", "escape")
        assert "hit" not in screen(app) and app.lines.chosen == 41 and app.focused is app.lines

    watch(story, *many(40), size=(60, 16))


def test_a_search_that_finds_nothing_says_so_and_stays() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("k", "slash", *"zzz", "enter", "n")
        assert "0 hits for zzz" in screen(app) and app.lines.chosen == 39

    watch(story, *many(40))


def test_one_thread_can_be_shown_alone() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        run.add(say(3, "between us", thread="aside", n=1))
        app.look()
        await pilot.pause()
        assert "aside · seller: between us" in screen(app) and "table · buyer: one" in screen(app)
        app.query_one(Stream).show_thread("aside")
        await pilot.pause()
        assert "▌ seller: between us" in screen(app) and "one" not in screen(app)
        app.query_one(Stream).show_thread(None)
        await pilot.pause()
        assert "table · seller: two" in screen(app)

    watch(story, "one", "two")


def test_another_width_keeps_what_is_read() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("g", *"jjjjjjjj", "pagedown")
        await pilot.pause()
        first = app.lines._anchor()[0]
        for size in ((40, 14), (90, 20), (30, 10), (60, 14)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.lines._anchor()[0] == first
        await pilot.press("G")
        await pilot.resize_terminal(34, 9)
        await pilot.pause()
        assert "others have." in screen(app).splitlines()[-2]

    watch(story, *many(40))


def test_text_streams_in_below_all_messages() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        stream = app.query_one(Stream)
        for word in many(3):
            run.feed.hear("table", "buyer", word + " ")
            run.feed.poll()
            stream.hear(run.feed.partial)
        await pilot.pause()
        assert "message 2, and it takes" in screen(app) and "▌" in screen(app)
        run.say("what it came to")
        stream.show(run.feed.moment())
        stream.hear(run.feed.partial)
        await pilot.pause()
        assert "message 2, and it" in screen(app) or "what it came to" in screen(app)
        assert not run.feed.partial

    watch(story, *many(2))


def test_what_an_offer_is_worth_may_be_told_later() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        run.add(say(1, "", act=Offer(terms={"price": 300})))
        app.look()
        await pilot.pause()
        assert "[table:1]" in screen(app) and "seller 40" not in screen(app)
        worth: dict[str, Any] = {"seller": 40}
        run.add(Valued(tick=1, turn=1, step=1, thread="table", seat="seller", offer="table:1", worth=worth))
        app.look()
        await pilot.pause()
        assert "[table:1]  seller 40" in screen(app)

    watch(story)


def test_a_participant_hears_nobody_else_before_that_one_is_done() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        run.feed.seat = "seller"
        app.look()
        app.query_one(Stream).hear({("table", "buyer"): "a secret thought", ("table", "seller"): "my own"})
        await pilot.pause()
        assert "my own" in screen(app) and "secret" not in screen(app)

    run = Run("one")
    run.feed.seat = "seller"
    app = Screen(run)
    play(app, lambda pilot: story(app, run, pilot), (60, 14))


def test_a_click_selects_and_two_open() -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.click(Lines, offset=(10, 2))
        assert app.lines.chosen == 1
        await pilot.click(Lines, offset=(10, 3), times=2)
        assert any(isinstance(message, Opened) and message.index == 2 for message in app.told)

    watch(story, "one", "two", "three")


def test_a_message_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(app: Screen, run: Run, pilot: Pilot[Any]) -> None:
        await pilot.press("y")
        assert app.clipboard == "table · seller: two"
        await pilot.press("k", "y")
        assert app.clipboard == "\N{REPLACEMENT CHARACTER}" * 30_000

    watch(story, "\x1b" * 30_000, "two")
