"""`moot run`: the talk as it happens, then what came of it."""

from __future__ import annotations

import json

import pytest
from click.testing import Result


def test_the_talk_the_outcome_and_what_to_type_next(moot) -> None:
    played = moot("run", "used-bike", "--seed", "7")
    assert played.exit_code == 0
    talk, _, outcome = played.stdout.partition("\n\nAgreed after ")
    assert "A used bike" in talk and "used-bike-1 · seed 7" in talk
    assert 'seller (plain-dealer): "' in talk and "→ offers" in talk and "[table:1]" in talk
    assert "best possible" in outcome and "Pareto frontier" in outcome
    assert outcome.endswith("moot show used-bike-1\n")
    assert "\x1b" not in played.output and "\r" not in played.output


def test_a_run_is_shown_as_it_was_played(moot) -> None:
    played = moot("run", "used-bike", "--seed", "3").stdout
    assert moot("show", "used-bike-1").stdout == played[: played.index("It is kept")]


def test_the_seed_decides(moot) -> None:
    def talk(seed: str) -> list[str]:
        data = json.loads(moot("run", "used-bike", "--seed", seed, "--json").stdout)
        return [each["text"] for each in data["messages"]]

    assert talk("1") == talk("1") != talk("2")


def test_json_is_one_object_and_nothing_else(moot) -> None:
    data = json.loads(moot("run", "used-bike", "--json").stdout)
    assert data["run"] == "used-bike-1" and data["status"] == "done" and data["agreed"] is True
    assert set(data["terms"]) == {"price", "pickup", "helmet"}
    assert data["utility"] == data["measures"]["utility"]
    assert data["turns"] == len(data["messages"])


def test_bare_offers_are_only_offers(moot) -> None:
    messages = json.loads(moot("run", "used-bike", "--bare", "--json").stdout)["messages"]
    offers = [each["text"] for each in messages if each["act"]["kind"] == "offer"]
    assert offers and all(text.count(",") == 2 and text.endswith("included") for text in offers)


def test_quiet_is_the_outcome_only(moot) -> None:
    lines = moot("run", "used-bike", "--quiet").stdout.splitlines()
    assert lines[0].startswith("Agreed after") and not any("offers" in line for line in lines)


def test_who_sits_where_and_what_was_changed_stand_above_the_talk(moot) -> None:
    head = moot("run", "used-bike", "--cast", "seller=diplomat@micro", "--set", "parameters.asking=300").stdout[:600]
    assert "diplomat" in head and "rule micro" in head
    assert "parameters.asking=300" in head and "asks 300 €" in head


def test_a_brain_is_set_by_its_name_or_over_the_one_there_is(moot) -> None:
    shown = moot("run", "used-bike", "--set", "seller.brain=tit-for-tat", "--set", "buyer.brain={talk: false}").stdout
    assert "rule tit-for-tat" in shown and "rule boulware talk=False" in shown


def test_no_agreement_is_an_outcome(moot) -> None:
    both = ("--cast", "seller=@hardheaded", "--cast", "buyer=@hardheaded")
    played = moot("run", "used-bike", *both)
    assert played.exit_code == 0
    assert "No agreement: 10 rounds were played." in played.stdout
    assert "Better for one and worse for nobody" in played.stdout


def test_no_agreement_where_none_was_better_is_on_no_frontier(moot) -> None:
    played = moot("run", "used-bike", "--set", "seller.no_deal=80", "--set", "buyer.no_deal=80").stdout
    assert "No agreement" in played and "Nothing better for both existed.\n" in played


def test_a_run_that_failed_has_no_outcome_and_says_so(moot) -> None:
    played = moot("run", "faulty")
    assert played.exit_code == 1
    assert "turn forfeited" in played.stdout and "secret-attempt" in played.stdout
    assert "The run failed, so there is no outcome" in played.stdout and "utility" not in played.stdout
    assert json.loads(moot("run", "faulty", "--json").stdout)["measures"] is None


