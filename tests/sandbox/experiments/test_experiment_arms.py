"""What varies in an experiment, what is an arm of it, and what is measured."""

from __future__ import annotations

from typing import Any

import moot
from sandbox.experiments import Slope, prepare
from sandbox.trust import trust
from sandbox.workspace import Workspace
from transcripts import Store

FIRM = {"firm": {"seller.brain.tactic": "boulware"}, "soft": {"seller.brain.tactic": "conceder"}}
BIKE: dict[str, Any] = {"scenario": "used-bike", "vary": {"tactic": FIRM}}


def test_seats_are_swapped_with_everything_that_makes_a_character(play, home):
    file: dict[str, Any] = {"scenario": "used-bike", "vary": {"buyer.persona": ["haggler", "hardliner"]}}
    file["compare"] = [{"effect": "buyer.persona", "swap_seats": True, "of": "utility"}]
    found = play(file, trials=1).results()
    (contrast,) = found.design.contrasts
    assert contrast.pooled and (contrast.of, contrast.of_swapped) == ("utility.buyer", "utility.seller")
    casts = {}
    for trial in found.trials:
        cast = moot.load(trial.run, store=home / "transcripts.db").state.seats
        casts[trial.levels["buyer.persona"], trial.swapped] = (cast["seller"].persona, cast["buyer"].persona)
    assert casts == {
        ("haggler", False): ("plain-dealer", "haggler"),
        ("haggler", True): ("haggler", "plain-dealer"),
        ("hardliner", False): ("plain-dealer", "hardliner"),
        ("hardliner", True): ("hardliner", "plain-dealer"),
    }


def test_a_series_of_runs_is_one_trial(play):
    found = play({"scenario": "used-bike", "series": {"runs": 3}}, trials=2).results()
    assert len(found.trials) == 6 and len({trial.series for trial in found.trials}) == 2
    assert len({trial.context for trial in found.trials}) == 6


def test_runs_that_are_there_are_an_arm(play, home):
    for seed in range(3):
        moot.run("used-bike", seed=seed, workspace=Workspace(home))
    found = play({**BIKE, "arms": {"pilot": {"runs": "scenario=used-bike run=used-bike-?"}}}, trials=1).results()
    pilot = [trial for trial in found.trials if trial.arm == "pilot"]
    assert [trial.run for trial in pilot[:3]] == ["used-bike-1", "used-bike-2", "used-bike-3"]
    assert pilot[0].values["rounds"] == moot.load("used-bike-1", store=home / "transcripts.db").outcome.rounds


def test_runs_that_were_tagged_are_an_arm(play, home):
    for seed in range(4):
        moot.run("used-bike", seed=seed, workspace=Workspace(home))
    with Store.open(home / "transcripts.db") as store:
        store.tag(["used-bike-2", "used-bike-4"], "pilot")
        found = play({**BIKE, "arms": {"pilot": {"runs": "tag:pilot"}}}, store=store).results()
    assert [trial.run for trial in found.trials if trial.arm == "pilot"] == ["used-bike-2", "used-bike-4"]


def test_runs_of_another_experiment_keep_who_sat_where_and_what_they_share(play, home):
    play(BIKE, trials=2, name="before", swap_seats=True, series={"runs": 2})
    found = play({"scenario": "used-bike", "arms": {"before": {"runs": "experiment:before"}}}).results()
    assert sum(trial.swapped for trial in found.trials) == 8
    assert len({trial.series for trial in found.trials}) == 8


def test_a_sample_of_a_large_cross_is_drawn_from_the_seed(home):
    hundred = list(range(100))
    vary = {"seller.no_deal": hundred, "buyer.no_deal": hundred, "parameters.asking": hundred}
    file = {"scenario": "used-bike", "vary": vary, "trials": 1}
    drawn = [
        [arm.name for arm in prepare({**file, "sample": 5, "seed": seed}, workspace=Workspace(home)).design.arms]
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2] and len(set(drawn[0])) == 5


