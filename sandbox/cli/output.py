"""Machine-readable output."""

from __future__ import annotations

import json
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")


def encode(data: Any) -> str:
    """Write JSON in ASCII, so that no character of it can mean anything to a terminal."""
    return json.dumps(data, ensure_ascii=True, allow_nan=False, indent=2)


def print_json(data: Any) -> None:
    click.echo(encode(data))
