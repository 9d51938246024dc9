"""`moot scenarios`, `moot personas` and `moot schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenarios import list_scenarios, load_scenario


def test_what_there_is_and_where_it_comes_from(moot, workspace: Path) -> None:
    copy = workspace / "scenarios" / "used-bike.yaml"
    copy.write_text(Path("scenarios/stubborn.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    listed = {line.split()[0]: line for line in moot("scenarios").stdout.splitlines()}
    assert "library" in listed["job-offer"] and "A job offer" in listed["job-offer"]
    assert "scenarios/used-bike.yaml, hides the library's" in listed["used-bike"]
    data = {each["name"]: each for each in json.loads(moot("scenarios", "--json").stdout)}
    assert data["used-bike"]["hides"] and not data["used-bike"]["library"] and data["job-offer"]["library"]


def test_a_scenario_is_a_page(moot) -> None:
    page = moot("scenarios", "secrets").stdout
    for part in ("Three at a table", "from 0 to 100 in steps of 5", "brief-of-cat", "never: price < 10", "42 outcomes"):
        assert part in page
    assert moot("scenarios", "scenarios/secrets.yaml").stdout.replace("scenarios/secrets.yaml", "secrets") == page
    assert json.loads(moot("scenarios", "secrets", "--json").stdout)["outcomes"]["all"] == 42


def test_a_page_says_how_it_goes(moot) -> None:
    def words(name: str) -> str:
        return " ".join(moot("scenarios", name).stdout.split())

    harbour = words("harbour-sport-park")
    assert "caucus: a side thread; all may open one, 1 each at most; 2 to 3 members" in harbour
    assert "5 agree, sportco and tourism among them or the last proposal is decided" in harbour
    assert "it begins with an offer of sportco in hall: place A1" in harbour
    jury = words("jury")
    assert "juror_1 to juror_12: a juror" in jury and "juror_2" not in jury.replace("juror_12", "")
    assert "ballot on verdict (all, each in secret); 12 are needed; without a decision it begins again" in jury
    assert "payoff: 20 - own.give + 1.5 * sum(all.give) / n" in words("public-goods")
    assert "1 round before each turn of club elsewhere" in words("two-delegations")


@pytest.mark.parametrize("name", sorted(list_scenarios()))
def test_a_public_page_tells_what_all_may_know_and_nothing_private(moot, name: str) -> None:
    situation = load_scenario(name).resolve(0)
    page = " ".join(moot("scenarios", name, "--public").stdout.split())
    assert situation.title in page and all(seat in page or seat[-1].isdecimal() for seat in situation.seats)
    phases = [phase for phase in situation.phases if phase.ballot or isinstance(phase.secret, str)]
    assert all((f"ballot on {each.ballot}" if each.ballot else f"choice of {each.secret}") in page for each in phases)
    assert all(f"{each}: a side thread" in page for each, thread in situation.threads.items() if thread.open_by)
    private = [question.say for question in situation.questions] + [event.say for event in situation.events]
    for participant in situation.participants.values():
        private += [participant.brief, str(participant.payoff or "") if situation.choices else ""]
        private += [participant.role] if situation.private_roles else []
    assert not [text for text in private if text and " ".join(text.split()) in page.replace(situation.story, "")]
    assert "wants:" not in page and "persona:" not in page and "Drawn" not in page and "Outcomes" not in page


def test_a_public_page_is_of_one_scenario(moot) -> None:
    told = moot("scenarios", "--public")
    assert told.exit_code == 2 and "moot scenarios NAME --public" in told.stderr


def test_a_persona_is_a_page(moot) -> None:
    page = moot("personas", "haggler").stdout
    assert "Voice" in page and "rule boulware" in page
    assert json.loads(moot("personas", "haggler", "--json").stdout)["name"] == "haggler"


def test_the_library_passes_its_checks(moot) -> None:
    for command in ("scenarios", "personas"):
        checked = moot(command, "--check")
        assert checked.exit_code == 0 and "0 errors" in checked.stdout, checked.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("no_deal: 12.37", "no_dael: 12.37"),
        ("tactic: conceder", "tactic: concedr"),
        ("brief: brief-of-cat", "persona: nobody"),
    ],
)
def test_a_check_points_at_what_is_wrong(moot, old: str, new: str) -> None:
    file = Path("scenarios/secrets.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    checked = moot("scenarios", "--check", "secrets")
    assert checked.exit_code == 1 and "✗ secrets" in checked.stdout and "1 error" in checked.stdout
    findings = json.loads(moot("scenarios", "--check", "secrets", "--json").stdout)[0]["findings"]
    (finding,) = (each for each in findings if each["severity"] == "error")
    line = next(number for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if new in text)
    assert finding["severity"] == "error" and finding["line"] == line
    assert new.split(": ", maxsplit=1)[0] in finding["message"] or new.split(": ")[1] in finding["message"]


def test_one_broken_file_does_not_hide_the_others(moot) -> None:
    Path("scenarios/broken.yaml").write_text("title: [", encoding="utf-8")
    listed = moot("scenarios").stdout
    assert "cannot be read" in listed and "used-bike" in listed
    assert moot("scenarios", "--check", "broken").exit_code == 1
    assert moot("scenarios", "--check", "nonesuch").exit_code == 2


@pytest.mark.parametrize("what", ["scenario", "persona"])
def test_a_schema_is_json_and_nothing_else(moot, what: str) -> None:
    schema = json.loads(moot("schema", what).stdout)
    assert schema["$schema"].startswith("https://json-schema.org/") and schema["additionalProperties"] is False
