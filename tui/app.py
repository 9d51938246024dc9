"""The interface: a mode for the library, one for each open run, one for each comparison.

What screens may use of it: `house` (workspace, transcripts, engine), `open_run`, `compare`, `play`, `complain`, `copy`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from moot_errors import MootError
from sandbox import Workspace
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.summary import summary_lines
from tui.actions import bindings, find_action
from tui.beside import beside
from tui.dialogs import Answer, Complaint, Question
from tui.engine import Began, News, Over
from tui.feed import Feed, Recorded
from tui.house import LIBRARY, House, experiment_mode, experiment_of, names_of, pair_mode, run_mode, run_of, title_of
from tui.keys import show_keys
from tui.leaving import Leaving
from tui.tabs import TabBar
from tui.themes import dress, keep
from tui.underway import Done

if TYPE_CHECKING:
    from textual.theme import Theme

    from sandbox import Branches
    from sandbox.plan import Plan
    from tui.experiments.conducting import Conducting

HERTZ = 15
"""How often the interface looks at what the engine has for it."""


class MootApp(Leaving):
    """Watch and steer runs."""

    TITLE = "Moot"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (140, "-wide")]  # noqa: RUF012  as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-high")]  # noqa: RUF012
    BINDINGS = [*bindings("everywhere"), Binding("ctrl+c", "help_quit", show=False, system=True)]  # noqa: RUF012

    def __init__(
        self, house: House, *, start: str | None = None, plan: Plan | None = None, fault: BaseException | None = None
    ) -> None:
        """`start` is the run to open first, `plan` the one to begin; `fault` brought the interface down before."""
        super().__init__(house)
        self._first = start
        self._plan = plan
        self._fault_before = fault
        self._opens: dict[int, Callable[[News], None] | None] = {}
        """By the ticket of a run that is to be shown when it begins: who is told of that."""
        dress(self)
        self._worn = self.theme
        self.set_keymap(house.keys)

    # Beginning and end

    async def on_mount(self) -> None:
        from tui.library import LibraryScreen

        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.add_mode(LIBRARY, LibraryScreen)
        await self.switch_mode(LIBRARY)
        self.set_interval(1 / HERTZ, self._listen)
        mode = self.house.mode
        for each in self.house.tabs:
            self._add(each)
        if mode in self.house.tabs:
            await self.go(mode)
        if self._first is not None:
            self.open_run(self._first)
        if self._plan is not None:
            self.play(self._plan)
        if self._fault_before is not None:
            self.complain(self._fault_before)

    def _keep_theme(self, theme: Theme) -> None:
        """Keep the choice of colours; only a disk that does not take it can prevent that."""
        if theme.name != self._worn:
            self._worn = theme.name
            with self._complaining():
                keep(theme.name)

    # What screens may use

    def open_run(self, name: str, turn: int | None = None) -> None:
        """Show a run: its tab, or a new one; with `turn`, what was said in that one."""
        self._do(partial(self._open, name, turn), f"Opening {name}")

    def mark(self, name: str) -> None:
        """Mark a run, or take its mark away; with another one marked, compare the two."""
        marked, self.house.marked = self.house.marked, None
        if marked is None:
            self.house.marked = name
            self.tell(f"{name} is marked; c on another run compares the two")
        elif marked == name:
            self.tell(f"{name} is marked no longer")
        else:
            self.compare(marked, name)

    def compare(self, left: str, right: str) -> None:
        """Show two runs side by side."""
        for name in (left, right):
            self.house.feed(name)  # one that is gone is said before there is a tab for it
        self._do(partial(self._show, pair_mode(left, right)), "Comparing")

    def open_experiment(self, name: str) -> None:
        """Show an experiment: its tab, or a new one."""
        self._do(partial(self._show, experiment_mode(name)), f"Opening {name}")

    def conduct(self, name: str) -> None:
        """Play what is not done yet of an experiment."""
        from tui.experiments.conducting import Conducting

        house = self.house
        house.conducting[name] = one = Conducting(name, Workspace(house.workspace.root), house.engine)
        self._opens[house.engine.begin(one.play)] = partial(self._conducted, one)

    def _conducted(self, one: Conducting, news: News) -> None:
        if isinstance(news, Over) and news.fault is not None:
            self.complain(news.fault, f"Playing {one.name}")
        elif one.progress and one.progress.stopped and not one.stopping:
            self.tell(f"{one.name}: {one.progress.stopped}")

    def play(self, plan: Plan, heard: Callable[[News], None] | None = None) -> int:
        """Begin a run, and show it when it is there; `heard` is told that, or that it could not begin."""
        ticket = self.house.engine.play(plan)
        self._opens[ticket] = heard
        return ticket

    def resume(self, name: str) -> None:
        """Go on with a run that was broken off, and show it."""
        old = self.house.feeds.pop(name, None)
        if old is not None:
            old.close()
        self._opens[self.house.engine.resume(name)] = None

    def fork(self, name: str, options: Mapping[str, Any]) -> Done:
        """Begin a branch and show it, or many and say what came of them; done when they have begun."""
        done: Done = Future()

        def heard(news: News) -> None:
            if isinstance(news, Over) and news.fault is not None:
                done.set_exception(news.fault)
            elif not done.done():
                done.set_result(None)

        self._opens[self.house.engine.fork(name, options)] = heard
        return done

    def stop(self, name: str) -> None:
        """Stop a run of this process at the next turn boundary."""
        control = getattr(self.house.feeds.get(name), "control", None)
        if control is not None:
            control.stop()
            self.tell(f"{name} stops after this turn")

    def complain(self, error: BaseException, doing: str = "") -> None:
        """Say in a dialog what went wrong, and what to do."""
        complaint = Complaint(error, doing)
        if not (isinstance(self.screen, Complaint) and self.screen.text == complaint.text):
            self.push_screen(complaint)

    def tell(self, text: str) -> None:
        """Say something in passing."""
        self.notify(printable(text), markup=False, timeout=4)

    def copy(self, text: str, what: str) -> None:
        """Put text on the clipboard, over ssh too where the terminal takes OSC 52."""
        self.copy_to_clipboard(text)
        self.tell(f"copied {what}")

    async def go(self, mode: str) -> None:
        """Show a mode that is there."""
        await self.switch_mode(mode)
        self.house.mode = mode
        if not self.screen_stack[0].query(TabBar):
            await self.screen_stack[0].mount(TabBar(), before=0)
        self._look()

    # Modes

    async def _open(self, name: str, turn: int | None = None) -> None:
        feed = self.house.feed(name)
        if not feed.events:
            await asyncio.to_thread(feed.poll)  # a long run takes a while to read
        self.house.feeds[feed.name] = feed
        await self._show(run_mode(feed.name))
        if turn is not None:
            from tui.watch import WatchScreen

            (shown,) = (screen for screen in self.screen_stack if isinstance(screen, WatchScreen))
            shown.go_to_turn(turn)

    async def _show(self, mode: str) -> None:
        if mode not in self.house.tabs:
            self.house.tabs.append(mode)
            self._add(mode)
        await self.go(mode)

    def _add(self, mode: str) -> None:
        self.add_mode(mode, partial(self._make, mode))

    def _make(self, mode: str) -> Screen[Any]:
        if name := run_of(mode):
            from tui.watch import WatchScreen, family_of

            kin = partial(family_of, self.house.store) if self.house.store else None
            limits = self.house.workspace.budget.limits()
            return WatchScreen(self.house.feeds[name], read_only=self.house.read_only, kin=kin, limits=limits)
        if (experiment := experiment_of(mode)) is not None:
            from tui.experiments import ExperimentScreen

            return ExperimentScreen(experiment)
        from tui.compare import CompareScreen

        left, right = names_of(mode)
        return CompareScreen(self.house.feed(left), self.house.feed(right))

    def _look(self) -> None:
        """Note that what is on the screen was seen."""
        name = run_of(self.house.mode)
        if name and (feed := self.house.feeds.get(name)):
            self.house.seen[name] = len(feed.events)

    # What the engine says

    def _listen(self) -> None:
        if not self.is_running or not self.screen_stack:
            return  # it is being left
        with self._complaining():
            for news in self.house.engine.drain():
                heard = self._opens.pop(news.ticket, None) if (opens := news.ticket in self._opens) else None
                if heard:
                    heard(news)
                match news:
                    case Began(feed=feed):
                        self._take_in(feed, opens)
                    case Over() if not heard:
                        self._over(news)
                    case _:
                        pass
            self._look()
            if isinstance(self.screen, Complaint | Question):
                return
            for bar in self.screen.query(TabBar):
                bar.update_tabs(self.house)

    def _take_in(self, feed: Feed, opens: bool) -> None:
        """Show a run that is under way from now on, where it `opens` or is looked at; its tab shows what it was."""
        mode = run_mode(feed.name)
        self.house.feeds[feed.name] = feed
        if mode not in self.house.tabs:
            if opens:
                self.open_run(feed.name)
            return

        async def anew() -> None:
            looked_at = self.house.mode == mode
            if looked_at:
                await self.go(LIBRARY)
            await self.remove_mode(mode)
            self._add(mode)
            if opens or looked_at:
                await self.go(mode)

        self._do(anew, f"Opening {feed.name}")

    def _over(self, news: Over) -> None:
        name = news.feed.name if news.feed else ""
        if news.fault is not None:
            self.complain(news.fault, f"Playing {name}" if name else "Beginning the run")
        elif news.branches is not None:
            self._summarise(news.branches)
        elif news.waits:
            self.tell(f"{name} waits for {' and '.join(news.waits)}")

    def _summarise(self, branches: Branches) -> None:
        """Say what many branches came to."""
        beside = f", and {len(branches.control)} without the change" if branches.control is not None else ""
        title = f"{len(branches.runs)} branches of {branches.name} after turn {branches.after}{beside}"
        lines = summary_lines(branches.summary(), Paint(), 66)
        self.push_screen(Question(title, "\n".join(lines), [Answer("close", "close", "c")]))

    # Exceptions

    def _complaining(self) -> _Complaining:
        return _Complaining(self)

    def _do(self, what: Callable[[], Awaitable[None]], doing: str) -> None:
        """Do something beside; what goes wrong is said in a dialog."""

        async def guarded() -> None:
            with _Complaining(self, doing):
                await what()

        beside(self, guarded, "do")

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key says; what goes wrong is said in a dialog."""
        with self._complaining():
            return await super().run_action(action, default_namespace, namespaces)
        return True

    # Actions

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every action that can be done here, the open tabs, and what Textual has of its own."""
        offered: set[str] = set()
        for active in screen.active_bindings.values():
            binding, action = active.binding, find_action(active.binding.id or "")
            if action and action.palette and active.enabled and action.label not in offered:
                offered.add(action.label)
                words = f"{action.help} ({self.get_key_display(binding)})"
                yield SystemCommand(action.label, words, partial(self.run_action, binding.action, active.node))
        for mode in self.house.tabs:
            yield SystemCommand(f"Go to {title_of(mode)}", "Show its tab", partial(self.go, mode))
        yield SystemCommand("Picture", "Save what the screen shows as SVG", self.deliver_screenshot)

    def action_keys(self) -> None:
        show_keys(self.screen)

    def action_palette(self) -> None:
        self.action_command_palette()

    def action_theme(self) -> None:
        self.action_change_theme()

    async def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        await self.go(event.mode)

    async def action_library(self) -> None:
        await self.go(LIBRARY)

    async def action_next_tab(self) -> None:
        await self._turn(1)

    async def action_previous_tab(self) -> None:
        await self._turn(-1)

    async def _turn(self, by: int) -> None:
        modes = [LIBRARY, *self.house.tabs]
        await self.go(modes[(modes.index(self.house.mode) + by) % len(modes)])

    async def action_close_tab(self) -> None:
        mode = self.house.mode
        if mode == LIBRARY:
            return
        place = self.house.tabs.index(mode)
        self.house.tabs.remove(mode)
        await self.go(self.house.tabs[place - 1] if place else LIBRARY)
        await self.remove_mode(mode)
        name = run_of(mode)
        if name and isinstance(self.house.feeds.get(name), Recorded):
            self.house.feeds.pop(name).close()

    async def action_quit(self) -> None:
        busy = self.house.engine.busy
        if not busy:
            self.exit()
            return
        names = ", ".join(self.house.under_way) or "a run"
        text = (
            f"Under way: {names}.\n\nIt stops after the turn that is being taken, or after a few seconds in the middle"
            " of it. What was said is kept, and r in the library goes on with it."
        )
        answers = [Answer("stay", "stay", "s"), Answer("quit", "stop it and quit", "q")]

        def answered(answer: str | None) -> None:
            if answer == "quit":
                self.exit()

        if not isinstance(self.screen, Question):
            self.push_screen(Question("Quit while a run is under way?", text, answers), answered)

    async def action_quit_at_once(self) -> None:
        await self.action_quit()


class _Complaining:
    """Turn what is raised within into a dialog."""

    def __init__(self, app: MootApp, doing: str = "") -> None:
        self._app = app
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._app.complain(error, "" if isinstance(error, MootError) else self._doing)
        return True
