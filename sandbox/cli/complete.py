"""What can stand at the cursor when Tab is pressed: quick, and silent whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from sandbox.cli.session import Session

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem[str]]]

_MOST = 200


def _completer(names: Callable[[Session, click.Context, str], Iterable[str]], *, files: str = "") -> Completer:
    """Complete by names; with `files`, words that look like a path are left to the shell."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        if files and ("/" in incomplete or incomplete.startswith(".")):
            return [CompletionItem(incomplete, type="file")]
        try:
            found = list(names(_session(ctx), ctx, incomplete))
        except Exception:  # noqa: BLE001  a completion that fails must not write into the line that is being typed
            return []
        return [CompletionItem(name) for name in found if name.startswith(incomplete)][:_MOST]

    return complete


def _session(ctx: click.Context) -> Session:
    """Make the session from the words before the command, which click does not invoke to complete."""
    if isinstance(ctx.obj, Session):
        return ctx.obj
    given = ctx.find_root().params
    return Session(given.get("workspace"), given.get("db"))


def _argument(ctx: click.Context, name: str) -> str:
    """Find the argument; click leaves it among the words where an option has no value yet."""
    return ctx.params.get(name) or next((word for word in ctx.args if not word.startswith("-")), "")


def _scenarios(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    from scenarios import list_scenarios

    return list_scenarios(session.workspace.scenarios)


def _personas(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    from personas import list_personas

    return list_personas(session.workspace.personas)


def _models(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    return session.workspace.models.profiles


def _experiments(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    from sandbox.experiments import list_experiments

    return list_experiments(session.workspace)


def _runs(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    if not session.has_runs:
        return []
    with session.store() as store:
        return ["last", *(info.name for info in reversed(store.runs(limit=_MOST)))]


def _tags(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    if not session.has_runs:
        return []
    with session.store() as store:
        return store.tags()


def _seats(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    return session.load(_argument(ctx, "run") or "last").state.seats


def _castings(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    """Complete `seat=`, then the persona, then after an @ the brain."""
    from sandbox.cast import brain_names
    from scenarios import load_scenario

    seat, equals, rest = incomplete.partition("=")
    if not equals:
        data = load_scenario(_argument(ctx, "scenario"), session.workspace.scenarios).data
        return [f"{name}=" for name in data["participants"]]
    persona, at, _ = rest.partition("@")
    if at:
        return [f"{seat}={persona}@{brain}" for brain in brain_names(session.workspace)]
    return [f"{seat}={name}" for name in _personas(session, ctx, incomplete)]


def _run_castings(session: Session, ctx: click.Context, incomplete: str) -> Iterable[str]:
    """Complete as `_castings` does, with the seats of a run."""
    if "=" in incomplete:
        return _castings(session, ctx, incomplete)
    return [f"{seat}=" for seat in _seats(session, ctx, incomplete)]


complete_scenario = _completer(_scenarios, files="*.yaml")
complete_experiment = _completer(_experiments, files="*.yaml")
complete_persona = _completer(_personas, files="*.yaml")
complete_model = _completer(_models)
complete_run = _completer(_runs, files="*.jsonl")
complete_tag = _completer(_tags)
complete_seat = _completer(_seats)
complete_casting = _completer(_castings)
complete_run_casting = _completer(_run_castings)
