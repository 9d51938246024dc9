"""Where a run's events come from, and what the run was at any of them.

    feed = Recorded(store, "used-bike-7")
    feed.poll()                    reads what is new: the first time, all there is
    feed.moment().scene.state      the run as it is now
    feed.moment(120).scene.state   the run as it was after its first 120 events

A screen shows one `Moment`, and asks for another one when `poll` says that there is more, or when its reader goes back.
"""

from tui.feed.base import Feed, Speaker
from tui.feed.moment import Head, Moment
from tui.feed.playing import Playing
from tui.feed.recorded import Recorded

__all__ = ["Feed", "Head", "Moment", "Playing", "Recorded", "Speaker"]
