"""Results as rows, for a data frame or a spreadsheet."""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from moot_errors import NotFound, WrongUse
from sandbox.experiments import Results, experiment
from tests.sandbox.experiments.made import made

TACTICS = {
    "scenario": "used-bike",
    "vary": {"tactic": {"firm": {"seller.brain.tactic": "boulware"}, "soft": {"seller.brain.tactic": "conceder"}}},
    "trials": 3,
}


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Results:
    (tmp_path / "moot.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    return experiment(TACTICS).results()


def test_there_are_rows_by_run_seat_offer_and_message(results: Results) -> None:
    runs, seats, offers, messages = (results.table(name) for name in ("runs", "seats", "offers", "messages"))
    assert len(runs) == 6 and len(seats) == 12
    first = runs[0]
    assert (first["axis.tactic"], first["status"]) == ("firm", "done")
    of_first = [row for row in seats if row["run"] == first["run"]]
    assert [row["utility"] for row in of_first] == [first["utility.seller"], first["utility.buyer"]]
    assert [row["does"] for row in of_first] == ["boulware", "boulware"] and of_first[0]["no_deal"] == 26
    said = [row for row in messages if row["run"] == first["run"]]
    assert sum(row["act"] == "offer" for row in said) == sum(row["run"] == first["run"] for row in offers)
    assert sum(row["words"] for row in said) == sum(row["words"] for row in of_first)
    agreed = [row for row in offers if row["run"] == first["run"] and row["agreed"]]
    assert len(agreed) == 1 and agreed[0]["worth.seller"] == first["utility.seller"]


def test_a_frame_is_the_table(results: Results) -> None:
    frame = results.frame("seats")
    assert len(frame) == 12 and list(frame.columns) == list(results.table("seats")[0])
    assert frame.groupby("axis.tactic")["utility"].mean().notna().all()


def test_without_pandas_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(WrongUse, match=r"moot\[frames\]"):
        made().frame()


def test_csv_says_what_the_table_says() -> None:
    results = made(trials=5, waiting=1)
    rows = list(csv.DictReader(io.StringIO(results.csv())))
    assert [row["agreed"] for row in rows] == [
        "" if t.status == "waiting" else str(t.values["agreed"]) for t in results.trials
    ]
    assert [float(row["utility.seller"]) for row in rows if row["status"] == "done"] == [
        t.values["utility.seller"] for t in results.trials if t.status == "done"
    ]


def test_csv_holds_no_formula_and_no_control() -> None:
    results = made(trials=1)
    evil = [replace(t, fault="=HYPERLINK(1)", run="\x1b[31m\nx") for t in results.trials]
    row = next(csv.DictReader(io.StringIO(replace(results, trials=evil).csv())))
    assert row["fault"] == "'=HYPERLINK(1)" and "\x1b" not in row["run"]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NotFound, match="table 'run'"):
        made().table("run")  # type: ignore[arg-type]
    with pytest.raises(WrongUse, match="not at hand"):
        made().table("offers")
