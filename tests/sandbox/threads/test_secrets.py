"""What is said, bid, voted and chosen elsewhere or in secret is in nobody's view, and in no refusal."""

from __future__ import annotations

from typing import Any

from sandbox import Reply, View
from tests.sandbox.test_privacy import reachable
from tests.sandbox.threads.actors import play
from transcripts import Bid

SEATS = ("ann", "ben", "cem", "dee")


def hall(**more: Any) -> dict[str, Any]:
    """Four in a hall; `more` is laid over it."""
    people: dict[str, Any] = {seat: {} for seat in SEATS}
    return {"title": "A hall", "participants": people, "threads": {"hall": {}}, "end": {"turns": 12}, **more}


def test_no_view_shows_how_much_others_want_to_speak():
    seen: list[set[str]] = []

    def look(view: View) -> Reply:
        seen.append(reachable(view.thread))
        return Reply("Hm.")

    play(hall(threads={"hall": {"speakers": "bids"}}), say=look, do=lambda view: Bid(strength=4))
    assert "0" in seen[0] and "4" not in seen[0]
