"""Side threads, secret choices, and what happens between turns take part in a comparison."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from transcripts import (
    MODERATOR,
    Answer,
    Asked,
    Bid,
    Bodies,
    Chosen,
    Confided,
    Elapsed,
    Ended,
    Event,
    Leave,
    Move,
    Offer,
    Opened,
    Report,
    Said,
    Seat,
    Staged,
    Started,
    Tallied,
    Told,
    Transcript,
    Vote,
)
from transcripts.diff import Diff, Pair, Rules, diff

SEATS = ("ann", "ben", "cem")


class Telling:
    """Tell a transcript by hand: what a turn is said in, and what happens between turns."""

    def __init__(self, **situation: Any) -> None:
        self.bodies = Bodies()
        threads = {"hall": {"members": list(SEATS)}, "caucus": {"members": list(SEATS), "open_by": list(SEATS)}}
        made = self.bodies.put({"threads": threads, **situation})
        cast = {seat: Seat(brain={"kind": "rule"}) for seat in SEATS}
        scenario = self.bodies.put(situation)
        self.events: list[Event] = [Started(name="talk", seed=1, cast=cast, scenario=scenario, situation=made)]
        self.tick, self.turn, self.step = 1, 0, 0
        self.counts: dict[str, int] = {}

    def between(self, kind: type, **fields: Any) -> Telling:
        self.events.append(kind(tick=self.tick, step=self.step, **fields))
        self.step += 1
        return self

    def moderator(self, text: str, thread: str = "hall", by: str = "scenario") -> Telling:
        return self.between(Said, thread=thread, seat=MODERATOR, n=self._n(thread), by=by, text=text)

    def say(
        self, seat: str, text: str = "", thread: str = "hall", opens: list[str] | None = None, **more: Any
    ) -> Telling:
        step = 0
        if opens:
            where: dict[str, Any] = {
                "tick": self.tick,
                "turn": self.turn + 1,
                "thread": "_".join(("caucus", *opens)),
                "seat": seat,
            }
            self.events.append(Opened(**where, form="caucus", members=opens, about="a word"))
            step = 1
        return self._turn(Said(thread=thread, seat=seat, n=self._n(thread), text=text, step=step, **more))

    def confide(self, seat: str, act: Any, task: str, about: str = "") -> Telling:
        return self._turn(Confided(thread="hall", seat=seat, task=task, about=about, act=act))

    def end(self, **fields: Any) -> Transcript:
        self.between(Ended, status="done", reason="that was all", **fields)
        return Transcript(self.events, self.bodies)

    def _n(self, thread: str) -> int:
        self.counts[thread] = self.counts.get(thread, 0) + 1
        return self.counts[thread]

    def _turn(self, event: Any) -> Telling:
        self.turn += 1
        self.events.append(event.model_copy(update={"tick": self.tick, "turn": self.turn}))
        self.tick, self.step = self.tick + 1, 0
        return self


def first(found: Diff) -> tuple[str, str, str]:
    assert found.first is not None
    return found.first.at, found.first.thread, found.first.cause.kind


def test_who_was_chosen_to_speak_is_the_cause() -> None:
    a = Telling().between(Chosen, thread="hall", seats=["ann"], why="random: drawn").say("ann", "Hello.").end()
    b = Telling().between(Chosen, thread="hall", seats=["ben"], why="random: drawn").say("ben", "Hello.").end()
    found = diff(a, b)
    assert first(found) == ("heard", "hall", "speaker choice")
    assert (found.first.cause.a, found.first.cause.b) == ("ann, random: drawn", "ben, random: drawn")  # type: ignore[union-attr]  # there is one


def test_a_choice_that_came_to_nothing_lies_beneath() -> None:
    a = Telling().between(Chosen, thread="hall", seats=["ann", "ben"], why="").say("ann", "Hello.").end()
    b = Telling().between(Chosen, thread="hall", seats=["ann", "cem"], why="").say("ann", "Hello.").end()
    (pair,) = diff(a, b).threads["hall"]
    assert (pair.kind, pair.beneath) == ("equal", ("chosen",))


def test_what_a_person_says_as_the_moderator_is_the_cause() -> None:
    a = Telling().say("ann", "Hello.").say("ben", "Yes.").end()
    b = Telling().say("ann", "Hello.").moderator("Be brief.", by="person").say("ben", "No.").end()
    found = diff(a, b)
    assert first(found) == ("heard", "hall", "human")
    assert found.first is not None and found.first.cause.where == "as the moderator"
    assert [pair.kind for pair in found.threads["hall"]] == ["equal", "inserted", "changed"]


def test_private_words_of_a_person_are_the_cause() -> None:
    a = Telling().say("ann", "Hello.").say("ben", "Yes.").end()
    b = Telling().say("ann", "Hello.").between(Told, to=["ben"], text="Refuse.", by="person").say("ben", "No.").end()
    assert first(diff(a, b)) == ("heard", "", "human") and first(diff(b, a)) == ("heard", "", "human")


def test_a_secret_choice_comes_before_what_it_led_to() -> None:
    def told(choice: int) -> Transcript:
        telling = Telling().between(Staged, phase=1).confide("ann", Move(choice=choice), "move", "give")
        telling.confide("ben", Move(choice=2), "move", "give")
        telling.between(Tallied, what="moves", about="give", choices={"ann": choice, "ben": 2}, result=choice + 2)
        return telling.moderator(f"give: {choice + 2} in all.").end()

    found = diff(told(3), told(4))
    assert found.first is not None and found.first.a is not None
    assert (found.first.a.kind, found.first.a.seat, found.first.at) == ("confided", "ann", "heard")
    assert not diff(told(3), told(4), rules=Rules(prose=False, beneath=False)).same, "a choice is an act"


def test_how_it_is_counted_is_the_scenarios() -> None:
    def told(needed: int, result: str | None) -> Transcript:
        telling = Telling(votes=needed).confide("ann", Vote(choice="guilty"), "vote", "verdict")
        return telling.between(Tallied, what="ballot", about="verdict", choices={"ann": "guilty"}, result=result).end(
            verdicts={"verdict": result}
        )

    found = diff(told(1, "guilty"), told(2, None))
    assert first(found) == ("beneath", "", "scenario")
    assert "verdicts" in " ".join(change.path for change in found.end)


def test_a_side_thread_on_one_side_comes_after_its_opening() -> None:
    a = Telling().say("ann", "Hello.").say("ann", "Well.").say("ben", "Well.").end()
    opened = Telling().say("ann", "Hello.").say("ann", "Well.", opens=["ann", "cem"])
    b = opened.say("ann", "Psst.", thread="caucus_ann_cem").say("ben", "Well.").end()
    found = diff(a, b)
    assert first(found)[:2] == ("heard", "hall")
    assert [pair.changes for pair in found.threads["hall"]] == [(), ("opened",), ()]
    assert found.mirrored().first == diff(b, a).first


def test_a_message_that_is_answered_is_known_by_its_words() -> None:
    a = Telling().say("ann", "Hello.").say("ben", "Hello.", re="hall:1").end()
    b = Telling().moderator("Begin.").say("ann", "Hello.").say("ben", "Hello.", re="hall:2").end()
    assert [pair.kind for pair in diff(a, b).threads["hall"]] == ["inserted", "equal", "equal"]
    c = Telling().moderator("Begin.").say("ann", "Hello.").say("ben", "Hello.", re="hall:1").end()
    assert diff(b, c).threads["hall"][2].changes == ("re",)


def test_scores_verdicts_and_documents_are_of_the_outcome() -> None:
    def told(points: int, text: str) -> Transcript:
        telling = Telling().between(Tallied, what="payoff", about="repeat 1", choices={}, worth={"ann": points})
        return telling.say("ann", act=Report(result=text)).end(verdicts={"verdict": text}, document=text)

    found = diff(told(1, "one"), told(2, "two"))
    assert {change.path for change in found.end} == {"verdicts.verdict", "scores.ann", "document"}
    assert [summary.scores for summary in found.summaries] == [{"ann": 1}, {"ann": 2}]


BETWEEN = st.sampled_from([
    (Staged, {"phase": 1}), (Staged, {"phase": 2}), (Asked, {"question": "1 before"}), (Elapsed, {"seconds": 2.5}),
    (Told, {"to": ["ann"], "text": "A word."}), (Told, {"to": ["ann", "ben"], "text": "Another."}),
    (Tallied, {"what": "ballot", "about": "verdict", "choices": {"ann": "yes"}, "result": "yes"}),
    (Tallied, {"what": "payoff", "about": "repeat 1", "choices": {}, "worth": {"ann": 1.5}}),
    (Chosen, {"thread": "hall", "seats": ["ann"], "why": "drawn"}),
    (Chosen, {"thread": "hall", "seats": ["ben", "cem"], "why": "drawn"}),
])  # fmt: skip
SECRETS = st.sampled_from([
    (Move(choice=1), "move", "give"), (Move(choice=2), "move", "give"), (Vote(choice="yes"), "vote", "verdict"),
    (Bid(strength=3), "bid", ""), (Answer(items={"sure": 5}), "answer", "1 before"),
])  # fmt: skip
SAID = st.tuples(
    st.sampled_from(SEATS),
    st.sampled_from(["Yes.", "No.", "Go on then."]),
    st.sampled_from([None, Offer(terms={"price": 1}), Leave()]),
    st.sampled_from([None, "hall:1", "hall:2"]),
    st.sampled_from([None, ["ann", "ben"], ["ben", "cem"]]),
)
STEPS = st.lists(
    st.tuples(st.just("between"), BETWEEN)
    | st.tuples(st.just("secret"), st.sampled_from(SEATS), SECRETS)
    | st.tuples(st.just("say"), SAID)
    | st.tuples(st.just("moderator"), st.sampled_from(["Order!", "Time."]), st.sampled_from(["scenario", "person"])),
    max_size=16,
)


def tell(steps: list[Any]) -> Transcript:
    telling, opened = Telling(), set()
    for step in steps:
        match step:
            case "between", (kind, fields):
                telling.between(kind, **fields)
            case "secret", seat, (act, task, about):
                telling.confide(seat, act, task, about)
            case "moderator", text, by:
                telling.moderator(text, by=by)
            case _, (seat, text, act, re, members):
                opens = members if members and tuple(members) not in opened else None
                opened |= {tuple(members)} if members else set()
                aside = "_".join(("caucus", *members)) if members and not opens else "hall"
                telling.say(seat, text, aside, opens, act=act, re=re)
    return telling.end()


@given(STEPS)
@settings(max_examples=150)
def test_nothing_differs_from_itself(steps: list[Any]) -> None:
    found = diff(tell(steps), tell(steps))
    assert found.same and found.first is None


@given(STEPS, STEPS)
@settings(max_examples=250)
def test_swapping_the_sides_mirrors_and_nothing_is_lost(a: list[Any], b: list[Any]) -> None:
    one, other = diff(tell(a), tell(b)), diff(tell(b), tell(a))
    assert one.mirrored().threads == other.threads
    assert other.first == (one.first.mirrored() if one.first else None)
    for side in (0, 1):
        keys = {name: [turn.key for turn in turns] for name, turns in one.readings[side].threads.items()}
        found = {name: [turn.key for pair in pairs if (turn := _of(pair, side))] for name, pairs in one.threads.items()}
        assert {name: turns for name, turns in found.items() if turns} == keys
    assert one.same or one.first is not None


@given(STEPS, st.data())
@settings(max_examples=150)
def test_one_step_that_is_otherwise_is_found(steps: list[Any], data: st.DataObject) -> None:
    steps = [("say", (*step[1][:3], None, step[1][4])) if step[0] == "say" else step for step in steps]
    place = data.draw(st.integers(0, len(steps)))
    new = ("moderator", "Something new.", "person")
    found = diff(tell(steps), tell([*steps[:place], new, *steps[place:]]))
    assert first(found) == ("heard", "hall", "human")
    assert (found.counts["inserted"], found.counts["changed"]) == (1, 0)


def _of(pair: Pair, side: int) -> Any:
    return pair.b if side else pair.a
