"""`moot init`: make a folder a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from moot_errors import Unwritable
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Session
from sandbox.rendering.printable import printable

FOLDERS: Final = ("personas", "scenarios", "experiments", "baselines")

FILES: Final = {
    "moot.toml": """\
# The settings of this workspace.  The folder with this file is the one that `moot` works in, also from below it.

# Brains by name: `moot run my-bike --cast seller=@stubborn`.
[brains.stubborn]
kind = "rule"
tactic = "time"     # u(t) = u_max - (u_max - u_min) * t^e
e = 8               # above 1 gives way late, below 1 early

# Language models by name: `moot run my-bike --cast buyer=haggler@gpt-mini`.  Take the # away from what you use;
# `moot models --check` asks each what it can do.  A key never stands in this file.
#
# [models.gpt-mini]                # OpenAI: export OPENAI_API_KEY=...
# model = "gpt-4o-mini"
# params = {temperature = 0.7}
#
# [models.local]                   # Ollama, llama.cpp, vLLM, LM Studio: any server that speaks OpenAI's protocol
# model = "llama3.1"
# base_url = "http://localhost:11434/v1"
# price = {input = 0, output = 0}  # dollars per million tokens
#
# [models.slow]                    # nobody, as `simulated` is: for trying things out
# provider = "simulated"
# simulated = {latency = 0.5, errors = {overloaded = 0.1}}

# What one run may take: it is ended there.  `--budget calls=20` goes before it.
#
# [budget]
# calls = 200
# cost = 0.50                      # dollars
""",
    ".gitignore": """\
# What was run here.  What is to be kept goes into baselines/: moot export RUN -o baselines/NAME.jsonl
transcripts.db*

# Runs that tests left beside their baselines; `moot review` shows them.
*.jsonl.new
""",
    "scenarios/my-bike.yaml": """\
title: My bike
story: >
  A bike is for sale among neighbours. They talk until they agree or one of them leaves.
parameters: {asking: 200}              # moot run my-bike --set parameters.asking=250
issues:
  price: {from: 50, to: 250, step: 10, unit: €}
  lock: [included, not included]
participants:
  seller:
    role: sells the bike, and asks {asking} €
    persona: neighbour                 # personas/neighbour.yaml
    brief: You need the room in the cellar.
    prefers:                           # points; a number between two points is worth what lies between
      price: {50: 0, 250: 90}
      lock: {included: 0, not included: 10}
    no_deal: 20                        # what it is worth to keep the bike
  buyer:
    role: wants the bike
    persona: haggler                   # of the library: moot personas
    brief: You have 220 at most.
    prefers:
      price: {50: 75, 250: 0}
      lock: {included: 25, not included: 0}
    no_deal: 15
    never: price > 220
threads:
  table: {members: all, speakers: alternating}
end: {agreement: all, rounds: 10}
""",
    "personas/neighbour.yaml": """\
name: neighbour
about: >
  Lives two floors up, waters everybody's plants in August, and would rather stay on good terms than win.
voice: Warm and a little long-winded. Gives a reason with every number.
values:
  - You meet again on the stairs.
facts: {age: 52, profession: nurse}
brain: {kind: rule, tactic: linear}
phrases:                               # {terms} is the offer, {them} the other's seat
  opening:
    - "I looked up what these go for, and thought of {terms}."
  concede:
    - "Since it stays in the house: {terms}."
  hold:
    - "I would still say {terms}, if it is all the same to you."
  accept:
    - "Lovely. {terms}, and you know where to find me."
""",
}


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def init(session: Session, folder: Path, as_json: bool) -> None:
    """Make FOLDER, or this one, a workspace; what is there already is left as it is."""
    made: list[str] = []
    left: list[str] = []
    for name in FOLDERS:
        (left if (folder / name).is_dir() else made).append(f"{name}/")
        _make_folder(folder / name)
    for name, text in FILES.items():
        (made if _write_new(folder / name, text) else left).append(name)
    if as_json:
        print_json({"workspace": str(folder.absolute()), "made": made, "left": left})
        return
    _tell(session, folder, made, left)


def _tell(session: Session, folder: Path, made: list[str], left: list[str]) -> None:
    out = session.console.out
    if made:
        out(printable(f"made in {folder.absolute()}:"), *(f"  {name}" for name in made))
    if left:
        out("was there already, and is as it was:", *(f"  {name}" for name in left))
    out(
        "next:",
        *([] if folder == Path() else [printable(f"  cd {folder}")]),
        "  moot run my-bike",
        "  moot scenarios --check",
    )


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable(f"the folder {str(path)!r} cannot be made: {error.strerror}") from error


def _write_new(path: Path, text: str) -> bool:
    """Write a file that is not there yet, whole or not at all; return whether it was written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        return False
    except OSError as error:
        raise Unwritable(f"{str(path)!r} cannot be written: {error.strerror}") from error
    return True
