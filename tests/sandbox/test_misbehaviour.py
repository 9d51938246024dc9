"""What a run does when a model's server misbehaves: every fault is told as itself, and none is ever "no deal"."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import moot
from sandbox.again import areplay
from sandbox.cli.entry import moot as command
from sandbox.workspace import Workspace
from tests.sandbox.models.server import SAID, Server, call, calling
from transcripts import Agreed, Answered, Asking, Forfeited, Pass, Refused, Said

BOUND = 25
"""Seconds after which a run hangs; those that wait for time-outs take about two."""
IMPATIENT = "timeouts = {first = 0.15, between = 0.15, whole = 0.3}"
HANGING = ("hang", "hang-midway", "only-keep-alive")

FAULTS = {
    "401": ("key_refused", 1),
    "403": ("key_refused", 1),
    "404": ("not_there", 1),
    "redirect": ("not_there", 1),
    "408": ("timed_out", 2),
    "413": ("too_long", 1),
    "context": ("too_long", 1),
    "filter": ("filtered", 1),
    "bad": ("bad_request", 1),
    "429": ("rate_limited", 2),
    "429-retry-after": ("rate_limited", 2),
    "429-long": ("rate_limited", 1),
    "429-quota": ("rate_limited", 1),
    "500": ("overloaded", 2),
    "502": ("overloaded", 2),
    "503": ("overloaded", 2),
    "529": ("overloaded", 2),
    "error-in-200": ("overloaded", 2),
    "error-in-stream": ("overloaded", 2),
    "hang": ("timed_out", 2),
    "hang-midway": ("timed_out", 2),
    "only-keep-alive": ("timed_out", 2),
    "reset": ("broken_stream", 2),
    "reset-midway": ("broken_stream", 2),
    "truncated": ("broken_stream", 2),
    "cut-event": ("broken_stream", 2),
    "garbled": ("unreadable", 2),
    "not-utf-8": ("unreadable", 2),
    "no-choices": ("unreadable", 2),
    "empty-body": ("unreadable", 2),
    "deep": ("unreadable", 2),
}
"""What the turn is lost to, and how often the server was asked before."""

UNUSABLE = {
    "bad-arguments": "the arguments of 'offer' are not JSON",
    "two-calls": "one act a turn, and one call; there were 2: offer, say",
    "unknown-tool": "there is no act 'launch'",
    "empty": "the answer was empty",
}
"""What is answered, and sent back with a reason."""

TALK = {
    "ok": SAID,
    "keep-alive": SAID,
    "no-done": SAID,
    "no-last-line": SAID,
    "no-usage": SAID,
    "hang-after-done": SAID,
    "split": "Zwölf € – 十二 🚲",
    "surrogate": "a\ufffd b",
}
"""Odd, and yet answers: text alone is talk."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as serving:
        yield serving


