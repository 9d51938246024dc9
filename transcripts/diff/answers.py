"""What differs in how a request was answered."""

from __future__ import annotations

from collections.abc import Iterator

from transcripts.calls import Answered
from transcripts.diff.cause import Cause
from transcripts.diff.words import first_difference


def answer_causes(a: Answered, b: Answered, *, same: bool) -> Iterator[Cause]:
    """Give why two answers differ: who served them, faults, a fallback; and with `same` requests, sampling."""
    if all(getattr(a, field) == getattr(b, field) for field in ("answer", "fault", "by", "served", "system")):
        return
    if same:
        yield from served_causes(a, b)
    left, right = _failed(a), _failed(b)
    if a.by != b.by:
        after = right or left
        where = f"after {after}" if after else ""
        yield Cause("fallback", a.by or a.profile, b.by or b.profile, where, purpose=b.purpose)
    elif a.fault != b.fault or left != right:
        yield Cause("fault", a.fault or left, b.fault or right, purpose=b.purpose)
    if same:
        yield Cause("sampling", *first_difference(_said(a), _said(b)), purpose=b.purpose)


def served_causes(a: Answered, b: Answered) -> Iterator[Cause]:
    """Compare who really answered, where both sides say it and no fallback did."""
    if a.by != b.by or a.answer is None or b.answer is None:
        return
    for left, right, what in ((a.served, b.served, "served"), (a.system, b.system, "fingerprint")):
        if left is not None and right is not None and left != right:
            yield Cause("served model", left, right, what, purpose=b.purpose)
            return


def _failed(call: Answered) -> str:
    """Name the tries that failed, as far as the evidence tells."""
    attempts = call.evidence.attempts if call.evidence else None
    return ", ".join(str(each["error"]) for each in attempts or () if each.get("error"))


def _said(call: Answered) -> str:
    answer = call.answer or {}
    calls = [each for each in answer.get("calls") or () if isinstance(each, dict)]
    words = [str(answer.get("text") or ""), *(f"{each.get('name')}({each.get('arguments')})" for each in calls)]
    return " ".join(words).strip()
