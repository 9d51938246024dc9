"""The commands that the interface adds to the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from moot_errors import WrongUse
from sandbox.cli.complete import complete_run
from sandbox.cli.session import on_terminal

if TYPE_CHECKING:
    from sandbox.cli.session import Session
    from sandbox.plan import Plan


@click.command()
@click.argument("run", required=False, shell_complete=complete_run)
@click.option("--read-only", is_flag=True, help="Only look: begin, stop and change nothing.")
@click.pass_obj
def watch(session: Session, run: str | None, read_only: bool, plan: Plan | None = None) -> None:
    """Open the terminal interface; with RUN, show that run first, also while another process plays it.

    In it, ? shows the keys that work.  It needs a terminal.
    """
    if not on_terminal():
        what = f"moot show {run}" if run else "moot ls"
        raise WrongUse("the terminal interface needs a terminal", remedy=f"without one: {what}")
    from tui.feed import Playing
    from tui.house import House
    from tui.interface import open_interface

    house = House(session.workspace, session.database, read_only=read_only)
    if run is not None:
        house.feed(run)  # a name that nothing answers to is said before the screen is taken
    open_interface(house, run=run, plan=plan)
    for name, feed in house.feeds.items():
        if isinstance(feed, Playing):
            feed.poll()
            onward = "" if feed.moment().over else f"; to go on: moot resume {name}"
            session.console.out(session.console.paint(f"It is kept: moot show {name}{onward}", "dim"))


@click.command()
@click.argument("run", shell_complete=complete_run)
@click.option("--as", "seat", metavar="SEAT", required=True, help="The seat to take.")
@click.option("--participant", metavar="CODE", help="What a study calls whoever sits there; asked for unless given.")
@click.pass_obj
def sit(session: Session, run: str, seat: str, participant: str | None, plan: Plan | None = None) -> None:
    """Take a seat of RUN, which was broken off or waits for somebody, and see what that seat sees.

    The others are played in this process, so a run that another one plays cannot be sat in.  A scenario may have a text
    to consent to and a time limit; who sat there is recorded.  It needs a terminal.
    """
    if not on_terminal():
        raise WrongUse("to take a seat needs a terminal", remedy="without one, moot resume asks line by line")
    from tui.chair import ChairApp, seating_for, seating_of
    from tui.house import House
    from tui.interface import sharing

    house = House(session.workspace, session.database)
    seating = seating_of(house, run, seat, participant) if plan is None else seating_for(house, plan, seat, participant)
    app = ChairApp(house, seating)  # what is wrong with its keys is said before the screen is taken
    try:
        with sharing():
            app.run()
    finally:
        house.close()
    over = app.over.fault if app.over else None
    if fault := app.fault or over:
        raise fault
    if app.feed is not None:
        session.console.out(session.console.paint(f"It is kept: moot show {app.feed.name} --as {seat}", "dim"))
