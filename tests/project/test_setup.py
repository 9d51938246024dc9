"""`make` sets itself up, and says what to type where it cannot.

Stand-ins for Python answer as real ones were seen to.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ["cat", "cksum", "cp", "dirname", "id", "mkdir", "sh", "tail"]

GOOD = """#!/bin/sh
case "$1" in
-c) echo 3.12 ;;
-m) echo "$2" >>asked
    if [ "$2" = venv ]; then mkdir -p .venv/bin && cp "$0" .venv/bin/python; fi ;;
esac
"""


class Machine:
    """A machine on which only a few programs are to be found, and a checkout in a folder with a space in its name."""

    def __init__(self, folder: Path) -> None:
        self.path, self.checkout = folder / "bin", folder / "a checkout"
        (self.checkout / ".ci").mkdir(parents=True)
        self.path.mkdir()
        for name in [".ci/venv", "pyproject.toml", "requirements-dev.txt"]:
            shutil.copy(ROOT / name, self.checkout / name)
        for tool in TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool) or pytest.skip(f"there is no {tool} here"))

    def has(self, program: str, script: str = "#!/bin/sh\n") -> None:
        (self.path / program).write_text(script, encoding="utf-8")
        (self.path / program).chmod(0o755)

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.path / "sh"), ".ci/venv", "dev"]
        environment = {"PATH": str(self.path), **environment}
        return subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True)

    def asked(self) -> list[str]:
        return (self.checkout / "asked").read_text(encoding="utf-8").split()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_a_python_it_says_which_one_to_get(machine: Machine) -> None:
    machine.has("brew")
    result = machine.set_up()
    assert result.returncode == 1
    assert "Moot needs Python 3.11 or newer, and there is no python3 on the PATH" in result.stderr
    assert "type:  brew install python@3.11" in result.stderr


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10"])
def test_an_old_python_is_named(machine: Machine, version: str) -> None:
    machine.has("python3", f"#!/bin/sh\necho {version}\n")
    result = machine.set_up()
    assert result.returncode == 1
    assert f"python3 is {version}" in result.stderr


def test_where_debian_left_out_ensurepip_it_names_the_package(machine: Machine) -> None:
    machine.has("apt-get")
    machine.has("python3", "#!/bin/sh\necho 3.12 ensurepip\n")
    result = machine.set_up()
    assert result.returncode == 1
    assert "python3 (Python 3.12) comes without ensurepip" in result.stderr
    assert "apt-get install python3.12-venv" in result.stderr


def test_a_python_that_is_named_and_does_not_run_is_not_passed_over(machine: Machine) -> None:
    machine.has("python3", GOOD)
    result = machine.set_up(PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert "PYTHON=/nowhere/python3 does not run" in result.stderr


def test_a_shim_that_fails_is_passed_over_and_the_work_is_done_once(machine: Machine) -> None:
    machine.has("python3.13", "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2; exit 127\n")
    machine.has("python3", GOOD)
    assert machine.set_up().returncode == 0
    assert machine.asked()[:2] == ["venv", "pip"]
    before = machine.asked()
    again = machine.set_up()
    assert (again.returncode, again.stderr) == (0, "")
    assert machine.asked() == before


def test_new_pins_are_installed(machine: Machine) -> None:
    machine.has("python3", GOOD)
    machine.set_up()
    with (machine.checkout / "requirements-dev.txt").open("a", encoding="utf-8") as pins:
        pins.write("another==1.0\n")
    assert "bringing .venv up to date" in machine.set_up().stderr


def test_a_failed_install_is_told_and_tried_again(machine: Machine) -> None:
    broken = GOOD.replace("esac", 'esac\nif [ "$3" = install ]; then echo "ERROR: no network"; exit 1; fi')
    machine.has("python3", broken)
    for _ in range(2):
        result = machine.set_up()
        assert result.returncode == 1
        assert "ERROR: no network" in result.stderr
