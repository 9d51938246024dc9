"""`moot review`: what waits is sorted, shown, and taken in or thrown away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import moot
import personas
from sandbox import CheckFailed, Checks, CheckSession
from sandbox.checking.explaining import LONGEST, WIDTH
from sandbox.checking.reviewing import find_waiting
from sandbox.cli.entry import moot as command
from transcripts import Transcript

BIKE = moot.run("used-bike", seed=7, record=False)
PROFILE = '[models.gpt]\nprovider = "simulated"\nmodel = "x"\nsimulated = {{seed = {seed}}}\n'


@pytest.fixture
def wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Leave a run waiting beside the baseline of another."""
    monkeypatch.chdir(tmp_path)

    def leave(name: str, run: moot.Run, then: moot.Run | None = BIKE) -> Path:
        if then is not None:
            then.export(tmp_path / f"{name}.jsonl")
        with pytest.raises(CheckFailed):
            Checks(CheckSession(tmp_path)).check(run, f"{name}.jsonl")
        return tmp_path / f"{name}.jsonl"

    return leave


def play(**options: Any) -> moot.Run:
    return moot.run("used-bike", **{"seed": 7, "record": False, **options})


def review(*words: str) -> Result:
    return CliRunner().invoke(command, ["review", *words], prog_name="moot")


def kinds(folder: Path) -> dict[str, str]:
    return {each.baseline.path.stem: each.kind for each in find_waiting([folder])}


