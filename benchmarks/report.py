"""Measure how fast a report is made, beside plain means and beside scipy's bootstrap.

    python benchmarks/report.py --trials 10000 --played 1000

First results that are made up, in memory: four arms, five measures, four contrasts, some runs failed.  Plain means are
the floor: counting and adding up in numpy, without any interval.  scipy's `bootstrap` gets one arm's mean, with as many
resamples as ours.  Then results that were played with rule brains: reading them from the store, the report, and the
page with all of its plots.  Target: 5 s for 10,000 trials, from the store to the page; reading is scaled up.
Times are the processor's, for other work may go on beside it; those of the clock stand in brackets.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import stats

from sandbox.experiments import Equivalence, Interaction, Results, aexperiment, read_results
from sandbox.experiments.reporting import gather, make_report, plots_of, report_html
from sandbox.experiments.statistics import mean
from sandbox.experiments.statistics.resampling import resamples
from sandbox.workspace import Workspace
from tests.sandbox.experiments.made import FIRM_SOFT, made
from transcripts import Store

T = TypeVar("T")
TARGET = 5.0
AT = 10_000
AXES = {"tactic": ["firm", "soft"], "buyer.persona": ["haggler", "plain-dealer"]}
TACTICS = {
    "scenario": "used-bike",
    "vary": {
        "tactic": {"firm": {"seller.brain.tactic": "boulware"}, "soft": {"seller.brain.tactic": "conceder"}},
        "buyer.persona": ["haggler", "plain-dealer"],
    },
    "compare": [{"tactic": ["firm", "soft"], "of": ["agreed", "utility.seller", "utility.buyer", "rounds"]}],
}


def main() -> None:
    """Print what each takes; exit code 1 where the target is missed."""
    parser = argparse.ArgumentParser(description="Report on many trials.")
    parser.add_argument("--trials", type=int, default=AT)
    parser.add_argument("--played", type=int, default=1_000)
    options = parser.parse_args()
    reporting = in_memory(options.trials)
    sys.exit(from_store(options.played, reporting) > TARGET)


def in_memory(trials: int) -> Taken:
    results = made(
        AXES,
        trials=trials // 4,
        failed=0.02,
        contrasts=[
            FIRM_SOFT,
            Interaction("tactic", ("firm", "soft"), "buyer.persona", ("haggler", "plain-dealer"), "utility.seller", {}),
            Equivalence("tactic", "firm", "soft", "utility.buyer", 3, {}),
            Equivalence("buyer.persona", "haggler", "plain-dealer", "agreed", 0.1, {}),
        ],
    )
    (report, _), (floor, _) = taken(lambda: make_report(results)), taken(lambda: plain(results))
    values = [float(t.values["utility.seller"] or 0) for t in results.trials[: trials // 4] if t.values]
    mean(values[:-1])  # what is imported at the first time is not counted
    (ours, _), (theirs, _) = taken(lambda: mean(values)), taken(lambda: bootstrap(np.array(values)))
    times = theirs.processor / ours.processor
    print(f"{trials:,} trials made up: report {report}, plain means {floor}")
    print(f"a mean of {len(values):,} with its BCa interval: {ours}, scipy {theirs}, {times:.0f} times as long")
    return report


def from_store(trials: int, reporting: Taken) -> float:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        plan = TACTICS | {"trials": trials // 4}
        (Path(folder) / "moot.toml").touch()
        played, _ = taken(lambda: asyncio.run(aexperiment(plan, name="bikes", workspace=workspace, yes=True)))
        with Store.open(workspace.database, read_only=True) as store:
            reading, results = taken(lambda: read_results("bikes", store, workspace))
        small, report = taken(lambda: make_report(results))
        drawing, _ = taken(lambda: report_html(report, plots_of(report, results, gather(results))))
    print(f"{trials:,} trials played: {played}; read {reading}, report {small}, page with plots {drawing}")
    scaled = reading.processor * max(1.0, AT / trials) + reporting.processor + drawing.processor
    print(
        f"{AT:,}, reading scaled up, the report as of those made up: {scaled:.2f} s"
        + ("" if scaled <= TARGET else f"   missed: {TARGET:.0f} s")
    )
    return scaled


def plain(results: Results) -> None:
    """Count, and take means."""
    for arm in results.design.arms:
        rows = [trial.values for trial in results.trials if trial.arm == arm.name and trial.status == "done"]
        for measure in results.design.measures:
            for given in (False, True):
                seen = [row[measure.path] for row in rows if row["agreed"] or not given]
                np.mean([float(each) for each in seen if each is not None])


def bootstrap(values: np.ndarray) -> None:
    stats.bootstrap((values,), np.mean, n_resamples=resamples(len(values)), batch=500)


class Taken(NamedTuple):
    """Seconds."""

    processor: float
    clock: float

    def __str__(self) -> str:
        return f"{self.processor:.3g} s ({self.clock:.3g} s)"


def taken(work: Callable[[], T]) -> tuple[Taken, T]:
    """Measure what something takes."""
    processor, clock = time.process_time(), time.perf_counter()
    found = work()
    return Taken(time.process_time() - processor, time.perf_counter() - clock), found


if __name__ == "__main__":
    main()
