"""What the plugin needs is imported once: pytester forgets what is imported inside of it, and numpy loads only once."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path

import pytest

from sandbox import Checks, CheckSession


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(CheckSession(Path(folder), update=frozenset({"new", "changed"})))
        for _ in range(2):
            checks.check(checks.run("used-bike"), "bike.jsonl", level="similar")
        with pytest.raises(AssertionError):
            Checks(CheckSession(Path(folder))).check(checks.run("used-bike", seed=1), "bike.jsonl")
    importlib.import_module("sandbox.models.client")


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
