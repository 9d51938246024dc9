"""A workspace of its own for each test, and the command line called in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.cli.entry import moot as command
from tests.sandbox.models.server import Server

Moot = Callable[..., Result]

SECRETS = """\
title: Three at a table
story: What everybody knows.
issues:
  price: {from: 0, to: 100, step: 5}
  colour: [red, blue]
participants:
  ann:
    role: role-of-ann
    brief: brief-of-ann
    prefers: {price: {0: 0, 100: 71}, colour: {red: 29, blue: 0}}
    no_deal: 12.37
  ben:
    role: role-of-ben
    brief: brief-of-ben
    prefers: {price: {0: 73, 100: 0}, colour: {red: 0, blue: 27}}
    no_deal: 16.41
  cat:
    role: role-of-cat
    brief: brief-of-cat
    brain: {kind: rule, tactic: conceder}
    prefers: {price: {0: 0, 100: 67}, colour: {red: 0, blue: 33}}
    no_deal: 18.43
    never: price < 10
threads:
  table: {members: all}
  aside: {members: [ann, ben]}
end: {agreement: all, rounds: 4}
"""
"""Each has a brief and numbers that nobody else may see, and a thread that one of them is not in."""

STUBBORN = """\
title: Nobody gives way
issues: {price: {from: 0, to: 100, step: 1}}
participants:
  left: {prefers: {price: {0: 0, 100: 100}}, brain: {kind: rule, tactic: hardheaded}}
  right: {prefers: {price: {0: 100, 100: 0}}, brain: {kind: rule, tactic: hardheaded}}
threads: {table: {members: all}}
end: {agreement: all, rounds: 10000}
"""
"""Goes on until somebody stops it."""

FAULTY = """\
title: One breaks its own limit
issues: {price: {from: 0, to: 100, step: 10}}
participants:
  left:
    prefers: {price: {0: 0, 100: 100}}
    never: price < 50
    brain:
      kind: script
      lines:
        - {say: secret-attempt, offer: {price: 10}}
        - {say: secret-attempt, offer: {price: 20}}
        - {say: secret-attempt, offer: {price: 30}}
  right: {prefers: {price: {0: 100, 100: 0}}, brain: {kind: rule, tactic: hardheaded}}
threads: {table: {members: all}}
end: {agreement: all, rounds: 10}
"""
"""Each turn of the left one is refused and so forfeited, until the run fails."""


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty workspace."""
    for name in ("MOOT_WORKSPACE", "MOOT_DEBUG", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "moot.toml").touch()
    (tmp_path / "scenarios").mkdir()
    for name, text in (("secrets", SECRETS), ("stubborn", STUBBORN), ("faulty", FAULTY)):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve models while a test runs."""
    with Server() as serving:
        yield serving


KEY = "canary-7f3e91c2d4"


@pytest.fixture
def local(server: Server, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Give the workspace a model behind the server, called `local`, that needs the key `KEY`."""
    monkeypatch.setenv("LOCAL_KEY", KEY)
    table = f'[models.local]\nmodel = "small"\nbase_url = "{server.url}"\nkey_env = "LOCAL_KEY"\nretries = 0\n'
    (workspace / "moot.toml").write_text(f"{table}price = {{input = 1.0, output = 2.0}}\n", encoding="utf-8")
    return server


@pytest.fixture(scope="session")
def moot() -> Moot:
    """Call the command line: `moot("run", "used-bike")`; what it prints goes through a pipe."""

    def call(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(command, words, input=answer)

    return call
