"""`moot scenarios`, `moot personas` and `moot schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


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
