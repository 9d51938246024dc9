"""`moot scenarios`: list, read or check scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from moot_errors import MootError, WrongUse
from sandbox.cli.complete import complete_scenario
from sandbox.cli.library import Finding, Shelved, is_path, print_shelf, report_checks, shelve
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session

if TYPE_CHECKING:
    from scenarios import ScenarioSource, Situation


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_scenario)
@click.option("--check", is_flag=True, help="Say what is wrong with them, or with all.")
@click.option("--public", is_flag=True, help="Leave out what is private: for whoever is to play in it.")
@click.option("--seed", type=int, default=0, show_default=True, help="What a scenario that draws is drawn from.")
@json_option
@click.pass_obj
def scenarios(session: Session, names: tuple[str, ...], check: bool, public: bool, seed: int, as_json: bool) -> None:
    """List the scenarios, or read one: NAME is a name or the path of a file.

    What is read is for the researcher: it shows everybody's brief and preferences, unless it is to be --public.

    Exit code 1: a check found an error.
    """
    if public and (check or as_json or len(names) != 1):
        raise WrongUse("--public is for reading one scenario", remedy="moot scenarios NAME --public")
    if check:
        checked = {name: _check(session, name) for name in names or _all(session)}
        report_checks(session.console, checked, as_json=as_json)
    elif len(names) > 1:
        raise WrongUse(f"one scenario is read at a time, not {len(names)}", remedy="--check takes several")
    elif names:
        _print_one(session, names[0], seed, as_json, public=public)
    else:
        print_shelf(session.console, _shelf(session), _title, as_json=as_json)


def check_all(session: Session) -> dict[str, list[MootError]]:
    """List the errors of every scenario that can be had by its name."""
    checked = {name: _check(session, name) for name in _all(session)}
    return {name: [each.error for each in found if each.severity == "error"] for name, found in checked.items()}


def _all(session: Session) -> list[str]:
    return [item.name for item in _shelf(session)]


def _shelf(session: Session) -> list[Shelved]:
    from scenarios import list_scenarios

    return shelve(list_scenarios(session.workspace.scenarios), list_scenarios())


def _title(item: Shelved) -> str:
    from scenarios import load_scenario

    data = load_scenario(item.path).document.data
    return str(data.get("title", "it has no title")) if isinstance(data, dict) else "it is no scenario"


def _load(session: Session, name: str) -> ScenarioSource:
    from scenarios import load_scenario

    return load_scenario(name, session.workspace.scenarios)


def _check(session: Session, name: str) -> list[Finding]:
    """Check a scenario, and the cast that it names."""
    from sandbox.plan import plan
    from scenarios import check_scenario

    try:
        source = _load(session, name)
    except MootError as error:
        if is_path(name) or name in _all(session):
            return [Finding("error", error)]
        raise
    found = [Finding(problem.severity, problem.error) for problem in check_scenario(source, session.workspace.personas)]
    if not any(each.severity == "error" for each in found):
        try:
            plan(source, workspace=session.workspace)
        except MootError as error:
            found.append(Finding("error", error))
    return found


def _print_one(session: Session, name: str, seed: int, as_json: bool, *, public: bool = False) -> None:
    from sandbox.rendering.pages import scenario_page

    source = _load(session, name)
    situation = source.resolve(seed)
    if as_json:
        print_json({**situation.data, "name": situation.name, "outcomes": _outcomes(situation)})
        return
    console = session.console
    console.out(*scenario_page(situation, source.data, console.paint, console.width, public=public))
    session.console.out("", session.console.paint(f"play it: moot run {name}", "dim"))


def _outcomes(situation: Situation) -> dict[str, Any] | None:
    if not situation.issues:
        return None
    space = situation.space
    return {"all": space.size, "frontier": len(space.frontier()), "rational": int(space.rational.sum())}
