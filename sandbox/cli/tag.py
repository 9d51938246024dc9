"""`moot tag`: keep a word beside runs, to find them by."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import click

from moot_errors import NotFound
from sandbox.cli.complete import complete_run, complete_tag
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from transcripts import Store


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.argument("tags", nargs=-1, required=True, metavar="TAG...", shell_complete=complete_tag)
@click.option("--remove", is_flag=True, help="Take the tags away.")
@json_option
@click.pass_obj
def tag(session: Session, run: str, tags: tuple[str, ...], remove: bool, as_json: bool) -> None:
    """Keep each TAG beside RUN, or beside all that fit a pattern: 'used-bike-1*'.

    `moot ls --tag TAG` finds them, and {runs: "tag:TAG"} makes them an arm of an experiment.  What was recorded does
    not change.
    """
    from transcripts import Store

    if not session.has_runs:
        raise NotFound("run", run, remedy="nothing was run here yet; try: moot run used-bike")
    with Store.open(session.database) as store:
        names = _find(run, store)
        (store.untag if remove else store.tag)(names, *tags)
        found = [{"run": name, "tags": list(store.find(name).tags)} for name in names]
    if as_json:
        print_json(found)
        return
    words = ", ".join(tags)
    told = f"{words}: taken away from {count(len(names), 'run')}" if remove else f"{words}: {count(len(names), 'run')}"
    session.console.out(printable(told))


def _find(run: str, store: Store) -> list[str]:
    """Find runs by a name, or by a pattern; raises NotFound."""
    if not any(sign in run for sign in "*?["):
        return [store.find(run).name]
    known = [info.name for info in store.runs()]
    found = [name for name in reversed(known) if fnmatchcase(name, run)]
    if not found:
        raise NotFound("run", run, known, remedy="see `moot ls`")
    return found
