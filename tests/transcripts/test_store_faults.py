"""What the disk does not do: every failure is said, and nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from moot_errors import NewerVersion, StoreError, Unwritable
from transcripts import Store


def in_a_process(code: str, *arguments: object) -> list[str]:
    """Run code in a process of its own, which the limits set there end with."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


FILL = """
import asyncio, resource, sqlite3, sys
from moot_errors import StoreError, Unwritable
from transcripts import Bodies, Said, Seat, Started, Store
bodies = Bodies()
body = bodies.put({"threads": {"table": {"members": ["one"]}}})
started = Started(name="bike", seed=1, cast={"one": Seat(brain={})}, scenario=body, situation=body)
store = Store.open(sys.argv[1])
recording = store.begin(started, bodies)
store.wait(recording.ticket)
LIMIT
turn = 0
async def fill():
    global turn
    while True:
        said = Said(tick=turn + 1, turn=turn + 1, thread="table", seat="one", n=turn + 1, text="long " * 2000)
        ticket = recording.append([said])
        await store.committed(ticket)
        assert store.durable >= ticket
        turn += 1
for attempt in (lambda: asyncio.run(fill()), lambda: recording.append([]), lambda: store.wait(recording.ticket)):
    try:
        attempt()
        print("went on")
    except Unwritable as error:
        print(error.message, "|", error.remedy)
print(turn, store.find("last").turns)
store.close()
"""


def test_who_gives_up_waiting_does_not_stop_the_writer(tmp_path):
    async def give_up(store: Store) -> None:
        notes = [asyncio.ensure_future(store.trials.note({1: "{}"})) for _ in range(3)]
        await asyncio.sleep(0)
        for note in notes:
            note.cancel()
        await asyncio.gather(*notes, return_exceptions=True)

    with Store.open(tmp_path / "t.db") as store, closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # so that the writer waits with the first of them
        asyncio.run(give_up(store))
        other.execute("COMMIT")
        store.trials.note_now({1: "{}"})
        assert store.runs() == []


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("store._writer._connection.execute('PRAGMA max_page_count = 120')", "no space is left for"),
        ("resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))", "the disk failed"),
    ],
    ids=["full", "failing"],
)
def test_a_full_disk_is_said_to_everybody_and_loses_nothing(tmp_path, limit, message):
    *said, counts = in_a_process(FILL.replace("LIMIT", limit), tmp_path / "t.db")
    assert len(said) == 3 and all(message in line and " | " in line for line in said), said
    acknowledged, kept = map(int, counts.split())
    assert acknowledged > 0 and acknowledged == kept
    with Store.open(tmp_path / "t.db") as store:
        assert len(store.load("last").events) == 1 + acknowledged
        assert store.check() == []
        with store.resume("last") as recording:
            assert recording.id == 1


AS_NOBODY = """
import os, sys
from moot_errors import MootError
from transcripts import Store
os.setgid(65534); os.setuid(65534)
try:
    with Store.open(sys.argv[1], read_only=sys.argv[2] == "read") as store:
        print("opened", store.find("last").name, store.find("last").live, len(store.load("last").events))
except MootError as error:
    print(type(error).__name__, error.message, "|", error.remedy)
"""


@pytest.fixture
def shared(make):
    """Give a folder that everybody can reach, with a store in it."""
    folder = Path("/tmp") / f"moot-test-{os.getpid()}"
    folder.mkdir()
    folder.chmod(0o755)
    with Store.open(folder / "t.db") as store:
        make.record(store, "x")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody who may not write")
def test_a_read_only_store_can_be_read_and_says_why_it_cannot_be_written(shared):
    assert in_a_process(AS_NOBODY, shared / "t.db", "read") == ["opened bike-1 False 3"]
    (said,) = in_a_process(AS_NOBODY, shared / "t.db", "write")
    assert said.startswith("Unwritable ") and "t.db" in said and "chmod" in said
    assert sorted(os.listdir(shared)) == ["t.db", "t.db-locks"]
    (shared / "t.db").chmod(0)
    (said,) = in_a_process(AS_NOBODY, shared / "t.db", "read")
    assert said.startswith("Unwritable ") and "cannot be opened" in said


