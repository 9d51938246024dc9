"""Say yes, no or undecided of each comparison of a family, and how many units would decide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from sandbox.experiments.statistics.comparing import Comparison
from sandbox.experiments.statistics.families import Family, corrected

POWER = 0.8
"""How often a sample of the size that is named would decide."""


def judge(comparisons: Sequence[Comparison], family: Family = "holm", alpha: float = 0.05) -> list[Comparison]:
    """Correct the p-values of a family, and give each comparison its verdict.

    A difference is `yes` where it is shown.  That there is none is never shown: ask whether it is within a margin, and
    then `no` says that it is more.
    """
    p = corrected([each.p for each in comparisons], family)
    beyond = corrected([each.p_beyond for each in comparisons], family)
    many = 1 if family == "none" else max(1, sum(each is not None for each in p))
    return [_judged(each, mended, over, alpha, many) for each, mended, over in zip(comparisons, p, beyond, strict=True)]


def _judged(found: Comparison, p: float | None, beyond: float | None, alpha: float, many: int) -> Comparison:
    if p is None or found.effect.value is None:
        return replace(found, why=found.effect.note or "nothing could be tested")
    if p < alpha:
        return replace(found, corrected=p, verdict="yes", why=_reason(found))
    if beyond is not None and beyond < alpha:
        return replace(
            found, corrected=p, verdict="no", why=f"the difference is more than the margin, corrected p {beyond:.2g}"
        )
    deciding = deciding_units(found, alpha / many)
    return replace(found, corrected=p, deciding=deciding, why=_doubt(found, deciding, alpha))


def deciding_units(found: Comparison, alpha: float) -> int | None:
    """Say how many units an arm would decide in four of five cases, if effect and spread stay as they were found.

    By the normal distribution: n (z(1 - alpha / 2) + z(power))² error² / effect²; for a margin with what lies between
    effect and margin, one-sided.  None where no number would.
    """
    from scipy.special import ndtri

    if found.effect.value is None or found.error is None:
        return None
    tails = 2
    far = abs(found.effect.value)
    if found.margin is not None:
        tails = 1 if far < found.margin else 2
        far = abs(found.margin - far)
    if far <= 1e-9 * max(found.error, abs(found.margin or 0)):
        return None
    needed = (ndtri(1 - alpha / tails) + ndtri(POWER)) * found.error / far
    least = math.ceil(math.log2(tails / alpha))  # so many signs there must be to turn
    return max(math.ceil(found.effect.units * float(needed) ** 2), least, found.effect.units + 1)


def _reason(found: Comparison) -> str:
    if found.margin is not None:
        return "the difference is less than the margin"
    up = (found.effect.value or 0) > 0
    if found.size and found.size.name == "r":
        return "it rises" if up else "it falls"
    one, other = found.sides
    return f"{one} is {'higher' if up else 'lower'} than {other}"


def _doubt(found: Comparison, deciding: int | None, alpha: float) -> str:
    if found.p is not None and found.p < alpha:
        return "alone it would be shown, but not in a family of so many"
    if found.effect.note:
        return found.effect.note
    return "the sample cannot tell" if deciding else "at this very effect no number would decide"
