"""What makes two runs part is shown where it stands in its file, as long as it stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import moot
import personas
import scenarios
from sandbox.whence import Whence, find_whence
from sandbox.workspace import Workspace, find_workspace

HAGGLER = Path(personas.__file__).with_name("library").joinpath("haggler.yaml").read_text("utf-8")
BIKE = Path(scenarios.__file__).with_name("library").joinpath("used-bike.yaml").read_text("utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    for folder in ("personas", "scenarios"):
        (tmp_path / folder).mkdir()
    (tmp_path / "moot.toml").touch()
    return find_workspace(tmp_path)


@pytest.fixture
def write(workspace: Workspace) -> Callable[[str, str], Path]:
    def into(name: str, text: str) -> Path:
        (workspace.root / name).write_text(text, "utf-8")
        return workspace.root / name

    return into


def place(workspace: Workspace, a: moot.Run, b: moot.Run) -> tuple[str, int | None, int] | None:
    found: Whence | None = find_whence(moot.diff(a, b), workspace)
    return (Path(found.place.file).name, found.place.line, found.side) if found else None


@pytest.mark.parametrize("cast", [{}, {"buyer": "haggler@simulated"}], ids=["rules", "a model"])
def test_a_sentence_of_a_persona(workspace: Workspace, write: Callable[[str, str], Path], cast: dict[str, str]) -> None:
    def play() -> moot.Run:
        return moot.run("used-bike", seed=7, cast=cast, workspace=workspace, record=False)

    file = write("personas/haggler.yaml", HAGGLER)
    then = play()
    write("personas/haggler.yaml", HAGGLER.replace("A bargain nobody", "A deal nobody"))
    now = play()
    line = HAGGLER[: HAGGLER.index("A bargain nobody")].count("\n") + 1
    assert place(workspace, then, now) == ("haggler.yaml", line, 1)
    assert place(workspace, now, then) == ("haggler.yaml", line, 0)
    write("personas/haggler.yaml", HAGGLER.replace("A bargain nobody", "A sale nobody"))
    assert place(workspace, then, now) is None, "by now it says another thing"
    write("personas/haggler.yaml", "name: [")
    assert place(workspace, then, now) is None
    file.unlink()
    assert place(workspace, now, then) == ("haggler.yaml", line, 1), "the library's, which is what was copied"


def test_a_sentence_of_a_scenario(workspace: Workspace, write: Callable[[str, str], Path]) -> None:
    def play(brief: str) -> moot.Run:
        write("scenarios/used-bike.yaml", BIKE.replace("You have 320", brief))
        return moot.run("used-bike", cast={"buyer": "@simulated"}, workspace=workspace, record=False)

    then, now = play("You have 320"), play("You own 320")
    line = BIKE[: BIKE.index("You have 320")].count("\n") + 1
    found = place(workspace, then, now)
    assert found is not None and found[0] == "used-bike.yaml" and found[2] == 1
    assert line - 1 <= (found[1] or 0) <= line, "where the text begins"


def test_what_stands_in_no_file_has_no_place(workspace: Workspace) -> None:
    runs = [moot.run("used-bike", seed=seed, workspace=workspace, record=False) for seed in (7, 8)]
    assert place(workspace, *runs) is None
    assert place(workspace, runs[0], runs[0]) is None