def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(Unwritable, match=r"there is no folder .*\n  mkdir -p"):
        Store.open(tmp_path / "nowhere" / "t.db")
    with pytest.raises(Unwritable, match="is a folder"):
        Store.open(tmp_path)


@pytest.mark.parametrize("read_only", [True, False])
def test_what_is_no_store_is_left_alone(tmp_path, read_only):
    text = tmp_path / "notes.txt"
    text.write_text("not a database, and longer than its header would be " * 40)
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    for path, message in ((text, "is not a transcript store"), (other, "is a database, but not a transcript store")):
        before = path.read_bytes()
        with pytest.raises(Unwritable, match=message):
            Store.open(path, read_only=read_only)
        assert path.read_bytes() == before


def test_an_empty_file_is_a_store_to_a_writer_and_nothing_to_a_reader(tmp_path, make):
    (tmp_path / "t.db").touch()
    with pytest.raises(StoreError, match="nothing was recorded in it"):
        Store.open(tmp_path / "t.db", read_only=True)
    with Store.open(tmp_path / "t.db") as store:
        assert make.record(store, "x") == "bike-1"


@pytest.mark.parametrize("read_only", [True, False])
def test_a_store_of_a_later_moot_is_left_alone(tmp_path, make, read_only):
    with Store.open(tmp_path / "t.db") as store:
        make.record(store, "x")
    connection = sqlite3.connect(tmp_path / "t.db")
    connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'moot', '9 something new', 'tomorrow')")
    connection.commit()
    connection.close()
    with pytest.raises(NewerVersion, match=r"'9 something new'.*\n  pip install --upgrade moot"):
        Store.open(tmp_path / "t.db", read_only=read_only)


def test_an_event_of_a_later_moot_is_said_and_not_guessed_at(tmp_path, make):
    path = tmp_path / "t.db"
    with Store.open(path) as store:
        make.record(store, "x")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE events SET v = 2 WHERE seq = 2")
    connection.commit()
    connection.close()
    with Store.open(path) as store, pytest.raises(NewerVersion, match="version 2"):
        store.load("last")


def test_a_torn_copy_is_an_error(tmp_path, make):
    with Store.open(tmp_path / "whole.db") as store:
        make.record(store, *("many words " * 500 for _ in range(50)))
    whole = (tmp_path / "whole.db").read_bytes()
    for size in (50, 3_000, len(whole) // 2, len(whole) - 5_000):
        torn = tmp_path / f"torn-{size}.db"
        torn.write_bytes(whole[:size])
        with pytest.raises(StoreError) as caught, Store.open(torn, read_only=True) as store:  # noqa: PT012
            store.load("last")
            pytest.fail("\n".join(store.check()) or "a torn copy was taken for whole")
        assert str(torn) in caught.value.message


def test_damage_is_found(tmp_path, make):
    def damage(statement: str) -> list[str]:
        path = tmp_path / "t.db"
        path.unlink(missing_ok=True)
        with Store.open(path) as store:
            make.record(store, "one", "two")
            assert store.check() == []
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()
        with Store.open(path, read_only=True) as store:
            return store.check()

    assert damage("DELETE FROM events WHERE seq = 2")[-1] == "'bike-1' has gaps: 3 events, and the last one is number 4"
    assert "was changed" in damage("UPDATE bodies SET body = '[]' WHERE rowid = 1")[0]
    assert "is missing" in damage("DELETE FROM bodies WHERE rowid = 1")[0]
    assert "not indexed" in damage("DELETE FROM words_docsize WHERE id % 4294967296 = 2")[0]
    assert "indexed, but gone" in damage("UPDATE events SET text = '' WHERE seq = 2")[0]


def test_a_row_that_was_edited_is_an_error_that_names_it(tmp_path, make):
    with Store.open(tmp_path / "t.db") as store:
        make.record(store, "one")
    connection = sqlite3.connect(tmp_path / "t.db")
    connection.execute('UPDATE events SET payload = \'{"n": 1, "m": 2}\' WHERE seq = 2')
    connection.commit()
    connection.close()
    with (
        Store.open(tmp_path / "t.db") as store,
        pytest.raises(StoreError, match=r"event 2 of 'bike-1' is damaged.*'m'"),
    ):
        store.load("last")
