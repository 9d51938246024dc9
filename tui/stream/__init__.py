"""The message stream: a run's messages, acts and what else its readers should see, as a list that opens at once."""

from tui.stream.colours import seat_colour
from tui.stream.lines import Lines
from tui.stream.messages import Followed, Opened, Selected
from tui.stream.stream import Stream

__all__ = ["Followed", "Lines", "Opened", "Selected", "Stream", "seat_colour"]
