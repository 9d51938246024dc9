"""A workspace of its own for each test that plays experiments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments import Course, Results, experiment, read_results
from sandbox.workspace import Workspace
from tests.sandbox.models.server import Server
from transcripts import Store

TALK = """\
title: A word or two
participants: {one: {}, other: {}}
threads: {table: {members: all}}
end: {rounds: 1}
"""
"""A conversation about nothing, two turns long."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty workspace."""
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "moot.toml").touch()
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "talk.yaml").write_text(TALK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve models while a test runs."""
    with Server() as serving:
        yield serving


@pytest.fixture
def model(home: Path, server: Server) -> Server:
    """Give the workspace a model behind the server, called `small`; an answer is of 12 and 8 tokens, $28."""
    table = f'[models.small]\nmodel = "ok"\nbase_url = "{server.url}"\nretries = 0\n'
    (home / "moot.toml").write_text(f"{table}price = {{input = 1e6, output = 2e6}}\n", encoding="utf-8")
    return server


Play = Callable[..., Course]


@pytest.fixture
def play(home: Path) -> Play:
    """Play an experiment: `play({"scenario": "used-bike"}, trials=3)`."""

    def call(file: Any = None, /, **options: Any) -> Course:
        known = ("jobs", "executor", "shard", "yes", "name", "store", "notify", "started")
        given = {key: options.pop(key) for key in known if key in options}
        if isinstance(file, Mapping):
            file = {"trials": 2, **file, **options}
        return experiment(file, workspace=Workspace(home), **given)

    return call


@pytest.fixture
def results(home: Path) -> Callable[..., Results]:
    """Read an experiment's results."""

    def read(name: str = "experiment") -> Results:
        with Store.open(home / "transcripts.db") as store:
            return read_results(name, store, Workspace(home))

    return read
