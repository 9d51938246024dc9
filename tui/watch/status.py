"""Where a run stands, in a word or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.rendering.printable import printable
from tui.feed import Feed, Moment, Playing
from tui.underway import Ask, Doing

_STYLES = {"running": "good", "pausing": "warn", "paused": "warn", "stopping": "warn", "waiting for you": "hit"}


@dataclass(frozen=True)
class Status:
    """What the pill says, and why."""

    word: str
    style: str
    why: str = ""


def doing_of(feed: Feed) -> Doing:
    """Ask what a run that is under way in this process is doing."""
    control = feed.control if isinstance(feed, Playing) else None
    return control.doing if control else "running"


def status_of(moment: Moment, *, live: bool, doing: Doing = "running", asks: Sequence[Ask] = ()) -> Status:
    """Say where a run stands; `asks` are the turns that wait for a person here."""
    state = moment.scene.state
    ended = state.ended
    if ended is None:
        if live:
            return Status(doing, _STYLES[doing], _wanted(asks) if doing == "waiting for you" else "")
        return Status("broken off", "warn", f"nobody is playing it; to go on: moot resume {moment.scene.name}")
    why = printable(ended.reason) if moment.scene.seat is None else ""
    match ended.status:
        case "failed":
            return Status("failed", "bad", why)
        case "exhausted":
            return Status("out of budget", "bad", why)
        case "done":
            return Status("done", "good" if ended.agreed else "bold", why)


def _wanted(asks: Sequence[Ask]) -> str:
    """Say what is asked of whom."""
    wanted = {"talk": "it is {}'s turn", "propose": "{} makes the last offer", "choose": "who speaks next?"}
    told = [wanted.get(ask.task.kind, "{} is asked something").format(ask.seat) for ask in asks]
    return printable(f"{' · '.join(told)}: i answers" if told else "")


def status_then(moment: Moment, now: Moment) -> Status:
    """Say which moment of the past is shown."""
    turns = moment.scene.state.turns
    after = f"after turn {turns} of {now.scene.state.turns}" if turns else "before the first turn"
    return Status(f"as it was {after}", "bold")
