"""`moot merge`: join stores."""

from __future__ import annotations

from pathlib import Path

import click

from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def merge(session: Session, files: tuple[Path, ...], as_json: bool) -> None:
    """Take all runs and experiments of the stores FILES into the workspace's, or into that of --db.

    What was taken in before is left as it is.  A run whose name is taken gets another number.
    """
    from sandbox.experiments import merge as join
    from transcripts import Store

    with Store.open(session.database) as store:
        merged = join(files, store)
    if as_json:
        print_json([
            {"file": each.file, "runs": each.runs, "there": each.there, "renamed": each.renamed} for each in merged
        ])  # fmt: skip
        return
    for each in merged:
        there = f", {each.there:,} were there" if each.there else ""
        renamed = f", {len(each.renamed):,} have other names now" if each.renamed else ""
        session.console.out(printable(f"{each.file}: {count(each.runs, 'run')} taken in{there}{renamed}"))
