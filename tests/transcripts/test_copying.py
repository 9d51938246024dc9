"""A copy of a state goes its own way: what happens to it later does not happen to the one it was made of."""

from __future__ import annotations

import pytest

import moot
from transcripts import KeptState, State, copy_state


@pytest.mark.parametrize("name", ["used-bike", "jury", "werewolf", "two-delegations", "shared-kitchen"])
def test_a_copy_made_anywhere_comes_to_the_same_and_leaves_the_first_as_it_was(name: str):
    transcript = moot.run(name, seed=3, record=False).transcript
    events = transcript.content()
    whole = transcript.state()
    for at in range(0, len(events), max(1, len(events) // 5)):
        first = State(transcript.bodies)
        for event in events[:at]:
            first.apply(event)
        copy, again, kept = copy_state(first), copy_state(first), KeptState(first)
        for event in events[at:]:
            copy.apply(event)
        assert copy == whole and first == again == kept.state()
        for event in events[at:]:
            first.apply(event)
        assert first == whole and kept.state() == again
        later = kept.state()
        for event in events[at:]:
            later.apply(event)
        assert later == whole and kept.state() == again
        assert all(
            copy.of_seat[seat][name] is thread for name, thread in copy.threads.items() for seat in thread.members
        )
