"""Events, one line each."""

from __future__ import annotations

from sandbox.rendering.numbers import number
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from sandbox.rendering.stages import stage_line, tally_text
from sandbox.rendering.talk import deed, verdict_text
from transcripts import (
    Agreed,
    Answered,
    Asked,
    Asking,
    Chosen,
    Confided,
    Elapsed,
    Ended,
    Event,
    Exhausted,
    Forfeited,
    Forked,
    Judged,
    Noted,
    Opened,
    Refused,
    Said,
    Seated,
    Staged,
    Started,
    Tallied,
    Told,
    Valued,
)


def event_line(scene: Scene, event: Event) -> str:
    """Write one event that these eyes see, with its position, which is the researcher's only."""
    where = "" if scene.seat else f"{event.tick}.{event.turn}.{event.step}".ljust(10)
    return printable(f"{where}{event.kind:<10}{_rest(scene, event)}".rstrip())


def _rest(scene: Scene, event: Event) -> str:
    match event:
        case Started(name=name, seed=seed):
            return name if scene.seat else f"{name}, seed {seed}"
        case Forked(after=after, seed=seed):
            return f"after turn {after}, seed {seed}"
        case Said():
            act = f"  {deed(scene, event.act)}" if event.act else ""
            re = f" to {event.re}" if event.re else ""
            by = f"  by {event.by}" if event.by in ("fallback", "scenario") and scene.seat is None else ""
            return f"{event.thread}:{event.n}  {event.seat}{re}{by}{act}{_quoted(event.text)}"
        case Confided():
            about = f" {event.about}" if event.about else ""
            act = f"  {deed(scene, event.act)}{_quoted(event.text)}"
            return f"{event.thread}  {event.seat}  {event.task}{about}{act}"
        case Told():
            return f"{', '.join(event.to) if scene.seat is None else scene.seat}{_quoted(event.text)}"
        case Opened():
            return f"{event.thread}  {event.seat}  with {', '.join(event.members)}{_quoted(event.about)}"
        case Chosen():
            return f"{event.thread}  {', '.join(event.seats)}  {event.why}"
        case Staged():
            return stage_line(scene, event).removeprefix("── ")
        case Tallied():
            return tally_text(scene, event)
        case Asked(question=question):
            return question
        case Elapsed():
            return f"{number(event.seconds)} s"
        case Valued():
            worth = (f"{seat} {number(value)}" for seat, value in scene.worth(event.offer).items())
            return f"{event.offer}  {' · '.join(worth)}"
        case Refused():
            act = f"  {deed(scene, event.act)}" if event.act else ""
            task = f" ({event.task})" if event.task else ""
            return f"{event.thread}  {event.seat}{task}  by {event.by}: {event.reason}{act}{_quoted(event.text)}"
        case Forfeited():
            task = f" ({event.task})" if event.task else ""
            return f"{event.thread}  {event.seat}{task}  {event.fault}: {event.reason}"
        case Seated():
            who = f"  {event.participant}" if event.participant else ""
            return f"{event.seat}{who}{'  consented' if event.consent else ''}"
        case Asking():
            return f"{event.thread}  {event.seat}  {event.purpose} by {event.profile}"
        case Answered():
            return f"{event.thread}  {event.seat}  {event.purpose} by {event.by or event.profile}{_spent(event)}"
        case Noted():
            return f"{event.thread}  {event.seat}  up to {event.thread}:{event.upto}{_quoted(event.note)}"
        case Exhausted():
            return f"{event.what}, {number(event.limit)}"
        case Agreed():
            return f"{event.offer}  {scene.terms(event.terms)}  by {', '.join(event.by)}{_binding(event)}"
        case Ended():
            return event.status if scene.seat else f"{event.status}: {event.reason}"
        case Judged():
            return f"by {event.by}: {verdict_text(event)}"


def _binding(event: Agreed) -> str:
    return ", binding them" if event.binds == "members" else ""


def _quoted(text: str) -> str:
    return f'  "{text.strip()}"' if text.strip() else ""


def _spent(event: Answered) -> str:
    tokens = "".join(f", {many:,} {kind}" for kind, many in event.usage.items())
    return f": {event.fault}" if event.fault else tokens
