"""`moot search`: find words in what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sandbox.cli.complete import complete_run, complete_scenario, complete_seat
from sandbox.cli.faults import FOUND
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from transcripts import Hit


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--as", "seat", metavar="PARTICIPANT", shell_complete=complete_seat, help="Only what this seat received.")
@click.option("--run", shell_complete=complete_run, help="Only in this run.")
@click.option("--scenario", "-s", shell_complete=complete_scenario, help="Only in runs of this scenario.")
@click.option("--limit", "-n", type=click.IntRange(1), default=50, show_default=True, help="So many of the newest.")
@json_option
@click.pass_obj
def search(
    session: Session, words: tuple[str, ...], seat: str | None, run: str | None, scenario: str | None, limit: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Find messages that have all the WORDS; "several words" in quotes stand together.

    The newest come first.  Exit code 1: nothing was found.
    """
    query = " ".join(f'"{word}"' if " " in word and '"' not in word else word for word in words)
    hits: list[Hit] = []
    if session.has_runs:
        with session.store() as store:
            hits = store.search(query, run=run, scenario=scenario, as_=seat, limit=limit)
    if as_json:
        print_json(
            [{"run": hit.run, "message": f"{hit.thread}:{hit.n}", "seat": hit.seat, "text": hit.text} for hit in hits]
        )
    else:
        for hit in hits:
            session.console.out(_line(hit, session.console))
        if not hits:
            click.echo("nothing was found" if session.has_runs else "no runs yet; try: moot run used-bike", err=True)
    if not hits:
        click.get_current_context().exit(FOUND)


def _line(hit: Hit, console: Console) -> str:
    where = printable(f"{hit.run} {hit.thread}:{hit.n} {hit.seat}:")
    parts, end = [], 0
    for start, stop in hit.spans:
        parts += [printable(hit.snippet[end:start]), console.paint(printable(hit.snippet[start:stop]), "hit")]
        end = stop
    return f"{console.paint(where, 'dim')} {''.join(parts)}{printable(hit.snippet[end:])}"
