"""Each mistake a person may make in a scenario is told in a line or two, at its line and column, with its value."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moot_errors import DocumentError, MootError, NotFound
from personas import parse_document
from scenarios import ScenarioSource, Situation, check_scenario, load_scenario

GOOD = """\
title: A used bike
story: For sale.
parameters: {asking: 350}
issues:
  price: {from: 100, to: 400, step: 10, unit: €}
  pickup: [today, weekend]
  helmet: [included, not included]
participants:
  seller:
    role: asks {asking} €
    persona: plain-dealer
    prefers:
      price: {100: 0, 400: 60}
      pickup: {today: 20, weekend: 0}
    no_deal: 26
  buyer:
    role: wants the bike
    persona: haggler
    prefers: {price: {100: 60, 400: 0}}
    never: price > 320
threads:
  table: {members: all, speakers: alternating}
end: {agreement: all, rounds: 10}
"""

PRICE, RANGE = "price: {100: 0, 400: 60}", "from: 100, to: 400, step: 10"
ASKING = "parameters: {asking: 350}"
MISTAKES = [
    # keys and shapes
    ("participants:", "partcipants:", "8:1", "'partcipants'", "'participants'"),
    ("    role: wants", "    rol: wants", "17:5", "'rol'", "'role'"),
    ("rounds: 10", "round: 10", "23:23", "'round'", "'rounds'"),
    (", step: 10", ", steps: 10", "5:31", "'steps'", "'step'"),
    ("title: A", "title: B\ntitle: A", "2:1", "'title' is given twice", "line 1"),
    ("title: A used bike", "title: [7]", "1:8", "[7]", ""),
    ("story:", "story: [", "3:11", "not YAML", ""),
    ("story: For", "story: !!python/name:os.system For", "2:8", "'!!python/name:os.system'", ""),
    ("no_deal: 26", "no_deal: a lot", "15:14", "'a lot'", ""),
    ("no_deal: 26", "no_deal: .nan", "15:14", ".nan", ""),
    ("no_deal: 26", "no_deal: 26\n    minimum: yes", "16:14", "'yes'", ""),
    ("rounds: 10", "rounds: ten", "23:31", "'ten'", ""),
    ("rounds: 10", "rounds: 0", "23:31", "0", ""),
    (", rounds: 10", "", "23:1", "may never end", "rounds"),
    ("alternating", "alternate", "22:35", "'alternate'", "'alternating'"),
    # who is there
    ("members: all", "members: [seller, byer]", "22:29", "'byer'", "'buyer'"),
    ("members: all", "members: [seller, seller]", "22:29", "'seller'", ""),
    ("members: all, speakers: alternating", "members: [seller]", "16:3", "'buyer'", ""),
    ("members: all", "members: [seller]", "22:40", "'table'", "round robin"),
    ("  buyer:", "  all:", "16:3", "'all'", ""),
    ("  buyer:", "  the Buyer:", "16:3", "'the Buyer'", "'the_buyer'"),
    ("persona: haggler", "persona: hagler", "18:14", "'hagler'", "'haggler'"),
    ("persona: haggler", "persona: 7", "18:14", "7", ""),
    # issues
    ("[today, weekend]", "soon", "6:11", "'soon'", ""),
    ("[today, weekend]", "[]", "6:11", "'pickup'", ""),
    ("[today, weekend]", "[today, Today]", "6:19", "'Today'", ""),
    ("[today, weekend]", "[today, true]", "6:19", "true", "quotes"),
    ("  pickup: [", "  sum: [", "6:3", "'sum'", ""),
    ("  pickup: [", "  Pick up: [", "6:3", "'Pick up'", "'pick_up'"),
    (RANGE, "from: 100, to: 400, step: 7", "5:37", "7", ""),
    (RANGE, "from: 100, to: 400, step: 0", "5:37", "0", ""),
    (RANGE, "from: 400, to: 100, step: 10", "5:26", "from 400 to 100", ""),
    (RANGE, "from: 0, to: 90000, step: 0.001", "4:1", "360,000,004", "'price'"),
    (RANGE, "divide: 10, step: 3", "5:29", "3", ""),
    # preferences
    (PRICE, "prise: {100: 0, 400: 60}", "13:7", "'prise'", "'price'"),
    (PRICE, "price: {100: 0, 500: 60}", "13:23", "500", "100 to 400"),
    (PRICE, "price: {100: 0, 350: 60}", "13:14", "400", "400"),
    (PRICE, "price: {cheap: 0, 400: 60}", "13:15", "'cheap'", ""),
    (PRICE, "price: [0, 60]", "13:14", "[0, 60]", ""),
    ("{today: 20, weekend: 0}", "{today: 20, weekends: 0}", "14:27", "'weekends'", "'weekend'"),
    ("{today: 20, weekend: 0}", "{today: 20}", "14:15", "'weekend'", "weekend"),
    ("{today: 20, weekend: 0}", "[20, 0, 5]", "14:15", "3 points", ""),
    ("{today: 20, weekend: 0}", "{today: 20, weekend: none}", "14:36", "'none'", ""),
    ("no_deal: 26", "payoff: price", "15:5", "payoff", ""),
    (PRICE, "price: {100: 0, '100': 5, 400: 60}", "13:23", "100 are given twice", ""),
    (RANGE, "from: -4e8, to: 4e8, step: 1e-8", "5:38", "more digits than a number has", "greater"),
    (RANGE, "from: 999999999999999.5, to: 1e15, step: 0.0625", "5:52", "more digits", ""),
    ("pickup: [today, weekend]", "pickup: {divide: 1e15, step: 1e-9}", "6:32", "more digits", ""),
    ("pickup: [today, weekend]", "pickup: {divide: 1e15}", "4:1", "about 10^17 outcomes", "about 10^15 values"),
    # arithmetic
    ("price > 320", "price > ", "20:19", "'price >'", ""),
    ("price > 320", "price = 320", "20:18", "'='", "=="),
    ("price > 320", "'price > 2 ** 8'", "20:23", "'**'", "multiply"),
    ("price > 320", "prise > 320", "20:12", "'prise'", "'price'"),
    ("price > 320", "price", "20:12", "'price'", "price > 300"),
    ("price > 320", "pickup == todai", "20:22", "'todai'", "today"),
    ("price > 320", "price > asking / (price - 200)", "20:27", "division by zero", ""),
    ("price > 320", "[price > 320, price < 1 / 0]", "20:36", "division by zero", ""),
    ("price > 320", '"pickup == \\"today\\" and prise > 3"', "20:37", "'prise'", "'price'"),
    # parameters and draws
    ("{asking}", "{askin}", "10:17", "'askin'", "'asking'"),
    ("{asking}", "{asking", "10:16", "'{'", "'{{'"),
    ("{asking}", "{asking +}", "10:25", "'asking +'", ""),
    ("no_deal: 26", "no_deal: {askin}", "15:15", "'askin'", "'asking'"),
    ("no_deal: 26", 'no_deal: "{asking / 0}"', "15:23", "division by zero", ""),
    (ASKING, "parameters: {asking: [350]}", "3:22", "[350]", ""),
    (ASKING, "parameters: {7: 1, asking: 2}", "3:14", "the name 7", ""),
    (ASKING, f"{ASKING}\ndraw: {{own: 1..4}}", "4:8", "'own'", ""),
    (ASKING, "parameters: {asking: 1, price: 2}", "5:3", "'price'", ""),
    (ASKING, f"{ASKING}\ndraw: {{asking: 1..4}}", "4:8", "'asking'", ""),
    (ASKING, f"{ASKING}\ndraw: {{a: 1 to 4}}", "4:11", "'1 to 4'", "1..4"),
    (ASKING, f"{ASKING}\ndraw: {{a: 1..4, where: a > 7}}", "4:24", "'a > 7'", ""),
    (ASKING, f"{ASKING}\ndraw: {{a: 1..4, where: a > b}}", "4:28", "'b'", ""),
    (ASKING, f"{ASKING}\ndraw: {{'a, b, c, d': 1..40}}", "4:8", "2,560,000", ""),
    (ASKING, f"{ASKING}\ndraw: {{'a, b': {{shuffle: [1]}}}}", "4:16", "1 values", ""),
]


@pytest.mark.parametrize(("good", "bad", "where", "value", "remedy"), MISTAKES, ids=[bad for _, bad, *_ in MISTAKES])
def test_a_mistake_is_told_at_its_place(good: str, bad: str, where: str, value: str, remedy: str) -> None:
    assert good in GOOD
    with pytest.raises(DocumentError) as caught:
        _use(GOOD.replace(good, bad, 1))
    error = caught.value
    assert str(error.place) == f"bike.yaml:{where}"
    assert value in error.message and remedy in (error.remedy or "")
    assert len(str(error).splitlines()) <= 2


def test_the_good_one_is_good() -> None:
    _use(GOOD)


def _use(text: str) -> None:
    source = ScenarioSource("bike", parse_document(text, "bike.yaml"))
    for problem in check_scenario(source):
        if problem.severity == "error":
            raise problem.error


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("just words", "1:1", "'just words'"),
        ("title: t\n", "1:1", "'participants' is missing"),
        ("title: t\nplayers: {a: {}}\nthreads: {t: {}}\nend: {rounds: 1}", "2:1", "unknown key 'players'"),
        ("title: t\nparticipants: {}\nthreads: {t: {}}\nend: {rounds: 1}", "2:15", "got none"),
        ("title: t\nparticipants: {a: }\nthreads: {t: {}}\nend: {rounds: 1}", "2:18", "got nothing"),
        ("title: t\nparticipants: {a: {}}\nthreads: {t: {}}\nend: {turns: 1, agreement: all}", "4:17", "no issues"),
        ("title: t\nparticipants: {a: {never: 1 > 0}}\nthreads: {t: {}}\nend: {turns: 1}", "2:20", "'never'"),
    ],
)
def test_a_file_that_is_hardly_a_scenario(text: str, where: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said) as caught:
        _use(text)
    assert str(caught.value.place) == f"bike.yaml:{where}"


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b"", ":1:1"),
        (b"title: caf\xe9", ":1:11"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\n" + b"".join(b"c%d: &b [*b, *b]\n" % n for n in range(20)), ":"),
    ],
)
def test_a_file_that_cannot_be_read(content: bytes, where: str, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(content)
    with pytest.raises(MootError) as caught:
        load_scenario(file).resolve()
    assert str(caught.value.place).startswith(f"{file}{where}")


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(NotFound, match="did you mean 'used-bike'"):
        load_scenario("used-bik")


WORDS = ["", "all", "price", "price > 1", "{asking}", "{", "1 / 0", "seller", "today", "1..4", "n", "own.price", "None"]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.integers(0, 400), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.data(), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=300)
def test_whatever_is_put_anywhere_is_played_or_refused(data: st.DataObject, changes: int, seed: int) -> None:
    changed = copy.deepcopy(parse_document(GOOD, "bike.yaml").data)
    changed["draw"] = {"who": ["plain-dealer", "haggler"], "a, b": "1..4", "where": "a < b"}
    for _ in range(changes):
        parent, key = data.draw(st.sampled_from(list(_spots(changed))))
        parent[key] = data.draw(anything)
    source = ScenarioSource("bike", replace(parse_document(GOOD, "bike.yaml"), data=changed))
    try:
        situation = source.resolve(seed)
    except MootError:
        return
    assert Situation.from_data("bike", json.loads(json.dumps(situation.data))).data == situation.data


def _spots(data: Any) -> Iterator[tuple[Any, Any]]:
    """Walk over every place where something can be put."""
    if isinstance(data, (dict, list)):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield data, key
            yield from _spots(data[key])
