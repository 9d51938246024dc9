"""`moot doctor`: look for what is wrong with this machine and this workspace."""

from __future__ import annotations

import locale
import os
import platform
import sys
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

import click

from moot_errors import MootError
from sandbox.cli.faults import FOUND
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.layout import wrap
from sandbox.rendering.numbers import count
from sandbox.rendering.printable import printable


class Line(NamedTuple):
    """One thing that was looked at."""

    verdict: Literal["fine", "note", "problem"]
    text: str


Look = Callable[[Session], Iterator[Line]]

_MARKS = {"fine": ("✓", "good"), "note": ("·", "warn"), "problem": ("✗", "bad")}


@click.command()
@json_option
@click.pass_obj
def doctor(session: Session, as_json: bool) -> None:
    """Look for what is wrong: versions, workspace, models, library, transcripts, terminal.

    Exit code 1: there is a problem.
    """
    lines = list(dict.fromkeys(line for look in _LOOKS for line in _guarded(look, session)))
    if as_json:
        print_json([line._asdict() for line in lines])
    else:
        for line in lines:
            mark, shade = _MARKS[line.verdict]
            painted = session.console.paint(mark, shade)
            first, *rest = wrap(printable(line.text, lines=True), session.console.width, first=f"{mark} ", rest="  ")
            session.console.out(painted + first[len(mark) :], *rest)
    if any(line.verdict == "problem" for line in lines):
        click.get_current_context().exit(FOUND)


def _guarded(look: Look, session: Session) -> Iterator[Line]:
    """What one look stumbles over is a finding, and keeps no other from being made."""
    try:
        yield from look(session)
    except MootError as error:
        yield Line("problem", str(error))


def _versions(session: Session) -> Iterator[Line]:
    from importlib.metadata import version

    yield Line(
        "fine", f"Moot {version('moot')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )


def _workspace(session: Session) -> Iterator[Line]:
    workspace = session.workspace
    if not workspace.config.is_file():
        yield Line("note", f"no workspace here: {str(workspace.root)!r} has no moot.toml; moot init makes one")
        return
    yield Line("fine", f"workspace {workspace.root}, {count(len(workspace.brains), 'brain')} in moot.toml")


def _models(session: Session) -> Iterator[Line]:
    from sandbox.cli.models import key_words
    from sandbox.models.probe import key_is_there

    profiles = session.workspace.models.profiles.values()
    for profile in profiles:
        if key_is_there(profile) is False:
            yield Line("note", f"model {profile.name!r} cannot be asked: its key is {key_words(profile)}")
    if real := [profile for profile in profiles if profile.provider != "simulated"]:
        yield Line("fine", f"{count(len(real), 'model')} in moot.toml; moot models --check asks what they can do")


def _budget(session: Session) -> Iterator[Line]:
    budget = session.workspace.budget
    limits = [f"{limit:g} {what}" for what, limit in budget.limits().items()]
    if limits:
        yield Line("fine", f"a run may take {', '.join(limits)}")


def _trust(session: Session) -> Iterator[Line]:
    if session.workspace.trusted:
        yield Line("fine", "the workspace is trusted: it may run commands and load components")


def _scenarios(session: Session) -> Iterator[Line]:
    from sandbox.cli import scenarios

    yield from _checked("scenario", scenarios.check_all(session))


def _personas(session: Session) -> Iterator[Line]:
    from sandbox.cli import personas

    yield from _checked("persona", personas.check_all(session))


def _checked(what: str, findings: dict[str, list[MootError]]) -> Iterator[Line]:
    wrong = {name: errors for name, errors in findings.items() if errors}
    for errors in wrong.values():
        yield from (Line("problem", str(error)) for error in errors)
    yield Line("fine", f"{count(len(findings) - len(wrong), what)} can be used")


def _sqlite(session: Session) -> Iterator[Line]:
    from transcripts import machine_notes

    yield from (Line("note", note) for note in machine_notes())


def _transcripts(session: Session) -> Iterator[Line]:
    if not session.has_runs:
        yield Line("fine", f"no transcripts yet; they will be in {session.database}")
        return
    with session.store() as store:
        findings, runs = store.check(), len(store.runs())
    yield from (Line("problem", finding) for finding in findings)
    if not findings:
        yield Line("fine", f"{count(runs, 'run')} in {session.database}, unharmed")


def _terminal(session: Session) -> Iterator[Line]:
    console = session.console
    where = f"a terminal of {console.width} columns" if sys.stdout.isatty() else "no terminal"
    colour = "in colour" if console.paint.on else "plain"
    if os.environ.get("NO_COLOR"):
        colour += " (NO_COLOR)"
    encoding = (sys.stdout.encoding or "unknown").lower()
    yield Line("fine", f"output: {where}, {colour}, {encoding}, locale {locale.setlocale(locale.LC_CTYPE)}")
    if encoding.replace("-", "") != "utf8":
        yield Line("note", f"{encoding} lacks characters that Moot prints, such as € and →; export LC_ALL=C.UTF-8")


_LOOKS: tuple[Look, ...] = (
    _versions, _workspace, _trust, _models, _budget, _scenarios, _personas, _sqlite, _transcripts, _terminal,
)  # fmt: skip
