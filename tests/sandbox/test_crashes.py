"""What a disk, a closed store, a bad copy or a second process can do to a run: it ends as it would, or says why."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import moot
from moot_errors import Busy, StoreError
from sandbox import Reply, View
from sandbox.resuming import aresume
from scenarios import ScenarioSource, scenario_from_data

TALK = {"title": "A long talk", "participants": {"ann": {}, "ben": {}}, "threads": {"table": {}}, "end": {"turns": 60}}


def talk() -> ScenarioSource:
    return scenario_from_data(TALK, "talk")


def cast() -> dict[str, str]:
    return {"ann": "@simulated", "ben": "@simulated"}


@pytest.fixture(scope="module")
def whole() -> moot.Run:
    return moot.run(talk(), seed=3, cast=cast(), record=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "transcripts.db"


def resumed(path: Path) -> moot.Run:
    """Resume the run that is there, and load it again."""
    with moot.Store.open(path) as store:
        asyncio.run(aresume("last", store))
        assert store.check() == []
        return moot.load("last", store=store)


PLAY = """
import sys
from tests.sandbox.test_crashes import cast, talk
import moot
with moot.Store.open(sys.argv[1]) as store:
    LIMIT
    try:
        moot.run(talk(), seed=3, cast=cast(), store=store)
    except moot.Error as error:
        print(error)
        sys.exit(3)
"""
FULL = "store._writer._connection.execute('PRAGMA max_page_count = 45')"
FAILING = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))"


@pytest.mark.parametrize(("limit", "says"), [(FULL, "no space is left"), (FAILING, "the disk failed")])
def test_a_run_that_a_full_disk_broke_off_is_resumed_when_there_is_room(
    limit: str, says: str, path: Path, whole: moot.Run
) -> None:
    code = PLAY.replace("LIMIT", limit)
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.returncode == 3 and says in done.stdout, done.stderr
    assert 0 < moot.load("last", store=path).state.turns < 60
    assert resumed(path).content() == whole.content()


class Closing:
    """Say something, and close the store under the run's feet, in a turn that is under way."""

    def __init__(self, store: moot.Store) -> None:
        self.store = store

    async def reply(self, view: View) -> Reply:
        if view.turn == 20:
            self.store.close()
        return Reply(f"turn {view.turn}")


class Talking:
    async def reply(self, view: View) -> Reply:
        return Reply(f"turn {view.turn}")


def test_a_run_whose_store_was_closed_keeps_what_was_said_and_is_resumed(path: Path) -> None:
    store = moot.Store.open(path)
    with pytest.raises(moot.Error, match="is closed"):
        moot.run(talk(), brains={"ann": Closing(store), "ben": Talking()}, store=store)
    with moot.Store.open(path) as again:
        assert len(again.load("last").finished()) == 39
        brains = {"ann": Talking(), "ben": Talking()}
        run = asyncio.run(aresume("last", again, brains=brains))
        assert [message.text for message in run.messages] == [f"turn {1 + at // 2}" for at in range(60)]


def test_of_two_that_resume_a_run_one_is_told_to_wait(path: Path, whole: moot.Run) -> None:
    events = whole.transcript.events[:40]
    with moot.Store.open(path) as store:
        left = store.add(moot.Transcript(events, whole.transcript.bodies)).name
        tried: list[BaseException] = []

        async def both() -> moot.Run:
            first, second = aresume(left, store), aresume(left, store)
            runs = await asyncio.gather(first, second, return_exceptions=True)
            tried.extend(run for run in runs if isinstance(run, BaseException))
            return next(run for run in runs if not isinstance(run, BaseException))

        assert asyncio.run(both()).transcript.equals(whole.transcript)
        assert [type(error) for error in tried] == [Busy] and "is being written" in str(tried[0])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a store with some runs, long messages among them."""
    path = tmp_path_factory.mktemp("recorded") / "t.db"
    with moot.Store.open(path) as store:
        for seed in range(3):
            moot.run(talk(), seed=seed, cast=cast(), store=store)
        moot.run(talk(), brains={"ann": Long(), "ben": Long()}, store=store)
    return path


class Long:
    async def reply(self, view: View) -> Reply:
        return Reply(f"turn {view.turn}: {'and a long story ' * 1000}")


def torn(data: bytes) -> Iterator[bytes]:
    """Copy the last page in part: cut off, or the rest of it empty."""
    (page,) = (int.from_bytes(data[16:18], "big"),)
    for kept in (1, 17, 512, page // 2, page - 1):
        yield data[: len(data) - page + kept]
        yield data[: len(data) - page + kept] + bytes(page - kept)
    for pages in (1, 2, 7):
        yield data[: len(data) - pages * page]


def test_a_copy_that_lacks_a_part_says_so_or_is_whole(recorded: Path, tmp_path: Path) -> None:
    with moot.Store.open(recorded) as store:
        names = [run.name for run in store.runs()]
        there = {name: store.load(name).to_jsonl() for name in names}
    said = 0
    for number, data in enumerate(torn(recorded.read_bytes())):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(data)
        try:
            with moot.Store.open(copy) as store:
                for name in names:
                    assert store.load(name).to_jsonl() == there[name], f"copy {number} has another {name}"
        except StoreError:
            said += 1
    assert said


def test_a_copy_of_a_log_that_was_cut_off_has_what_was_committed_before(path: Path, whole: moot.Run) -> None:
    store = moot.Store.open(path)
    moot.run(talk(), seed=3, cast=cast(), store=store)
    log = path.with_name(f"{path.name}-wal")
    for share in (0.3, 0.6, 0.9, 0.999):
        copy = path.with_name(f"{share}.db")
        shutil.copyfile(path, copy)
        copy.with_name(f"{copy.name}-wal").write_bytes(log.read_bytes()[: int(log.stat().st_size * share)])
        with moot.Store.open(copy) as opened:
            if not opened.runs():
                continue
        assert resumed(copy).content() == whole.content() if _is_open(copy) else True
    store.close()


def _is_open(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT count(*) FROM runs WHERE status = 'open'").fetchone()[0])
