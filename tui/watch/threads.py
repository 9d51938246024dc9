"""The tree of a run: its ancestors, its threads with what is unread in each, and its branches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from sandbox.rendering.printable import printable
from tui.feed import Moment
from tui.steady import steady
from tui.watch.family import Family

ALL = "all"
"""The row that stands for all threads."""
_MOST = 200
"""Branches that are listed; the others are counted."""


class Row(NamedTuple):
    """A line of the tree."""

    id: str
    label: Content
    disabled: bool = False


class Threads(OptionList):
    """List what there is to look at; only rows that changed are written again."""

    @dataclass
    class Chosen(Message):
        """Somebody wants to see one thread, or with None all of them."""

        thread: str | None

    @dataclass
    class RunChosen(Message):
        """Somebody wants to see a relative of this run."""

        run: str
        after: int
        """The last turn that the two share."""

    DEFAULT_CSS = """
    Threads > .option-list--option-disabled { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._rows: list[Row] = []
        self._family = Family()
        self.border_title = Content("1 threads")

    def show(self, moment: Moment, family: Family, unread: Mapping[str, int], shown: str | None) -> bool:
        """Show the run as it was, and say whether rows came or went.

        `shown` is the thread that the stream shows, None where it shows all.
        """
        self._family = family
        rows = list(_rows(moment, family, unread, shown))
        same = [row.id for row in rows] == [row.id for row in self._rows]
        if same:
            for place, (row, old) in enumerate(zip(rows, self._rows, strict=True)):
                if not row.label.is_same(old.label):
                    self.replace_option_prompt_at_index(place, row.label)
        else:
            at = self._rows[self.highlighted].id if self.highlighted is not None and self._rows else None
            self.clear_options()
            self.add_options(Option(row.label, id=row.id, disabled=row.disabled) for row in rows)
            self.highlighted = next((place for place, row in enumerate(rows) if row.id == at), None)
        self._rows = rows
        return not same

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Say what was chosen."""
        event.stop()
        kind, _, name = str(event.option.id).partition(":")
        if kind == "run":
            relatives = (*self._family.parents, *self._family.branches)
            relative = next(each for each in relatives if each.name == name)
            self.post_message(self.RunChosen(relative.name, relative.after))
        else:
            self.post_message(self.Chosen(name if kind == "thread" else None))


def _rows(moment: Moment, family: Family, unread: Mapping[str, int], shown: str | None) -> list[Row]:
    scene = moment.scene
    rows: list[Row] = []
    for depth, parent in enumerate(reversed(family.parents)):
        label = f"{'  ' * depth}{printable(parent.name)}"
        rows.append(Row(f"run:{parent.name}", Content.assemble(("↑ ", "dim"), label)))
    origin = f" after turn {family.parents[0].after}" if family.parents else ""
    rows.append(Row("here", Content.assemble((printable(scene.name), "bold"), (origin, "dim")), disabled=True))
    threads = scene.threads
    if len(threads) > 1:
        rows.append(Row(ALL, _thread("all", sum(unread.values()), None, shown is None, "├")))
    for place, name in enumerate(threads):
        last = place == len(threads) - 1
        thread = scene.state.threads[name]
        here = shown == name or len(threads) == 1
        mark = "└" if last and not family.branches else "├"
        rows.append(Row(f"thread:{name}", _thread(name, unread.get(name, 0), len(thread.messages), here, mark)))
    branches = family.branches[:_MOST]
    more = len(family.branches) - len(branches)
    for place, branch in enumerate(branches):
        mark = "└" if place == len(branches) - 1 and not more else "├"
        after = f" after {branch.after}"
        rows.append(
            Row(f"run:{branch.name}", Content.assemble((f"{mark}⑂ ", "dim"), printable(branch.name), (after, "dim")))
        )
    if more:
        rows.append(Row("more", Content.styled(f"└⑂ and {more:,} more", "dim"), disabled=True))
    return rows


def _thread(name: str, unread: int, messages: int | None, here: bool, mark: str) -> Content:
    count = "" if messages is None else f" {messages:,}"
    return Content.assemble(
        (f"{mark} ", "dim"),
        (steady(printable(name)), "bold" if here else ""),
        (count, "dim"),
        (f" ● {unread:,} new" if unread else "", "bold $text-warning"),
    )
