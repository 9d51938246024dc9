"""`moot run` with language models: what is shown of them, what they cost, and what is said when they fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sandbox.cli.conftest import KEY
from tests.sandbox.models.server import Behaviour, Received, Server, Step, answering, call, calling, failing

OFFER = call("offer", {"price": 200, "pickup": "today", "helmet": "included", "say": "Two hundred?"})
BUYER = ("--cast", "buyer=haggler@local")


def model(name: str, server: Server, more: str = "") -> None:
    """Add a model behind the server to the workspace."""
    table = f'\n[models.{name}]\nmodel = "{name}"\nbase_url = "{server.url}"\nretries = 0\n{more}\n'
    with Path("moot.toml").open("a", encoding="utf-8") as file:
        file.write(table)


def test_a_model_bargains_and_its_calls_are_billed(moot, local: Server) -> None:
    local.will(*[calling(OFFER)] * 20)
    played = moot("run", "used-bike", *BUYER)
    assert played.exit_code == 0, played.output
    assert "llm local (small)" in played.stdout and 'buyer (haggler): "Two hundred?"' in played.stdout
    assert "Agreed after" in played.stdout
    calls = len(local.received)
    assert f"\n  {calls} calls, {12 * calls} tokens in and {8 * calls} out, $0.00" in played.stdout
    assert moot("show", "last").stdout == played.stdout[: played.stdout.index("It is kept")]


def test_tokens_and_cost_are_what_the_provider_and_the_profile_say(moot, local: Server) -> None:
    played = moot("run", "used-bike", *BUYER, "--budget", "calls=3", "-q")
    assert "3 calls, 36 tokens in and 24 out, $0.000084" in played.stdout
    spent = json.loads(moot("show", "last", "--json").stdout)["spent"]
    assert (spent["calls"], spent["failed"], spent["cost"]) == (3, 0, 8.4e-05)
    assert spent["tokens"] == {"input": 36, "output": 24, "cached": 12, "reasoning": 9}


def test_a_price_that_nobody_knows_is_said_to_be_unknown(moot, local: Server) -> None:
    model("free", local)
    played = moot("run", "used-bike", "--cast", "buyer=@free", "--budget", "calls=1", "-q")
    assert "1 call, 12 tokens in and 8 out, cost unknown" in played.stdout
    assert json.loads(moot("show", "last", "--json").stdout)["spent"]["cost"] is None


def test_a_budget_ends_the_run_with_a_status_of_its_own(moot, local: Server) -> None:
    Path("moot.toml").write_text(Path("moot.toml").read_text() + "[budget]\ncalls = 50\ntokens = 60\n")
    played = moot("run", "used-bike", *BUYER, "--budget", "calls=2")
    assert played.exit_code == 1 and len(local.received) == 2
    assert "turn forfeited (budget): the budget of 2 calls is used up" in played.stdout
    assert "The run was ended by its budget, so there is no outcome" in played.stdout
    moot("run", "used-bike", *BUYER)
    assert len(local.received) == 2 + 3  # what moot.toml says of tokens holds
    assert [each["status"] for each in json.loads(moot("ls", "--json").stdout)] == ["exhausted"] * 2


@pytest.mark.parametrize(
    ("budget", "named", "remedy"),
    [
        ("call=3", "'call'", "did you mean 'calls'?"),
        ("calls", "'calls'", "what=number"),
        ("calls=many", "'calls=many'", "what=number"),
        ("cost=-1", "-1", ""),
        ("cost=nan", "nan", ""),
    ],
)
def test_a_budget_that_cannot_be_meant_is_named(moot, budget: str, named: str, remedy: str) -> None:
    refused = moot("run", "used-bike", "--budget", budget)
    assert refused.exit_code == 2 and named in refused.stderr and remedy in refused.stderr


def test_the_share_of_refused_answers_is_shown(moot, local: Server) -> None:
    wrong = calling(call("offer", {"price": 405, "pickup": "today", "helmet": "included", "say": "Hm."}))
    local.will(wrong, wrong, calling(call("walk_away", {"say": "Bye."})))
    played = moot("run", "used-bike", *BUYER)
    assert "buyer: 2 of 3 answers refused (67 %)" in played.stdout
    answers = json.loads(moot("show", "last", "--json").stdout)["answers"]
    assert answers["buyer"] == {"given": 3, "refused": 2} and answers["seller"]["refused"] == 0


def test_a_missing_key_is_said_before_anything_is_written(moot, local: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_KEY")
    refused = moot("run", "used-bike", *BUYER)
    assert refused.exit_code == 2 and not Path("transcripts.db").exists() and local.received == []
    assert "'LOCAL_KEY'" in refused.stderr and "model 'local'" in refused.stderr
    model("front", local, 'fallback = ["local"]')
    assert "'LOCAL_KEY'" in moot("run", "used-bike", "--cast", "buyer=@front").stderr
    assert moot("run", "used-bike", "-q").exit_code == 0  # who asks nobody needs no key


def test_a_brain_without_a_model_asks_the_default_one_and_says_so_if_there_is_none(moot) -> None:
    refused = moot("run", "used-bike", "--set", "buyer.brain.kind=llm", "--set", "buyer.brain={kind: llm}")
    assert refused.exit_code == 2 and "'default'" in refused.stderr and "[models.default]" in refused.stderr


def test_a_fallback_that_answered_is_told(moot, local: Server) -> None:
    model("front", local, 'fallback = ["local"]')
    local.will("503", answering("I stay."), "503", answering("I stay."))
    played = moot("run", "used-bike", "--cast", "buyer=@front", "--budget", "calls=2")
    assert "answered by local after front failed: overloaded" in played.stdout
    for form in ([], ["--events"], ["--json"]):  # who was asked in its place is nothing that the seat knows
        assert "front" not in moot("show", "last", "--as", "buyer", *form).stdout
    content = moot("export", "last").stdout
    Path("content.jsonl").write_text(content, encoding="utf-8")
    assert "answered by local in place of front" in moot("show", "content.jsonl").stdout


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (failing(503, said="no room"), "overloaded", "no room"),
        ("garbled", "unreadable", "not JSON"),
        ("refusal", "refusal", "I cannot."),
        ("filter", "filtered", "The response was filtered"),
    ],
)
def test_a_model_that_fails_is_no_outcome(moot, local: Server, behaviour: Behaviour, kind: str, said: str) -> None:
    local.will(*[behaviour] * 3)
    played = moot("run", "used-bike", *BUYER)
    assert played.exit_code == 1 and f"turn forfeited ({kind}): " in played.stdout
    assert said in " ".join(played.stdout.split()) and "so there is no outcome" in played.stdout
    assert "forfeit" not in moot("show", "last", "--as", "seller").stdout
    own = moot("show", "last", "--as", "buyer").stdout
    assert f"turn forfeited ({kind})" in own and said not in own


def test_a_dry_run_says_what_it_would_cost_and_asks_nobody(
    moot, local: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOCAL_KEY")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    dry = moot("run", "used-bike", *BUYER, "--dry-run")
    assert dry.exit_code == 0 and not Path("transcripts.db").exists()
    rows = dry.stdout.splitlines()
    assert rows[0].split() == ["profile", "model", "calls", "tokens", "in", "out", "cost"]
    assert rows[1].split()[:2] == ["local", "small"] and "$0.0" in rows[1]
    data = json.loads(moot("run", "used-bike", *BUYER, "--dry-run", "--json").stdout)
    total = data["total"]
    assert total == data["profiles"]["local"] and total["calls"] > 1
    cost = (total["tokens"]["input"] + 2 * total["tokens"]["output"]) / 1e6
    assert total["cost"] == pytest.approx(cost)
    assert "costs nothing" in moot("run", "used-bike", "--dry-run").stdout


def test_the_very_prompt_is_shown(moot, local: Server) -> None:
    moot("run", "used-bike", *BUYER, "--budget", "calls=2")
    (asked,) = json.loads(moot("show", "last", "--prompt", "4", "--json").stdout)
    sent = local.received[1].body
    for said, wire in zip(asked["request"]["messages"], sent["messages"], strict=True):
        text = (
            said["content"] if isinstance(said["content"], str) else "".join(part["text"] for part in said["content"])
        )
        there = wire["content"]
        assert text == (there if isinstance(there, str) else "".join(part["text"] for part in there))
    names = [tool["function"]["name"] for tool in sent["tools"]]
    assert [tool["name"] for tool in asked["request"]["tools"]] == names
    assert (asked["turn"], asked["model"], asked["served"]) == (4, "small", "small-1")
    shown = moot("show", "last", "--prompt", "4").stdout
    for part in ("You are buyer", '"message":"table:3"', "walk_away(say: string)", "Two hundred, and I", "$0.000028"):
        assert part in shown
    assert moot("show", "last", "--prompt", "table:4").stdout == shown


def test_a_prompt_as_a_participant_is_its_own_and_says_nothing_of_the_model(moot, local: Server) -> None:
    moot("run", "secrets", "--cast", "cat=@local", "--seed", "5", "--budget", "calls=3")
    turns = [
        event for event in json.loads(moot("show", "last", "--events", "--json").stdout) if event["kind"] == "answered"
    ]
    turn = str(turns[0]["turn"])
    shown = moot("show", "last", "--prompt", turn, "--as", "cat").stdout
    assert "brief-of-cat" in shown and "small" not in shown and "local" not in shown and "tokens" not in shown
    as_data = moot("show", "last", "--prompt", turn, "--as", "cat", "--json").stdout
    assert set(json.loads(as_data)[0]) == {"seat", "thread", "purpose", "request", "answer"}
    assert "brief-of-ann" not in moot("show", "last", "--prompt", turn).stdout
    refused = moot("show", "last", "--prompt", turn, "--as", "ann")
    assert refused.exit_code == 2 and refused.stdout == "" and "for ann" in refused.stderr
    hidden = moot("show", "last", "--prompt", "aside:1", "--as", "cat")
    assert "there is no message 'aside:1'" in hidden.stderr and "turns near" not in hidden.stderr


@pytest.mark.parametrize(
    ("turn", "named", "remedy"),
    [("1", "turn 1", "turns near it: 2, 4"), ("99", "turn 99", "from 1 to"), ("x", "'x'", "table:7")],
)
def test_a_turn_without_a_prompt_says_which_has_one(moot, local: Server, turn: str, named: str, remedy: str) -> None:
    moot("run", "used-bike", *BUYER, "--budget", "calls=2")
    refused = moot("show", "last", "--prompt", turn)
    assert refused.exit_code == 2 and named in refused.stderr and remedy in refused.stderr


def _telling(received: Received) -> list[Step]:
    """Say aloud the key that came with the request."""
    key = received.headers["authorization"]
    return calling(call("say", {"say": f"Yours is {key}, is it not?"}))(received)


def _refusing(received: Received) -> list[Step]:
    return failing(401, "invalid_api_key", f"Incorrect key: {received.headers['authorization']}")(received)


def test_a_key_is_nowhere_but_in_the_header(moot, local: Server, workspace: Path) -> None:
    local.will(_telling, _refusing, answering(f"Again: {KEY}"), *["ok"] * 2, _refusing, _refusing, *[_telling] * 4)
    outputs = [moot("run", "used-bike", *BUYER, "--budget", "calls=5")]
    assert f"Bearer {KEY}" == local.received[0].headers["authorization"]
    outputs += [moot("run", "used-bike", *BUYER, "--json")]
    outputs += [moot("models", "--check", "local"), moot("models"), moot("models", "local", "--json"), moot("doctor")]
    outputs += [moot("export", "used-bike-1", *form) for form in ([], ["--evidence"])]
    views: tuple[list[str], ...] = (
        [],
        ["--events"],
        ["--json"],
        ["--prompt", "2"],
        ["--prompt", "4", "--json"],
        ["--as", "seller"],
    )
    outputs += [moot("show", "used-bike-1", *view) for view in views]
    outputs += [moot("search", "Yours"), moot("replay", "used-bike-1", "--check")]
    assert any("[redacted]" in each.output for each in outputs)
    assert [each.output for each in outputs if KEY in each.output] == []
    files = [path for path in workspace.rglob("*") if path.is_file()]
    assert any(path.name == "transcripts.db" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
