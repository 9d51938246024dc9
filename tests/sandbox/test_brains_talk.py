"""What rule brains say: in character, about the last move, and never a number of their own."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

import moot
from personas import list_personas, load_persona
from sandbox import Reply, View
from sandbox.brains import KINDS
from sandbox.view import Refusal
from scenarios import load_scenario, scenario_from_data
from transcripts import Accept, Offer, Said

BARE = {"kind": "rule", "tactic": "linear", "talk": False}
CHAT = {
    "title": "A waiting room",
    "participants": {"left": {}, "right": {}},
    "threads": {"room": {"members": "all", "speakers": "alternating"}},
    "end": {"rounds": 6},
}


def messages(run: moot.Run, seat: str | None = None) -> list[Said]:
    said = [event for event in run.transcript.events if isinstance(event, Said)]
    return [event for event in said if seat in (None, event.seat)]


def bike(seed: int = 0, **cast: str) -> moot.Run:
    return moot.run("used-bike", seed=seed, cast=cast, record=False)


def render(terms: Any) -> str:
    return load_scenario("used-bike").resolve(0).render_terms(terms)


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    texts = [[said.text for said in messages(bike(seed))] for seed in (3, 3, 4)]
    assert texts[0] == texts[1] != texts[2]


def test_without_talk_the_terms_are_all_that_is_said() -> None:
    run = moot.run("used-bike", settings={"seller.brain": BARE, "buyer.brain": BARE}, record=False)
    for said in messages(run):
        assert said.text == (render(said.act.terms) if isinstance(said.act, Offer) else "")


@pytest.mark.parametrize("persona", [None, *list_personas()])
def test_no_number_is_said_that_is_not_offered(persona: str | None) -> None:
    for seed in range(6):
        cast = {seat: f"{persona or ''}@{tactic}" for seat, tactic in (("seller", "conceder"), ("buyer", "linear"))}
        run = bike(seed, **cast)
        offered = {f"table:{said.n}": said.act.terms for said in messages(run) if isinstance(said.act, Offer)}
        for said in messages(run):
            terms = offered.get(said.act.offer if isinstance(said.act, Accept) else f"table:{said.n}", {})
            assert set(re.findall(r"\d+", said.text)) <= {str(terms.get("price"))}, said.text


@pytest.mark.parametrize("tactic", ["linear", "conceder", "micro", "tit-for-tat", "random"])
def test_what_is_new_in_an_offer_is_always_said(tactic: str) -> None:
    for seed in range(5):
        run = bike(seed, seller=f"haggler@{tactic}", buyer=f"@{tactic}")
        for seat in ("seller", "buyer"):
            offers = [said for said in messages(run, seat) if isinstance(said.act, Offer)]
            for before, after in pairwise(offers):
                assert isinstance(before.act, Offer) and isinstance(after.act, Offer)
                new = [name for name, value in after.act.terms.items() if before.act.terms[name] != value]
                shown = {"price": "{} €", "pickup": "pickup {}", "helmet": "helmet {}"}
                assert all(shown[name].format(after.act.terms[name]) in after.text.lower() for name in new)


def test_of_many_issues_what_is_new_is_said_and_the_rest_often_is_not() -> None:
    short = 0
    for seed in range(5):
        cast = {"recruiter": "@linear", "candidate": "@micro"}
        run = moot.run("job-offer", seed=seed, cast=cast, record=False)
        for before, after in pairwise(said for said in messages(run, "candidate") if isinstance(said.act, Offer)):
            assert isinstance(before.act, Offer) and isinstance(after.act, Offer)
            new = {name: value for name, value in after.act.terms.items() if before.act.terms[name] != value}
            assert all(f"{name.replace('_', ' ')} {value}".lower() in after.text.lower() for name, value in new.items())
            short += "the rest as before" in after.text
    assert short > 5


def test_a_persona_speaks_its_own_words() -> None:
    phrases = load_persona("haggler").persona.phrases
    for seed in range(5):
        said = messages(bike(seed, buyer="haggler@boulware", seller="@boulware"), "buyer")
        for each, ours in ((said[0], phrases["opening"]), (said[1], phrases["hold"])):
            assert any(_spoken(phrase) in each.text for phrase in ours), each.text


def _spoken(phrase: str) -> str:
    return max(re.split(r"\{\w+\}", phrase), key=len).strip()


def test_who_stays_put_does_not_repeat_the_same_words() -> None:
    texts = [said.text for said in messages(bike(1, seller="@hardheaded", buyer="@hardheaded"), "seller")]
    assert all(text not in texts[max(0, k - 2) : k] for k, text in enumerate(texts))


def test_the_answer_depends_on_what_the_other_did() -> None:
    """The seller stays put; the buyer hears it, or hears a great step, in otherwise the same place."""

    def answers(price: int) -> str:
        terms = {"pickup": "today", "helmet": "included"}
        lines = [{"offer": {"price": 400, **terms}}, {"offer": {"price": price, **terms}}]
        script = {"kind": "script", "lines": lines}
        runs = [
            moot.run("used-bike", seed=seed, settings={"seller.brain": script}, cast={"buyer": "@linear"}, record=False)
            for seed in range(12)
        ]
        return " ".join(messages(run, "buyer")[1].text for run in runs)

    stayed, moved = answers(400), answers(260)
    assert re.search("not moved|still at the same|said before|step|stand still|go first|something new", stayed)
    wrong = "thank|talking|changes things|long way|no better|no improvement|takes away|towards me"
    assert not re.search(wrong, stayed.lower())
    assert re.search("thank|talking|changes things|come a long way", moved.lower())


def test_where_nothing_is_to_be_agreed_on_they_chat() -> None:
    run = moot.run(scenario_from_data(CHAT, "room"), record=False)
    said = messages(run)
    assert len(said) == 12 and all(each.act is None and each.text for each in said)
    lefts = [each.text for each in said if each.seat == "left"]
    assert all(text not in lefts[max(0, k - 2) : k] for k, text in enumerate(lefts))


def test_a_wording_that_was_refused_is_put_in_bare_words() -> None:
    replies: list[Reply] = []

    class Twice:
        """Ask a rule brain again, as if a guard had not let its first words pass."""

        async def reply(self, view: View) -> Reply:
            brain = KINDS["rule"]({"kind": "rule", "tactic": "linear"}, view.known)
            again = View(
                view.known, view.thread, view.threads, view.turn, view.draws, refusals=(Refusal("mind your words", ""),)
            )
            replies.extend([await brain.reply(view), await brain.reply(again)])
            return replies[-1]

    moot.run("used-bike", brains={"seller": Twice()}, record=False)
    first, second = replies[:2]
    assert isinstance(first.act, Offer) and first.act == second.act
    assert first.text != second.text == render(first.act.terms)


PEOPLE = {"ana": [10, 4, 0], "ben": [0, 5, 10], "cleo": [3, 10, 3]}


def test_among_several_it_is_said_who_is_meant() -> None:
    data = {
        "title": "A day",
        "issues": {"day": ["monday", "tuesday", "friday"]},
        "participants": {name: {"prefers": {"day": points}} for name, points in PEOPLE.items()},
        "threads": {"table": {"members": "all", "speakers": "round robin"}},
        "end": {"agreement": "all", "rounds": 8},
    }
    runs = [moot.run(scenario_from_data(data, "day"), seed=seed, record=False) for seed in range(10)]
    second = [messages(run)[1].text for run in runs]
    assert any(text.startswith("Ana, ") for text in second) and not any("Cleo" in text for text in second)


def test_who_stands_by_an_offer_names_its_author() -> None:
    people = {"ana": [10, 0], "ben": [8, 9], "cleo": [0, 10]}
    data = {
        "title": "A place",
        "issues": {"place": ["here", "there"]},
        "participants": {name: {"prefers": {"place": points}, "no_deal": 5} for name, points in people.items()},
        "threads": {"table": {"members": "all", "speakers": "round robin"}},
        "end": {"agreement": "all", "rounds": 6},
    }
    said = messages(moot.run(scenario_from_data(data, "place"), record=False), "cleo")
    passed = [each.text for each in said if each.act is not None and each.act.kind == "pass"]
    assert passed and all("ben" in text.lower() for text in passed)
