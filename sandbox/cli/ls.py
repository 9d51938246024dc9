"""`moot ls`: list the runs."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

import click

from sandbox.cli.complete import complete_run, complete_scenario, complete_tag
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import clip, table
from sandbox.rendering.numbers import age
from sandbox.rendering.printable import printable, width_of
from sandbox.rendering.runs import outcome_words, shade_of, state_of, worth_words

if TYPE_CHECKING:
    from transcripts import RunInfo

Status = Literal["open", "done", "failed", "exhausted"]

_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)")


class Since(click.ParamType[float]):
    """A moment: an age such as `2h` or `3d`, or a date such as `2026-11-20`, by this machine's clock."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        if found := _AGO.fullmatch(value.strip()):
            return time.time() - float(found[1]) * _UNITS[found[2]]
        try:
            return datetime.fromisoformat(value.strip()).timestamp()
        except (ValueError, OverflowError, OSError):
            self.fail(
                f"{value!r} is no moment: write an age such as 2h or 3d, or a date such as 2026-11-20", param, ctx
            )


@click.command()
@click.option("--scenario", "-s", shell_complete=complete_scenario, help="Only runs of this scenario.")
@click.option("--agreed", is_flag=True, help="Only runs that ended in an agreement.")
@click.option("--status", type=click.Choice(get_args(Status)), help="Only runs of this status.")
@click.option("--since", type=Since(), metavar="WHEN", help="Only runs begun since then: 2h, 3d, 2026-11-20.")
@click.option("--from", "parent", metavar="RUN", shell_complete=complete_run, help="Only branches of this run.")
@click.option("--tag", metavar="TAG", shell_complete=complete_tag, help="Only runs that have this tag.")
@click.option("--limit", "-n", type=click.IntRange(1), default=50, show_default=True, help="So many of the newest.")
@json_option
@click.pass_obj
def ls(
    session: Session, scenario: str | None, agreed: bool, status: Status | None,
    since: float | None, parent: str | None, tag: str | None, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """List the runs, the newest last; a branch with the run that it left, and the turn after which."""
    infos, more = _find(session, scenario, agreed, status, since, parent, tag, limit)
    if as_json:
        print_json([_data(info) for info in infos])
    elif infos:
        _print(infos, session.console)
        if more:
            session.console.out(session.console.paint(f"older ones are not shown: moot ls -n {limit * 10}", "dim"))
    elif scenario or agreed or status or since or parent or tag:
        session.console.out("no such runs")
    else:
        session.console.out("no runs yet; try: moot run used-bike")


def _find(
    session: Session, scenario: str | None, agreed: bool, status: Status | None,
    since: float | None, parent: str | None, tag: str | None, limit: int,
) -> tuple[list[RunInfo], bool]:  # fmt: skip
    """Find the runs, the newest last, and whether there are more."""
    if not session.has_runs:
        return [], False
    with session.store() as store:
        found = store.runs(
            scenario=scenario,
            agreed=agreed or None,
            status=status,
            since=since,
            parent=parent,
            tag=tag,
            limit=limit + 1,
        )
    return found[:limit][::-1], len(found) > limit


def _print(infos: list[RunInfo], console: Console) -> None:
    rows = [["run", "seed", "status", "turns", "when", "from", "outcome"], *map(_row, infos)]
    shown = range(6 if any(info.parent for info in infos) else 5)
    lines = table([[printable(row[column]) for column in shown] for row in rows], right=(1, 3))
    margin = max(map(width_of, lines)) + 2
    for place, (line, row) in enumerate(zip(lines, rows, strict=True)):
        outcome = printable(row[6])
        if console.live:
            outcome = clip(outcome, max(console.width - margin, 12))
        whole = f"{line}{' ' * (margin - width_of(line))}{outcome}"
        shade = "dim" if not place else shade_of(infos[place - 1])
        console.out(console.paint(whole, shade) if shade else whole)


def _row(info: RunInfo) -> list[str]:
    origin = f"{info.parent} @{info.after}" if info.parent else ""
    return [info.name, str(info.seed), state_of(info), str(info.turns), _when(info), origin, _outcome(info)]


def _when(info: RunInfo) -> str:
    return age(max(0.0, time.time() - info.started)) if info.started else "–"


def _outcome(info: RunInfo) -> str:
    return " · ".join([outcome_words(info), *worth_words(info), *(f"#{tag}" for tag in info.tags)])


def _data(info: RunInfo) -> dict[str, Any]:
    summary = info.summary or {}
    return {
        "run": info.name,
        "scenario": info.scenario,
        "seed": info.seed,
        "parent": info.parent,
        "after": info.after,
        "tags": list(info.tags),
        "status": info.status,
        "live": info.live,
        "turns": info.turns,
        "agreed": info.agreed,
        "reason": summary.get("reason"),
        "terms": summary.get("terms"),
        "measures": summary.get("measures"),
        "started": info.started,
        "ended": info.ended,
    }
