"""What came of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count, dollars, number, percent
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from sandbox.tally import Bill, Tally
from transcripts import Ended


def outcome_lines(scene: Scene, paint: Paint, width: int, tally: Tally | None = None) -> list[str]:
    """Write how a run ended, or how it stands where it did not; and with a tally, what it took."""
    taken = tally_lines(tally, paint, width) if tally else []
    return [*_came_of_it(scene, paint, width), *taken]


def tally_lines(tally: Tally, paint: Paint, width: int) -> list[str]:
    """Write what the calls took, if there were any, and whose answers were not let pass."""
    lines = [bill_words(tally.bill)] if tally.bill.calls else []
    for seat, refused in tally.refused.items():
        answers = tally.answers[seat]
        lines.append(f"{seat}: {refused} of {count(answers, 'answer')} refused ({percent(refused / answers)})")
    return [paint(line, "dim") for text in lines for line in wrap(printable(text), width, first="  ", rest="    ")]


def bill_words(bill: Bill) -> str:
    """Say what calls took in a line."""
    if bill.failed == bill.calls:
        return f"{count(bill.calls, 'call')}, and no answer"
    told = bill.calls - bill.failed - bill.uncounted
    tokens = f"{bill.tokens['input']:,} tokens in and {bill.tokens['output']:,} out"
    words = [count(bill.calls, "call"), tokens if told else "tokens unknown", dollars(bill.cost)]
    if told and bill.uncounted:
        words[1] += f" ({count(bill.uncounted, 'call')} did not say)"
    if bill.cost is None and bill.priced:
        words[2] += f", {dollars(bill.priced)} at least"
    if bill.failed:
        words.append(f"{count(bill.failed, 'call')} failed")
    return ", ".join(words)


def _came_of_it(scene: Scene, paint: Paint, width: int) -> list[str]:
    ended = scene.state.ended
    if ended is None:
        return _unfinished(scene, paint, width)
    if ended.status != "done":
        how = "failed" if ended.status == "failed" else "was ended by its budget"
        why = f": {printable(ended.reason)}" if scene.seat is None else ""
        return [paint(line, "bad") for line in wrap(f"The run {how}, so there is no outcome{why}.", width)]
    lines = [
        paint(line, "good" if ended.agreed else "bold") for line in wrap(_headline(scene, ended), width, rest="  ")
    ]
    if scene.seat is not None:
        known = ended.measures is not None and (scene.state.agreement is None or scene.sees(scene.state.agreement))
        return [*lines, *([f"  {_own(scene, scene.seat, ended.measures or {})}"] if known else [])]
    lines += _decided(scene, ended, paint, width)
    if ended.measures is None:
        return lines
    return [*lines, *_table(scene, ended.measures), *_better(scene, ended.measures, paint, width)]


def rounds_of(scene: Scene) -> int:
    """Count the rounds that were begun: the most turns that anybody had in one thread."""
    return max((max(thread.turns.values(), default=0) for thread in scene.state.threads.values()), default=0)


def values_of(measures: Mapping[str, Any], name: str) -> dict[str, float]:
    """Read a measure that has a number for each seat; what a file has instead of a number is left out."""
    found = measures.get(name)
    if not isinstance(found, Mapping):
        return {}
    return {str(seat): value for seat, value in found.items() if isinstance(value, (int, float))}


def _headline(scene: Scene, ended: Ended) -> str:
    """Say it in a line; a participant's eyes learn nothing run-wide from it, such as the number of turns."""
    agreement = scene.state.agreement
    if agreement is not None and ended.terms is not None and scene.sees(agreement):
        rounds = "" if scene.seat or len(scene.state.threads) > 1 else f" after {count(rounds_of(scene), 'round')}"
        return f"Agreed{rounds}: {scene.terms(ended.terms)}"
    how = "" if scene.seat is not None else f": {printable(ended.reason)}"
    return f"It is over{how}." if ended.agreed is None else f"No agreement{how}."


