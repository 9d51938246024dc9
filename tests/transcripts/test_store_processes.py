"""The store among processes: killed, forked, beside each other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moot_errors import Busy, WrongUse
from transcripts import Store

KILL = Path(__file__).parents[2] / "benchmarks" / "kill_store.py"

WRITE = """
import sys
from moot_errors import MootError
from transcripts import Bodies, Said, Seat, Started, Store
bodies = Bodies()
body = bodies.put({"threads": {"table": {"members": ["one"]}}})
started = Started(name=sys.argv[2], seed=1, cast={"one": Seat(brain={})}, scenario=body, situation=body)
store = Store.open(sys.argv[1])
recording = store.begin(started, bodies)
for turn in range(1, int(sys.argv[3]) + 1):
    said = Said(tick=turn, turn=turn, thread="table", seat="one", n=turn, text=f"turn {turn}")
    store.wait(recording.append([said]))
"""


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a process that runs this code."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def test_what_was_acknowledged_survives_any_kill():
    done = subprocess.run(
        [sys.executable, KILL, "--kills", "20", "--seed", "3"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "and none was lost" in done.stdout


def test_two_processes_write_while_a_third_reads(tmp_path):
    path = tmp_path / "t.db"
    Store.open(path).close()
    writers = [run(WRITE, path, name, 150) for name in ("ann", "ben")]
    with Store.open(path, read_only=True) as reader:
        while any(writer.poll() is None for writer in writers):
            for info in reader.runs():
                assert len(reader.load(info.name).events) >= 1 + info.turns
        assert [writer.wait() for writer in writers] == [0, 0]
        assert sorted((info.name, info.turns, info.live) for info in reader.runs()) == [
            ("ann-1", 150, False),
            ("ben-1", 150, False),
        ]
        assert reader.check() == []
    for writer in writers:
        writer.communicate()


def test_the_lock_of_a_run_is_free_when_its_owner_was_killed(tmp_path):
    path = tmp_path / "t.db"
    code = WRITE + "print(recording.name, flush=True)\nsys.stdin.read()\n"
    owner = run(code, path, "bike", 3)
    assert owner.stdout is not None and owner.stdout.readline() == "bike-1\n"
    with Store.open(path) as store:
        assert store.find("bike-1").live
        with pytest.raises(Busy):
            store.resume("bike-1")
        owner.kill()
        owner.communicate()
        assert not store.find("bike-1").live
        with store.resume("bike-1") as recording:
            assert recording.name == "bike-1"
        assert len(store.load("bike-1").events) == 4


def test_two_stores_on_one_file_in_one_process_share_its_locks(tmp_path, make):
    with Store.open(tmp_path / "t.db") as one:
        recording = one.begin(*make.begin())
        one.wait(recording.ticket)
        link = tmp_path / "link.db"
        link.symlink_to(tmp_path / "t.db")
        with Store.open(link) as other, Store.open(link, read_only=True) as reader:
            assert make.record(other, "x") == "bike-2"
            assert reader.find("bike-1").live and other.find("bike-1").live
            with pytest.raises(Busy):
                other.resume("bike-1")
        code = "import sys; from transcripts import Store; print(Store.open(sys.argv[1]).find('bike-1').live)"
        assert run(code, tmp_path / "t.db").communicate()[0] == "True\n", "closing the others dropped the lock"
        recording.append([make.say(1, "still here")])


def test_a_fork_does_not_use_its_parents_store(tmp_path):
    tried = """
child = os.fork()
if child == 0:
    def use(): recording.append([said])
    def read(): store.find("last")
    def again(): Store.open(sys.argv[1])
    for action in (use, read, again):
        try:
            action()
            os._exit(1)
        except MootError as error:
            print(error.message, "|", error.remedy, flush=True)
    store.close()
    os._exit(0)
print(os.waitpid(child, 0)[1])
recording.close()
print(len(store.load("last").events), store.check())
"""
    code = WRITE.replace("import sys", "import os, sys", 1) + tried
    first, second, third, status, left = run(code, tmp_path / "t.db", "bike", 2).communicate()[0].splitlines()
    assert "was opened in another process, and this one was forked | " in first
    assert "was opened in another process, and this one was forked | " in second
    assert "this process was forked while" in third and "spawn" in third
    assert (status, left) == ("0", "3 []")


def test_an_interpreter_that_ends_without_closing_commits_what_has_queued_up(tmp_path):
    code = WRITE.replace("store.wait(recording.append([said]))", "recording.append([said])")
    with run(code, tmp_path / "t.db", "bike", 300) as process:
        process.communicate()
    assert process.returncode == 0
    with Store.open(tmp_path / "t.db", read_only=True) as reader:
        assert reader.find("last").turns == 300


def test_importing_transcripts_imports_no_sqlite():
    code = "import sys, transcripts; print(sorted({'sqlite3', 'sqlite_utils', 'asyncio', 'numpy'} & set(sys.modules)))"
    assert run(code).communicate()[0] == "[]\n"


def test_a_closed_store_says_so(tmp_path):
    store = Store.open(tmp_path / "t.db")
    store.close()
    store.close()
    for use in (store.runs, lambda: store.remove(["x"])):
        with pytest.raises(WrongUse, match="is closed"):
            use()
    assert os.path.exists(tmp_path / "t.db")
