"""Words are found in every row, in the order in which a reader goes through them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.stream import finding
from tui.stream.finding import Search

TEXTS = st.lists(st.text(st.sampled_from("aAb.")), min_size=1, max_size=20)
WORDS = st.text(st.sampled_from("ab."), min_size=1, max_size=3)


def whole(search: Search) -> Search:
    while not search.done:
        search.look(1)
    return search


@given(TEXTS, WORDS, st.data())
def test_it_goes_round_and_round(texts: list[str], words: str, data: st.DataObject) -> None:
    rows = range(len(texts))
    origin, row = data.draw(st.sampled_from(rows)), data.draw(st.sampled_from(rows))
    search = Search(words, lambda rows: texts[rows.start : rows.stop], origin, len(texts))
    assert search.step(row, 1) is None  # nothing is known yet
    whole(search)
    hits = [row for row, text in enumerate(texts) if words in text.lower()]
    assert search.hits == hits and search.found == len(hits)
    behind, before = [hit for hit in hits if hit > row], [hit for hit in hits if hit < row]
    assert search.step(row, 1) == next(iter(behind + hits), None)
    assert search.step(row, -1) == next(iter([*reversed(before), *reversed(hits)]), None)
    assert search.step(row, 0) == (row if row in hits else search.step(row, 1))
    assert search.rank(row) == (hits.index(row) + 1 if row in hits else None)


@given(TEXTS, TEXTS, WORDS, st.data())
def test_rows_may_come_and_go(texts: list[str], more: list[str], words: str, data: st.DataObject) -> None:
    now = list(texts)
    search = Search(
        words, lambda rows: now[rows.start : rows.stop], data.draw(st.sampled_from(range(len(texts)))), len(texts)
    )
    search.look(data.draw(st.sampled_from([0.0, 1.0])))
    now += more
    search.resize(len(now))
    search.look(data.draw(st.sampled_from([0.0, 1.0])))
    del now[len(now) // 2 :]
    search.resize(len(now))
    assert whole(search).hits == [row for row, text in enumerate(now) if words in text.lower()]


def test_what_is_known_is_used_before_all_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_SOME", 1)
    texts = ["hit", "", "hit", "hit"]
    seen: list[int] = []

    def read(rows: range) -> list[str]:
        seen.extend(rows)
        return texts[rows.start : rows.stop]

    search = Search("HIT", read, 1, 4)
    search.look(0)
    search.look(0)
    assert (search.done, search.step(1, 1), search.step(2, 1), search.step(2, -1), search.rank(2)) == (
        False, 2, None, None, None,
    )  # fmt: skip
    assert search.places("a hit, a Hit") == [(2, 5), (9, 12)]
