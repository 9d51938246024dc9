"""The line above the panels: where the run stands, which one it is, and which moment of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from moot_errors import MootError
from sandbox.rendering.layout import clip
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.progress import progress_text
from transcripts import Asking
from tui.feed import Moment
from tui.steady import steady
from tui.watch.status import Status

_COLOURS: Final = {
    "good": "$text-success on $success-muted",
    "bad": "$text-error on $error-muted",
    "warn": "$text-warning on $warning-muted",
    "hit": "$text-warning on $warning-muted bold",
    "bold": "reverse",
}
_PANELS: Final = {"threads": "1 threads", "stream": "2 messages", "inspector": "3 inspector", "table": "4 table"}


class Bar(Vertical):
    """Say where the run stands; below it what is wrong, and where not all panels are shown, which there are."""

    DEFAULT_CSS = """
    Bar {
        height: auto;
        & > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & > #trouble { display: none; height: auto; text-wrap: wrap; color: $text-error; }
        & > #which { display: none; color: $text-muted; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._panel: str | None = None
        self._unread = 0
        self._write: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Make the lines."""
        yield Static(id="state", markup=False)
        yield Static(id="trouble", markup=False)
        yield Static(id="which", markup=False)

    def show(self, moment: Moment, status: Status, waiting: Iterable[Asking], unread: int) -> None:
        """Show where the run stands."""
        self._write = partial(self._write_state, moment, status, tuple(waiting))
        self._unread = unread
        self._write()
        self.name_panels(self._panel)

    def on_resize(self) -> None:
        """Use the room that there is now."""
        self._write()

    def _write_state(self, moment: Moment, status: Status, waiting: Iterable[Asking]) -> None:
        name = f" {printable(moment.scene.name)} "
        parts: list[Content | tuple[str, str]] = [(f" {status.word} ", _COLOURS.get(status.style, "")), (name, "bold")]
        room = max(self.size.width - 4 - width_of(status.word) - width_of(name), 0)
        why = f"{status.why} · " if status.why else ""
        words = clip(f"{why}{progress_text(moment.scene, room, waiting)}", room) if room > 1 else ""
        parts.append(Content(steady(words)))
        self.query_one("#state", Static).update(Content.assemble(*parts), layout=False)

    def nothing(self, name: str) -> None:
        """Say that nothing of the run is there yet."""
        self.query_one("#state", Static).update(Content(f"{printable(name)}: nothing has arrived yet"))

    def trouble(self, error: MootError) -> None:
        """Say why no more can be read."""
        line = self.query_one("#trouble", Static)
        remedy = f"; {error.remedy}" if error.remedy else ""
        line.update(Content(printable(f"No more can be read: {error.message}{remedy}")))
        line.display = True

    def name_panels(self, panel: str | None) -> None:
        """Name the panels where only some are shown; `panel` is the one that keys are about."""
        self._panel = panel
        which = self.query_one("#which", Static)
        which.display = panel is not None
        if panel is not None:
            news = f" ●{self._unread}" if self._unread else ""
            which.update(
                Content("  ").join(
                    Content.styled(f"{words}{news if name == 'stream' else ''}", "reverse" if name == panel else "")
                    for name, words in _PANELS.items()
                )
            )
