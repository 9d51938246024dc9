"""What a comparison leaves out: by its level, by rules, and by patterns.  All of it is named in its report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

from moot_errors import NotFound, WrongUse
from sandbox.models.secrets import REDACTED
from transcripts import Answered, Bodies, Event, Judged, Transcript, content_of, parse_jsonl

Level = Literal["exact", "similar", "acts", "outcome"]
"""What must be the same.

`exact`: all content.  `acts`: who did what, in each thread and in secret, and the outcome; prose is free.
`similar`: that, and each text is much like what was said then.  `outcome`: how it ended, what was decided or handed in,
and what it was worth to each.
"""
LEVELS: Final[tuple[str, ...]] = get_args(Level)
THRESHOLD: Final = 0.8

_ALWAYS: Final = (("started", "answers"),)
"""Where answers came from is no difference: a replay of a recording says it, and the recording does not."""
_PROSE: Final = ("text", "reason", "note", "answer", "document")
_PROSE_OF: Final[Mapping[str, tuple[str, ...]]] = {"opened": ("about",), "judged": ("why",)}
_PROSE_OF_ACTS: Final = ("about", "task", "result")
_KINDS: Final = {model.model_fields["kind"].default: model.model_fields for model in get_args(get_args(Event)[0])}


@dataclass(frozen=True)
class Rules:
    """How two runs are compared."""

    level: Level = "exact"
    threshold: float = THRESHOLD
    """How much of its words a text must share, from 0 to 1; at the level `similar` only."""
    ignore: tuple[tuple[str, ...], ...] = ()
    """Kinds of events, or what is below them: `("said", "text")`."""
    redact: tuple[re.Pattern[str], ...] = ()

    def __str__(self) -> str:
        """Name the level, and whatever else was left out."""
        level = f"{self.level} from {self.threshold:g}" if self.level == "similar" else self.level
        more = [f"without {'.'.join(path)}" for path in self.ignore]
        more += [f"without what matches {pattern.pattern!r}" for pattern in self.redact]
        return ", ".join((f"level {level}", *more))

    def content(self, event: Event) -> dict[str, Any] | None:
        """Give an event's content less what is ignored; None where the whole event is, as what was thought of a run."""
        if (event.kind,) in self.ignore or isinstance(event, Judged):
            return None
        data = content_of(event)
        for kind, *path in (*self.ignore, *_ALWAYS):
            if kind == event.kind:
                _drop(data, path)
        if self.ignore:
            del data["step"]  # an event that is left out moves the steps of those after it
        if self.redact:
            data.pop("fingerprint", None)  # of the request as it was made
        return data


def make_rules(
    level: str, threshold: float | None = None, ignore: Iterable[str] = (), redact: Iterable[str | re.Pattern[str]] = ()
) -> Rules:
    """Check what a comparison was asked for; raises NotFound and WrongUse."""
    if level not in LEVELS:
        raise NotFound("level", level, LEVELS, remedy=f"levels: {', '.join(LEVELS)}")
    if threshold is not None and level != "similar":
        raise WrongUse(f"the level {level!r} has no threshold", remedy='level="similar" has one')
    if threshold is not None and not 0 <= threshold <= 1:
        raise WrongUse(f"the threshold {threshold!r} is not from 0 to 1")
    for name, given in (("ignore", ignore), ("redact", redact)):
        if isinstance(given, str):
            raise WrongUse(f"{name} is a list, and not {given!r}", remedy=f"write {name}=[{given!r}]")
    return Rules(
        cast(Level, level),
        THRESHOLD if threshold is None else threshold,
        tuple(_path(each) for each in ignore),
        tuple(_pattern(each) for each in redact),
    )


def redacted(transcript: Transcript, patterns: Iterable[re.Pattern[str]]) -> Transcript:
    """Take what the patterns match out of what was said, answered and asked; of a run without a name, content only."""
    patterns = tuple(patterns)
    if not patterns:
        return transcript

    def clean(data: Any) -> Any:
        match data:
            case str():
                for pattern in patterns:
                    data = pattern.sub(REDACTED, data)
                return data
            case list():
                return [clean(each) for each in data]
            case dict():
                return {key: clean(value) for key, value in data.items()}
            case _:
                return data

    header, *lines = transcript.to_jsonl().decode().splitlines()
    asked = {name for event in transcript.content() if isinstance(event, Answered) for name in event.body_names()}
    bodies, names, written = Bodies(), dict[str, str](), [header]
    for line in lines:
        data = json.loads(line)
        if "body" in data:
            old = data["body"]
            data["is"] = clean(data["is"]) if old in asked else data["is"]
            known = len(bodies)
            data["body"] = names[old] = bodies.put(data["is"])
            if len(bodies) == known:
                continue  # it differed from another in nothing but what was taken out
        else:
            prose = (*_PROSE, *_PROSE_OF.get(data["kind"], ()))
            data = {key: clean(value) if key in prose else _renamed(value, names) for key, value in data.items()}
            if data.get("act"):
                data["act"] |= {key: clean(data["act"][key]) for key in _PROSE_OF_ACTS if key in data["act"]}
        written.append(json.dumps(data, ensure_ascii=False))
    return parse_jsonl("".join(f"{line}\n" for line in written).encode(), transcript.name or "the run")


def _renamed(data: Any, names: Mapping[str, str]) -> Any:
    """Call bodies by their new names."""
    match data:
        case str():
            return names.get(data, data)
        case list():
            return [_renamed(each, names) for each in data]
        case dict():
            return {key: _renamed(value, names) for key, value in data.items()}
        case _:
            return data


def _drop(data: Any, path: list[str]) -> None:
    for key in path[:-1]:
        data = data.get(key) if isinstance(data, dict) else None
    if path and isinstance(data, dict):
        data.pop(path[-1], None)


def _path(text: str) -> tuple[str, ...]:
    kind, *path = text.split(".")
    if kind not in _KINDS:
        raise NotFound("kind of event", kind, _KINDS, remedy=f"kinds: {', '.join(_KINDS)}")
    if path and path[0] not in _KINDS[kind]:
        raise NotFound(f"field of {kind!r}", path[0], _KINDS[kind], remedy=f"fields: {', '.join(_KINDS[kind])}")
    return (kind, *path)


def _pattern(given: str | re.Pattern[str]) -> re.Pattern[str]:
    try:
        return re.compile(given)
    except re.error as error:
        raise WrongUse(f"{given!r} is not a pattern: {error}") from None
