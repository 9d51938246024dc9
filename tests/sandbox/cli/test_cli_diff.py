"""`moot diff` for people and for scripts: what it prints, what it takes, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

import moot as moot_module
import personas
from sandbox.rendering.diff import Sides
from sandbox.rendering.diff_turns import Turns
from sandbox.rendering.paint import Paint
from tests.sandbox.cli.conftest import Moot
from transcripts.diff import Diff
from transcripts.diff import diff as compare


@pytest.fixture
def two(moot: Moot) -> tuple[str, str]:
    moot("run", "used-bike", "--seed", "7", "-q")
    moot("run", "used-bike", "--seed", "7", "-q", "--cast", "buyer=@conceder")
    return "used-bike-1", "used-bike-2"


def test_it_begins_with_where_they_part_and_why(moot: Moot, two: tuple[str, str]) -> None:
    result = moot("diff", *two)
    lines = result.output.splitlines()
    assert result.exit_code == 1
    assert lines[0] == "used-bike-1 → used-bike-2: 3 turns are the same; 9 changed, 6 missing"
    assert lines[2] == "They part at table:4, where buyer speaks:"
    assert "  why: who sits there (buyer.brain.tactic): 'boulware' → 'conceder'" in lines
    assert "- table:4 buyer" in result.output and "+ table:4 buyer" in result.output
    assert "  ⋯ 2 turns the same" in lines


def test_the_same_is_exit_code_0(moot: Moot, two: tuple[str, str]) -> None:
    result = moot("diff", two[0], two[0])
    assert result.exit_code == 0 and "the same in all 18 turns" in result.output


def test_wrong_use_is_exit_code_2(moot: Moot, two: tuple[str, str]) -> None:
    assert moot("diff", two[0], "nothing-like-it").exit_code == 2
    result = moot("diff", *two, "--thread", "tabel")
    assert result.exit_code == 2 and "did you mean 'table'?" in result.output
    assert moot("diff", two[0], two[0], "--confirm", "2").exit_code == 2


def test_stat_leaves_the_turns_out(moot: Moot, two: tuple[str, str]) -> None:
    result = moot("diff", *two, "--stat")
    assert "They part at table:4" in result.output and "+ table:4" not in result.output
    assert "gave in          buyer accepts seller's" in result.output
    assert max(map(len, result.output.splitlines())) <= 80


def test_the_context_is_chosen(moot: Moot, two: tuple[str, str]) -> None:
    assert "⋯" not in moot("diff", *two, "-U", "3").output
    assert "⋯ 3 turns the same" in moot("diff", *two, "-U", "0").output


def test_side_by_side(moot: Moot, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    rows = [line for line in moot("diff", *two).output.splitlines() if " │ " in line]
    assert rows and len({line.index(" │ ") for line in rows}) == 1
    assert " │ " not in moot("diff", *two, "--unified").output


def test_json_says_it_all_in_ascii(moot: Moot, two: tuple[str, str]) -> None:
    result = moot("diff", *two, "--json", "--confirm", "2")
    data = json.loads(result.output)
    assert result.exit_code == 1 and result.output.isascii()
    assert data["first"]["cause"]["kind"] == "cast" and data["counts"]["changed"] == 9
    assert data["confirmed"] == {"cause": data["first"]["cause"]["words"], "n": 2, "with": 2, "without": 0}
    assert len(data["turns"]) == 15 and data["turns"][0]["words"]
    assert any(name.startswith("interleaving") for name in data["normalised"])


def test_acts_only_lets_the_prose_go(moot: Moot, two: tuple[str, str]) -> None:
    moot("run", "used-bike", "--seed", "7", "-q", "--bare")
    assert moot("diff", two[0], "used-bike-3").exit_code == 1
    assert moot("diff", two[0], "used-bike-3", "--acts-only").exit_code == 0


def test_files_and_revisions_of_files(moot: Moot, two: tuple[str, str], workspace: Path) -> None:
    (workspace / "baselines").mkdir()
    file = "baselines/bike.jsonl"
    moot("export", two[0], "-o", file)
    for words in (
        ["init", "-q"],
        ["add", file],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one"],
    ):
        subprocess.run(["git", *words], cwd=workspace, check=True)
    (workspace / file).unlink()
    moot("export", two[1], "-o", file)
    assert moot("diff", file, two[1]).exit_code == 0
    assert moot("diff", f"{file}@HEAD", two[0]).exit_code == 0
    assert moot("diff", f"{file}@HEAD", file).exit_code == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bike.jsonl@nowhere", "git says"),
        ("bike.jsonl@--all", "no git revision '--all'"),
        ("bike.jsonl@", "no git revision ''"),
        ("nowhere/bike.jsonl@HEAD", "git says"),
    ],
)
def test_a_revision_that_is_not_there_is_said(moot: Moot, two: tuple[str, str], name: str, says: str) -> None:
    result = moot("diff", two[0], name)
    assert result.exit_code == 2 and result.output.startswith("moot: ") and says in result.output


def test_it_names_the_line_that_makes_the_difference(moot: Moot, workspace: Path) -> None:
    file = workspace / "personas" / "haggler.yaml"
    file.parent.mkdir(exist_ok=True)
    shipped = Path(personas.__file__).with_name("library").joinpath("haggler.yaml").read_text("utf-8")
    for text in (shipped, shipped.replace("record shop and", "flower shop and")):
        file.write_text(text, "utf-8")
        moot("run", "used-bike", "--seed", "7", "-q", "--cast", "buyer=haggler@simulated")
    assert "  as on the right, it stands in personas/haggler.yaml:2:8\n" in moot("diff", "used-bike-1", "last").output
    told = json.loads(moot("diff", "last", "used-bike-1", "--json").output)["whence"]
    assert (told["side"], Path(told["file"]), told["line"]) == ("a", file, 2)


def test_a_run_that_waits_for_review_is_compared(moot: Moot, two: tuple[str, str], workspace: Path) -> None:
    moot("export", two[1], "-o", "bike.jsonl")
    (workspace / "bike.jsonl").rename(workspace / "bike.jsonl.new")
    assert moot("diff", "bike.jsonl.new", two[1]).exit_code == 0
    assert "there is no file 'nothing.jsonl.new'" in moot("diff", "nothing.jsonl.new", two[1]).output


def test_a_baseline_of_several_runs_tells_what_is_usual(moot: Moot, two: tuple[str, str]) -> None:
    moot("export", two[0], "-o", "bike.jsonl")
    assert "known variation" not in moot("diff", "bike.jsonl", two[1]).output
    moot("run", "used-bike", "--seed", "7", "-q", "--bare")
    moot("export", "last", "-o", "bike~2.jsonl")
    told = moot("diff", "bike.jsonl", two[1], "--acts-only", "--json").output
    assert json.loads(told)["variation"] == {"pairs": 1, "differ": 0, "most": 0, "now": 15, "usual": False}
    told = " ".join(moot("diff", "bike.jsonl", two[1]).output.split())
    assert "in up to 18 turns; this differs in 15 from the nearest, which is no more" in told


def test_a_file_that_is_cut_off_is_said_with_its_place(moot: Moot, two: tuple[str, str], workspace: Path) -> None:
    moot("export", two[0], "-o", "bike.jsonl")
    whole = (workspace / "bike.jsonl").read_bytes()
    (workspace / "bike.jsonl").write_bytes(whole[:-20])
    result = moot("diff", "bike.jsonl", two[0])
    assert result.exit_code == 2 and "bike.jsonl:" in result.output and "cut off" in result.output


def test_a_line_has_one_colour_and_the_words_that_differ_are_bold_in_it() -> None:
    runs = [moot_module.run("used-bike", seed=seed, record=False).transcript for seed in (7, 8)]
    found = compare(*runs)
    plain, painted = (
        [line for name, pairs in found.threads.items() for line in turns(found, Paint(on)).thread(name, pairs)]
        for on in (False, True)
    )
    assert [re.sub(r"\x1b\[\d+m", "", line) for line in painted] == plain
    assert all(len(re.findall(r"\x1b\[(?:3\d|0|2)m", line)) == 2 for line in painted[1:] if line)
    assert any("\x1b[1m" in line for line in painted[1:])


def turns(found: Diff, paint: Paint) -> Turns:
    return Turns(Sides.of(found, ("a", "b")), paint, 60, beside=False, context=1)


def test_other_scenarios_are_said_first(moot: Moot, two: tuple[str, str]) -> None:
    moot("run", "campsite", "-q")
    result = moot("diff", two[0], "campsite-1", "--stat")
    assert result.exit_code == 1
    assert result.output.splitlines()[1] == "They are runs of different scenarios, used-bike and campsite."


def test_what_was_said_cannot_steer_the_terminal(moot: Moot, two: tuple[str, str]) -> None:
    moot("fork", two[0], "--at", "6", "--say", "buyer: \x1b[31mred\x07", "-q")
    result = moot("diff", two[0], "last")
    assert result.exit_code == 1 and "red" in result.output and "\x1b" not in result.output
