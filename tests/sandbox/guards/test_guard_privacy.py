"""A reason mentions only what the message's author may know: canaries of others are in none of them."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox import Reply
from tests.sandbox.guards.held import TABLE, read, scene, view
from tests.sandbox.llm.scenes import Scripted, text
from transcripts import Message, Offer, Pass, Report

CANARY = "quetzal"
GUARDS: list[dict[str, Any]] = [
    {"length": {"words": "3..4", "characters": "..20"}},
    {"pattern": {"forbid": f"(?i){CANARY}|hello|[0-9]+"}},
    {"pattern": {"forbid": f"{CANARY}|(?s)^.{{100,}}$"}},
    {"schema": {"type": "object", "required": ["price"]}},
    {"act": "offer"},
    {"language": "de"},
    {"model": {"ask": "simulated", "question": f"Does it betray {CANARY}?", "pass": "no"}},
]
PEOPLE = {
    "seller": {"prefers": {"price": {100: 0, 400: 60}}},
    "buyer": {"brief": f"Your word is {CANARY}.", "role": "buys", "guards": [{"pattern": {"match": CANARY}}]},
}
SAID = st.sampled_from(
    ["Hello.", "I have 320 and no more than that.", '{"price": 1', "{}", "", "a" * 2000, "Ja, das ist gut."]
)
ACTS = st.sampled_from([None, Pass(), Offer(terms={"price": 200}), Report(result="Hello, 42.")])


@given(SAID, ACTS, st.sampled_from(GUARDS), st.sampled_from(["yes", "no", f"It betrays {CANARY}.", '{"verdict": "?"}']))
def test_no_reason_knows_what_its_author_does_not(said: str, act: Any, guard: dict[str, Any], verdict: str) -> None:
    situation = scene(guard, data={**TABLE, "participants": PEOPLE})
    seen = view(situation, ask=Scripted(text(verdict)))
    stopped = asyncio.run(read(situation).check(seen, Reply(said, act)))
    if stopped is not None:
        assert CANARY not in stopped.reason
        assert len(stopped.reason) <= 1000


def test_a_judge_is_not_told_what_its_author_is_not() -> None:
    question = {"model": {"ask": "simulated", "question": "Is it fair?", "pass": "yes", "sees": 50}}
    situation = scene(question, data={**TABLE, "participants": PEOPLE})
    seen = view(situation, ask=(ask := Scripted(text("yes"))))
    seen.thread.messages.append(Message("table", 1, "buyer", None, "Good morning."))
    asyncio.run(read(situation).check(seen, Reply("Good morning.")))
    assert CANARY not in ask.asked[0][1].model_dump_json()
    assert "Good morning." in ask.asked[0][1].model_dump_json()


def test_no_key_stands_in_a_reason() -> None:
    key = "sk-proj-" + "a1B2" * 12
    situation = scene({"pattern": {"forbid": "sk-[^ ]{50,}"}})
    stopped = asyncio.run(read(situation).check(view(situation), Reply(f"Take {key} then.")))
    assert stopped is not None
    assert stopped.reason.startswith("it must not say ")
    assert key[:20] not in stopped.reason
