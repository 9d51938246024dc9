"""How numbers, estimates and answers are written in a report."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sandbox.experiments.reporting.model import Answer
from sandbox.experiments.statistics import Comparison, Estimate, Size
from sandbox.experiments.statistics.samples import plural
from sandbox.experiments.statistics.trials import NOT_COUNTED

NONE = "–"
_WORST = 0.001


def figure(value: float | None, *, sign: bool = False) -> str:
    """Write a number with three digits that say something."""
    if value is None:
        return NONE
    size = abs(value)
    digits = 0 if size >= 100 or size == 0 else min(9, 2 - math.floor(math.log10(size)))
    text = f"{value + 0.0:,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text in ("-0", "") else text
    return f"+{text}" if sign and value > 0 and text != "0" else text


def share(value: float | None, *, sign: bool = False) -> str:
    """Write a rate in per cent, without the sign for it."""
    if value is None:
        return NONE
    text = f"{100 * value:.1f}".removesuffix(".0")
    text = "0" if text == "-0" else text
    return f"+{text}" if sign and value > 0 and text != "0" else text


def estimate_words(found: Estimate | None, kind: str) -> str:
    """Write an estimate with its interval, or why it has none."""
    if found is None or found.value is None:
        return NONE
    write, unit = (share, " %") if kind == "rate" else (figure, "")
    if found.low is None or found.high is None:
        return f"{write(found.value)}{unit} ({'too few' if 'few' in found.note else 'no interval'})"
    if found.low == found.high and kind != "rate":
        return f"{write(found.value)}{unit} (always)"
    return f"{write(found.value)}{unit} ({write(found.low)} to {write(found.high)})"


def bounds_words(bounds: tuple[float, float] | None, kind: str, *, sign: bool = False) -> str:
    if bounds is None:
        return NONE
    write, unit = (share, " %") if kind == "rate" and not sign else (share if kind == "rate" else figure, "")
    return f"{write(bounds[0], sign=sign)} to {write(bounds[1], sign=sign)}{unit}"


def effect_words(answer: Answer) -> str:
    """Write an effect with its interval, with a sign; of rates in points."""
    found, kind = answer.found.effect, answer.kind
    if found.value is None:
        return NONE
    write, unit = (share, " points") if kind == "rate" else (figure, "")
    text = f"{write(found.value, sign=True)}{unit}"
    if found.low is None or found.high is None:
        return f"{text} (no interval)"
    return f"{text} ({write(found.low, sign=True)} to {write(found.high, sign=True)})"


def size_words(size: Size | None) -> str:
    if size is None:
        return NONE
    if size.low is None or size.high is None:
        return f"{size.name} {figure(size.value)}"
    return f"{size.name} {figure(size.value)} ({figure(size.low)} to {figure(size.high)})"


def p_words(p: float | None) -> str:
    if p is None:
        return NONE
    return f"< {_WORST}" if p < _WORST else f"{p:.3f}"


def verdict_words(found: Comparison) -> str:
    """Say yes, no or undecided, and on what it rests or what would decide."""
    if found.verdict != "undecided":
        return f"{found.verdict}: {found.why}"
    text = f"undecided: {found.why}"
    if found.deciding is None:
        return text
    return f"{text}; about {found.deciding:,} {plural(found.effect.unit)} an arm would decide"


def sample_words(found: Comparison) -> str:
    """Say how much was compared, and what was not."""
    effect = found.effect
    many = f"{effect.n:,} from {effect.units:,} {plural(effect.unit)}" if effect.unit != "run" else f"{effect.n:,}"
    return f"{many}{dropped_words(effect.dropped)}"


def dropped_words(dropped: Mapping[str, int]) -> str:
    return f"; dropped: {', '.join(f'{many:,} {why}' for why, many in dropped.items())}" if dropped else ""


def errors_words(errors: Mapping[str, int], faults: Mapping[str, int]) -> str:
    """Say how many runs have no outcome, and why."""
    if not errors:
        return "0"
    words = [f"{many:,} {NOT_COUNTED[status]}" for status, many in errors.items()]
    why = ", ".join(f"{fault} {many:,}" for fault, many in sorted(faults.items(), key=lambda each: (-each[1], each[0])))
    return ", ".join(words) + (f" ({why})" if why else "")
