"""What happens between turns, in words: phases that begin, and choices that are counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.rendering.numbers import count, number
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from transcripts import Staged, Tallied

if TYPE_CHECKING:
    from scenarios import Phase, Situation
    from transcripts import Choice


def stage_line(scene: Scene, event: Staged) -> str:
    """Say which phase begins: `── phase 2 of 3: ballot on verdict`."""
    phases = scene.situation.phases if scene.situation else []
    if event.phase > len(phases) and scene.situation and scene.situation.final:
        return printable(f"── {scene.situation.final.proposer} makes the last proposal")
    which = f"phase {event.phase} of {len(phases)}" if len(phases) > 1 else "phase"
    time = f"{_time(scene.situation, event.repeat)}, " if scene.situation and scene.situation.repeat else ""
    what = f": {phase_words(phases[event.phase - 1])}" if 1 <= event.phase <= len(phases) else ""
    return printable(f"── {time}{which}{what}")


def phase_words(phase: Phase) -> str:
    """Say in a few words what is done in a phase."""
    if phase.ballot is not None:
        return f"ballot on {phase.ballot}"
    if isinstance(phase.secret, str):
        return f"each chooses {phase.secret} in secret"
    limits = ((phase.rounds, "round"), (phase.turns, "turn"), (phase.messages, "message"))
    long = " or ".join(count(many, unit) for many, unit in limits if many is not None)
    return f"talk in {' and '.join(phase.thread or [])}, {long}"


def progress_words(scene: Scene) -> str:
    """Say which phase is under way, and which time; empty where there are none."""
    phases = scene.situation.phases if scene.situation else []
    if not scene.situation or not 1 <= scene.state.phase <= len(phases):
        return ""
    words = [_time(scene.situation, scene.state.repeat)] if scene.situation.repeat else []
    words += [f"phase {scene.state.phase} of {len(phases)}"] if len(phases) > 1 else []
    return ", ".join(words)


def tally_text(scene: Scene, event: Tallied) -> str:
    """Say what came of choices: `verdict: guilty (11 guilty, 1 not guilty)`."""
    if event.what == "payoff":
        worth = " · ".join(f"{seat} {number(value)}" for seat, value in event.worth.items())
        return printable(f"{event.about} is worth: {worth or 'nothing, for a choice was lost'}")
    said = {"moves": "", "ballot": "nothing is decided", "final": "it fails"}[event.what]
    decided = said if event.result is None else str(event.result)
    votes = _votes(event)
    out = "".join(f"; {seat} is out" for seat in event.out)
    return printable(f"{event.about}: {' '.join(filter(None, (decided, f'({votes})' if votes else '')))}{out}")


def _votes(event: Tallied) -> str:
    """Count equal choices; name who chose what where it is numbers."""
    numbers = [choice for choice in event.choices.values() if isinstance(choice, int | float)]
    if event.what == "moves" and numbers:
        return ", ".join(f"{seat} {_choice(choice)}" for seat, choice in event.choices.items())
    counts = Counter(_choice(choice) for choice in event.choices.values())
    return ", ".join(f"{many} {choice}" for choice, many in counts.most_common())


def _choice(choice: Choice | None) -> str:
    return "forfeited" if choice is None else str(choice)


def _time(situation: Situation, repeat: int) -> str:
    times = situation.repeat.times if situation.repeat else None
    return f"time {repeat} of {times}" if times else f"time {repeat}"
