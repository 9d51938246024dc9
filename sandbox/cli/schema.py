"""`moot schema`: JSON Schemas, so that editors complete and check what is written."""

from __future__ import annotations

import sys
from typing import Any

import click

from sandbox.cli.output import encode


@click.command()
@click.argument("what", type=click.Choice(["scenario", "persona", "experiment"]))
def schema(what: str) -> None:
    """Print the JSON Schema of scenario, persona or experiment files."""
    click.echo(encode({"scenario": _scenario, "persona": _persona, "experiment": _experiment}[what]()))
    if sys.stderr.isatty():
        click.echo(f"moot schema {what} > {what}.json, and as the first line of a file, for your editor:", err=True)
        click.echo(f"# yaml-language-server: $schema=../{what}.json", err=True)


def _scenario() -> dict[str, Any]:
    from sandbox.guards import guard_json_schema
    from scenarios import scenario_json_schema

    return scenario_json_schema(guard_json_schema())


def _persona() -> dict[str, Any]:
    from personas import Persona

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Persona.model_json_schema()}


def _experiment() -> dict[str, Any]:
    from sandbox.experiments import experiment_json_schema

    return experiment_json_schema()
