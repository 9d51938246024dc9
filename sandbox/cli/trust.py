"""`moot trust`: which workspaces may run commands and load components."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moot_errors import NotFound, WrongUse
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import wrap
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.workspace import Workspace


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--no", "revoke", is_flag=True, help="Trust it no longer.")
@json_option
@click.pass_obj
def trust(session: Session, folder: Path | None, revoke: bool, as_json: bool) -> None:
    """Trust the workspace FOLDER; without one, say whether the workspace here is trusted, and what that allows.

    A workspace may come from anybody.  Only one that is trusted runs the commands that its moot.toml names for keys,
    and loads the AutoGen components that it names: both run code.
    """
    from sandbox import trust as trusting

    workspace = session.workspace if folder is None else _named(folder)
    asked_for = [] if revoke else _allowed(workspace)
    if folder is not None or revoke:
        trusting.trust(workspace.root, trusted=not revoke)
    trusted = workspace.trusted
    if as_json:
        print_json({"workspace": str(workspace.root), "trusted": trusted, "asks_for": asked_for})
        return
    out = session.console.out
    out(printable(f"{workspace.root} is {'trusted' if trusted else 'not trusted'}"))
    if not revoke:
        _say_what(session.console, asked_for, trusted)
    if not trusted and not revoke:
        out(session.console.paint(printable(f"trust it: moot trust {workspace.root}"), "dim"))


def _named(folder: Path) -> Workspace:
    """Take the folder as the workspace; a folder below one would be trusted to no effect."""
    from sandbox.workspace import Workspace, find_workspace

    if not folder.is_dir():
        raise NotFound("folder", str(folder))
    found = find_workspace(folder)
    if found.root.resolve() != folder.resolve():
        raise WrongUse(f"{str(folder)!r} is no workspace, but in one", remedy=f"moot trust {found.root}")
    return Workspace(folder.absolute())


def _allowed(workspace: Workspace) -> list[dict[str, Any]]:
    """List what the workspace's models would run or load; raises DocumentError for a broken moot.toml."""
    asked: list[dict[str, Any]] = []
    for name, profile in workspace.models.profiles.items():
        if profile.key_command:
            asked.append({"model": name, "runs": list(profile.key_command)})
        if profile.component is not None:
            asked.append({"model": name, "loads": str(profile.component.get("provider"))})
    return asked


def _say_what(console: Console, asked_for: list[dict[str, Any]], trusted: bool) -> None:
    if not asked_for:
        console.out("  its moot.toml names nothing that would need it")
        return
    console.out(f"  it {'may' if trusted else 'would like to'}:")
    for each in asked_for:
        what = f"run {shlex.join(each['runs'])}" if "runs" in each else f"load {each['loads']}"
        console.out(*wrap(printable(f"{what} (model {each['model']})"), console.width, first="    ", rest="      "))
