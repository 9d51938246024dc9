"""A key is in no byte that is stored, exported, shown or hashed, whoever quotes it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import moot
from sandbox.cli.entry import moot as command
from sandbox.workspace import Workspace
from tests.sandbox.models.server import Received, Server, Step, call, failing, message, respond, streamed
from transcripts import Said

PLAIN_KEY = "hush7-not-of-any-known-shape-91"
SHAPED_KEY = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"
HEADER = "tenant-secret-4711"

SCENARIO = """\
title: A price, {key}
story: The operator left {key} on the table.
notes: Pay with {key}.
parameters: {{note: "{key}"}}
issues: {{price: {{from: 0, to: 9}}, mood: [good, "{key}"]}}
participants:
  ann: {{role: "knows {key}", brief: "Bearer {key}", prefers: {{price: 1}}, persona: quoting}}
  ben: {{prefers: {{price: {{0: 9, 9: 0}}}}, brain: {{kind: script, lines: [{{say: "I know {key}."}}]}}}}
threads: {{table: {{speakers: alternating}}}}
end: {{rounds: 7}}
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        yield serving


@pytest.fixture(params=[PLAIN_KEY, SHAPED_KEY], ids=["any shape", "a known shape"])
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def workspace(tmp_path: Path, server: Server, key: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Quote the key wherever a person can write it, but for the environment, where it belongs."""
    return furnish(tmp_path, server, key, monkeypatch)


def furnish(folder: Path, server: Server, key: str, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    monkeypatch.setenv("THE_KEY", key)
    monkeypatch.setenv("THE_HEADER", HEADER)
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    (folder / "moot.toml").write_text(
        f'[models.quoting]\nbase_url = "{server.url}"\nmodel = "small"\nkey_env = "THE_KEY"\nretries = 1\n'
        'longest_wait = 0.01\nheaders = {X-Tenant = "${THE_HEADER}"}\n',
        encoding="utf-8",
    )
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "keys.yaml").write_text(SCENARIO.format(key=key), encoding="utf-8")
    (folder / "personas").mkdir()
    persona = {
        "name": "quoting", "about": f"Tells everybody that it is {key}.", "voice": key, "values": [key],
        "facts": {"key": key}, "brain": {"kind": "llm", "model": "quoting", "prompt": {"turn": f"{{ask}} {key}"}},
    }  # fmt: skip
    (folder / "personas" / "quoting.yaml").write_text(json.dumps(persona), encoding="utf-8")
    return Workspace(folder)


def quote(server: Server, key: str) -> None:
    """Quote the key wherever a server can: in answers, calls, names and errors, of three runs."""
    sly = "".join(f"\\u{ord(letter):04x}" for letter in key)
    said = {"reasoning_content": f"The key is {key}.", "name": key}

    def names(received: Received) -> list[Step]:
        return respond({**message(f"{key}, {HEADER}", **said), "model": key, "system_fingerprint": key, "id": key})

    server.will(
        names,
        calling(call("offer", {"price": 3, "mood": key, "say": key}, id=key)),
        calling(call("offer", f'{{"price": "{sly}", "mood": "{sly}", "say": "{sly}"}}')),
        calling(call(key, {})),
        calling(call("accept", f'{{"offer": "{sly}"}}')),
        respond_with(f'<think>{key}</think>I say: "{key}"'),
        *["empty"] * 6,
    )
    server.will(
        failing(401, "invalid_api_key", f"Incorrect API key provided: {key}, {HEADER}"),
        failing(400, "invalid_request_error", f"no {key} here"),
        lambda received: streamed(f'data: {{"error": {{"message": "{key}", "code": 400}}}}\n\n'.encode()),
    )
    server.will(
        lambda received: respond(f"<html>{key}".encode(), 503),
        lambda received: respond(f"{key} is no JSON".encode()),
        *["401"] * 2,
    )


def calling(one: dict[str, Any]) -> Any:
    return lambda received: respond(message(None, "tool_calls", tool_calls=[one]))


def respond_with(text: str) -> Any:
    return lambda received: respond(message(text))


def assert_clean(data: bytes, key: str, where: str) -> None:
    """Look for the keys as they are, as JSON has them, and as basic authorisation would send them."""
    for secret in (key, HEADER):
        for written in (secret, json.dumps(secret)[1:-1], base64.b64encode(secret.encode()).decode()):
            at = data.find(written.encode())
            assert at < 0, f"{where}: {data[max(0, at - 200) : at + 60]!r}"


def play(workspace: Workspace, server: Server, key: str) -> list[moot.Run]:
    """Play the three runs, and a branch of the first in which persons quote it too."""
    quote(server, key)
    runs = [moot.run("keys", workspace=workspace, settings={"scenario.story": f"Now {key}."}) for _ in range(3)]
    assert not server._script and [run.status for run in runs] == ["failed"] * 3, "all that quotes it was asked"
    change: dict[str, Any] = {"say": {"ann": f"I have {key}."}, "settings": {"ann.brief": f"It was {key}."}}
    return [*runs, moot.fork(runs[0].name, at=2, workspace=workspace, **change)]


def test_no_file_and_no_output_has_it(workspace: Workspace, server: Server, key: str) -> None:
    runs = play(workspace, server, key)
    assert server.received[0].headers["authorization"] == f"Bearer {key}", "the server alone is given it"
    commands = [["ls", "--json"], ["search", "redacted"], ["models", "--json"]]
    for run in runs:
        for more in ([], ["--json"], ["--as", "ann"], ["--prompt", "1"]):
            commands.append(["show", run.name, *more])
        commands += [["export", run.name], ["export", run.name, "--evidence"]]
        for data in (run.transcript.to_jsonl(evidence=True), repr(run.state).encode()):
            assert_clean(data, key, "in memory")
    for words in commands:
        assert_clean(CliRunner().invoke(command, words).output.encode(), key, " ".join(words))
    written = {"moot.toml", "keys.yaml", "quoting.yaml"}
    stored = [file for file in workspace.root.rglob("*") if file.is_file() and file.name not in written]
    assert any(file.name == "transcripts.db" for file in stored)
    for file in stored:
        assert_clean(file.read_bytes(), key, file.name)


def test_what_is_shown_as_it_happens_does_not_have_it(workspace: Workspace, server: Server, key: str) -> None:
    for words in (["run", "keys"], ["run", "keys", "--json"]):
        quote(server, key)
        done = CliRunner().invoke(command, words)
        assert_clean(done.output.encode(), key, " ".join(words))
        server._script.clear()


def test_another_key_gives_the_same_content_and_fingerprints(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = []
    for key in (PLAIN_KEY, SHAPED_KEY, "another-key-entirely"):
        workspace = furnish(tmp_path / key, server, key, monkeypatch)
        contents.append([run.content() for run in play(workspace, server, key)])
    assert contents[0] == contents[1] == contents[2]


def test_what_is_left_says_that_something_was_there(workspace: Workspace, server: Server, key: str) -> None:
    server.will(respond_with(f"It is {key}."))
    run = moot.run("keys", workspace=workspace)
    said = [event.text for event in run.transcript.events if isinstance(event, Said) and event.seat == "ann"]
    assert said[0] == "It is [redacted]."
