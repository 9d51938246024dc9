"""`moot personas`: list, read or check personas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from moot_errors import MootError, WrongUse
from sandbox.cli.complete import complete_persona
from sandbox.cli.library import Finding, Shelved, is_path, print_shelf, report_checks, shelve
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session

if TYPE_CHECKING:
    from personas import LoadedPersona


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_persona)
@click.option("--check", is_flag=True, help="Say what is wrong with them, or with all.")
@json_option
@click.pass_obj
def personas(session: Session, names: tuple[str, ...], check: bool, as_json: bool) -> None:
    """List the personas, or read one: NAME is a name or the path of a file.

    Exit code 1: a check found an error.
    """
    if check:
        checked = {name: _check(session, name) for name in names or _all(session)}
        report_checks(session.console, checked, as_json=as_json)
    elif len(names) > 1:
        raise WrongUse(f"one persona is read at a time, not {len(names)}", remedy="--check takes several")
    elif names:
        _print_one(session, names[0], as_json)
    else:
        print_shelf(session.console, _shelf(session), _about, as_json=as_json)


def check_all(session: Session) -> dict[str, list[MootError]]:
    """List the errors of every persona that can be had by its name."""
    checked = {name: _check(session, name) for name in _all(session)}
    return {name: [each.error for each in found if each.severity == "error"] for name, found in checked.items()}


def _all(session: Session) -> list[str]:
    return [item.name for item in _shelf(session)]


def _shelf(session: Session) -> list[Shelved]:
    from personas import list_personas

    return shelve(list_personas(session.workspace.personas), list_personas())


def _about(item: Shelved) -> str:
    from personas import load_persona

    return load_persona(item.path).persona.about.split(". ")[0].rstrip(".")


def _load(session: Session, name: str) -> LoadedPersona:
    from personas import load_persona

    return load_persona(Path(name) if is_path(name) else name, session.workspace.personas)


def _check(session: Session, name: str) -> list[Finding]:
    try:
        _check_brain(_load(session, name))
    except MootError as error:
        if is_path(name) or name in _all(session):
            return [Finding("error", error)]
        raise
    return []


def _check_brain(loaded: LoadedPersona) -> None:
    """Make the brain as it would be made at a table; a script speaks of one scenario's issues, and is checked there."""
    from sandbox.cast import Chair, Origin, make_brain
    from sandbox.view import known_by
    from scenarios import load_scenario

    persona = loaded.persona
    if persona.brain and persona.brain.get("kind") != "script":
        chair = Chair(persona, dict(persona.brain), Origin(loaded.document, ("brain",)))
        make_brain(chair, known_by(load_scenario("used-bike").resolve(), "seller", persona))


def _print_one(session: Session, name: str, as_json: bool) -> None:
    from sandbox.rendering.pages import persona_page

    persona = _load(session, name).persona
    if as_json:
        print_json(persona.model_dump(mode="json"))
        return
    session.console.out(*persona_page(persona, session.console.paint, session.console.width))
