"""`moot run --answers`: some participants answered as they were in another run, the others live."""

from __future__ import annotations

import json

import pytest

import moot as front_door
from sandbox.plan import plan
from sandbox.recorded import Hybrid
from tests.sandbox.cli.test_cli_resume import broken_off
from transcripts import Answered, Transcript

BUYER = ("--cast", "buyer=@simulated")


@pytest.fixture
def source(moot) -> str:
    """Play the run that answers are taken from, and export it."""
    assert moot("run", "used-bike", "--seed", "3", *BUYER, "-q").exit_code == 0
    moot("export", "last", "-o", "source.jsonl")
    return "used-bike-1"


def said_by(name: str, seat: str) -> list[str]:
    return [message.text for message in front_door.load(name).messages if message.seat == seat]


def test_equal_requests_have_equal_answers_and_no_model_is_asked(moot, source, monkeypatch) -> None:
    monkeypatch.setattr("sandbox.models.opening.open_model", lambda *_, **__: pytest.fail("a model was opened"))
    for words in (source, "source.jsonl", f"{source}:buyer"):
        assert moot("run", "used-bike", "--seed", "3", *BUYER, "--answers", words, "-q").exit_code == 0
        assert said_by("last", "buyer") == said_by(source, "buyer")


def test_the_transcript_and_what_shows_it_say_so(moot, source) -> None:
    moot("run", "used-bike", "--seed", "4", *BUYER, "--answers", "source.jsonl:buyer", "--match", "turn", "-q")
    assert "seed 4 · buyer answered by turn from source" in moot("show", "last").stdout
    moot("run", "used-bike", "--seed", "3", *BUYER, "--answers", source, "--record", "new", "-q")
    shown = " ".join(moot("show", "last").stdout.split())
    assert "everybody answered from used-bike-1, record new" in shown


def test_by_default_nothing_else_is_asked_and_the_difference_is_told(moot, source) -> None:
    played = moot("run", "used-bike", "--seed", "4", *BUYER, "--answers", source, "-q")
    assert played.exit_code == 1 and "is not in used-bike-1; the nearest is" in played.stderr
    live = moot("run", "used-bike", "--seed", "4", *BUYER, "--answers", source, "--record", "new", "-q")
    assert live.exit_code == 0


def test_by_turn_a_partner_says_again_what_it_said_to_somebody_else(moot, source) -> None:
    heard = said_by(source, "buyer")
    for cast in (BUYER, ()):  # a model, and a brain that asks nobody
        moot("run", "used-bike", "--seed", "4", *cast, "--answers", f"{source}:buyer", "--match", "turn", "-q")
        said = said_by("last", "buyer")
        assert said[:3] == heard[:3] and said_by("last", "seller")[1:3] != said_by(source, "seller")[1:3]
        assert moot("replay", "last").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--match", "turn"], "--answers RUN"),
        (["--record", "new"], "--answers RUN"),
        (["--answers", "used-bike-9"], "'used-bike-9'"),
        (["--answers", "nothing.jsonl"], "nothing.jsonl"),
        (["--answers", "used-bike-1:byer"], "did you mean 'buyer'?"),
        (["--answers", "used-bike-1:seller"], "matched by turn, it says again what it said"),
        (["--answers", "used-bike-1", "--record", "some"], "'some'"),
    ],
)
def test_what_cannot_be_says_what_can_and_writes_nothing(moot, source, words: list[str], says: str) -> None:
    played = moot("run", "used-bike", *BUYER, *words)
    assert played.exit_code == 2 and says in played.stderr
    assert len(json.loads(moot("ls", "--json").stdout)) == 1


def test_a_run_that_was_answered_is_resumed_with_the_answers_that_are_left(moot, source) -> None:
    def hybrid() -> Hybrid:
        return Hybrid(front_door.load(source).transcript, frozenset({"buyer"}), match="turn")

    whole = front_door.run(plan("used-bike", seed=4, cast={"buyer": "@simulated"}, answers=hybrid()))
    part = broken_off(5, plan("used-bike", seed=4, cast={"buyer": "@simulated"}, answers=hybrid()))
    assert moot("resume", part, "-q").exit_code == 0
    assert front_door.load(part).content() == whole.content()


def test_of_two_calls_in_the_turn_that_was_cut_each_has_its_own_answer(moot, source) -> None:
    hybrid = Hybrid(front_door.load(source).transcript, frozenset({"buyer"}), match="turn")
    whole = front_door.run(plan("used-bike", seed=4, cast={"buyer": "@simulated"}, answers=hybrid)).transcript
    turns = [event.turn for event in whole.events if isinstance(event, Answered)]
    twice = next(turn for turn in turns if turns.count(turn) == 2)
    cut = next(place for place, event in enumerate(whole.events) if isinstance(event, Answered) and event.turn == twice)
    Transcript(whole.events[: cut + 1], whole.bodies, "cut").write_file("cut.jsonl", evidence=True)
    moot("import", "cut.jsonl")
    assert moot("resume", "cut", "-q").exit_code == 0
    assert front_door.load("cut").content() == whole.to_jsonl()
