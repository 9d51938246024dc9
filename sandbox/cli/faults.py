"""Say what went wrong, in one place, and choose the exit code.

0 done; 1 a difference or a failure was found; 2 wrong use, a file that cannot be meant, or a fault in Moot; 130 stopped
by Ctrl+C; 141 nobody reads the output any more.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from typing import Any, TextIO

import click

from moot_errors import MootError, RunFailed
from sandbox.cli.output import encode
from sandbox.cli.session import in_colour
from sandbox.rendering.paint import Paint
from sandbox.rendering.printable import printable

FOUND, WRONG, INTERRUPTED, UNREAD = 1, 2, 130, 141
LONGEST = 400


def guard(call: Callable[[], Any], *, as_json: bool) -> int:
    """Run a command; return its exit code after saying what went wrong, if anything did."""
    _always_have_streams()
    _never_fail_to_encode()
    try:
        result = call()
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except BrokenPipeError:
        let_go_of(sys.stdout)
        return UNREAD
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        return _say(_of_click(error), as_json, WRONG)
    except MootError as error:
        return _say(error, as_json, FOUND if isinstance(error, RunFailed) else WRONG)
    except Exception as error:  # noqa: BLE001  the last resort: said by type and message, with the traceback on demand
        return _say(_of_fault(error), as_json, WRONG)


def _say(error: MootError, as_json: bool, code: int) -> int:
    paint = Paint(in_colour(sys.stderr))
    head = f"{error.place}: {error.message}" if error.place else error.message
    first, *more = map(_short, printable(head, lines=True).split("\n"))
    lines = [f"{paint('moot:', 'bad')} {first}", *(f"  {line}" for line in more)]
    if error.remedy:
        lines += [paint(f"  {line}", "dim") for line in printable(error.remedy, lines=True).split("\n")]
    _print(None, sys.stdout)  # what was printed before it comes first
    _print("\n".join(lines), sys.stderr)
    if as_json:
        _print(encode({"error": as_data(error)}), sys.stdout)
    return code


def _print(text: str | None, stream: TextIO) -> None:
    """Print and flush; a stream that takes no more is let go of, and the other may still be read."""
    try:
        if text is not None:
            stream.write(f"{text}\n")
        stream.flush()
    except OSError:
        let_go_of(stream)


def _short(line: str) -> str:
    """Keep what a line quotes from filling the screen."""
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def as_data(error: MootError) -> dict[str, Any]:
    """Write an error as plain data."""
    place = error.place
    return {
        "type": type(error).__name__,
        "message": error.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "remedy": error.remedy,
    }


def _of_click(error: click.ClickException) -> MootError:
    """Word click's own errors as ours are worded."""
    context = getattr(error, "ctx", None)
    close = getattr(error, "possibilities", None)
    message = error.message if close else error.format_message()
    message = (message[:1].lower() + message[1:]).rstrip(".")
    path = context.command_path if context else "moot"
    remedy = f"did you mean {close[0]!r}?" if close else f"{path} --help shows what it takes"
    return MootError(f"{path.removeprefix('moot ')}: {message}" if path != "moot" else message, remedy=remedy)


def _of_fault(error: Exception) -> MootError:
    """Say what nobody expected: the system refused something, or Moot is at fault."""
    if isinstance(error, OSError):
        message, remedy = f"the system refused something: {error}", "MOOT_DEBUG=1 shows what for"
    else:
        message = f"a fault in Moot: {type(error).__name__}: {error}"
        remedy = "please report it with what you typed; MOOT_DEBUG=1 shows where it happened"
    if os.environ.get("MOOT_DEBUG"):
        return MootError(f"{message}\n{''.join(traceback.format_exception(error))}")
    return MootError(message, remedy=remedy)


def _always_have_streams() -> None:
    """Send nowhere what goes to a stream that was closed before we began (`>&-`), for then Python has none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  open as long as the process


def _never_fail_to_encode() -> None:
    """Let a terminal that lacks a character show a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")


def let_go_of(stream: Any) -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
