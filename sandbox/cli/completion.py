"""`moot completion`: the script that completes words in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from moot_errors import WrongUse

_INSTALL = {
    "bash": 'add to ~/.bashrc:   eval "$(moot completion bash)"',
    "zsh": 'add to ~/.zshrc, below compinit:   eval "$(moot completion zsh)"',
    "fish": "type:   moot completion fish > ~/.config/fish/completions/moot.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(list(_INSTALL)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script for your shell.

    \b
    bash  add to ~/.bashrc:                  eval "$(moot completion bash)"
    zsh   add to ~/.zshrc, below compinit:   eval "$(moot completion zsh)"
    fish  moot completion fish > ~/.config/fish/completions/moot.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise WrongUse(f"there is no completion for {shell!r}")
    click.echo(f"# {_INSTALL[shell]}")
    click.echo(made(ctx.find_root().command, {}, "moot", "_MOOT_COMPLETE").source())
