"""The last event of a run: how it ended, and what came of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from transcripts import Ended, Evidence, State, Terms

if TYPE_CHECKING:
    from sandbox.ends import End
    from scenarios import Situation


def ended(situation: Situation, state: State, end: End) -> Ended:
    """Make the event; only a run that is done has an outcome."""
    terms = state.agreement.terms if state.agreement else None
    done = end.status == "done"
    judged = done and bool(situation.issues)
    return Ended(
        tick=state.tick + 1,
        step=state.between,
        status=end.status,
        reason=end.reason,
        agreed=state.agreement is not None if judged else None,
        terms=terms if judged else None,
        measures=_measures(situation, state, terms) if done else None,
        verdicts=dict(state.verdicts) if done and state.verdicts else None,
        document=state.document if done else None,
        evidence=Evidence(at=time.time()),
    )


def _measures(situation: Situation, state: State, terms: Terms | None) -> dict[str, Any] | None:
    """Measure a deal, or add up what choices brought."""
    from scenarios import measure

    measures = measure(situation, terms)
    if measures is not None:
        return measures.data()
    if not state.scores:
        return None
    return {"utility": dict(state.scores), "welfare": sum(state.scores.values())}
