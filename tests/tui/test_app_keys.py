"""The registry of actions: each has a method where it works, a key of its own, and a line in the reference."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from textual.keys import format_key
from textual.message_pump import MessagePump

from tui.actions import ACTIONS, TITLES, Action, bindings, find_action
from tui.app import MootApp
from tui.chair.screen import ChairScreen
from tui.compare import CompareScreen
from tui.composer import Composer
from tui.composer.panel import Prose
from tui.dialogs import Choice, Question
from tui.experiments import ExperimentScreen
from tui.library import LibraryScreen
from tui.library.form import NewRun
from tui.sheets import OfferSheet
from tui.stream import Lines
from tui.watch import WatchScreen
from tui.watch.page import Page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "keys.md"

PLACES: dict[str, type[MessagePump]] = {
    "everywhere": MootApp, "library": LibraryScreen, "form": NewRun, "dialog": Question, "watch": WatchScreen,
    "stream": Lines, "page": Page, "compare": CompareScreen, "experiment": ExperimentScreen,
    "composer": Composer, "prose": Prose, "sheet": OfferSheet, "choice": Choice, "chair": ChairScreen,
}  # fmt: skip

INTRODUCTION = """\
# Keys

What each key does in [the terminal interface](../how-to/use-the-terminal-interface.md), by the place where it works. In
the interface, `?` shows those that work where you are, and `ctrl+p` finds an action by its name.

A key is bound otherwise in the workspace's `moot.toml`, by the action's name; several keys stand with commas between
them:

```toml
# moot.toml
[keys]
"library.new" = "f5"
"library.down" = "j,down,ctrl+n"
```

Keys are written as Textual names them: `a`, `A`, `f5`, `ctrl+s`, `space`, `slash`, `question_mark`,
`left_square_bracket`.
"""


def page() -> str:
    """Write the page of the reference."""
    parts = [INTRODUCTION]
    for place, title in TITLES.items():
        rows = [f"| {_keys(action)} | {action.help} | `{action.id}` |" for action in ACTIONS if action.where == place]
        if rows:
            parts.append("\n".join([f"## {title}", "", "| key | | action |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


def _keys(action: Action) -> str:
    return " ".join(f"`{_shown(key)}`" for key in action.key.split(","))


def _shown(key: str) -> str:
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, format_key(last) if len(last) > 1 and last not in ("home", "end") else last])


def test_the_reference_of_the_keys_is_what_the_registry_says() -> None:
    if os.environ.get("MOOT_DOCS") == "write":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "MOOT_DOCS=write writes it anew"


def test_no_action_is_named_twice() -> None:
    assert [id for id, many in Counter(action.id for action in ACTIONS).items() if many > 1] == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_each_action_can_be_done_where_it_works(action: Action) -> None:
    assert callable(getattr(PLACES[action.where], f"action_{action.name}", None))
    assert find_action(action.id) is action and not action.help.endswith(".")


@pytest.mark.parametrize("place", PLACES)
def test_no_key_has_two_meanings_in_one_place(place: str) -> None:
    keys = Counter(key for action in ACTIONS if action.where == place for key in action.key.split(","))
    assert [key for key, many in keys.items() if many > 1] == []
    assert bindings(place) != []  # type: ignore[arg-type]  # one of them
