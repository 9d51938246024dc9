"""The smallest effect that a design can detect, before anything is played."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sandbox.experiments.contrasts import Difference, Equivalence, Interaction, Slope
from sandbox.experiments.statistics.verdicts import POWER

if TYPE_CHECKING:
    from sandbox.experiments.contrasts import Contrast
    from sandbox.experiments.design import Design


def least_effect(units: int, alpha: float = 0.05, power: float = POWER) -> float | None:
    """Give the smallest mean that is found, in standard deviations of one unit; None where none can be.

    By Student's t: (t(1 - alpha / 2) + t(power)) / root of n.
    """
    from scipy.special import stdtrit

    if units < math.log2(2 / alpha):
        return None
    quantiles = stdtrit(units - 1, 1 - alpha / 2) + stdtrit(units - 1, power)
    return float(quantiles) / math.sqrt(units)


def least_rate_difference(
    pairs: int, alpha: float = 0.05, power: float = POWER, discordant: float = 0.5
) -> float | None:
    """Give the smallest difference of rates that McNemar's test finds, with the share of pairs that differ.

    A half of pairs differ where both rates are about a half and have nothing to do with each other; and no fewer can
    than the difference itself.  After Connor (1987), Biometrics 43, 207-211; None where none can be found.
    """
    from scipy.special import ndtri

    a, b = float(ndtri(1 - alpha / 2)), float(ndtri(power))
    for step in range(1, 1001):
        effect = step / 1000
        share = max(discordant, effect)
        needed = (a * math.sqrt(share) + b * math.sqrt(max(share - effect**2, 0))) ** 2 / effect**2
        if pairs >= max(needed, math.log2(2 / alpha) / share):
            return effect
    return None


def detectable(design: Design) -> list[str]:
    """Say for each contrast the smallest effect that is found in four of five cases, a line each.

    As if every run came to an outcome, and each hypothesis of the family had an equal part of alpha, which Holm's
    correction betters.
    """
    alpha = design.alpha / (len(design.contrasts) if design.family != "none" else 1)
    return [f"{each.label}: {_detectable(design, each, alpha)}" for each in design.contrasts]


def _detectable(design: Design, contrast: Contrast, alpha: float) -> str:
    if any(arm.runs for arm in design.arms):
        return "depends on the runs that are there"
    units = design.trials * max(1, len(design.scenarios))
    match contrast:
        case Equivalence(margin=margin):
            spread = margin / (least_margin(units, alpha) or math.inf)
            return f"shown where pairs differ with a standard deviation of {spread:.3g} or less ({units} contexts)"
        case Difference(of=of) if design.measure(of).kind == "rate":
            found = least_rate_difference(units, alpha)
            what = "" if found is None else f"{100 * found:.0f} points, where half of the pairs differ"
        case Difference():
            found = least_effect(units, alpha)
            what = "" if found is None else f"{found:.2f} standard deviations of the difference in a context"
        case Interaction():
            found = least_effect(units, alpha)
            what = "" if found is None else f"{found:.2f} standard deviations of the difference of differences"
        case Slope():
            found = least_effect(units, alpha)
            what = "" if found is None else f"{found:.2f} standard deviations of the slope in a context"
    return f"{what} ({units} contexts)" if what else f"nothing: {units} contexts are too few"


def least_margin(units: int, alpha: float = 0.05, power: float = POWER) -> float | None:
    """Give the margin, in standard deviations of one unit, within which no difference at all is shown to lie."""
    from scipy.special import stdtrit

    if units < math.log2(1 / alpha) + 1:
        return None
    return float(stdtrit(units - 1, 1 - alpha) + stdtrit(units - 1, (1 + power) / 2)) / math.sqrt(units)
