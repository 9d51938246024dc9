"""`moot models`: list the models of a workspace, read one, or ask each what it can do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import click

from moot_errors import NotFound, WrongUse
from sandbox.cli.complete import complete_model
from sandbox.cli.faults import FOUND
from sandbox.cli.output import json_option, print_json
from sandbox.cli.session import Console, Session
from sandbox.rendering.layout import table, wrap
from sandbox.rendering.numbers import duration
from sandbox.rendering.printable import printable

if TYPE_CHECKING:
    from sandbox.models import Profile
    from sandbox.models.probe import Finding

_ABILITIES = {"word": "answers", "stream": "streams", "tool": "calls tools", "json": "writes JSON"}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_model)
@click.option("--check", is_flag=True, help="Ask them, or all: for a word, in a stream, for a tool call, for JSON.")
@json_option
@click.pass_obj
def models(session: Session, names: tuple[str, ...], check: bool, as_json: bool) -> None:
    """List the models of moot.toml, or read one.  Keys are never shown.

    Exit code 1: one that was checked cannot answer.
    """
    profiles = session.workspace.models.profiles
    for name in names:
        if name not in profiles:
            raise NotFound("model", name, profiles, remedy=f"write [models.{name}] in moot.toml")
    if check:
        asyncio.run(_check(session, [profiles[name] for name in names or profiles], as_json))
    elif len(names) > 1:
        raise WrongUse(f"one model is read at a time, not {len(names)}", remedy="--check takes several")
    elif names:
        _print_one(session.console, profiles[names[0]], as_json)
    else:
        _print_all(session.console, list(profiles.values()), as_json)


def key_words(profile: Profile) -> str:
    """Say where a profile's key comes from, and whether it is there."""
    from sandbox.models.keys import key_variable
    from sandbox.models.probe import key_is_there

    if profile.provider != "openai":
        return "none"
    variable = key_variable(profile)
    source = f"by {profile.key_command[0]}" if profile.key_command else f"${variable}" if variable else "none"
    there = key_is_there(profile)
    if there is False:
        return f"{source}, not set" if variable else f"{source}, and a header's variable is not set"
    return f"{source}, set" if there and variable else source


def _data(profile: Profile) -> dict[str, Any]:
    from sandbox.models.probe import key_is_there

    return {
        "name": profile.name,
        "provider": profile.provider,
        "model": profile.asks_for,
        "base_url": profile.base_url if profile.provider == "openai" else None,
        "key": key_words(profile),
        "key_is_there": key_is_there(profile),
        "limits": profile.limits.model_dump(mode="json"),
        "price": profile.price.model_dump(mode="json") if profile.price else None,
        "fallback": list(profile.fallback),
        "route": profile.route,
    }


def _print_all(console: Console, profiles: list[Profile], as_json: bool) -> None:
    if as_json:
        print_json([_data(profile) for profile in profiles])
        return
    rows = [["name", "model", "at", "key", "limits", "price", "fallback"], *map(_row, profiles)]
    used = [column for column in zip(*rows, strict=True) if any(column[1:])]
    first, *rest = table([[printable(cell) for cell in row] for row in zip(*used, strict=True)])
    console.out(console.paint(first, "dim"), *rest)
    if len(profiles) == 1:
        console.out(console.paint("add others to moot.toml: moot init writes examples", "dim"))


def _row(profile: Profile) -> list[str]:
    price = f"${profile.price.input:g} in, ${profile.price.output:g} out" if profile.price else ""
    named = [profile.name, profile.asks_for, _where(profile), key_words(profile)]
    return [*named, _pairs(profile.limits.plain()), price, ", ".join(profile.fallback)]


def _where(profile: Profile) -> str:
    match profile.provider:
        case "openai":
            return profile.base_url
        case "autogen":
            return str((profile.component or {}).get("provider", "?"))
        case "simulated":
            return "nowhere: simulated"


def _print_one(console: Console, profile: Profile, as_json: bool) -> None:
    if as_json:
        print_json(_data(profile))
        return
    told = {
        "model": profile.asks_for,
        "at": _where(profile),
        "key": key_words(profile),
        "parameters": _pairs(profile.params.plain()),
        "limits": _pairs(profile.limits.model_dump(exclude_none=True)),
        "price": f"{_pairs(profile.price.plain())}, in dollars per million tokens" if profile.price else "",
        "time-outs": _pairs(profile.timeouts.model_dump()) + ", in seconds",
        "retries": str(profile.retries),
        "fallback": ", ".join(profile.fallback),
        "route": ", ".join(f"{purpose} to {name}" for purpose, name in profile.route.items()),
        "acts": profile.tools,
        "context": f"{profile.context:,} tokens" if profile.context else "",
    }
    console.out(console.paint(printable(profile.name), "bold"))
    for line in table([["", label, printable(text)] for label, text in told.items() if text]):
        console.out(*wrap(line, console.width, rest=" " * 14))


def _pairs(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


async def _check(session: Session, profiles: list[Profile], as_json: bool) -> None:
    """Ask one after the other, for those behind one server would only keep each other waiting."""
    from sandbox.models.probe import probe

    found: dict[str, list[Finding]] = {}
    for profile in profiles:
        found[profile.name] = []
        if not as_json:
            session.console.out(*_head(session.console, profile))
        async for finding in probe(profile, trusted=session.workspace.trusted):
            found[profile.name].append(finding)
            if not as_json:
                session.console.out(*_finding(session.console, finding))
    if as_json:
        print_json(
            [{"name": name, "findings": [each._asdict() for each in each_one]} for name, each_one in found.items()]
        )
    if not all(findings[0].works for findings in found.values()):
        click.get_current_context().exit(FOUND)


def _head(console: Console, profile: Profile) -> list[str]:
    where = f"{profile.name}: {profile.asks_for} at {_where(profile)}"
    return [console.paint(line, "bold") for line in wrap(printable(where), console.width)]


def _finding(console: Console, finding: Finding) -> list[str]:
    mark, shade = ("✓", "good") if finding.works else ("✗", "bad")
    took = duration(finding.took) if finding.took is not None else ""
    served = f"served by {finding.served}" if finding.served and finding.ability == "word" else ""
    told = ", ".join(filter(None, [took, served, finding.problem]))
    text = f"{mark} {_ABILITIES[finding.ability]:<13}{printable(told)}"
    first, *rest = wrap(text, console.width, first="  ", rest=" " * 17)
    lines = [first.replace(mark, console.paint(mark, shade), 1), *rest]
    if finding.remedy:
        lines += [console.paint(line, "dim") for line in wrap(printable(finding.remedy), console.width, first=" " * 17)]
    return lines
