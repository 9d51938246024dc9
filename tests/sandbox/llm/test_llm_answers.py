"""What becomes of a model's answer: a turn, or a reason; never a guess."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Reply
from sandbox.brain import Unusable
from sandbox.brains.llm.acts import Form
from sandbox.brains.llm.answers import LONGEST, Refusing, read_answer
from sandbox.models import Answer, ToolCall
from tests.sandbox.llm.scenes import TALK, Scene, call, offer, text
from transcripts import Accept, Offer, Pass, Reject, WalkAway, Withdraw

TERMS = {"price": 210, "pickup": "today"}
ON_THE_TABLE = Scene().say("seller", "300!", offer(300))


def read(answer: Answer, form: Form = "tools", scene: Scene = ON_THE_TABLE) -> Reply:
    return read_answer(answer, scene.known, scene.threads["table"], form)


def as_json(say: str, act: Any = None, around: str = "{}") -> Answer:
    return text(around.replace("{}", json.dumps({"say": say, "act": act})))


@pytest.mark.parametrize(
    ("answer", "said", "act"),
    [
        (call("offer", {**TERMS, "say": "210."}), "210.", Offer(terms=TERMS)),
        (call("offer", {"terms": TERMS, "say": "210."}), "210.", Offer(terms=TERMS)),
        (call("accept", {"offer": "seller", "say": "Fine."}), "Fine.", Accept(offer="table:1")),
        (call("accept", {"offer": "table:1"}), "", Accept(offer="table:1")),
        (call("reject", {"offer": "nobody"}), "", Reject(offer="nobody")),  # for the rules to refuse
        (call("withdraw"), "", Withdraw()),
        (call("walk_away", {"say": "Bye."}), "Bye.", WalkAway()),
        (call("pass", ""), "", Pass()),
        (call("say", {"say": "Hm."}), "Hm.", None),
        (text("Hm."), "Hm.", None),
        (call("say", '{"say": "Half \\ud83d a face"}'), "Half ? a face", None),
        (call("offer", '{"price": "\\ud83d"}'), "", Offer(terms={"price": "?"})),
        # What is said stands in the call, and beside it where the call says nothing.
        (call("offer", {**TERMS, "say": "210."}, "My limit is 320, so I try 210."), "210.", Offer(terms=TERMS)),
        (call("offer", TERMS, "<think>My limit is 320.</think>210?"), "210?", Offer(terms=TERMS)),
    ],
)
def test_a_call_is_an_act_and_what_is_said_with_it(answer: Answer, said: str, act: Any) -> None:
    assert read(answer) == Reply(said, act)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (text(""), "empty"),
        (text("<think>What now?</think>\n"), "empty"),
        (text("<think>What now? I could"), "empty"),
        (call("say", {"say": " "}), "empty"),
        (text("I offer two hun", stop="length"), "cut off"),
        (text("x" * (LONGEST + 1)), f"{LONGEST}"),
        (call("ofer", TERMS), "did you mean 'offer'"),
        (call("buy", "no JSON"), "there is no act 'buy'"),
        (call("offer", '{"price": 210,'), "not JSON"),
        (call("offer", '{"price": NaN}'), "not JSON"),
        (call("offer", '{"price": 1e999}'), "not JSON"),
        (call("offer", "[210]"), "not a JSON object"),
        (call("offer", '{"price": ' + "[" * 9 + "]" * 9 + "}"), "too deep"),
        (call("offer", '{"price": ' + "[" * 100_000), "not JSON"),
        (call("offer", {"price": "2" * LONGEST}), "too long"),
        (call("offer", {**TERMS, "say": 210}), "must be a text"),
        (call("accept", {"say": "Fine."}), "whose offer"),
        (call("accept", {"offer": 1}), "whose offer"),
        (call("accept", {"offer": "seller", "price": 200}), "not 'price'"),
        (call("pass", {"offer": "seller"}), "takes nothing"),
        (Answer(calls=(ToolCall(id="1", name="accept"), ToolCall(id="2", name="offer"))), "one act a turn"),
    ],
)
def test_what_cannot_be_read_goes_back_with_the_reason(answer: Answer, reason: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(answer)
    assert reason in refused.value.reason
    assert all(each.name in refused.value.answer for each in answer.calls)


def test_where_there_is_nothing_to_agree_on_there_are_no_acts() -> None:
    with pytest.raises(Unusable, match="only talk"):
        read(call("accept", {"offer": "seller"}), "talk", Scene(data=TALK))


@pytest.mark.parametrize("kind", ["refusal", "filtered"])
def test_a_refusal_is_a_fault_of_its_own(kind: Any) -> None:
    with pytest.raises(Refusing, match="cannot help") as fault:
        read(Answer(text="I cannot help with that.", stop=kind))
    assert fault.value.kind == kind


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Here you are:\n{}", "Sure! {} Good luck.", "{}\n<|im_end|>", "<think>{a}</think> {}"],
)
@pytest.mark.parametrize("act", [None, {"kind": "offer", "terms": TERMS}, {"kind": "offer", **TERMS}, "pass"])
def test_json_is_found_in_what_stands_around_it(around: str, act: Any) -> None:
    meant = Pass() if act == "pass" else act and Offer(terms=TERMS)
    assert read(as_json("Well.", act, around), "json") == Reply("Well.", meant)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (text("I accept!"), "one JSON object"),
        (text('{"price": 210}'), "one JSON object"),
        (text('{"say": "Well.", "act": {"kind": "pass"}} {"say": "Or", "act": null}'), "there were 2"),
        (as_json("Well.", 7), '"act" must be'),
        (as_json("Well.", {"price": 7}), '"act" must be'),
        (as_json("Well.", {"kind": "bid"}), "there is no act 'bid'"),
        (as_json(""), "empty"),
        (text("{" * 100_000), "there were 0"),
        (text('{"a":' * 100_000), "there were 0"),
        (call("accept", {"offer": "seller"}), "there is no tool"),
        # Somebody else's words, quoted carelessly, are inside of something broken.
        (text('{"say": "You wrote {"say": "", "act": {"kind": "accept", "offer": "seller"}}", "act": null}'), "were 0"),
    ],
)
def test_json_that_cannot_be_read_goes_back(answer: Answer, reason: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(answer, "json")
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("buyer: 200.", "200."),
        ("**Buyer:** 200.", "200."),
        ("[buyer]: 200.", "200."),
        ('"200."', "200."),
        ("“200.”", "200."),
        ('"200" or "210"', '"200" or "210"'),
        ("seller: you said 200.", "seller: you said 200."),
        ("Let me think.</think>200.", "200."),
        ("<THINKING>a</THINKING>200<think>b</think>.", "200."),
        ("[THINK]a[/THINK]200.", "200."),
        ("It quotes <think>a</think> and goes on.</think>200.", "200."),
        ("I think <b> is 200.", "I think <b> is 200."),
    ],
)
def test_only_what_is_said_is_said(written: str, said: str) -> None:
    assert read(text(written)).text == said
    assert read(call("say", {"say": written})).text == said
    assert read(as_json(written), "json").text == said


IMITATIONS = [
    '{"name": "accept", "arguments": {"offer": "seller"}}',
    '<tool_call>{"name": "accept", "arguments": {"offer": "table:1"}}</tool_call>',
    'accept(offer="seller")',
    '{"message":"table:2","thread":"table","from":"buyer","act":"accept table:1","says":"Yes."}',
    '{"say": "Yes.", "act": {"kind": "accept", "offer": "seller"}}',
]


@pytest.mark.parametrize("imitation", IMITATIONS)
def test_text_that_looks_like_an_act_is_text(imitation: str) -> None:
    assert read(text(imitation)) == Reply(imitation, None)
    assert read(text(imitation), "talk", Scene(data=TALK)) == Reply(imitation, None)
    assert read(as_json(imitation), "json") == Reply(imitation, None)


@given(st.text() | st.sampled_from(IMITATIONS), st.sampled_from(["tools", "talk"]))
def test_no_text_whatsoever_is_an_act(written: str, form: Any) -> None:
    with contextlib.suppress(Unusable):  # where nothing is left of it
        assert read(text(written), form).act is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
KEYS = st.sampled_from(["say", "act", "kind", "offer", "terms", "price"])
NAMES = st.sampled_from(["offer", "accept", "pass", "say", "bid"])


@given(NAMES, st.text() | st.builds(json.dumps, JSON | st.dictionaries(KEYS, JSON)), st.sampled_from(["tools", "json"]))
def test_whatever_is_answered_is_a_turn_that_can_be_stored_or_a_reason(name: str, written: str, form: Any) -> None:
    answer = call(name, written) if form == "tools" else text(written)
    try:
        turn = read(answer, form)
    except Unusable:
        return
    assert turn.text.encode().decode() == turn.text
    if isinstance(turn.act, Offer):
        assert Offer.model_validate_json(turn.act.model_dump_json()) == turn.act
