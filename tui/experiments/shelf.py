"""The library's list of experiments: those that have a file, and those that were begun."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

from moot_errors import MootError
from sandbox import Workspace
from tui.beside import beside
from tui.experiments.pages import page_lines
from tui.experiments.reading import PART, files_stamp, read_board
from tui.library.listing import Column, Listing, Row
from tui.library.shelves import problem_lines
from tui.watch.page import Page

if TYPE_CHECKING:
    from tui.app import MootApp
    from tui.house import House

LOOK = 1.0
"""Seconds between two looks."""
NONE = "no experiments yet; write experiments/NAME.yaml: moot schema experiment says how"


class Shelf(Listing):
    """List the experiments of a workspace, and how far they are; where there are none it is not seen."""

    app: MootApp
    DEFAULT_CSS = """
    Shelf { display: none; }
    Shelf.-some { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__([Column("name", grows=True), Column("done", right=True)], titles=False, id=id)
        self._stamp: object = None
        self._reading = False
        self._due = 0.0

    def on_mount(self) -> None:
        self.set_interval(LOOK, self.look)
        self.look()

    def look(self) -> None:
        """Read the list again where a file or the transcripts have changed."""
        if not self.screen.is_current or self._reading:
            return
        house = self.app.house
        stamp = (house.stamp(), files_stamp(house.workspace))
        if stamp != self._stamp and time.monotonic() >= self._due:
            self._stamp, self._reading = stamp, True
            beside(self, self._read, "shelf")

    async def _read(self) -> None:
        began = time.monotonic()
        try:
            rows = await asyncio.to_thread(_rows, self.app.house)
        except Exception as error:  # noqa: BLE001  it is said, and the next look may go well
            self.app.complain(error, "Reading the experiments")
        else:
            changed = bool(self.rows) and rows != self.rows
            self.set_class(bool(rows), "-some")
            self.show_rows(rows)
            if changed:
                self.post_message(self.Moved(self, self.key))
        finally:
            self._reading, now = False, time.monotonic()
            self._due = now + PART * (now - began)

    @property
    def about(self) -> object:
        """What is known of the experiment that the cursor is on."""
        return next((row.cells for row in self.rows if row.key == self.key), None)

    async def preview(self, page: Page) -> None:
        """Show the experiment that the cursor is on."""
        key = self.key
        assert key is not None
        try:
            board = await asyncio.to_thread(read_board, self.app.house, key)
        except MootError as error:
            page.write(partial(problem_lines, error), ("experiment", key))
        except Exception as error:  # noqa: BLE001
            self.app.complain(error, "Reading the experiment")
        else:
            page.write(partial(page_lines, board), ("experiment", key))


def _rows(house: House) -> list[Row]:
    """The newest first, and then what was not begun."""
    from sandbox.experiments import list_experiments, read_experiments

    rows: list[Row] = []
    for info in read_experiments(house.store) if house.store else ():
        total, left = sum(info.statuses.values()), sum(info.statuses.get(each, 0) for each in ("open", "waiting"))
        rows.append(
            Row(info.name, (info.name, f"{total - left:,}/{total:,}"), "warn" if "failed" in info.statuses else "")
        )
    begun = {row.key for row in rows}
    waiting = [name for name in list_experiments(Workspace(house.workspace.root)) if name not in begun]
    return [*rows, *(Row(name, (name, "new"), "") for name in waiting)]
