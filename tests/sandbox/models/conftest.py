"""The server that misbehaves, for every test that talks to one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.models.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """Serve while a test runs; `server.url` is its base URL, `server.will(...)` says what comes next."""
    with Server() as serving:
        yield serving
