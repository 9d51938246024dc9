"""The inspector: pages about the message that is selected."""

from __future__ import annotations

from functools import partial

from textual.content import Content
from textual.style import Style

from sandbox.rendering.layout import wrap
from tui.watch.lines import line
from tui.watch.page import Page
from tui.watch.pages import PAGES, Turn, write_page


class Inspector(Page):
    """Show a page about a turn; the names of all pages stand in the border."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._page = next(iter(PAGES))
        self._turn: Turn | None = None
        self._written = ""
        self._title()

    @property
    def page(self) -> str:
        """The page that is shown."""
        return self._page

    def action_turn_to(self, page: str) -> None:
        """Show the page that was clicked."""
        self.turn_to(page)

    def turn_to(self, page: str) -> None:
        """Show another page about the same turn."""
        self._page = page
        self._title()
        self.show(self._turn)

    def next_page(self, by: int = 1) -> None:
        """Go to the next page, or with -1 to the one before."""
        names = list(PAGES)
        self.turn_to(names[(names.index(self._page) + by) % len(names)])

    def show(self, turn: Turn | None) -> None:
        """Show another turn; None while there is none."""
        if turn is not None and self._turn is not None and turn.same(self._turn) and self._page == self._written:
            return
        self._turn, self._written = turn, self._page
        if turn is None:
            self.write(lambda width: [line(each, "dim") for each in wrap("Select a message to look behind it.", width)])
        else:
            self.write(partial(write_page, self._page, turn), (self._page, turn.place))

    def _title(self) -> None:
        names = (Content.styled(name, self._name_style(name)) for name in PAGES)
        self.border_title = Content("3 ") + Content(" ").join(names)

    def _name_style(self, name: str) -> Style:
        clicked = Style.from_meta({"@click": f"turn_to({name!r})"})
        return clicked + Style(reverse=True) if name == self._page else clicked