def said_wrong(result: Result) -> str:
    """Check that it is a mistake told in a few plain lines, and return them."""
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output and len(result.stderr.splitlines()) <= 5
    return result.stderr


@pytest.mark.parametrize(
    ("words", "named", "remedy"),
    [
        (["rnu", "used-bike"], "'rnu'", "did you mean 'run'?"),
        (["run", "used-bik"], "'used-bik'", "did you mean 'used-bike'?"),
        (["run", "used-bike", "--sed", "7"], "'--sed'", "did you mean '--seed'?"),
        (["run", "used-bike", "--seed", "many"], "'many'", "moot run --help"),
        (["run", "used-bike", "--seed", "-1"], "-1", "0 to"),
        (["run", "used-bike", "--cast", "seler=haggler"], "'seler'", "did you mean 'seller'?"),
        (["run", "used-bike", "--cast", "seller=hagler"], "'hagler'", "did you mean 'haggler'?"),
        (["run", "used-bike", "--cast", "seller=@boulwre"], "'boulwre'", "boulware"),
        (["run", "used-bike", "--cast", "haggler"], "'haggler'", "seat=persona@brain"),
        (["run", "used-bike", "--set", "seller.no_dael=4"], "'seller.no_dael'", "seller.no_deal"),
        (["run", "used-bike", "--set", "no_deal"], "'no_deal'", "path=value"),
        (["--db", "nowhere/t.db", "ls"], "there is no folder 'nowhere'", "mkdir -p nowhere"),
        (["run", "nothing.yaml"], "there is no such file", "`ls .` shows"),
        (["run"], "SCENARIO", "moot run --help"),
        (["show", "used-bike-9"], "used-bike-9", ""),
        (["--workspace", "nowhere", "ls"], "'nowhere'", "moot init"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(moot, words: list[str], named: str, remedy: str) -> None:
    told = said_wrong(moot(*words))
    assert named in told and remedy in told
    as_data = json.loads(moot(*words, "--json").stdout)["error"]
    assert named in as_data["message"]


@pytest.mark.parametrize(
    ("setting", "said", "remedy"),
    [
        ("seller.no_deal=much", "--set seller.no_deal: expected a number", ""),
        ("seller.brain=boulwre", "--set seller.brain: there is no brain 'boulwre'", "'boulware'?"),
        ("seller.brain=7", "--set seller.brain: a brain is a name or a mapping, not 7", "{kind: rule"),
        ("seller.brain.tactic=boulwre", "--set seller.brain.tactic: ", "'boulware'?"),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_of_the_setting(moot, setting: str, said: str, remedy: str) -> None:
    told = said_wrong(moot("run", "used-bike", "--set", setting))
    assert told.startswith(f"moot: {said}") and remedy in told


def test_a_broken_file_is_named_with_line_and_column(moot, workspace) -> None:
    file = workspace / "scenarios" / "stubborn.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("issues:", "isues:"), encoding="utf-8")
    told = said_wrong(moot("run", "stubborn"))
    assert "stubborn.yaml:2:1" in told and "'isues'" in told
    error = json.loads(moot("run", "stubborn", "--json").stdout)["error"]
    assert (error["line"], error["column"]) == (2, 1) and "'issues'" in error["remedy"]


def test_a_fault_of_ours_is_said_and_not_swallowed(moot, monkeypatch: pytest.MonkeyPatch, workspace) -> None:
    (workspace / "transcripts.db").write_bytes(b"not a database, but long enough to look at" * 40)
    assert "transcripts.db" in said_wrong(moot("ls"))
    monkeypatch.setattr("sandbox.cli.ls._find", lambda *_: 1 / 0)
    told = said_wrong(moot("ls"))
    assert "ZeroDivisionError: division by zero" in told and "MOOT_DEBUG=1" in told
    monkeypatch.setenv("MOOT_DEBUG", "1")
    assert "Traceback" in moot("ls").stderr
