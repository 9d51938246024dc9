"""`moot fork`: go on differently from a turn of a run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_run, complete_run_casting
from sandbox.cli.output import json_option
from sandbox.cli.person import Person
from sandbox.cli.resume import in_store
from sandbox.cli.run import parse_budget, parse_setting
from sandbox.cli.session import Session
from sandbox.cli.stage import Onward, stopping

if TYPE_CHECKING:
    from sandbox.coordinator import Coordinator


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--at", metavar="TURN", help="After which turn, or message (table:8); after its last unless given.")
@click.option("--say", "says", multiple=True, metavar="SEAT: TEXT", help="Say this in a seat's place, right then.")
@click.option(
    "--act", "acts", multiple=True, metavar="SEAT: ACT",
    help='Do this in a seat\'s place: "buyer: accept last", "buyer: offer price=200, pickup=today".',
)  # fmt: skip
@click.option("--thread", help="Where it is said and done; in the seat's first thread unless given.")
@click.option("--edit", type=(int, str), metavar="TURN TEXT", help="Give a turn's message another text; its act stays.")
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a value, as `moot run` does.")
@click.option(
    "--cast", "castings", multiple=True, metavar="SEAT=PERSONA@BRAIN", shell_complete=complete_run_casting,
    help="Give a seat another persona or brain.",
)  # fmt: skip
@click.option("--seed", type=int, help="What is drawn from here on is drawn from; the run's own unless given.")
@click.option(
    "--budget", "budgets", multiple=True, metavar="WHAT=NUMBER", help="Limit each branch, as `moot run` does."
)
@click.option(
    "--branches", "-n", "many", type=click.IntRange(2), metavar="COUNT",
    help="So many at once, each with a seed of its own, beside as many without the change.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="Show the outcome only.")
@json_option
@click.pass_obj
def fork(
    session: Session, run: str, at: str | None, says: tuple[str, ...], acts: tuple[str, ...], thread: str | None,
    edit: tuple[int, str] | None, settings: tuple[str, ...], castings: tuple[str, ...], seed: int | None,
    budgets: tuple[str, ...], many: int | None, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Branch off RUN after a turn, and play the branch to its end.

    The branch shares what was before with RUN, which stays as it is.  With -n the branches are summarised: how often
    they agreed and what it was worth, beside as many branches with the same seeds and without the change, with an
    interval on the difference.  Ctrl+C and the exit codes are those of `moot run`.
    """
    from sandbox.cast import parse_casting

    name = in_store(session, run)
    options: dict[str, Any] = {
        "at": _turn(session, name, at),
        "say": _by_seat("say", says),
        "act": _by_seat("act", acts),
        "thread": thread,
        "edit": edit,
        "settings": dict(parse_setting(text) for text in settings),
        "cast": dict(parse_casting(text) for text in castings),
        "seed": seed,
        "budget": dict(parse_budget(text) for text in budgets),
    }
    if many is None:
        _fork_one(session, name, options, quiet=quiet, as_json=as_json)
    else:
        from sandbox.cli.forks import fork_many

        fork_many(session, name, many, options, as_json=as_json)


def _turn(session: Session, name: str, at: str | None) -> int | None:
    from sandbox.prompts import find_turn

    if at is None:
        return None
    loaded = session.load(name)
    return find_turn(loaded.transcript, at, loaded.state.threads)


def _by_seat(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Read `seat: text`; raises WrongUse, also for a seat that is named twice."""
    example = "buyer: 200, and I take it now." if option == "say" else "buyer: accept last"
    found: dict[str, str] = {}
    for text in given:
        seat, colon, rest = text.partition(":")
        if not colon or not seat.strip() or not rest.strip():
            raise WrongUse(f"cannot read {text!r}", remedy=f'write it as in --{option} "{example}"')
        if seat.strip() in found:
            raise WrongUse(
                f"{seat.strip()!r} has two turns in --{option}, and takes one", remedy="fork the branch for the second"
            )
        found[seat.strip()] = rest.strip()
    return found


def _fork_one(session: Session, name: str, options: Mapping[str, Any], *, quiet: bool, as_json: bool) -> None:
    show = Onward(session, quiet=quiet or as_json, how="goes its own way", origin=None)
    with stopping(show):
        asyncio.run(_play(session, name, options, show))
    show.conclude(as_json=as_json)


async def _play(session: Session, name: str, options: Mapping[str, Any], show: Onward) -> None:
    from sandbox.continuing import afork
    from sandbox.rendering.scene import Origin
    from sandbox.sinks import borrow

    def started(branch: str, coordinator: Coordinator) -> None:
        after = store.find(branch).after or 0
        show.origin, show.left = Origin(name, after), store.load(name).state(after)
        show.started(branch, coordinator)

    async with borrow(session.database) as store:
        await afork(
            name,
            **options,
            workspace=session.workspace,
            store=store,
            watch=show.watch,
            started=started,
            listen=Person(show).listen,
        )
