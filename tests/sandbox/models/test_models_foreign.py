"""The client against a server that is not ours: a LiteLLM proxy that makes its answers up.

Runs where `litellm[proxy]` is installed, and starts it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.models.client import OpenAIModel
from sandbox.models.errors import BadRequest, NotThere, RateLimited
from sandbox.models.profiles import Profile
from sandbox.models.types import ChatMessage, Request, Served

CONFIG = """
model_list:
  - model_name: small
    litellm_params: {model: openai/small, api_key: none, mock_response: "Two hundred it is, für 2 €."}
  - model_name: busy
    litellm_params: {model: openai/busy, api_key: none, mock_response: "litellm.RateLimitError"}
general_settings: {master_key: sk-proxy-key-1234567890}
"""
KEY = "sk-proxy-key-1234567890"
PATIENCE = 120
HELLO = Request(messages=(ChatMessage(role="user", content="Well?", name="Ann B."),))


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if importlib.util.find_spec("litellm") is None:
        pytest.skip("litellm is not installed: pip install 'litellm[proxy]'")
    folder = tmp_path_factory.mktemp("proxy")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("litellm")
    command = [str(program), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)]
    quiet = os.environ | {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "*"}
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=quiet)
    try:
        _until_it_answers(f"http://127.0.0.1:{port}/health/liveliness", running, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def _until_it_answers(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and running.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)  # it is starting, and says nothing when it has
        else:
            return
    pytest.fail(f"the proxy did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


def ask(proxy: str, model: str = "small", key: str = KEY, pieces: list[str] | None = None) -> Served:
    profile = Profile(name="foreign", base_url=proxy, model=model, retries=0)
    return asyncio.run(OpenAIModel(profile, key).create(HELLO, on_text=None if pieces is None else pieces.append))


def test_it_answers(proxy: str) -> None:
    reply = ask(proxy)
    assert reply.answer.text == "Two hundred it is, für 2 €."
    assert reply.answer.stop == "stop"
    assert (reply.answer.usage.input or 0) > 0 and (reply.answer.usage.output or 0) > 0


def test_it_streams(proxy: str) -> None:
    pieces: list[str] = []
    reply = ask(proxy, pieces=pieces)
    assert reply.answer.text == "".join(pieces) == "Two hundred it is, für 2 €."
    assert reply.answer.stop == "stop"


def test_its_errors_are_told_as_themselves(proxy: str) -> None:
    with pytest.raises(NotThere):
        ask(proxy, model="nobody-has-it")
    with pytest.raises(RateLimited):
        ask(proxy, model="busy")
    with pytest.raises(BadRequest, match="No connected db"):  # what it says of a wrong key, when it has no database
        ask(proxy, key="sk-another-key-1234567890")
