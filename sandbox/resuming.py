"""Go on with a run that a crash, a stop or a person's absence left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from moot_errors import NotFound, WrongUse
from sandbox.again import place_of, plan_again, require_brains, shown, stretches
from sandbox.answers import Differs, Live
from sandbox.brain import Brain
from sandbox.brains.human import Listen
from sandbox.budget import Budget, Limits
from sandbox.coordinator import Coordinator
from sandbox.plan import answered_by
from sandbox.play import Watch
from sandbox.reciting import what_was_put
from sandbox.recorded import Hybrid, Recorded
from sandbox.runs import Run
from sandbox.sinks import Appender, transcribe
from transcripts import Answered, Asking, Bodies, Event, Position, State, Transcript, same_content

if TYPE_CHECKING:
    from transcripts import Recording, Store


async def aresume(
    name: str,
    store: Store,
    *,
    brains: Mapping[str, Brain] | None = None,
    budget: Limits | None = None,
    trusted: bool = False,
    watch: Watch | None = None,
    started: Callable[[str, Coordinator], None] | None = None,
    listen: Listen | None = None,
) -> Run:
    """Go on with a run where it is, and play it to its end.

    Turns that were finished are not asked for again.  Of the tick that was under way, calls that were answered are
    answered from the transcript, and others are made again.  Raises Busy while somebody else is writing the run, and
    WrongUse where it is over or needs `brains` that only its program has.
    """
    recording = store.resume(name)
    try:
        transcript = store.load(recording.name)
        state = State(transcript.bodies)
        for event in transcript.finished():
            state.apply(event)
        if state.ended is not None:
            raise WrongUse(f"{recording.name} is over: {state.ended.reason}", remedy="fork it to go on differently")
        sink = Continuing(recording, store, transcript, state, watch)
        stretch = stretches(transcript)[-1]
        whole = plan_again(stretch.started, transcript, brains=brains, trusted=trusted)
        require_brains(whole, recording.name)
        if stretch.forked is None and stretch.started.answers is not None:
            whole = answered_by(whole, _hybrid(stretch.started.answers, store), Live(whole.models))
        whole = whole.listening(listen)
        whole.open_models()
        answers = Recorded(transcript, mode="new", live=whole.answers, resumed=True)
        if isinstance(whole.answers, Recorded):
            whole.answers.skip(answers.calls)
        coordinator = replace(whole, answers=answers).coordinator(state, sink.write, budget or Budget())
        if coordinator.recorder:
            coordinator.recorder.order = answers.order
        coordinator.put(what_was_put(transcript)._replace(turns={}))
        if started:
            started(recording.name, coordinator)
        await coordinator.play()
    finally:
        await recording.aclose()
    return Run(recording.name, transcribe(store.path, recording.name), state)


def _hybrid(written: Mapping[str, Any], store: Store) -> Hybrid:
    """Find the run that answers came from; raises WrongUse where it is not here, or not what it was."""
    try:
        return Hybrid.of(written, store.load(written["from"]))
    except NotFound:
        raise WrongUse(
            f"answers came from {written['from']!r}, which is not among these transcripts",
            remedy="moot import FILE brings it here; or fork the run, and its answers are live",
        ) from None


class Continuing:
    """Write what is new behind what is there; what is there already must come out the same."""

    def __init__(
        self, recording: Recording, store: Store, transcript: Transcript, state: State, watch: Watch | None
    ) -> None:
        self._appender = Appender(store, recording)
        self.state = state
        self.watch = watch
        self.there: dict[Position, Event] = {event.position: event for event in transcript.content()}

    async def write(self, events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
        """Take what the coordinator writes."""
        new = [event for event in events if not self._is_there(event)]
        if new:
            await self._appender.append(new, bodies, wait=wait or self.watch is not None)
        for event in events if self.watch else ():
            assert self.watch is not None
            self.watch(event, self.state)

    def _is_there(self, event: Event) -> bool:
        then = self.there.get(event.position)
        if then is None:
            return False
        if isinstance(event, Asking) and isinstance(then, Answered):
            return True
        if not same_content(then, event):
            raise Differs(
                f"{place_of(event)}: the transcript has {shown(then)}, and now {shown(event)}",
                remedy="what decides this seat has changed since; fork the run to go on differently",
            )
        return True
