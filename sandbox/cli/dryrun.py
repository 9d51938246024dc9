"""`moot run --dry-run`: what a run would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.cli.output import print_json
from sandbox.cli.session import Console
from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import count, dollars
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.dryrun import Estimate
    from sandbox.plan import Plan
    from sandbox.tally import Bill


def print_estimate(console: Console, plan: Plan, *, as_json: bool) -> None:
    """Play a plan with the simulated model, and print what it would have cost."""
    from sandbox.dryrun import dry_run

    estimate = dry_run(plan)
    state = estimate.run.state
    ended = state.ended
    if as_json:
        print_json({
            "scenario": estimate.run.scenario,
            "status": estimate.run.status,
            "reason": ended.reason if ended else None,
            "turns": state.turns,
            "profiles": {name: bill.data() for name, bill in estimate.profiles.items()},
            "total": estimate.total.data(),
        })  # fmt: skip
        return
    if not estimate.total.calls:
        console.out("No model is asked: it costs nothing.")
        return
    console.out(*table(_rows(plan, estimate), right=(2, 3, 4, 5)))
    how = f"Estimated by a simulated run of {count(state.turns, 'turn')}"
    said = f"{how}: {printable(ended.reason)}" if ended else how
    more = "A real one is longer or shorter; a token is taken to be four characters."
    console.out(*(console.paint(line, "dim") for line in wrap(f"{said.rstrip('.')}. {more}", console.width)))


def _rows(plan: Plan, estimate: Estimate) -> list[list[str]]:
    rows = [["profile", "model", "calls", "tokens in", "out", "cost"]]
    rows += [_row(name, plan.models.profiles[name].asks_for, bill) for name, bill in estimate.profiles.items()]
    return [*rows, _row("in all", "", estimate.total)] if len(rows) > 2 else rows


def _row(name: str, model: str, bill: Bill) -> list[str]:
    tokens = [f"{bill.tokens[kind]:,}" for kind in ("input", "output")]
    return [
        printable(name),
        printable(model),
        f"{bill.calls:,}",
        *tokens,
        "unknown" if bill.cost is None else dollars(bill.cost),
    ]