@pytest.fixture
def workspace(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Have a model `odd` that does as its test says, and a model `spare` that answers."""
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return configure(tmp_path, server, "ok")


def configure(folder: Path, server: Server, behaviour: str, *more: str) -> Workspace:
    lines = [
        "[models.odd]", f'base_url = "{server.url}"', f'model = "{behaviour}"', "retries = 1", "longest_wait = 0.01",
        *([IMPATIENT] if behaviour in HANGING else []), *more,
        "[models.spare]", f'base_url = "{server.url}"', 'model = "ok"',
    ]  # fmt: skip
    (folder / "moot.toml").write_text("\n".join(lines), encoding="utf-8")
    return Workspace(folder)


def play(workspace: Workspace, server: Server, behaviour: str, *more: str, **options: Any) -> moot.Run:
    """Play the used bike with a buyer whose model misbehaves in every call; recorded, and read from the record."""
    space = configure(workspace.root, server, behaviour, *more)
    cast = {"buyer": "haggler@odd"}
    return asyncio.run(asyncio.wait_for(moot.arun("used-bike", cast=cast, workspace=space, **options), BOUND))


def of(run: moot.Run, kind: type, seat: str = "buyer") -> list[Any]:
    return [each for each in run.transcript.events if isinstance(each, kind) and getattr(each, "seat", seat) == seat]


def tries(answered: Answered) -> list[dict[str, Any]]:
    assert answered.evidence is not None
    return answered.evidence.attempts or []


def failed_and_agreed_nothing(run: moot.Run) -> bool:
    """Tell whether the run has no outcome at all, and nothing was said or done for the seat that failed."""
    ended = run.state.ended
    assert ended is not None
    nothing = ended.agreed is None and ended.terms is None and ended.measures is None
    return run.status == "failed" and nothing and not of(run, Said) and not of(run, Agreed) and not run.state.out


@pytest.mark.parametrize("behaviour", FAULTS)
def test_a_fault_costs_the_turn_and_in_the_end_the_run(workspace: Workspace, server: Server, behaviour: str) -> None:
    kind, often = FAULTS[behaviour]
    run = play(workspace, server, behaviour)
    assert [lost.fault for lost in of(run, Forfeited)] == [kind] * 3
    assert [(answer.fault, answer.answer) for answer in of(run, Answered)] == [(kind, None)] * 3
    assert [[each["error"] for each in tries(answer)] for answer in of(run, Answered)] == [[kind] * often] * 3
    assert len(server.received) == 3 * often and len(of(run, Asking)) == 3
    assert failed_and_agreed_nothing(run)
    with pytest.raises(moot.Error, match="3 turns were forfeited"):
        run.outcome  # noqa: B018  an error is not an outcome


@pytest.mark.parametrize("behaviour", UNUSABLE)
def test_what_cannot_be_read_goes_back_and_is_no_pass(workspace: Workspace, server: Server, behaviour: str) -> None:
    run = play(workspace, server, behaviour)
    refused = of(run, Refused)
    assert [each.by for each in refused] == ["form"] * 9
    assert all(UNUSABLE[behaviour] in each.reason for each in refused)
    assert [lost.fault for lost in of(run, Forfeited)] == ["refused"] * 3
    assert [answer.fault for answer in of(run, Answered)] == [None] * 9
    assert UNUSABLE[behaviour].split(";")[0] in server.received[1].body["messages"][-1]["content"]
    assert failed_and_agreed_nothing(run)


def test_a_refusal_is_a_fault_of_its_own(workspace: Workspace, server: Server) -> None:
    run = play(workspace, server, "refusal")
    assert [lost.fault for lost in of(run, Forfeited)] == ["refusal"] * 3
    assert [answer.answer["stop"] for answer in of(run, Answered)] == ["refusal"] * 3
    assert failed_and_agreed_nothing(run)


@pytest.mark.parametrize("behaviour", TALK)
def test_an_odd_answer_is_an_answer(workspace: Workspace, server: Server, behaviour: str) -> None:
    run = play(workspace, server, behaviour, settings={"scenario.end.rounds": 2})
    assert [(said.text, said.act) for said in of(run, Said)] == [(TALK[behaviour], None)] * 2
    assert not of(run, Forfeited) and not of(run, Refused)
    assert run.status == "done" and run.outcome.agreed is False
    assert run.outcome.reason == "2 rounds were played"
    usage = {} if behaviour in ("no-usage", "surrogate") else {"input": 12, "output": 8, "cached": 4, "reasoning": 3}
    assert [answer.usage for answer in of(run, Answered)] == [usage] * 2


def test_ten_megabytes_are_sent_back_and_the_next_answer_counts(workspace: Workspace, server: Server) -> None:
    server.will("huge")
    run = play(workspace, server, "ok", settings={"scenario.end.rounds": 1})
    (refused,), (said,) = of(run, Refused), of(run, Said)
    assert "9999999 characters" in refused.reason and len(refused.text) <= 20_000
    assert said.text == SAID
    assert len(server.received[1].raw) < 20_000, "what was too long is not sent back as a whole"


def test_an_answer_larger_than_the_profile_takes_is_a_fault(workspace: Workspace, server: Server) -> None:
    run = play(workspace, server, "huge", "largest_answer = 1000000")
    assert [lost.fault for lost in of(run, Forfeited)] == ["unreadable"] * 3
    assert len(server.received) == 3 and failed_and_agreed_nothing(run)


def test_a_server_that_recovers_costs_nothing_but_time(workspace: Workspace, server: Server) -> None:
    server.will("503", calling(call("accept", {"offer": "seller"})))
    run = play(workspace, server, "ok", settings={"buyer.never": "price < 0"})
    assert run.outcome.agreed and not of(run, Forfeited)
    assert [each.get("error") for each in tries(of(run, Answered)[0])] == ["overloaded", None]


def test_a_pass_is_a_pass_only_where_the_model_says_so(workspace: Workspace, server: Server) -> None:
    server.will(calling(call("pass", {})), "empty", "empty", "empty")
    run = play(workspace, server, "ok", settings={"scenario.end.rounds": 3})
    assert [type(said.act) for said in of(run, Said)] == [Pass, type(None)]
    assert [lost.turn for lost in of(run, Forfeited)] == [4]


@pytest.mark.parametrize(
    "behaviour", [name for name, (kind, _) in FAULTS.items() if kind not in ("key_refused", "not_there", "bad_request")]
)
def test_the_fallback_answers_and_the_transcript_says_so(workspace: Workspace, server: Server, behaviour: str) -> None:
    run = play(workspace, server, behaviour, 'fallback = ["spare"]', settings={"scenario.end.rounds": 1})
    (answer,) = of(run, Answered)
    kind, often = FAULTS[behaviour]
    assert (answer.profile, answer.by, answer.model, answer.fault) == ("odd", "spare", "ok", None)
    assert [(each["profile"], each.get("error")) for each in tries(answer)] == [
        *[("odd", kind)] * often, ("spare", None),
    ]  # fmt: skip
    assert [said.text for said in of(run, Said)] == [SAID] and run.status == "done"


@pytest.mark.parametrize("behaviour", ["401", "404", "bad"])
def test_no_fallback_hides_what_must_be_mended(workspace: Workspace, server: Server, behaviour: str) -> None:
    run = play(workspace, server, behaviour, 'fallback = ["spare"]')
    assert [lost.fault for lost in of(run, Forfeited)] == [FAULTS[behaviour][0]] * 3
    assert failed_and_agreed_nothing(run)


@pytest.mark.parametrize("behaviour", ["503", "429-long", "truncated", "two-calls", "unknown-tool", "refusal", "split"])
def test_whatever_went_wrong_is_replayed_with_the_server_gone(
    workspace: Workspace, server: Server, behaviour: str
) -> None:
    run = play(workspace, server, behaviour)
    asked = len(server.received)
    assert asyncio.run(areplay(run.transcript)) == len(run.transcript.content())
    assert len(server.received) == asked


def typed(*words: str) -> Result:
    return CliRunner().invoke(command, words)


@pytest.mark.parametrize(
    ("behaviour", "code", "told"),
    [("401", 1, "key_refused"), ("hang", 1, "timed_out"), ("two-calls", 1, "refused"), ("ok", 0, "No agreement")],
)
def test_the_exit_code_tells_faults_from_outcomes(
    workspace: Workspace, server: Server, behaviour: str, code: int, told: str
) -> None:
    configure(workspace.root, server, behaviour)
    done = typed("run", "used-bike", "--cast", "buyer=haggler@odd")
    assert done.exit_code == code, done.output
    assert told in done.output and "Traceback" not in done.output
    assert ("No agreement" in done.output) == (code == 0)


def test_as_data_a_fault_has_no_outcome(workspace: Workspace, server: Server) -> None:
    configure(workspace.root, server, "503")
    done = typed("run", "used-bike", "--cast", "buyer=haggler@odd", "--json")
    data = json.loads(done.stdout)
    assert (done.exit_code, data["status"], data.get("agreed")) == (1, "failed", None)