def test_python_measures_in_a_trusted_workspace_and_what_fails_is_said(play, home):
    (home / "mine.py").write_text("def last(run):\n    return run.outcome.terms['price'] / (run.seed % 2)\n")
    trust(home)
    found = play({**BIKE, "measure": ["agreed", {"half": "mine.py:last"}]}, trials=4).results()
    failed = [trial for trial in found.trials if trial.values["half"] is None]
    assert 0 < len(failed) < 8 and all(trial.values["agreed"] is not None for trial in failed)
    assert found.unmeasured["half"].startswith(f"failed for {len(failed)} runs: ")
    (home / "mine.py").write_text("def last(run):\n    return 5\n")
    again = play({**BIKE, "measure": [{"half": "mine.py:last"}]}, trials=4).results()
    assert {trial.values["half"] for trial in again.trials} == {5.0} and not again.unmeasured


def test_what_somebody_measured_is_kept_and_without_trust_the_rest_is_still_said(play, results, home):
    (home / "mine.py").write_text("import os\ndef one(run):\n    os.mkdir(run.name)\n    return 1\n")
    trust(home)
    play({**BIKE, "measure": ["agreed", {"one": "mine.py:one"}]}).results()
    assert {trial.values["one"] for trial in results().trials} == {1.0}
    assert len(list(home.glob("used-bike-*"))) == 4 and not results().unmeasured, "once for each run"
    (home / "mine.py").write_text("def one(run):\n    return 2\n")
    (home / "config" / "moot" / "trusted").unlink()
    assert {trial.values["one"] for trial in results().trials} == {None}
    assert "not trusted" in results().unmeasured["one"] and results().trials[0].values["agreed"] is not None


def test_a_slope_is_over_numbers(home):
    file: dict[str, Any] = {"scenario": "used-bike", "vary": {"parameters.asking": [300, 350, 400]}}
    file["compare"] = [{"slope": "deal.price over parameters.asking", "where": "agreed"}]
    design = prepare(file, workspace=Workspace(home)).design
    assert design.contrasts == [Slope("deal.price", "parameters.asking", {}, "agreed")]
    assert [level.number for level in design.axes[0].levels] == [300, 350, 400]


def test_each_arm_is_played_in_each_scenario(play):
    found = play({"scenario": ["used-bike", "campsite"]}, trials=1).results()
    assert [trial.scenario for trial in found.trials] == ["used-bike", "campsite"]
    assert found.trials[1].values["utility.seller"] is None, "there is none of that name on the campsite"


def test_what_choices_bring_is_measured_too(play):
    found = play({"scenario": "prisoners-dilemma"}, trials=1).results()
    values = found.trials[0].values
    assert values["welfare"] == values["utility.left"] + values["utility.right"] > 0


def test_the_order_of_issues_and_of_speakers_is_an_axis(play, home):
    orders: list[Any] = ["reversed", ["seller", "buyer"]]
    found = play({"scenario": "used-bike", "vary": {"scenario.order.participants": orders}}, trials=1).results()
    first = [moot.load(trial.run, store=home / "transcripts.db").messages[0].seat for trial in found.trials]
    assert first == ["buyer", "seller"]


def test_what_seats_are_called_is_an_axis_and_results_name_them_as_the_scenario_does(play, home):
    people = {"seller": "anna", "buyer": "boris"}
    crosswise = {"seller": "buyer", "buyer": "seller"}
    called = {"as written": {}, "people": {"scenario.names": people}, "crosswise": {"scenario.names": crosswise}}
    vary = {"called": called, "seller.brain.tactic": ["boulware", "conceder"]}
    file: dict[str, Any] = {"scenario": "used-bike", "vary": vary, "swap_seats": True}
    found = play(file, trials=2, arms={"all there": {"runs": "experiment=experiment"}}).results()
    values: dict[Any, list] = {}
    for trial in found.trials:
        if trial.levels:
            key = (trial.context, trial.levels["seller.brain.tactic"], trial.swapped)
            values.setdefault(key, []).append((trial.values["utility.seller"], trial.values["utility.buyer"]))
    assert len(values) == 8 and all(len(each) == 3 and len(set(each)) == 1 for each in values.values())
    there = [trial.values["utility.seller"] for trial in found.trials if trial.arm == "all there"]
    assert sorted(there) == sorted(3 * [each[0][0] for each in values.values()])
    for name in ("seats", "offers", "messages"):
        assert {row["seat"] for row in found.table(name)} == {"seller", "buyer"}
    seats = [row["utility"] for row in found.table("seats") if row["seat"] == "seller"]
    assert seats == [trial.values["utility.seller"] for trial in found.trials]
    run = moot.load(found.trials[5].run, store=home / "transcripts.db")
    assert set(run.state.seats) <= {"anna", "boris", "seller", "buyer"}
