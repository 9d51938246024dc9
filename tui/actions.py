"""Every action that a key can do: one table, from which bindings, footer, `?`, palette and the reference are made.

    class WatchScreen(Screen[None]):
        BINDINGS = bindings("watch")

        def action_follow(self) -> None: ...      # what `watch.follow` does

An action's id is `place.name`; the widget or screen of that place has a method `action_name`.  In `moot.toml`, a table
`[keys]` with `"watch.follow" = "F"` binds it to another key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from textual.binding import Binding

from moot_errors import DocumentError, Place, nearest

Where = Literal[
    "everywhere",
    "library",
    "form",
    "dialog",
    "watch",
    "stream",
    "page",
    "compare",
    "experiment",
    "composer",
    "prose",
    "sheet",
    "choice",
    "chair",
]
"""Where keys work; what works in the inner one goes before what works around it."""

TITLES: Final[Mapping[Where, str]] = {
    "everywhere": "Everywhere",
    "library": "Library",
    "form": "New run",
    "dialog": "Dialogs",
    "watch": "Watching a run",
    "stream": "Messages",
    "page": "Panels that scroll",
    "compare": "Comparing two runs",
    "experiment": "An experiment",
    "composer": "Speaking up",
    "prose": "Writing what is said",
    "sheet": "Offers, answers, branches, files",
    "choice": "Choosing",
    "chair": "In a chair",
}


@dataclass(frozen=True, slots=True)
class Action:
    """What a key does."""

    id: str
    """`place.name`."""
    key: str
    """As Textual names it; several with commas between."""
    label: str
    """A word or two, in the footer."""
    help: str
    """A sentence without its full stop, in `?`, in the palette and in the reference."""
    footer: bool = False
    """Whether the footer shows it."""
    palette: bool = True
    """Whether the palette offers it; what moves something by a line, it does not."""
    priority: bool = False
    """Whether it works while a text is being written."""

    @property
    def where(self) -> Where:
        place = self.id.partition(".")[0]
        return next(each for each in get_args(Where) if each == place)

    @property
    def name(self) -> str:
        return self.id.partition(".")[2]

    @property
    def binding(self) -> Binding:
        return Binding(
            self.key, self.name, self.label, show=self.footer, tooltip=self.help, id=self.id, priority=self.priority
        )


ACTIONS: Final[tuple[Action, ...]] = (
    Action("everywhere.palette", "ctrl+p", "Palette", "Find any action by its name", priority=True),
    Action("everywhere.keys", "question_mark", "Keys", "Show the keys that work here, or hide them", footer=True),
    Action("everywhere.library", "L", "Library", "Go to the library"),
    Action("everywhere.next_tab", "ctrl+right", "Next tab", "Go to the next open run"),
    Action("everywhere.previous_tab", "ctrl+left", "Previous tab", "Go to the previous open run"),
    Action("everywhere.close_tab", "ctrl+w", "Close tab", "Close the tab; a run under way goes on", priority=True),
    Action("everywhere.theme", "ctrl+t", "Theme", "Choose other colours"),
    Action("everywhere.quit", "q", "Quit", "Leave; asks first while a run is under way", footer=True),
    Action("everywhere.quit_at_once", "ctrl+q", "Quit", "Leave, also from a text field", priority=True, palette=False),
    # The library.
    Action("library.open", "enter", "Open", "Open the run, or begin one of the scenario", footer=True, palette=False),
    Action("library.new", "n", "New run", "Begin a run of the scenario that is selected", footer=True),
    Action("library.filter", "slash", "Filter", "Show only the runs that have all these words", footer=True),
    Action("library.sort", "o", "Sort", "Sort the runs by the next column", footer=True),
    Action("library.reverse", "O", "Reverse", "Turn the order of the runs round"),
    Action("library.mark", "c", "Compare", "Mark the run; with another one marked, compare the two", footer=True),
    Action("library.resume", "r", "Resume", "Go on with a run that was broken off", footer=True),
    Action("library.stop", "x", "Stop", "Stop the run after the turn that is being taken"),
    Action("library.copy", "y", "Copy", "Copy the name of what is selected"),
    Action("library.panel_1", "1", "Runs", "Go to the runs", palette=False),
    Action("library.panel_2", "2", "Scenarios", "Go to the scenarios", palette=False),
    Action("library.panel_3", "3", "Personas", "Go to the personas", palette=False),
    Action("library.panel_4", "4", "Preview", "Go to the preview", palette=False),
    Action("library.panel_5", "5", "Experiments", "Go to the experiments", palette=False),
    Action("library.zoom", "plus", "Zoom", "Give the panel the whole screen, and back"),
    Action("library.unzoom", "underscore", "Unzoom", "Show all panels again", palette=False),
    Action("library.down", "j,down", "Down", "Go one line down", palette=False),
    Action("library.up", "k,up", "Up", "Go one line up", palette=False),
    Action("library.first", "g,home", "First", "Go to the first line", palette=False),
    Action("library.last", "G,end", "Last", "Go to the last line", palette=False),
    Action("library.page_down", "pagedown,ctrl+d", "Page down", "Go a page down", palette=False),
    Action("library.page_up", "pageup,ctrl+u", "Page up", "Go a page up", palette=False),
    Action("library.back", "escape", "Back", "Take the filter away", palette=False),
    # The form for a new run.
    Action("form.play", "ctrl+s", "Play", "Begin the run", footer=True, priority=True),
    Action("form.copy", "ctrl+y", "Copy command", "Copy the command that does the same", footer=True, priority=True),
    Action("form.back", "escape", "Back", "Leave the form; what it says is kept", footer=True, palette=False),
    # Watching a run.
    Action("watch.panel_1", "1", "Threads", "Go to the threads and branches", palette=False),
    Action("watch.panel_2", "2", "Messages", "Go to the messages", palette=False),
    Action("watch.panel_3", "3", "Inspector", "Go to what lies behind the message that is selected", palette=False),
    Action("watch.panel_4", "4", "Table", "Go to the bargaining table", palette=False),
    Action("watch.zoom", "plus", "Zoom", "Give the panel the whole screen"),
    Action("watch.unzoom", "underscore", "Unzoom", "Show all panels again", palette=False),
    Action("watch.pause", "space", "Pause", "Pause after the turn that is being taken, or go on", footer=True),
    Action("watch.step", "full_stop", "One turn", "Play the turns of one tick, and pause again"),
    Action("watch.speak", "i", "Speak", "Speak up, or take the turn that waits for you", footer=True),
    Action("watch.offer", "o", "Offer", "Make an offer in somebody's place"),
    Action("watch.sit", "t", "Take a seat", "Take a seat, or give it back to its brain"),
    Action("watch.interrupt", "X", "Break off", "Break off the turn that is being taken"),
    Action("watch.fork", "b", "Fork", "Fork the run after the turn that is selected", footer=True),
    Action("watch.save", "s", "Save", "Save the run as a baseline, or in a file of its own"),
    Action("watch.resume", "r", "Resume", "Go on with a run that was broken off"),
    Action("watch.earlier", "left_square_bracket", "Earlier", "See all as it was a turn earlier", footer=True),
    Action("watch.later", "right_square_bracket", "Later", "See all as it was a turn later"),
    Action("watch.much_earlier", "left_curly_bracket", "Ten back", "See all as it was ten turns earlier"),
    Action("watch.much_later", "right_curly_bracket", "Ten forth", "See all as it was ten turns later"),
    Action("watch.now", "0,f", "Now", "Go to what is happening now, and follow it", footer=True),
    Action("watch.next_page", "l", "Next page", "Show the inspector's next page: prompt, call, tools, event"),
    Action("watch.previous_page", "h", "Previous page", "Show the inspector's page before", palette=False),
    Action("watch.copy", "y", "Copy", "Copy the inspector's page, or the table"),
    Action("watch.mark", "c", "Compare", "Mark the run; with another one marked, compare the two", footer=True),
    Action("watch.compare", "C", "With parent", "Compare with the run that this one branched off"),
    Action("watch.parent", "u", "Parent", "Go to the run that this one branched off, where it did"),
    Action("watch.stop", "x", "Stop", "Stop the run after the turn that is being taken"),
    Action("watch.back", "escape", "Back", "Unzoom, or come back to now, or go to the library", palette=False),
    # Panels that scroll.
    Action("page.scroll_down", "j", "Down", "Go one line down", palette=False),
    Action("page.scroll_up", "k", "Up", "Go one line up", palette=False),
    Action("page.scroll_home", "g", "First", "Go to the first line", palette=False),
    Action("page.scroll_end", "G", "Last", "Go to the last line", palette=False),
    # Comparing two runs.
    Action("compare.next", "n", "Next", "Go to the next difference", footer=True),
    Action("compare.previous", "N", "Previous", "Go to the difference before", footer=True),
    Action("compare.whole", "e", "All turns", "Show every turn, or only the differences", footer=True),
    Action("compare.swap", "s", "Swap", "Swap the sides"),
    Action("compare.open_left", "a", "Open left", "Watch the run on the left", footer=True),
    Action("compare.open_right", "b", "Open right", "Watch the run on the right", footer=True),
    Action("compare.again", "r", "Again", "Compare anew, as the runs are now"),
    Action("compare.copy", "y", "Copy", "Copy the command that compares the two"),
    Action("compare.back", "escape", "Back", "Leave the comparison", palette=False),
    # An experiment.
    Action("experiment.open", "enter", "Open", "Watch the run of the trial", footer=True, palette=False),
    Action("experiment.run", "r", "Run", "Play what is not done yet, or go on with it", footer=True),
    Action("experiment.stop", "x", "Stop", "Stop after the turns that are being taken", footer=True),
    Action("experiment.report", "t", "Report", "Show what came of it so far, or the grid again", footer=True),
    Action("experiment.next_failed", "n", "Next failed", "Go to the next trial that failed", footer=True),
    Action("experiment.previous_failed", "N", "Previous failed", "Go to the previous trial that failed"),
    Action("experiment.copy", "y", "Copy", "Copy the command that plays it"),
    Action("experiment.panel_1", "1", "Trials", "Go to the grid of trials", palette=False),
    Action("experiment.panel_2", "2", "Arms", "Go to the totals of the arms", palette=False),
    Action("experiment.left", "h,left", "Left", "Go to the trial before", palette=False),
    Action("experiment.right", "l,right", "Right", "Go to the next trial", palette=False),
    Action("experiment.down", "j,down", "Down", "Go to the next arm", palette=False),
    Action("experiment.up", "k,up", "Up", "Go to the arm before", palette=False),
    Action("experiment.first", "g,home", "First", "Go to the arm's first trial", palette=False),
    Action("experiment.last", "G,end", "Last", "Go to the arm's last trial", palette=False),
    Action("experiment.page_down", "pagedown,ctrl+d", "Page down", "Go a page of arms down", palette=False),
    Action("experiment.page_up", "pageup,ctrl+u", "Page up", "Go a page of arms up", palette=False),
    Action("experiment.back", "escape", "Back", "Leave the report, or go to the library", palette=False),
    # The messages of a run.
    Action("stream.down", "j,down", "Down", "Go to the next message, or on in a long one", palette=False),
    Action("stream.up", "k,up", "Up", "Go to the message before, or back in a long one", palette=False),
    Action("stream.first", "g,home", "First", "Go to the first message", palette=False),
    Action("stream.last", "G,end", "Last", "Go to the last message, and follow what comes", palette=False),
    Action("stream.follow", "f", "Follow", "Keep the newest message on the screen, or stay here", footer=True),
    Action("stream.open", "enter", "Open", "Show all of the message, and how it came about", palette=False),
    Action("stream.find", "slash", "Find", "Look for words in what was said", footer=True),
    Action("stream.next", "n", "Next hit", "Go to the next message with these words"),
    Action("stream.previous", "N", "Previous hit", "Go to the previous message with these words"),
    Action("stream.copy", "y", "Copy", "Copy the message that is selected"),
    # Speaking up.
    Action("prose.send", "enter", "Say it", "Say it", footer=True, priority=True, palette=False),
    Action("prose.new_line", "ctrl+j", "New line", "Begin a new line", footer=True, palette=False),
    Action("composer.close", "escape", "Close", "Close it; what is written is kept", footer=True, palette=False),
    # Forms beside that for a new run.
    Action("sheet.send", "ctrl+s", "Do it", "Do what the form says", footer=True, priority=True),
    Action("sheet.back", "escape", "Back", "Leave the form; what it says is kept", footer=True, palette=False),
    Action("choice.back", "escape", "Back", "Choose nothing", palette=False),
    Action("choice.down", "j", "Down", "Go to the next", palette=False),
    Action("choice.up", "k", "Up", "Go to the one before", palette=False),
    # In a chair.
    Action("chair.speak", "i", "Speak", "Write what you want to say", footer=True),
    Action("chair.offer", "o", "Offer", "Make an offer", footer=True),
    Action("chair.brief", "1", "You", "Read who you are and what you want", footer=True),
    Action("chair.talk", "2", "Talk", "Read what was said", footer=True),
    Action("chair.keys", "question_mark", "Keys", "Show the keys that work here, or hide them", footer=True),
    Action("chair.quit", "ctrl+q", "Leave", "Leave; asks first", footer=True, priority=True, palette=False),
    # Questions and messages.
    Action("dialog.back", "escape", "Back", "Close it, and do nothing", palette=False),
    Action("dialog.next", "right,down,l,j", "Next", "Go to the next answer", palette=False),
    Action("dialog.previous", "left,up,h,k", "Previous", "Go to the previous answer", palette=False),
    Action("dialog.copy", "y", "Copy", "Copy what it says", palette=False),
)  # fmt: skip


def bindings(where: Where) -> list[Binding]:
    """Give the bindings of a place, for the `BINDINGS` of its screen or widget."""
    return [action.binding for action in ACTIONS if action.where == where]


def find_action(id: str) -> Action | None:
    """Find an action by its id; None where a binding is not one of ours."""
    return next((action for action in ACTIONS if action.id == id), None)


def keymap(keys: Mapping[str, object], file: str) -> dict[str, str]:
    """Check the `[keys]` of a `moot.toml`; raises DocumentError for an action or a key that there is not."""
    known = [action.id for action in ACTIONS]
    for name, key in keys.items():
        place = Place(file)
        if name not in known:
            close = nearest(name, known)
            remedy = f"did you mean {close!r}?" if close else "`moot keys` lists them"
            raise DocumentError(f"there is no action {name!r}", place=place, remedy=remedy)
        if not isinstance(key, str) or not all(each.strip() for each in key.split(",")):
            remedy = 'write a key such as "F", "ctrl+f", or several: "j,down"'
            raise DocumentError(f"the key of {name!r} must be a text, not {key!r}", place=place, remedy=remedy)
    return {name: str(key) for name, key in keys.items()}
