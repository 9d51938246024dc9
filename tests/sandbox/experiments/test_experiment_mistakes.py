"""Every mistake in an experiment's file is said with its place and a remedy, before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import moot
from sandbox.experiments import prepare
from sandbox.workspace import Workspace

WELL = """\
scenario: used-bike
vary:
  tactic: {firm: {seller.brain.tactic: boulware}, soft: {seller.brain.tactic: conceder}}
  parameters.asking: [300, 350]
compare:
  - {tactic: [firm, soft], of: agreed}
"""
TABLE = [
    # what is replaced, by what, the place, what is said, and the remedy
    ("used-bike", "used-bik", "1:11", "there is no scenario 'used-bik'", "did you mean 'used-bike'?"),
    ("used-bike", "[used-bike, used-bike]", "1:23", "is given twice", "take one out"),
    ("vary:", "varry:", "2:1", "unknown key 'varry'", "did you mean 'vary'?"),
    ("[300, 350]", "[]", "4:22", "has no levels", "give it two or more"),
    ("[300, 350]", "[300, 300]", "4:28", "the level '300' is given twice", "take one out"),
    ("parameters.asking: [", "parameters.askin: [", "4:22", "there is no parameter|nothing at the path", "asking"),
    ("parameters.asking: [300, 350]", "buyer.brain: [{kind: llm, model: gpt}]", "4:17", "no model 'gpt'", "write ["),
    ("parameters.asking: [300, 350]", "scenario.names: [{sellr: anna}]", "4:20", "no participant 'sellr'", "'seller'?"),
    ("parameters.asking: [", "price: [", "4:3", "a list gives values to a path, and 'price' is none", "seller.brain"),
    ("parameters.asking: [", "arm: [", "4:3", "stands for the arms themselves", "another name"),
    ("seller.brain.tactic: boulware", "saler.brain.tactic: boulware", "3:19", "names nothing", "a path begins with"),
    ("seller.brain.tactic: boulware", "seller.brain.tactic: bolware", "3:40", "bolware", "did you mean 'boulware'?"),
    ("seller.brain.tactic: boulware", "seller.persona: nobody", "3:35", "there is no persona 'nobody'", "there are:"),
    ("seller.brain.tactic: boulware", "seller.model: gpt", "3:33", "no model 'gpt'", "write [models.gpt]"),
    ("seller.brain.tactic: boulware", "seller.never: price >", "3:33", "", ""),
    ("{seller.brain.tactic: boulware}", "boulware", "3:18", "settings are values by path, not 'boulware'", "write"),
    ("seller.brain.tactic: boulware", "seller: '@human'", "3:27", "nobody to take its turns", "give it a brain"),
    ("tactic: [firm, soft]", "tactik: [firm, soft]", "6:6", "'tactik' is no axis", "did you mean 'tactic'?"),
    ("[firm, soft]", "[firm, sofd]", "6:21", "'tactic' has no level 'sofd'", "did you mean 'soft'?"),
    ("[firm, soft]", "[firm]", "6:14", "but one level here", "two or more"),
    ("of: agreed", "of: agred", "6:32", "nothing to measure at 'agred'", "did you mean 'agreed'?"),
    (", of: agreed", "", "6:5", "what is compared is missing", "add of: agreed"),
    ("tactic: [firm, soft]", "tactic: firm", "6:5", "levels of one axis are compared", "list two levels"),
    ("tactic: [firm, soft], of: agreed", "slope: rounds over tactic", "6:13", "is no number", "numbers"),
    ("tactic: [firm, soft], of: agreed", "slope: rounds", "6:13", "is no slope", "deal.price over"),
    ("tactic: [firm, soft], of: agreed", "interaction: [tactic], of: agreed", "6:19", "of two axes", "write ["),
    ("tactic: [firm, soft], of: agreed", "effect: tactik, of: agreed", "6:14", "no axis 'tactik'", "did you mean"),
    ("tactic: [firm, soft], of: agreed", "equivalent: rounds, tactic: [firm, soft]", "6:5", "a margin", "within: 3"),
    ("of: agreed", "of: agreed, where: rounds", "6:47", "not a matter of yes or no", "such as agreed"),
    ("compare:", "trials: 0\ncompare:", "5:9", "", ""),
    ("compare:", "family: bonferroni\ncompare:", "5:9", "'holm', 'fdr' or 'none', got 'bonferroni'", ""),
    ("compare:", "budget: {euros: 3}\ncompare:", "5:10", "unknown key 'euros'", "did you mean"),
    ("compare:", "cast: {byer: haggler}\ncompare:", "5:14", "there is no seat 'byer'", "did you mean 'buyer'?"),
    ("compare:", "settings: {seller.brein: x}\ncompare:", "5:26", "seller.brein", "brain"),
    ("compare:", "swap_seats: [seller, byer]\ncompare:", "5:13", "there is no seat 'byer'", "seats: seller, buyer"),
    ("compare:", "swap_seats: [seller]\ncompare:", "5:13", "two seats are swapped", "[seller, buyer]"),
    ("compare:", "measure: [agred]\ncompare:", "5:11", "nothing to measure at 'agred'", "did you mean 'agreed'?"),
    ("compare:", "measure: [{x: 'x.py:f'}]\ncompare:", "5:15", "not trusted to run any", "moot trust"),
    ("compare:", "arms: {old: {runs: 5}}\ncompare:", "5:20", "5 selects no runs", "tag:…"),
    ("compare:", "arms: {old: {runs: 'tg:x'}}\ncompare:", "5:20", "'tg:x' selects no runs", "tag:…"),
    ("vary:", "vary: 5\nx:", "2:7", "", ""),
]


@pytest.mark.parametrize(("old", "new", "place", "said", "remedy"), TABLE, ids=[f"{row[1]}" for row in TABLE])
def test_a_mistake_is_said_where_it_is(home: Path, old: str, new: str, place: str, said: str, remedy: str):
    assert old in WELL
    (home / "bad.yaml").write_text(WELL.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(moot.Error) as raised:
        prepare(home / "bad.yaml", workspace=Workspace(home))
    error = raised.value
    assert error.place is not None and str(error.place) in {f"bad.yaml:{each}" for each in place.split("|")}, error
    assert any(each in error.message for each in said.split("|")), error
    assert remedy in (error.remedy or ""), error
    assert not (home / "transcripts.db").exists()


def test_the_file_itself_is_well(home: Path):
    (home / "well.yaml").write_text(WELL)
    assert len(prepare(home / "well.yaml", workspace=Workspace(home)).rows) == 4 * 10


def test_a_file_that_is_not_there_and_one_that_is_no_mapping(home: Path):
    with pytest.raises(moot.Error, match="there is no experiment 'well'"):
        prepare("well", workspace=Workspace(home))
    (home / "list.yaml").write_text("- 1\n")
    with pytest.raises(moot.Error, match="an experiment is a mapping"):
        prepare(home / "list.yaml", workspace=Workspace(home))


def test_a_key_that_is_missing_is_said_before_anything_is_written(home: Path, monkeypatch):
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    (home / "moot.toml").write_text('[models.far]\nmodel = "x"\nbase_url = "http://h/v1"\nkey_env = "NO_SUCH_KEY"\n')
    file = {"scenario": "used-bike", "vary": {"buyer.model": ["far"]}}
    with pytest.raises(moot.Error, match="NO_SUCH_KEY"):
        prepare(file, workspace=Workspace(home))
    assert not (home / "transcripts.db").exists()


def test_a_cross_of_a_million_asks_first_and_one_of_a_billion_is_refused_at_once(home: Path):
    hundred = list(range(100))
    vary = {"seller.no_deal": hundred, "buyer.no_deal": hundred}
    file: dict[str, Any] = {"scenario": "used-bike", "vary": vary, "trials": 100}
    with pytest.raises(moot.Error, match="10,000 arms and 1,000,000 runs") as raised:
        prepare(file, workspace=Workspace(home))
    assert "--yes" in (raised.value.remedy or "")
    with pytest.raises(moot.Error, match="1,000,000 runs"):
        prepare(file, workspace=Workspace(home), yes=lambda problem: "1,000,000 runs" not in problem)
    few = {**file, "trials": 2, "vary": {"seller.no_deal": hundred}}
    assert len(prepare(few, workspace=Workspace(home), yes=pytest.fail).rows) == 200, "nobody is asked about few"
    more = {**file, "vary": {**vary, "parameters.asking": hundred, "seller.minimum": hundred}}
    with pytest.raises(moot.Error, match="are not begun"):
        prepare(more, workspace=Workspace(home), yes=True)


def test_places_of_a_mapping_are_paths(home: Path):
    with pytest.raises(moot.Error) as raised:
        moot.experiment({"scenario": "used-bike", "trials": -1}, workspace=Workspace(home))
    assert str(raised.value.place) == "experiment (trials)"
