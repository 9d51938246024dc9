"""A function of the workspace's owner as a guard: only where it is trusted, only from inside, and known by its hash."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from moot_errors import DocumentError
from sandbox import Reply, Workspace
from sandbox.guards import Stopped, changed_guards, settle_guards
from sandbox.trust import trust
from tests.sandbox.guards.held import MODELS, read, scene, view

SOURCE = '''
"""What may be said here."""
from dataclasses import dataclass
import moot

@dataclass
class Limit:
    words: int

LIMIT = Limit(3)

def brief(view: moot.View, reply: moot.Reply) -> str | None:
    return f"{view.seat} says too much" if len(reply.text.split()) > LIMIT.words else None

async def patient(view, reply):
    return None

def broken(view, reply):
    return 1 / len(reply.text.replace("secret", ""))

def chatty(view, reply):
    return "no " * 9999

def leaving(view, reply):
    raise SystemExit(3)

def numb(view, reply):
    return 7

def lonely():
    return None
'''


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "checks.py").write_text(SOURCE)
    trust(root)
    return Workspace(root)


def judged(function: str, said: str, workspace: Workspace, **more: str) -> Stopped | None:
    situation = scene({"python": f"checks.py:{function}", **more})
    return asyncio.run(read(situation, workspace).check(view(situation), Reply(said)))


def refused(call: object, workspace: Workspace) -> str:
    with pytest.raises(DocumentError) as raised:
        read(scene({"python": call}), workspace)
    return raised.value.message


def test_a_function_judges(workspace: Workspace) -> None:
    assert judged("brief", "One two three.", workspace) is None
    assert judged("brief", "One two three four.", workspace) == ("python", "seller says too much", None)
    assert judged("patient", "One two three four.", workspace) is None


def test_a_function_that_fails_has_not_judged_and_tells_nobody_what_it_knew(workspace: Workspace) -> None:
    assert judged("broken", "secret", workspace) == (
        "python",
        "it could not be judged: ZeroDivisionError",
        "division by zero",
    )
    assert judged("broken", "secret", workspace, in_doubt="pass") is None
    chatty = judged("chatty", "Hello.", workspace)
    assert chatty is not None
    assert len(chatty.reason) == 1000
    assert judged("leaving", "Hello.", workspace) == ("python", "it could not be judged: SystemExit", None)
    stopped = judged("numb", "Hello.", workspace)
    assert stopped is not None
    assert stopped.reason == "it could not be judged: it answered int, and not None or a reason"


def test_nothing_is_run_where_nobody_is_trusted(workspace: Workspace) -> None:
    marker = workspace.root / "ran"
    (workspace.root / "checks.py").write_text(
        f"import pathlib\npathlib.Path({str(marker)!r}).touch()\ndef brief(view, reply): ...\n"
    )
    trust(workspace.root, trusted=False)
    assert (
        refused("checks.py:brief", workspace)
        == "this guard runs checks.py, which is code, and this workspace is not trusted"
    )
    with pytest.raises(DocumentError):
        settle_guards(scene({"python": "checks.py:brief"}), workspace, models=MODELS)
    assert not marker.exists()
    trust(workspace.root)
    read(scene({"python": "checks.py:brief"}), workspace)
    assert marker.exists()


def test_nothing_is_run_that_lies_outside(workspace: Workspace) -> None:
    outside = workspace.root.parent / "outside.py"
    outside.write_text("raise SystemExit\n")
    (workspace.root / "link.py").symlink_to(outside)
    for file in ("../outside.py", str(outside), "link.py"):
        assert refused(f"{file}:brief", workspace) == f"{file!r} is outside of the workspace"


def test_what_is_wrong_with_a_function_is_said_before_the_run(workspace: Workspace) -> None:
    (workspace.root / "torn.py").write_text("def brief(:\n")
    (workspace.root / "null.py").write_bytes(b"\0")
    (workspace.root / "leaves.py").write_text("raise SystemExit(3)\n")
    assert refused("checks.py:breif", workspace) == "'checks.py' has no function 'breif'"
    assert refused("checks.py:LIMIT", workspace) == "'checks.py' has no function 'LIMIT'"
    assert refused("checks.py:lonely", workspace) == "checks.py:lonely must take a view and a reply"
    assert refused("missing.py:brief", workspace) == "'missing.py' cannot be read: No such file or directory"
    assert refused("torn.py:brief", workspace).startswith("'torn.py' cannot be run: SyntaxError: ")
    assert refused("null.py:brief", workspace).startswith("'null.py' cannot be run: ")
    assert refused("leaves.py:brief", workspace) == "'leaves.py' cannot be run: SystemExit: 3"
    for told in (
        "checks.py",
        "checks:brief",
        "checks.py:a.b",
        7,
        {"call": "checks.py:brief", "sha256": "x"},
        {"calls": 1},
    ):
        assert refused(told, workspace).endswith("does not name a function")


def test_a_plan_knows_the_source_by_its_hash_and_a_replay_says_when_it_changed(workspace: Workspace) -> None:
    situation = settle_guards(
        scene({"python": "checks.py:brief"}, own=[{"python": "checks.py:patient"}]), workspace, models=MODELS
    )
    told = situation.data["guards"][0]["python"]
    assert told["call"] == "checks.py:brief"
    assert len(told["sha256"]) == 64
    assert changed_guards(situation, workspace) == []
    assert read(situation, workspace).names["seller"] == ["python", "python-2"]
    (workspace.root / "checks.py").write_text(SOURCE.replace("Limit(3)", "Limit(1)"))
    assert changed_guards(situation, workspace) == ["the source of a guard 'checks.py' has changed since"]
    stopped = asyncio.run(read(situation, workspace).check(view(situation), Reply("One two.")))
    assert stopped is not None
    (workspace.root / "checks.py").unlink()
    assert changed_guards(situation, workspace) == ["the source of a guard 'checks.py' is not here"]


def test_a_changed_file_is_read_anew_and_nothing_is_left_beside_it(workspace: Workspace) -> None:
    assert judged("brief", "One two.", workspace) is None
    (workspace.root / "checks.py").write_text(SOURCE.replace("Limit(3)", "Limit(1)"))
    assert judged("brief", "One two.", workspace) is not None
    assert sorted(path.name for path in workspace.root.iterdir()) == ["checks.py"]