def test_changes_are_sorted_by_what_a_reviewer_has_to_look_at(
    wait: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait("told", play(settings={"seller.brief": "Sell it."}))
    wait("seed", play(seed=8))
    wait("none", BIKE, None)
    assert kinds(tmp_path) == {"none": "new", "told": "wording", "seed": "behaviour"}


def test_the_same_request_answered_otherwise_is_sampling(wait: Callable[..., Path], tmp_path: Path) -> None:
    def sampled(seed: int) -> moot.Run:
        (tmp_path / "moot.toml").write_text(PROFILE.format(seed=seed))
        return play(cast={"buyer": "@gpt"})

    wait("model", sampled(1), sampled(2))
    assert kinds(tmp_path) == {"model": "sampling"}


def test_it_says_what_changed_and_where_and_why(wait: Callable[..., Path]) -> None:
    wait("seed", play(seed=8))
    result = review()
    assert result.exit_code == 1
    assert "1 of 1  seed.jsonl  behaviour" in result.output
    said = " ".join(result.output.split())
    assert "first turn 1 (table:1, seller)" in said and "why: the seed: '7' → '8'" in said


def test_what_it_says_is_short_however_long_the_texts_are(wait: Callable[..., Path], tmp_path: Path) -> None:
    first, second = (moot.run("job-offer", seed=seed, record=False) for seed in (1, 2))
    wait("job", second, first)
    (found,) = find_waiting([tmp_path])
    assert len(found.lines) <= 8 and max(map(len, found.lines)) <= LONGEST


def test_turns_that_answer_to_none_are_counted_on_both_sides(wait: Callable[..., Path], tmp_path: Path) -> None:
    talk = "title: t\nstory: s\nparticipants: {a: {role: x}, b: {role: y}}\nend: {rounds: 2}\n"
    talk += "threads: {t: {members: [MEMBERS]}}\n"
    runs = []
    for members in ("a, b", "b, a"):
        (tmp_path / "talk.yaml").write_text(talk.replace("MEMBERS", members))
        runs.append(moot.run(tmp_path / "talk.yaml", cast=dict.fromkeys("ab", "@simulated"), record=False))
    wait("talk", *runs)
    (found,) = find_waiting([tmp_path])
    assert " of 4 then and 4 now, " in found.lines[0]


def test_a_script_gets_json(wait: Callable[..., Path]) -> None:
    wait("seed", play(seed=8))
    (found,) = json.loads(review("--json").output)
    assert (found["baseline"], found["kind"], found["decision"]) == ("seed.jsonl", "behaviour", "waiting")


def test_all_of_a_kind_are_accepted_and_the_others_wait(wait: Callable[..., Path], tmp_path: Path) -> None:
    told, seed = play(settings={"seller.brief": "Sell it."}), play(seed=8)
    wait("told", told)
    wait("seed", seed)
    assert review("--accept-all", "wording").exit_code == 1
    assert (tmp_path / "told.jsonl").read_bytes() == told.content()
    assert (tmp_path / "seed.jsonl").read_bytes() == BIKE.content()
    assert kinds(tmp_path) == {"seed": "behaviour"}
    assert review("--accept-all", "behaviour").exit_code == 0
    assert (tmp_path / "seed.jsonl").read_bytes() == seed.content()


def test_a_run_can_be_kept_beside_the_others(wait: Callable[..., Path], tmp_path: Path) -> None:
    wait("seed", play(seed=8))
    (found,) = find_waiting([tmp_path])
    assert found.accept(beside=True).name == "seed~2.jsonl"
    for seed in (7, 8):
        Checks(CheckSession(tmp_path)).check(play(seed=seed), "seed.jsonl")


def test_what_is_rejected_is_gone_and_the_baseline_stays(wait: Callable[..., Path], tmp_path: Path) -> None:
    file = wait("seed", play(seed=8))
    result = review(str(file), "--reject-all")
    assert (result.exit_code, result.output) == (0, f"rejected: {file} (behaviour)\n")
    assert [each.name for each in tmp_path.glob("*.jsonl*")] == ["seed.jsonl"]


def test_a_broken_file_keeps_nothing_else_from_being_reviewed(wait: Callable[..., Path], tmp_path: Path) -> None:
    wait("seed", play(seed=8))
    (tmp_path / "bad.jsonl.new").write_text("no")
    assert kinds(tmp_path) == {"seed": "behaviour", "bad": "unreadable"}
    assert review("--accept-all", "new", "--accept-all", "behaviour").exit_code == 1
    assert review("--reject-all").exit_code == 0


def test_what_somebody_said_cannot_steer_the_terminal(wait: Callable[..., Path]) -> None:
    class Rude:
        async def reply(self, view: moot.View) -> moot.Reply:
            return moot.Reply("\x1b[31mred\x1b]0;title\x07")

    wait("rude", play(brains={"seller": Rude()}))
    assert "red" in review().output and "\x1b" not in review().output


def test_nothing_waits(tmp_path: Path) -> None:
    result = review(str(tmp_path))
    assert (result.exit_code, result.output) == (0, "nothing waits for review\n")
    assert review(str(tmp_path / "nowhere.jsonl")).exit_code == 2


def test_the_words_that_differ_are_within_sight(wait: Callable[..., Path], tmp_path: Path) -> None:
    whole = Path(personas.__file__).with_name("library").joinpath("haggler.yaml").read_text("utf-8")
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "haggler.yaml").write_text(whole.replace("knows exactly when", "rarely knows when"))
    (tmp_path / "baselines").mkdir()
    wait("baselines/rule", play())
    (found,) = find_waiting([tmp_path])
    (line,) = [line for line in found.lines if "personas.haggler.about" in line]
    assert "knows exactly when" in line and "rarely knows when" in line and len(line) <= WIDTH
    assert "  as it is now, it stands in personas/haggler.yaml:2:8" in found.lines


def test_a_baseline_that_was_cut_off_between_two_lines_is_told(wait: Callable[..., Path], tmp_path: Path) -> None:
    half = Transcript(BIKE.transcript.events[:9], BIKE.transcript.bodies)
    (tmp_path / "cut.jsonl").write_bytes(half.to_jsonl())
    wait("cut", play(seed=8), None)
    (found,) = find_waiting([tmp_path])
    assert any("cut.jsonl has no end" in line for line in found.lines)
