"""The wheel holds what Moot needs and nothing else, and works from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["personas", "sandbox", "scenarios", "transcripts", "tui"]
NOT_SOURCE = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "demo", "transcripts.db*")


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run to a good end and return what was printed."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution, and the wheel from that, out of a copy: the checkout stays as it is."""
    folder = tmp_path_factory.mktemp("build")
    source = shutil.copytree(ROOT, folder / "source", ignore=NOT_SOURCE)
    run(sys.executable, "-P", "-m", "build", "--no-isolation", "--outdir", folder / "dist", source, cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    install = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--target", target, wheel)
    run(sys.executable, "-P", *install, cwd=target)
    return target


def shipped(pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for package in PACKAGES for path in (ROOT / package).rglob(pattern)}


def test_the_wheel_holds_the_five_packages_and_the_front_door_only(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    ours = {*PACKAGES, *(file.name for file in ROOT.glob("moot*.py"))}
    assert {top for top in tops if not top.endswith(".dist-info")} == ours


def test_the_wheel_holds_every_module_and_the_library(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    assert shipped("*.yaml")
    assert shipped("*.py") | shipped("*.yaml") | {f"{package}/py.typed" for package in PACKAGES} <= held
    assert any(name.endswith("licenses/LICENSE") for name in held)


def test_the_installed_wheel_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    home = {"PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    where = run(sys.executable, "-P", "-c", "import moot; print(moot.__file__)", cwd=tmp_path, **home)
    assert Path(where.strip()).parent == installed
    assert "used-bike" in run(installed / "bin" / "moot", "scenarios", cwd=tmp_path, **home)
    assert list(tmp_path.iterdir()) == []


def test_a_script_in_a_workspace_finds_our_packages_and_not_its_folders(tmp_path: Path) -> None:
    """The Moot that runs these tests may be installed in either way; both have to pass."""
    for package in PACKAGES:
        (tmp_path / package).mkdir()
    script = "import moot; print(moot.run('used-bike', record=False).status)"
    (tmp_path / "study.py").write_text(script, encoding="utf-8")
    assert run(sys.executable, "study.py", cwd=tmp_path) == "done\n"


def test_a_package_of_somebody_elses_that_hides_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "__init__.py").touch()
    script = "import moot\ntry: moot.run('used-bike')\nexcept moot.Error as error: print(error)"
    (tmp_path / "study.py").write_text(script, encoding="utf-8")
    said = run(sys.executable, "study.py", cwd=tmp_path)
    assert "'scenarios' is a package of Moot's" in said and str(tmp_path / "scenarios" / "__init__.py") in said
