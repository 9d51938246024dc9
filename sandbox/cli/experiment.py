"""`moot experiment`: arms by trials."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Final

import click

from moot_errors import NotFound

COMMANDS: Final = {
    "run": ("experiment_run:run", "play what is not done yet of a file's trials"),
    "ls": ("experiment_ls:ls", "list the experiments, and how far they are"),
    "measures": ("experiment_ls:measures", "list what can be measured"),
    "report": ("experiment_report:report", "say what came of it"),
    "compare": ("experiment_report:compare", "compare two experiments"),
}
"""Where each command is, and what help says of it."""


class _Group(click.Group):
    """Import a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in COMMANDS if _is_there(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"sandbox.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise NotFound("command", args[0], COMMANDS, remedy="moot experiment --help lists them")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])


def _is_there(name: str) -> bool:
    module = COMMANDS[name][0].partition(":")[0]
    return importlib.util.find_spec(f"sandbox.cli.{module}") is not None


@click.group(cls=_Group)
def experiment() -> None:
    """Play arms by trials, and say what came of them."""
