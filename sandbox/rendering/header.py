"""How a run is introduced: what it is about, and who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.brains import model_of
from sandbox.rendering.layout import pad, wrap
from sandbox.rendering.numbers import number
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.scene import Scene


def header_lines(scene: Scene, paint: Paint, width: int) -> list[str]:
    """Write the title, the story, and the cast, or for a participant's eyes what that participant knows."""
    started, situation = scene.state.started, scene.state.situation
    if started is None:
        return []
    title = printable(str(situation.get("title") or started.name))
    story = printable(str(situation.get("story") or "").strip())
    lines = [paint(line, "bold") for line in wrap(title, width)]
    if scene.seat is not None:
        return [*lines, f"{scene.name}, as {scene.seat} knew it", *_own(scene, scene.seat, story, width)]
    origin = [str(scene.origin)] if scene.origin else []
    changed = [f"{path}={value}" for path, value in started.settings.items()]
    played = " · ".join([scene.name, *origin, f"seed {started.seed}", *changed, *_answers(started.answers)])
    lines += [paint(line, "dim") for line in wrap(printable(played), width)]
    return [*lines, *(wrap(story, width, first="  ", rest="  ") if story else []), *_cast(scene, paint, width)]


def brain_words(brain: Mapping[str, Any]) -> str:
    """Name a brain in a few words: `rule boulware`, `script`."""
    words = [str(brain.get("kind", "?"))]
    for key, value in brain.items():
        if key in ("tactic", "model"):
            words.append(str(value))
        elif key != "kind" and isinstance(value, (str, int, float)) and len(str(value)) <= 20:
            words.append(f"{key}={value}")
    return printable(" ".join(words))


def preference_lines(participant: Mapping[str, Any]) -> list[str]:
    """Write what a participant of a situation's data wants, one line for each thing it says."""
    lines = []
    for issue, worth in _mapping(participant.get("prefers")).items():
        points = ", ".join(f"{value} → {number(points)}" for value, points in _numbers(worth).items())
        lines.append(f"{issue}: {points or worth}")
    for name, label in (
        ("payoff", "payoff"), ("bonus", "bonus"), ("no_deal", "no deal"), ("minimum", "minimum"), ("never", "never"),
    ):  # fmt: skip
        value = participant.get(name)
        for part in value if isinstance(value, list) else [value]:
            if part is not None:
                lines.append(f"{label}: {part}")
    return [printable(line) for line in lines]


def _answers(answers: Mapping[str, Any] | None) -> list[str]:
    """Say that some answers are those of another run, and by what they were found; files may say anything."""
    if not answers:
        return []
    seats = answers.get("seats")
    whose = " and ".join(map(str, seats)) if isinstance(seats, list) else "everybody"
    by = " by turn" if answers.get("match") == "turn" else ""
    record = f", record {answers.get('record')}" if answers.get("record") != "none" else ""
    return [f"{whose} answered{by} from {answers.get('from') or 'another run'}{record}"]


def _cast(scene: Scene, paint: Paint, width: int) -> list[str]:
    seats = scene.state.seats
    rows = [
        [seat, chair.persona or "nobody in particular", _brain(scene, chair.brain)] for seat, chair in seats.items()
    ]
    columns = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*columns, strict=True)]
    lines: list[str] = []
    for rank, (seat, row) in enumerate(zip(seats, columns, strict=True)):
        name, *rest = map(pad, row, widths)
        role = printable(str(_participant(scene, seat).get("role", "")))
        first, *more = wrap(role, width, first="  ".join(["", name, *rest, ""]), rest=" " * 6)
        lines += ["  " + paint.seat(name, rank) + first[2 + len(name) :], *more]
    return lines


def _brain(scene: Scene, brain: Mapping[str, Any]) -> str:
    """Name a brain, and the model behind it where that is called otherwise."""
    profile = model_of(brain)
    model = scene.model(profile) if profile else None
    words = brain_words(brain if profile is None else {**brain, "model": profile})
    return words if model in (None, profile) else f"{words} ({printable(str(model))})"


def _own(scene: Scene, seat: str, story: str, width: int) -> list[str]:
    known = scene.known
    if known is None:
        return wrap(story, width, first="  ", rest="  ")
    persona = f"{known.persona.name}: {known.persona.about}" if known.persona else ""
    wants = preference_lines(_participant(scene, seat)) if known.issues or known.choices else []
    told = [
        ("", story),
        (f"{seat}: ", known.role),
        ("brief: ", known.brief.strip()),
        ("persona: ", persona),
        *((f"{other}: ", role) for other, role in known.others.items()),
        *(("wants: ", line) for line in wants),
        *((f"{path}: ", line) for path, value in known.granted.items() for line in _granted(path, value)),
        *(("", sentence) for sentence in known.course),
    ]
    lines: list[str] = []
    for label, text in told:
        if text:
            lines += wrap(printable(label + text, lines=True), width, first="  ", rest="    ")
    return lines


def _granted(path: str, value: Any) -> list[str]:
    """Write what a seat is let know of another; a role stands with the others' roles already."""
    what = path.rpartition(".")[2]
    if what == "role" or value is None:
        return []
    return preference_lines({what: value}) if what in ("prefers", "never") else [str(value)]


def _participant(scene: Scene, seat: str) -> Mapping[str, Any]:
    return _mapping(_mapping(scene.state.situation.get("participants")).get(seat))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _numbers(value: Any) -> dict[str, float]:
    return {str(key): each for key, each in _mapping(value).items() if isinstance(each, (int, float))}
