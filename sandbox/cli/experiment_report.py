"""`moot experiment report` and `moot experiment compare`: what came of experiments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moot_errors import NotFound, Unwritable, WrongUse
from sandbox.cli.faults import FOUND
from sandbox.cli.output import encode, json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.experiments import Results
    from sandbox.experiments.reporting import Report
    from transcripts import Store

FORMATS = ("text", "markdown", "html", "csv", "json")
_BY_SUFFIX = {".md": "markdown", ".html": "html", ".htm": "html", ".csv": "csv", ".json": "json"}
_WIDTH = 100
"""Of text that goes to a file."""


@click.command()
@click.argument("name")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Otherwise as the file's name says, or text.")
@click.option("-o", "--output", default="-", type=click.Path(), help="The file to write; - is standard output.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--table", metavar="TABLE", help="Of --format csv: rows by runs, seats, offers or messages.")
@click.option("--plots", type=click.Path(path_type=Path), help="A folder for the plots, as SVG and PNG.")
@click.option("--unit", metavar="AXIS", help="Draw the levels of this axis again, such as personas, and not contexts.")
@json_option
@click.pass_obj
def report(
    session: Session,
    name: str,
    form: str | None,
    output: str,
    force: bool,
    table: str | None,
    plots: Path | None,
    unit: str | None,
    as_json: bool,
) -> None:
    """Say what came of the experiment NAME, also while it is being played.

    Markdown and HTML are for passing on: an HTML report is one file with its plots inside.  CSV has a row for each run,
    from which every number of the report can be worked out again.
    """
    chosen = "json" if as_json else form or ("csv" if table else _BY_SUFFIX.get(Path(output).suffix.lower(), "text"))
    if table and chosen != "csv":
        raise WrongUse(f"--table {table} says which rows CSV has", remedy="add --format csv, or leave it out")
    _check_free(output, force)
    results = _read(session, name)
    if chosen == "csv":
        _write(session, results.csv(table or "runs"), output)  # type: ignore[arg-type]  # a wrong name is said so there
    else:
        from sandbox.experiments.reporting import make_report

        made = make_report(results, unit=unit)
        _write(session, _written(session, made, results, chosen, to_file=output != "-"), output)
        if plots is not None:
            _plot(made, results, plots, force)


@click.command()
@click.argument("a")
@click.argument("b")
@json_option
@click.pass_obj
def compare(session: Session, a: str, b: str, as_json: bool) -> None:
    """Compare the experiments A and B: arms of the same name, in pairs where they share contexts.

    Each is a name, or FILE.db:NAME in another store, such as one that was kept from before a change.

    Exit code 1: a difference is shown.
    """
    from sandbox.experiments.reporting import match, matched_lines

    found = match(_read(session, a), _read(session, b), (a, b))
    if as_json:
        print_json(found.data())
    else:
        session.console.out(*matched_lines(found, session.console.paint, session.console.width))
    if found.differs:
        click.get_current_context().exit(FOUND)


def _read(session: Session, name: str) -> Results:
    """Read results by the experiment's name, or by FILE.db:NAME."""
    from sandbox.experiments import read_results
    from transcripts import Store

    file, _, inside = name.rpartition(":")
    if file.endswith(".db"):
        with Store.open(Path(file), read_only=True) as store:
            return read_results(inside, store, session.workspace)
    if not session.has_runs:
        raise NotFound("experiment", name, remedy="nothing was played here yet; try: moot experiment run FILE")
    with _to_keep(session) as store:
        return read_results(name, store, session.workspace)


def _to_keep(session: Session) -> Store:
    """Open the store so that what is found out now about runs need not be again; for reading where that cannot be."""
    from transcripts import Store

    try:
        return Store.open(session.database)
    except Unwritable:
        return session.store()


def _written(session: Session, made: Report, results: Results, form: str, *, to_file: bool) -> str:
    from sandbox.experiments.reporting import gather, plots_of, report_html, report_lines, report_markdown
    from sandbox.rendering.paint import Paint

    match form:
        case "json":
            return encode(made.data()) + "\n"
        case "markdown":
            return report_markdown(made)
        case "html":
            return report_html(made, plots_of(made, results, gather(results)))
        case _:
            paint = Paint() if to_file else session.console.paint
            return "\n".join(report_lines(made, paint, _WIDTH if to_file else session.console.width)) + "\n"


def _write(session: Session, text: str, output: str) -> None:
    if output == "-":
        click.echo(text, nl=False, color=session.console.paint.on)
        return
    with _explained(output):
        Path(output).write_text(text, encoding="utf-8")
    click.echo(printable(f"wrote {output}"), err=True)


def _plot(made: Report, results: Results, folder: Path, force: bool) -> None:
    """Write each plot as SVG and as PNG."""
    from sandbox.experiments.reporting import gather, plots_of, png_of, svg_of

    drawn = plots_of(made, results, gather(results))
    for plot in drawn:
        _check_free(str(folder / f"{plot.name}.svg"), force)
        _check_free(str(folder / f"{plot.name}.png"), force)
    with _explained(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        for plot in drawn:
            (folder / f"{plot.name}.svg").write_bytes(svg_of(plot))
            (folder / f"{plot.name}.png").write_bytes(png_of(plot))
    names = ", ".join(plot.name for plot in drawn) or "no plot: no run came to an outcome"
    click.echo(printable(f"wrote to {folder}: {names}"), err=True)


def _check_free(output: str, force: bool) -> None:
    if output != "-" and Path(output).exists() and not force:
        raise WrongUse(f"there is a file {output!r} already", remedy="--force replaces it")


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unwritable(f"{path!r} cannot be written: {error.strerror}", remedy="name another file") from error