def _own(scene: Scene, seat: str, measures: Mapping[str, Any]) -> str:
    have = number(values_of(measures, "utility").get(seat))
    if not _has_issues(scene):
        return f"worth {have} to you"
    return f"worth {have} to you; no deal would have been worth {number(_no_deal(scene, seat))}"


def _no_deal(scene: Scene, seat: str) -> float | None:
    return scene.situation.no_deal(seat) if scene.situation and seat in scene.situation.seats else None


def _table(scene: Scene, measures: Mapping[str, Any]) -> list[str]:
    """Put beside what each has what it could have had: its ideal, with everybody else at or above no deal."""
    if not _has_issues(scene):
        rows = [[printable(seat), number(have)] for seat, have in values_of(measures, "utility").items()]
        return table(rows, right=(1,), indent="  ")
    rows = [["", "has", "no deal", "best possible", "share of it"]]
    ideal = values_of(measures, "ideal")
    for seat, have in values_of(measures, "utility").items():
        most = ideal.get(seat)
        share = have / most if most and most > 0 else None
        rows.append([printable(seat), number(have), number(_no_deal(scene, seat)), number(most), percent(share)])
    return table(rows, right=(1, 2, 3, 4), indent="  ")


def _has_issues(scene: Scene) -> bool:
    """Tell whether there was something to agree on; what moves brought is compared with no deal by nobody."""
    return scene.situation is None or bool(scene.situation.issues)


def _decided(scene: Scene, ended: Ended, paint: Paint, width: int) -> list[str]:
    """Write what ballots decided, what some agreed among themselves, and what was handed in."""
    said = [f"{about}: {'–' if verdict is None else verdict}" for about, verdict in (ended.verdicts or {}).items()]
    said += [
        f"deal of {' and '.join(deal.by)}: {scene.terms(deal.terms)} [{deal.offer}]"
        for deal in scene.state.deals.values()
    ]
    lines = [line for text in said for line in wrap(printable(text), width, first="  ", rest="    ")]
    if ended.document is None:
        return lines
    text = printable(ended.document, lines=True).strip()
    return [*lines, "", paint("  What was handed in", "bold"), *wrap(text, width, first="  ", rest="  "), ""]


def _better(scene: Scene, measures: Mapping[str, Any], paint: Paint, width: int) -> list[str]:
    better = measures.get("better")
    if isinstance(better, dict):
        worth = _worth(scene, better)
        text = f"Better for one and worse for nobody: {scene.terms(better)}{f' ({worth})' if worth else ''}"
        return [paint(line, "warn") for line in wrap(text, width, first="  ", rest="    ")]
    if measures.get("efficient"):
        whom = "both" if len(scene.state.seats) == 2 else "all"
        agreed = scene.state.agreement is not None
        text = f"Nothing better for {whom} existed" + (": it is on the Pareto frontier." if agreed else ".")
        return wrap(text, width, first="  ", rest="  ")
    return []


def _worth(scene: Scene, terms: dict[str, Any]) -> str:
    from scenarios import TermsError

    if scene.situation is None:
        return ""
    try:
        read = scene.situation.parse_terms(terms)
    except TermsError:
        return ""
    return " · ".join(
        f"{printable(seat)} {number(scene.situation.utility(seat, read))}" for seat in scene.situation.seats
    )


def _unfinished(scene: Scene, paint: Paint, width: int) -> list[str]:
    return [paint("Not over.", "warn"), *standing_lines(scene, width)]


def standing_lines(scene: Scene, width: int) -> list[str]:
    """Write what stands on the table, as far as these eyes see."""
    lines: list[str] = []
    for thread in scene.threads.values():
        for offer in thread.standing.values():
            others = sorted(offer.backers - {offer.seat})
            backed = f", backed by {' and '.join(others)}" if others else ""
            text = f"on the table: {offer.seat} offers {scene.terms(offer.terms)} [{offer.id}]{backed}"
            lines += wrap(printable(text), width, first="  ", rest="    ")
    return lines
