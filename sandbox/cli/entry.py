"""The entry point: the options that stand before every command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sandbox.cli.faults import UNREAD, guard, let_go_of
from sandbox.cli.group import LazyGroup, open_interface
from sandbox.cli.session import Session, on_terminal


class MootGroup(LazyGroup):
    """The group at the top: whatever goes wrong below it is said once, here."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]  # click's overloads tell standalone from not; this is always both
        words = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        call = super().main
        sys.exit(guard(lambda: call(words, prog_name or "moot", **extra), as_json="--json" in words))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # caught here, for click would call it a failure
            let_go_of(sys.stdout)
            ctx.exit(UNREAD)


@click.group(cls=MootGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to work in; otherwise the nearest upwards with a moot.toml, or $MOOT_WORKSPACE.",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The transcripts; otherwise the workspace's transcripts.db.",
)
@click.version_option(package_name="moot", prog_name="moot", message="%(prog)s %(version)s")
@click.pass_context
def moot(ctx: click.Context, workspace: Path | None, db: Path | None) -> None:
    """Play, watch and compare negotiations between conversational agents.

    Begin with:  moot run used-bike

    Alone, on a terminal, `moot` opens the terminal interface.
    """
    ctx.obj = Session(workspace, db)
    if ctx.invoked_subcommand is None:
        if on_terminal():
            open_interface(ctx)
        else:
            click.echo(ctx.get_help())
