"""The fold: what events amount to, one after the other or all at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcripts import Accept, Forfeited, Offer, Reject, WalkAway, Withdraw, fold


def state_after(make, *acts):
    """Fold what the two said by turns at the table, the seller first."""
    started, bodies = make.begin()
    seats = ("seller", "buyer")
    said = [make.say(turn, "", seat=seats[(turn + 1) % 2], act=act) for turn, act in enumerate(acts, 1)]
    return fold([started, *said], bodies)


@given(data=st.data())
def test_going_on_is_the_same_as_starting_over(any_transcript, data):
    transcript = data.draw(any_transcript)
    events = transcript.content()
    at = data.draw(st.integers(1, len(events)))
    state = fold(events[:at], transcript.bodies)
    for event in events[at:]:
        state.apply(event)
    assert state == transcript.state()


@given(data=st.data())
def test_the_order_of_arrival_changes_nothing(any_transcript, data):
    transcript = data.draw(any_transcript)
    state = transcript.state()
    transcript.events = data.draw(st.permutations(transcript.events))
    assert transcript.state() == state


@given(data=st.data())
def test_every_message_is_numbered_in_its_thread(any_transcript, data):
    for thread in data.draw(any_transcript).state().threads.values():
        assert [message.n for message in thread.messages] == list(range(1, len(thread.messages) + 1))
        assert sum(thread.turns.values()) >= len(thread.messages)


def test_a_new_offer_replaces_ones_own_and_goes_behind_the_others(make):
    table = state_after(make, Offer(terms={"p": 1}), Offer(terms={"p": 2}), Offer(terms={"p": 3})).threads["table"]
    assert [(offer.id, offer.terms) for offer in table.standing.values()] == [
        ("table:2", {"p": 2}),
        ("table:3", {"p": 3}),
    ]
    assert table.offer("table:1") is None


def test_an_offer_is_backed_until_its_backer_thinks_again(make):
    offer, accept = Offer(terms={}), Accept(offer="table:1")
    assert state_after(make, offer, accept).threads["table"].offer("table:1").backers == {"seller", "buyer"}
    for change in (Reject(offer="table:1"), Offer(terms={}), WalkAway()):
        state = state_after(make, offer, accept, None, change)
        assert state.threads["table"].offer("table:1").backers == {"seller"}, change


def test_a_withdrawn_offer_is_gone_and_so_are_those_of_whoever_walks_away(make):
    assert state_after(make, Offer(terms={}), None, Withdraw()).threads["table"].standing == {}
    state = state_after(make, Offer(terms={}), None, WalkAway())
    assert state.threads["table"].standing == {} and state.out == {"seller"}


def test_a_round_is_over_when_every_member_had_its_turn_forfeited_ones_included(make):
    state = state_after(make, None, None, None)
    assert state.threads["table"].rounds() == 1 and state.threads["table"].rounds({"buyer"}) == 2
    state.apply(Forfeited(tick=4, turn=4, thread="table", seat="buyer", fault="error", reason="x"))
    assert state.threads["table"].rounds() == 2 and (state.turns, state.forfeits) == (4, 1)
