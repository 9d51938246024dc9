"""Results as rows: one for each run, or for each seat, offer or message of the runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from moot_errors import NotFound, WrongUse
from sandbox.experiments.facts import written_in
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    import pandas

    from sandbox.experiments.results import Results, Trial
    from transcripts import State, Store, Transcript

Table = Literal["runs", "seats", "offers", "messages"]
TABLES: tuple[Table, ...] = get_args(Table)
Row = dict[str, Any]
FORMULA = ("=", "+", "-", "@")
"""How a text begins that a spreadsheet would take for a formula."""


def table(results: Results, name: str = "runs") -> list[Row]:
    """Give a table's rows: those of each run together, in the order of the trials.

    Seats are named as the scenario writes them.
    """
    if name not in TABLES:
        raise NotFound("table", name, TABLES, remedy=f"tables: {', '.join(TABLES)}")
    if name == "runs":
        return [_run(results, trial) for trial in results.trials]
    makers: dict[str, Callable[[Transcript], list[Row]]] = {"seats": _seats, "offers": offers_of, "messages": _messages}
    rows = makers[name]
    return [
        {**_which(trial), **row} for trial, transcript in played(results, results.trials) for row in rows(transcript)
    ]


def played(results: Results, trials: Iterable[Trial]) -> Iterator[tuple[Trial, Transcript]]:
    """Read the runs of trials that were begun."""
    if results.database is None:
        raise WrongUse(f"the runs of {results.name!r} are not at hand", remedy="read its results from their store")
    with _open(results) as store:
        for trial in trials:
            if trial.run is not None:
                yield trial, store.load(trial.run)


def frame(rows: Sequence[Row]) -> pandas.DataFrame:
    """Make a data frame of rows; a column that some rows lack is empty there."""
    try:
        import pandas
    except ImportError:
        raise WrongUse("data frames need pandas", remedy="pip install 'moot[frames]'") from None
    return pandas.DataFrame(list(rows), columns=columns(rows))


def csv_text(rows: Sequence[Row]) -> str:
    """Write rows as CSV: nothing for None, `True` and `False`; no text that a spreadsheet takes for a formula."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def columns(rows: Iterable[Row]) -> list[str]:
    """List the columns that any row has, in the order in which they come."""
    return list(dict.fromkeys(name for row in rows for name in row))


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    shown = printable(value, lines=True)
    return f"'{shown}" if shown.startswith(FORMULA) else shown


def _open(results: Results) -> Store:
    from transcripts import Store

    assert results.database is not None
    return Store.open(results.database, read_only=True)


def _run(results: Results, trial: Trial) -> Row:
    row: Row = {
        **_which(trial),
        "series": trial.series,
        "scenario": trial.scenario,
        "seed": trial.seed,
        "status": trial.status,
        "fault": trial.fault,
        "attempts": trial.attempts,
        "calls": trial.calls,
        "tokens": trial.tokens,
        "cost": trial.cost,
        "seconds": trial.seconds,
    }
    for path in dict.fromkeys(("agreed", *(measure.path for measure in results.design.measures))):
        row.setdefault(path, trial.values.get(path))
    return row


def _which(trial: Trial) -> Row:
    axes = {f"axis.{axis}": level for axis, level in trial.levels.items()}
    return {
        "run": trial.run,
        "arm": trial.arm,
        **axes,
        "context": trial.context,
        "number": trial.number,
        "swapped": trial.swapped,
    }


def _seats(transcript: Transcript) -> list[Row]:
    from sandbox.tally import tally_of

    state = transcript.state()
    written = {seat: seat for seat in state.seats} | written_in(state.situation)
    measures: Mapping[str, Any] = (state.ended and state.ended.measures) or {}
    tally = tally_of(transcript.events)
    words = dict.fromkeys(written.values(), 0)
    offers: dict[str, list[Any]] = {seat: [] for seat in written.values()}
    for row in _messages(transcript, state):
        words[row["seat"]] += row["words"]
    for row in offers_of(transcript, state):
        offers[row["seat"]].append(row.get(f"worth.{row['seat']}"))
    said = sum(words.values())
    return [
        {
            "seat": (own := written[seat]),
            "persona": cast.persona,
            "brain": cast.brain.get("kind"),
            "does": cast.brain.get("model") or cast.brain.get("tactic"),
            "utility": _of(measures, "utility", seat),
            "no_deal": state.situation["participants"][seat].get("no_deal"),
            "share_of_best": _of(measures, "share_of_best", seat),
            "surplus_share": _of(measures, "surplus_share", seat),
            "turns": state.turns_of.get(seat, 0),
            "offers": len(offers[own]),
            "first_offer": offers[own][0] if offers[own] else None,
            "last_offer": offers[own][-1] if offers[own] else None,
            "words": words[own],
            "share_of_words": words[own] / said if said else None,
            "refused": tally.refused[seat],
        }
        for seat, cast in state.seats.items()
    ]


def offers_of(transcript: Transcript, state: State | None = None) -> list[Row]:
    """Give a row for each offer of a run; takes its last state where that is known."""
    state = state or transcript.state()
    written = written_in(state.situation)
    agreed = state.agreement.offer if state.agreement else None
    return [
        {
            "thread": event.thread,
            "offer": f"{event.thread}:{event.n}",
            "seat": written.get(event.seat, event.seat),
            "tick": event.tick,
            "turn": event.turn,
            "agreed": f"{event.thread}:{event.n}" == agreed,
            **{
                f"worth.{written.get(seat, seat)}": worth
                for seat, worth in state.worth.get(f"{event.thread}:{event.n}", {}).items()
            },
            **{f"terms.{issue}": _plain(value, written) for issue, value in event.act.terms.items()},
        }
        for event in transcript.events
        if event.kind == "said" and event.act is not None and event.act.kind == "offer"
    ]


def _messages(transcript: Transcript, state: State | None = None) -> list[Row]:
    written = written_in((state or transcript.state()).situation)
    return [
        {
            "thread": event.thread,
            "n": event.n,
            "seat": written.get(event.seat, event.seat),
            "tick": event.tick,
            "turn": event.turn,
            "act": event.act.kind if event.act else None,
            "by": event.by,
            "words": len(event.text.split()),
            "text": event.text,
        }
        for event in transcript.events
        if event.kind == "said"
    ]


def _of(measures: Mapping[str, Any], name: str, seat: str) -> Any:
    found = measures.get(name)
    return found.get(seat) if isinstance(found, Mapping) else None


def _plain(value: Any, written: Mapping[str, str]) -> Any:
    return (
        " ".join(f"{written.get(seat, seat)}={part}" for seat, part in value.items())
        if isinstance(value, Mapping)
        else value
    )
