"""What each event looks like, to whom, and that no text is ever more than text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import moot
from sandbox.rendering.printable import printable
from sandbox.rendering.scene import Scene
from tests.transcripts.conftest import begin, say
from transcripts import Accept, Agreed, Ended, Evidence, Exhausted, Forfeited, Forked, Offer, Refused, Valued, fold
from tui.stream.rows import LONGEST, Writer


def rows(*events: object, seat: str | None = None, thread: str | None = None) -> list[str]:
    started, bodies = begin()
    scene = Scene("bike-1", fold([started, *events], bodies), seat)  # type: ignore[list-item]
    writer = Writer(scene, thread)
    return [writer.write(event).text for event in [started, *events] if writer.shows(event)]  # type: ignore[arg-type]


OFFER = say(1, "Take it.", act=Offer(terms={"price": 300}))
WORTH = Valued(tick=1, turn=1, step=1, thread="table", seat="seller", offer="table:1", worth={"seller": 40, "buyer": 2})
ASIDE = say(2, "To myself.", thread="aside", n=1)
REFUSED = Refused(tick=3, turn=3, thread="table", seat="buyer", by="rules", reason="no such offer", text="I take 9.")
FORFEIT = Forfeited(tick=3, turn=3, step=1, thread="table", seat="buyer", fault="error", reason="KeyError")
TAKEN = say(4, "", act=Accept(offer="table:1"), seat="buyer", n=2, by="person")
AGREED = Agreed(tick=4, turn=4, step=1, thread="table", offer="table:1", terms={"price": 300}, by=["seller", "buyer"])
ENDED = Ended(tick=5, status="done", reason="agreed", agreed=True, terms={"price": 300})


def test_each_event_has_its_words() -> None:
    assert rows(OFFER, WORTH, ASIDE, REFUSED, FORFEIT, TAKEN, AGREED, ENDED) == [
        "A bike",
        "table · seller: Take it.\n→ offers price 300  [table:1]  seller 40 · buyer 2",
        "aside · seller: To myself.",
        '(table · buyer (haggler): refused by rules: no such offer "I take 9.")',
        "(table · buyer (haggler): turn forfeited (error): KeyError)",
        "table · buyer (a person) ✓ accepts table:1",
        "✓ agreed by seller and buyer: price 300  [table:1]",
        "■ Agreed: price 300",
    ]


def test_of_one_thread_only_its_own_is_shown() -> None:
    seen = rows(OFFER, WORTH, ASIDE, TAKEN, ENDED, thread="aside")
    assert seen == ["A bike", "seller: To myself.", "■ No agreement: agreed."]


def test_a_participant_sees_what_it_knew() -> None:
    spent = Exhausted(tick=5, what="cost", limit=3)
    seen = rows(OFFER, WORTH, ASIDE, REFUSED, FORFEIT, TAKEN, AGREED, spent, seat="seller")
    assert seen[1] == "table · seller: Take it.\n→ offers price 300  [table:1]  worth 40 to you"
    assert "haggler" not in "".join(seen) and "KeyError" not in "".join(seen) and "budget" not in "".join(seen)
    assert not any("To myself" in row for row in rows(ASIDE, seat="buyer"))
    assert rows(REFUSED, seat="buyer")[1].startswith("(buyer: refused by rules")


def test_a_branch_says_where_it_comes_from() -> None:
    forked = Forked(tick=2, after=1, seed=8, evidence=Evidence(parent="bike-0"))
    assert rows(OFFER, forked)[-1] == "── branched off bike-0 after turn 1 ──"


def test_a_long_message_is_shown_in_part() -> None:
    text = rows(say(1, "x" * 1_000_000))[1]
    assert text.endswith("x\n… 980,000 characters more: Enter shows all") and len(text) < LONGEST + 100


@given(st.text(), st.text())
def test_text_is_text(said: str, name: str) -> None:
    for row in rows(
        say(1, said), say(2, said, act=Offer(terms={name: said})), REFUSED.model_copy(update={"text": said})
    ):
        assert row == printable(row, lines=True)


def test_marks_lie_in_order_on_what_they_name() -> None:
    state = moot.run("used-bike", seed=7, record=False).transcript
    writer = Writer(Scene("bike", state.state()))
    for event in state.events:
        if writer.shows(event):
            row, last = writer.write(event), 0
            for mark in row.marks:
                assert last <= mark.begin <= mark.end <= len(row.text)
                last = mark.end
            assert row.rank is None or row.text[slice(*row.marks[0][:2])] == event.seat  # type: ignore[union-attr]
