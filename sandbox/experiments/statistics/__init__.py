"""Statistics that hold: rates, means and comparisons that say how they were found, over arrays of values.

Pure functions: the same values give the same result, whatever their order.  `units` names for each value what it comes
from, where values depend on each other: a context, a series, a persona::

    rate([True, False, ...], contexts), mean([41.0, 36.5, ...], contexts)          # Estimate
    difference(Pairs.of(one, other, contexts, "number"))                           # Comparison; or Apart.of(...)
    equivalence(Pairs.of(one, other, contexts, "rate"), margin=0.1)
    interaction((a, b, c, d), contexts), slope(x, y, contexts)
    judge([comparison, ...], family="holm", alpha=0.05)                            # with verdicts
    detectable(design)                                                             # lines for --dry-run
"""

from __future__ import annotations

from sandbox.experiments.statistics.comparing import Comparison, Verdict, difference, equivalence, nothing
from sandbox.experiments.statistics.contrasts import interaction, interaction_apart, slope
from sandbox.experiments.statistics.estimates import Estimate, bounds_of_mean, mean, rate
from sandbox.experiments.statistics.families import corrected
from sandbox.experiments.statistics.power import detectable, least_effect, least_margin, least_rate_difference
from sandbox.experiments.statistics.resampling import FEWEST
from sandbox.experiments.statistics.sides import SAME, Apart, Pairs, Sides, Size
from sandbox.experiments.statistics.verdicts import judge

__all__ = [
    "FEWEST",
    "SAME",
    "Apart",
    "Comparison",
    "Estimate",
    "Pairs",
    "Sides",
    "Size",
    "Verdict",
    "bounds_of_mean",
    "corrected",
    "detectable",
    "difference",
    "equivalence",
    "interaction",
    "interaction_apart",
    "judge",
    "least_effect",
    "least_margin",
    "least_rate_difference",
    "mean",
    "nothing",
    "rate",
    "slope",
]
