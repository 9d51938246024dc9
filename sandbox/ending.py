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
        document=_document(situation, state) if done else None,
        evidence=Evidence(at=time.time()),
    )


def _document(situation: Situation, state: State) -> str | None:
    """Give the result: of whoever is to hand it in, where the scenario says who, and not the part of anybody else."""
    reporters = [end.report for end in (situation.end, *situation.end.both) if end.report is not None]
    if not reporters:
        return state.document
    return next((state.reports[seat] for seat in reporters if seat in state.reports), None)


def _measures(situation: Situation, state: State, terms: Terms | None) -> dict[str, Any] | None:
    """Measure a deal, or add up what choices brought."""
    from scenarios import measure

    measures = measure(situation, terms)
    if measures is not None:
        return measures.data()
    if not state.scores:
        return None
    return {"utility": dict(state.scores), "welfare": sum(state.scores.values())}
