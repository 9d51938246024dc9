"""`moot experiment report` and `compare`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.cli.entry import moot
from sandbox.experiments import experiment
from tests.sandbox.experiments.test_tables import TACTICS

BIKES = TACTICS | {
    "trials": 8,
    "measure": ["agreed", "utility.seller"],
    "compare": [{"tactic": ["firm", "soft"], "of": "utility.seller"}],
}


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "moot.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MOOT_WORKSPACE", raising=False)
    return tmp_path


@pytest.fixture
def played(workspace: Path) -> None:
    experiment(BIKES, name="bikes")


def typed(words: str) -> Result:
    return CliRunner().invoke(moot, ["experiment", *shlex.split(words)], prog_name="moot")


@pytest.mark.usefixtures("played")
def test_a_report_is_written_in_every_form(workspace: Path) -> None:
    shown = typed("report bikes")
    assert shown.exit_code == 0 and "firm is higher than soft" in shown.output
    data = json.loads(typed("report bikes --json").output)
    assert data["complete"] and data["answers"][0]["found"]["verdict"] == "yes"
    for name in ("r.md", "r.html", "r.csv", "r.json", "r.txt"):
        assert typed(f"report bikes -o {name}").exit_code == 0
    assert (workspace / "r.md").read_text().startswith("# bikes")
    page = (workspace / "r.html").read_text()
    assert page.startswith("<!doctype html>") and page.count("<figure>") == 4
    assert len(list(csv.DictReader(io.StringIO((workspace / "r.csv").read_text())))) == 16
    assert "\x1b" not in (workspace / "r.txt").read_text()


@pytest.mark.usefixtures("played")
def test_plots_go_to_a_folder(workspace: Path) -> None:
    assert typed("report bikes --plots plots").exit_code == 0
    names = {file.name for file in (workspace / "plots").iterdir()}
    assert names == {
        f"{plot}.{kind}" for plot in ("arms", "utilities", "concessions", "agreement") for kind in ("svg", "png")
    }
    once = (workspace / "plots/utilities.svg").read_bytes()
    assert typed("report bikes --plots plots --force").exit_code == 0
    assert (workspace / "plots/utilities.svg").read_bytes() == once


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("report bike", "did you mean 'bikes'"),
        ("report bikes --unit tactics", "did you mean 'tactic'"),
        ("report bikes --unit tactic", "that is what is compared"),
        ("report bikes --table offer", "did you mean 'offers'"),
        ("report bikes --table offers --json", "--format csv"),
        ("report bikes -o moot.toml", "--force replaces it"),
        ("report bikes -o no/such/folder.md", "cannot be written"),
        ("compare bikes nothing", "'nothing'"),
        ("compare none.db:bikes bikes", "none.db"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(words: str, said: str) -> None:
    result = typed(words)
    assert result.exit_code == 2 and said in result.output and "Traceback" not in result.output


def test_where_nothing_was_played_it_says_what_to_do() -> None:
    result = typed("report bikes")
    assert result.exit_code == 2 and "moot experiment run" in result.output


@pytest.mark.usefixtures("played")
def test_the_exit_code_says_whether_two_experiments_differ() -> None:
    softer = {"firm": {"seller.brain.tactic": "linear"}, "soft": {"seller.brain.tactic": "conceder"}}
    experiment(BIKES | {"vary": {"tactic": softer}}, name="later")
    result = typed("compare bikes later")
    assert result.exit_code == 1 and "yes" in result.output and "undecided" in result.output
    assert json.loads(typed("compare bikes later --json").output)["differs"]
    same = typed("compare bikes transcripts.db:bikes")
    assert same.exit_code == 0 and "the same in each pair" in same.output


def test_what_is_given_agreement_is_said_whether_or_not_that_is_measured() -> None:
    experiment(
        BIKES | {"measure": ["utility.seller"], "vary": {"seller.brain.tactic": ["random", "boulware"]}, "compare": []},
        name="bikes",
    )
    arms = json.loads(typed("report bikes --json").output)["arms"]
    assert all(set(arm["measures"]) == {"utility.seller"} for arm in arms)
    assert all(arm["measures"]["utility.seller"]["agreed"] is not None for arm in arms)


def test_a_model_without_a_rule_beside_it_is_held_against_no_deal(workspace: Path) -> None:
    (workspace / "moot.toml").write_text('[models.toy]\nprovider = "simulated"\nmodel = "toy"\n')
    asked = {"scenario": "used-bike", "vary": {"buyer.model": ["toy"]}, "trials": 2, "measure": ["utility.buyer"]}
    experiment(asked, name="models")
    arm = json.loads(typed("report models --json").output)["arms"][0]
    assert arm["calls"] > 0 and arm["floor"] == {
        "what": "no deal",
        "values": {"agreed": 0, "utility.seller": 26, "utility.buyer": 30},
    }
    assert "30: no deal" in typed("report models").output
