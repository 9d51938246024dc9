"""What participants are called may vary, and nothing but names varies with it."""

from __future__ import annotations

import asyncio
import json
import re

import pytest

import moot
from sandbox.plan import plan
from sandbox.play import play_on
from sandbox.sinks import MemorySink
from scenarios import list_scenarios, load_scenario, scenario_from_data
from transcripts import Transcript

DEEP = ["field-report", "jury", "two-delegations", "werewolf", "harbour-sport-park", "single-text"]
"""Scripts, counted seats and a ballot, teams, drawn seats and choices of seats, a quorum with vetoes, mediation."""
WORDS = re.compile(r"called\d+q\w*")


def played(name: str, **settings: object) -> Transcript:
    sink = MemorySink()
    return asyncio.run(play_on(plan(name, seed=3, settings=settings), sink)).transcript


def told(transcript: Transcript) -> list[str]:
    """Write down what happened, and of the beginning the cast only; rules begin sentences with names."""
    first, *events = (event.model_dump(mode="json", exclude={"evidence"}) for event in transcript.content())
    return [json.dumps(each).lower() for each in ({"cast": first["cast"], "seed": first["seed"]}, *events)]


@pytest.mark.parametrize("name", DEEP)
def test_under_other_names_the_same_happens(name: str) -> None:
    written = load_scenario(name).data["participants"]
    transcript = played(name, **{"scenario.names": {seat: f"called{k}q" for k, seat in enumerate(written)}})
    names = {called: seat for seat, called in transcript.state().situation["names"].items()}
    groups = {f"called{k}q": seat for k, seat in enumerate(written)}  # of counted seats, and threads of teams

    def back(match: re.Match[str]) -> str:
        word = match[0].partition("_")
        return names.get(match[0], groups[word[0]] + word[1] + word[2])

    assert [WORDS.sub(back, each) for each in told(transcript)] == told(played(name))


def test_nothing_that_a_participant_may_see_has_the_old_name() -> None:
    transcript = played("two-delegations", **{"scenario.names": {"school": "anna", "club": "boris"}})
    situation = transcript.state().situation
    assert not re.search(
        r"\b(school|club)(_\w+)?\b", json.dumps({k: situation[k] for k in ("threads", "groups") if k in situation})
    )
    assert all(seat.startswith(("anna", "boris")) for seat in situation["participants"])


def test_names_may_be_exchanged_and_who_has_them_is_who_the_scenario_says() -> None:
    plain = moot.run("used-bike", seed=5, record=False)
    crosswise = {"scenario.names": {"seller": "buyer", "buyer": "seller"}}
    swapped = moot.run("used-bike", seed=5, settings=crosswise, cast={"seller": "haggler@conceder"}, record=False)
    as_cast = moot.run("used-bike", seed=5, cast={"seller": "haggler@conceder"}, record=False)
    assert swapped.outcome.utility["buyer"] == as_cast.outcome.utility["seller"] != plain.outcome.utility["seller"]
    assert swapped.state.seats["buyer"].persona == "haggler" and swapped.names == crosswise["scenario.names"]


def test_a_path_names_seats_as_they_are_written_and_a_fork_as_they_are_called(tmp_path) -> None:
    settings = {"scenario.names.seller": "anna", "seller.no_deal": 40, "seller.brain.tactic": "conceder"}
    with moot.Store.open(tmp_path / "transcripts.db") as store:
        run = moot.run("used-bike", seed=1, settings=settings, store=store)
        assert run.state.situation["participants"]["anna"]["no_deal"] == 40
        branch = moot.fork(run.name, at=2, settings={"anna.no_deal": 50}, cast={"buyer": "@conceder"}, store=store)
        again = moot.fork(branch.name, at=3, settings={"anna.brain.tactic": "linear"}, store=store)
    assert again.state.situation["participants"]["anna"]["no_deal"] == 50
    assert (
        again.state.seats["anna"].brain["tactic"] == "linear"
        and again.state.seats["buyer"].brain["tactic"] == "conceder"
    )


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"sellr": "anna"}, "there is no participant 'sellr'"),
        ({"seller": "buyer"}, "the name 'buyer' is taken"),
        ({"seller": "Anna"}, "does not work in arithmetic"),
        ({"seller": "all"}, "is reserved"),
        (["anna"], "names are what participants are called"),
    ],
)
def test_names_that_cannot_be_are_told(names: object, said: str) -> None:
    with pytest.raises(moot.Error, match=said) as caught:
        load_scenario("used-bike").resolve(settings=[("scenario.names", names)])
    assert str(caught.value.place).startswith("--set scenario.names")


@pytest.mark.parametrize(
    ("wrong", "place"), [({"prefers": {"prise": {}}}, "prefers.prise"), ({"brief": "{askin}"}, "brief")]
)
def test_a_mistake_is_found_where_it_is_written(wrong: dict[str, object], place: str) -> None:
    data = {**load_scenario("used-bike").data, "names": {"seller": "anna"}}
    data["participants"] = {**data["participants"], "seller": wrong}
    with pytest.raises(moot.Error) as caught:
        scenario_from_data(data).resolve()
    assert f"participants.seller.{place}" in str(caught.value.place)


def test_every_scenario_of_the_library_can_be_renamed() -> None:
    for name in list_scenarios():
        source = load_scenario(name)
        names = {seat: f"called{k}q" for k, seat in enumerate(source.data["participants"])}
        assert all(seat.startswith("called") for seat in source.resolve(1, settings=[("scenario.names", names)]).seats)
