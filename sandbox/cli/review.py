"""`moot review`: look through the runs that tests left beside their baselines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sandbox.cli.faults import FOUND
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import wrap
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.checking.reviewing import Waiting

KINDS = ("new", "wording", "sampling", "behaviour")
_KEYS = {"d": "diff", "a": "accept", "v": "variation", "r": "reject", "s": "skip", "q": "quit"}


@click.command()
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option("--accept-all", multiple=True, type=click.Choice(KINDS), help="Accept all of this kind; repeatable.")
@click.option("--reject-all", is_flag=True, help="Throw away whatever waits, less what is accepted.")
@json_option
@click.pass_obj
def review(
    session: Session, places: tuple[Path, ...], accept_all: tuple[str, ...], reject_all: bool, as_json: bool
) -> None:
    """Look through the runs that tests left beside their baselines, one by one.

    PLACES are folders or baselines, by default the folder you are in. A change of `wording` leaves acts and outcome as
    they were; at `sampling` the very same was asked, and answered otherwise; all else is `behaviour`. Where nobody can
    be asked they are listed only. Exit code 1: something still waits.
    """
    from sandbox.checking.reviewing import find_waiting

    found = find_waiting(places or (Path(),))
    decided = {id(each): _decide(each, accept_all, reject_all) for each in found}
    left = [each for each in found if decided[id(each)] == "waiting"]
    if as_json:
        print_json([{**_data(each), "decision": decided[id(each)]} for each in found])
    elif not found:
        session.console.out("nothing waits for review")
    else:
        _tell(session.console, [(each, decided[id(each)]) for each in found if each not in left])
        left = _ask(session.console, left)
    if left:
        click.get_current_context().exit(FOUND)


def _decide(each: Waiting, accept_all: Sequence[str], reject_all: bool) -> str:
    if each.kind in accept_all:
        each.accept()
        return "accepted"
    if reject_all:
        each.reject()
        return "rejected"
    return "waiting"


def _tell(console: Console, decided: Sequence[tuple[Waiting, str]]) -> None:
    for each, decision in decided:
        console.out(f"{decision}: {printable(str(each.baseline.path))} ({each.kind})")


def _ask(console: Console, left: Sequence[Waiting]) -> list[Waiting]:
    """Show what waits one by one, and ask what to do with it; return what still waits."""
    asking = sys.stdin.isatty() and sys.stdout.isatty()
    waiting: list[Waiting] = []
    for number, each in enumerate(left, 1):
        _show(console, each, number, len(left))
        key = _key(console, each) if asking else "s"
        match _KEYS[key]:
            case "accept" | "variation":
                console.out(f"written: {printable(str(each.accept(beside=key == 'v')))}")
            case "reject":
                each.reject()
                console.out("thrown away; the baseline stays as it is")
            case "skip":
                waiting.append(each)
            case _:
                return [*waiting, *left[number - 1 :]]
    if waiting and not asking:
        console.out("", "in a terminal `moot review` asks what to do with each; --accept-all KIND does not ask")
    return waiting


def _key(console: Console, each: Waiting) -> str:
    """Ask what to do, and show the whole difference as often as it is asked for."""
    possible = [key for key in _KEYS if each.run is not None or key not in "dav"]
    if not each.nearest.exists():
        possible = [key for key in possible if key not in "dv"]
    words = ", ".join(f"[{key}]{_KEYS[key][1:]}" for key in possible)
    while True:
        key = str(click.prompt(words, type=click.Choice(possible), show_choices=False, prompt_suffix="? "))
        if key != "d":
            return key
        _show_all(console, each)


def _show_all(console: Console, each: Waiting) -> None:
    from sandbox.cli.diff import print_diff
    from sandbox.comparing import diff

    sides = (each.nearest, each.baseline.pending)
    console.out("")
    print_diff(console, diff(*sides), (str(sides[0]), str(sides[1])))
    console.out("")


def _show(console: Console, each: Waiting, number: int, whole: int) -> None:
    head = f"{number} of {whole}  {printable(str(each.baseline.path))}"
    console.out("", f"{console.paint(head, 'bold')}  {console.paint(each.kind, 'warn')}")
    for text in each.lines:
        inset = "  " + " " * (len(text) - len(text.lstrip(" ")))
        console.out(*wrap(text.strip(" "), console.width, first=inset, rest=inset + "  "))


def _data(each: Waiting) -> dict[str, object]:
    return {"baseline": str(each.baseline.path), "kind": each.kind, "changes": list(each.lines)}
