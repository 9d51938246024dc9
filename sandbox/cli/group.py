"""The group of commands: a table of names, so that help needs none of their modules."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from moot_errors import MootError, NotFound

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class Entry(NamedTuple):
    """A command: where it is, and what help says of it."""

    at: str
    """`module:attribute` below `sandbox.cli`; empty where one of our own entry points leads above it."""
    help: str


SECTIONS: Final[dict[str, dict[str, Entry]]] = {
    "Play": {
        "run": Entry("run:run", "play a scenario, and watch"),
        "resume": Entry("resume:resume", "go on with a run that was broken off"),
        "sit": Entry("", "take a seat of a run, and see what that seat sees"),
        "fork": Entry("fork:fork", "go on differently from a turn of a run"),
        "replay": Entry("replay:replay", "play a run again from its transcript, and compare"),
    },
    "Experiment": {
        "experiment": Entry("experiment:experiment", "play arms by trials, and say what came of them"),
        "merge": Entry("merge:merge", "join stores, such as those of shards"),
    },
    "Look": {
        "watch": Entry("", "open the terminal interface, as `moot` alone does"),
        "ls": Entry("ls:ls", "list the runs"),
        "show": Entry("show:show", "show a run, as a whole or as one participant knew it"),
        "search": Entry("search:search", "find words in what was said"),
        "diff": Entry("diff:diff", "say where two runs part, and why"),
    },
    "Keep": {
        "export": Entry("files:export", "write a run to a file"),
        "import": Entry("files:import_", "take runs in from files"),
        "tag": Entry("tag:tag", "keep a word beside runs, to find them by"),
        "rm": Entry("files:rm", "remove runs"),
        "review": Entry("review:review", "look through the runs that tests left beside their baselines"),
    },
    "Library": {
        "scenarios": Entry("scenarios:scenarios", "list, read or check scenarios"),
        "personas": Entry("personas:personas", "list, read or check personas"),
        "models": Entry("models:models", "list, read or check models"),
        "schema": Entry("schema:schema", "print a JSON Schema for editors"),
    },
    "Workspace": {
        "init": Entry("init:init", "make a folder a workspace"),
        "trust": Entry("trust:trust", "let a workspace run commands and load components"),
        "doctor": Entry("doctor:doctor", "look for what is wrong"),
        "completion": Entry("completion:completion", "print the script that completes words in your shell"),
    },
}
COMMANDS: Final = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


def added() -> dict[str, EntryPoint]:
    """Find the commands that other distributions add; ours go before those of the same name."""
    from importlib.metadata import entry_points

    points = entry_points(group="moot.commands")
    return {point.name: point for point in points if point.name not in COMMANDS}


def above(name: str) -> EntryPoint:
    """Find a command of ours that stands above this package; raises MootError where it is not installed."""
    from importlib.metadata import entry_points

    points = entry_points(group="moot.commands", name=name)
    ours = [point for point in points if point.dist is not None and point.dist.name == "moot"]
    if not ours:
        raise MootError(f"the command {name!r} is not installed", remedy="install Moot again, in a checkout: make dev")
    return ours[0]


class LazyGroup(click.Group):
    """Import a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *sorted(added())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if entry := COMMANDS.get(cmd_name):
            module, _, attribute = entry.at.partition(":")
            home = importlib.import_module(f"sandbox.cli.{module}") if module else None
            command: object = getattr(home, attribute) if home else _load(above(cmd_name))
        elif point := added().get(cmd_name):
            command = _load(point)
        else:
            return None
        if not isinstance(command, click.Command):
            raise MootError(
                f"{cmd_name!r} is no command: its entry point is {type(command).__name__}, not a click.Command"
            )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            raise NotFound("command", name, known, remedy="moot --help lists them")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, section in SECTIONS.items():
            _write(formatter, title, ((name, entry.help) for name, entry in section.items()))
        _write(formatter, "Added", ((name, f"from {_origin(point)}") for name, point in sorted(added().items())))


def open_interface(ctx: click.Context, name: str = "watch", **how: object) -> None:
    """Open the terminal interface, of which nothing here knows but its commands, `watch` and `sit`."""
    group = ctx.find_root().command
    command = group.get_command(ctx, name) if isinstance(group, click.Group) else None
    assert command is not None
    ctx.invoke(command, **how)


def _write(formatter: click.HelpFormatter, title: str, rows: Iterable[tuple[str, str]]) -> None:
    width = max(map(len, COMMANDS))
    if listed := [(name.ljust(width), text) for name, text in rows]:
        with formatter.section(title):
            formatter.write_dl(listed)


def _origin(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value


def _load(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:
        problem = f"the command {point.name!r} cannot be loaded: {type(error).__name__}: {error}"
        raise MootError(problem, remedy=f"it comes from {_origin(point)}") from error
