"""`moot run`: play a scenario, and watch."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_casting, complete_run, complete_scenario
from sandbox.cli.group import open_interface
from sandbox.cli.output import json_option
from sandbox.cli.person import Person
from sandbox.cli.session import Session
from sandbox.cli.stage import Show, stopping

if TYPE_CHECKING:
    from sandbox.coordinator import Coordinator
    from sandbox.plan import Plan
    from sandbox.recorded import Hybrid, Match, Mode


@click.command()
@click.argument("scenario", shell_complete=complete_scenario)
@click.option("--seed", type=int, default=0, show_default=True, help="What everything drawn is drawn from.")
@click.option(
    "--cast", "castings", multiple=True, metavar="SEAT=PERSONA@BRAIN", shell_complete=complete_casting,
    help="Who sits where: seat=persona@brain, seat=persona or seat=@brain.",
)  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="PATH=VALUE", help="Change a value, as in seller.no_deal=40.")
@click.option(
    "--budget", "budgets", multiple=True, metavar="WHAT=NUMBER",
    help="End it when so many calls, tokens, seconds, or dollars (cost) are used up.",
)  # fmt: skip
@click.option(
    "--answers", metavar="RUN[:SEAT,...]", shell_complete=complete_run,
    help="Answer these seats' calls, or everybody's, from that run or .jsonl file.",
)  # fmt: skip
@click.option(
    "--record", type=click.Choice(["none", "once", "new", "all"]),
    help="What is asked live all the same: nothing (none, unless given), seats it has no call of (once), calls that it"
    " does not have (new), everything (all).",
)  # fmt: skip
@click.option(
    "--match", type=click.Choice(["request", "turn"]),
    help="Find a call by its whole request (unless given), or by its turn only.",
)  # fmt: skip
@click.option("--bare", is_flag=True, help="Bare offers: rule brains do not talk.")
@click.option("--dry-run", is_flag=True, help="Ask no model, record nothing, and say what it would cost.")
@click.option("--watch", is_flag=True, help="Play it in the terminal interface.")
@click.option("--sit", metavar="SEAT", help="Take that seat, and see what it sees and nothing else.")
@click.option("--participant", metavar="CODE", help="With --sit: what a study calls whoever sits there.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Find it by this word: moot ls --tag TAG.")
@click.option("--quiet", "-q", is_flag=True, help="Show the outcome only.")
@json_option
@click.pass_obj
def run(
    session: Session, scenario: str, seed: int, castings: tuple[str, ...], settings: tuple[str, ...],
    budgets: tuple[str, ...], answers: str | None, record: Mode | None, match: Match | None, bare: bool,
    dry_run: bool, watch: bool, sit: str | None, participant: str | None, tags: tuple[str, ...], quiet: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a name, or the path of a file) to its end, and show it as it happens.

    With --answers some participants are answered as they were in another run, and the others live.

    Ctrl+C stops after the turn that is being taken, a second one at once; what was said until then is kept.  With
    --json one object is printed at the end.  Exit code 1: the run failed, or its budget
    ended it.
    """
    if sit is not None:
        castings = _sitting(sit, castings, watch or dry_run or quiet or as_json)
    elif participant is not None:
        raise WrongUse("--participant goes with --sit", remedy="name a seat: --sit SEAT")
    if tags:
        _check_tags(tags, elsewhere=watch or dry_run or sit is not None)
    hybrid = _hybrid(session, answers, record, match)
    plan = make_plan(session, scenario, seed, castings, settings, budgets, bare, hybrid)
    if dry_run:
        from sandbox.cli.dryrun import print_estimate

        print_estimate(session.console, plan, as_json=as_json)
        return
    if watch:
        if quiet or as_json:
            raise WrongUse("--watch does not go with --quiet or --json", remedy="leave one of them out")
        open_interface(click.get_current_context(), plan=plan)
        return
    if sit is not None:
        open_interface(click.get_current_context(), "sit", plan=plan, seat=sit, participant=participant, run="")
        return
    show = Show(session, quiet=quiet or as_json)
    with stopping(show):
        asyncio.run(_play(session, plan, show, tags))
    show.conclude(as_json=as_json)


