"""`moot export`, `moot import`, `moot rm`: keep runs in files, and let go of them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_run
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("-o", "--output", default="-", type=click.Path(), help="The file to write; - is standard output.")
@click.option(
    "--evidence", is_flag=True, help="With clock times, names and the order of arrival, and not content only."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.pass_obj
def export(session: Session, run: str, output: str, evidence: bool, force: bool) -> None:
    """Write RUN as JSON lines.

    The same content gives the same bytes, so that files of it can be compared; with --evidence `moot import` gives the
    very transcript back.
    """
    loaded = session.load(run)
    if output == "-":
        sys.stdout.buffer.write(loaded.transcript.to_jsonl(evidence))
        sys.stdout.buffer.flush()
        return
    if Path(output).exists() and not force:
        raise WrongUse(f"there is a file {output!r} already", remedy="--force replaces it")
    loaded.export(output, evidence=evidence)
    click.echo(printable(f"wrote {output}"), err=True)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@json_option
@click.pass_obj
def import_(session: Session, files: tuple[str, ...], as_json: bool) -> None:
    """Take runs in from FILES that `moot export` wrote.

    All are read before any is taken in.  A name that is taken gets another number.
    """
    from transcripts import Store, read_file

    read = [(file, read_file(file)) for file in files]
    with Store.open(session.database) as store:
        # A file of content only says no name: it is called as its scenario's next run would be.
        names = [store.add(transcript).name for _, transcript in read]
    if as_json:
        print_json([{"file": file, "run": name} for (file, _), name in zip(read, names, strict=True)])
        return
    for (file, _), name in zip(read, names, strict=True):
        session.console.out(printable(f"{file} is {name}"))


@click.command()
@click.argument("runs", nargs=-1, required=True, shell_complete=complete_run)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def rm(session: Session, runs: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove RUNS for good, all of them or none."""
    from transcripts import Store

    with session.store() as reader:
        names = list(dict.fromkeys(reader.find(run).name for run in runs))
    listed = printable(", ".join(names))
    if not yes:
        if not sys.stdin.isatty():
            raise WrongUse(f"nobody can be asked whether to remove {listed}", remedy=f"moot rm --yes {' '.join(runs)}")
        if not click.confirm(f"remove {listed} for good?", err=True):
            click.echo("nothing was removed", err=True)
            return
    with Store.open(session.database) as store:
        store.remove(names)
    if as_json:
        print_json({"removed": names})
    else:
        session.console.out(f"removed {count(len(names), 'run')}: {listed}")