def _sitting(seat: str, castings: tuple[str, ...], otherwise: bool) -> tuple[str, ...]:
    """Let a person take a seat."""
    if otherwise:
        raise WrongUse("--sit does not go with --watch, --dry-run, --quiet or --json", remedy="leave them out")
    if any(text.startswith(f"{seat}=") for text in castings):
        raise WrongUse(f"{seat!r} is cast, and a person is to sit there", remedy=f"leave out --cast {seat}=…")
    return (*castings, f"{seat}=@human")


def make_plan(
    session: Session, scenario: str, seed: int, castings: tuple[str, ...], settings: tuple[str, ...],
    budgets: tuple[str, ...], bare: bool, answers: Hybrid | None = None,
) -> Plan:  # fmt: skip
    """Check the words of the command line; raises a MootError for what is wrong with them."""
    from sandbox.cast import parse_casting
    from sandbox.plan import plan

    cast = dict(parse_casting(text) for text in castings)
    changed = dict(parse_setting(text) for text in settings)
    budget = dict(parse_budget(text) for text in budgets)
    make = partial(plan, scenario, seed=seed, cast=cast, budget=budget, answers=answers, workspace=session.workspace)
    made = make(settings=changed)
    if not bare:
        return made
    rules = [seat for seat, chair in made.cast.items() if chair.brain.get("kind") == "rule"]
    written = made.situation.written
    changed |= {f"{written.get(seat, seat)}.brain.talk": False for seat in rules}
    return make(settings=changed)


def _hybrid(session: Session, answers: str | None, record: Mode | None, match: Match | None) -> Hybrid | None:
    """Read from which run which seats are answered, and how; raises NotFound and WrongUse."""
    from sandbox.recorded import Hybrid

    if answers is None:
        if record or match:
            raise WrongUse("--record and --match go with --answers", remedy="name a run: --answers RUN")
        return None
    run, colon, listed = answers.rpartition(":") if not answers.endswith(".jsonl") else (answers, "", "")
    loaded = session.load(run if colon else answers)
    transcript = replace(loaded.transcript, name=loaded.name)
    seats = frozenset(seat.strip() for seat in listed.split(",")) if colon else None
    return Hybrid(transcript, seats, record or "none", match or "request")


def parse_setting(text: str) -> tuple[str, Any]:
    """Read `path=value`; the value is YAML, so `40` is a number and `[a, b]` a list."""
    from personas import parse_document

    path, equals, value = text.partition("=")
    if not equals or not path:
        raise WrongUse(f"cannot read {text!r} as a setting", remedy="write path=value, as in seller.no_deal=40")
    return path.strip(), parse_document(value, f"--set {path}").data if value.strip() else ""


def parse_budget(text: str) -> tuple[str, float]:
    """Read `what=number`."""
    what, equals, number = text.partition("=")
    try:
        if not equals:
            raise ValueError
        limit = float(number)
    except ValueError:
        raise WrongUse(f"cannot read {text!r} as a budget", remedy="write what=number, as in calls=20") from None
    return what.strip(), int(limit) if limit.is_integer() else limit


def _check_tags(tags: tuple[str, ...], *, elsewhere: bool) -> None:
    from transcripts import check_tag

    if elsewhere:
        raise WrongUse("--tag does not go with --watch, --sit or --dry-run", remedy="moot tag RUN TAG does it later")
    for tag in tags:
        check_tag(tag)


async def _play(session: Session, plan: Plan, show: Show, tags: tuple[str, ...]) -> None:
    from sandbox.play import arun
    from sandbox.sinks import borrow

    plan.open_models()  # before there is a file to record in
    async with borrow(session.database) as store:

        def started(name: str, coordinator: Coordinator) -> None:
            show.started(name, coordinator)
            if tags:
                store.tag([name], *tags)

        await arun(
            plan,
            workspace=session.workspace,
            store=store,
            watch=show.watch,
            started=started,
            listen=Person(show).listen,
        )
