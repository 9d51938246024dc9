"""Compare two runs, wherever they are: in the store, in a file, or in a revision of one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from moot_errors import NotFound, StoreError
from sandbox.runs import Run, load
from transcripts import Transcript, parse_jsonl, read_file

if TYPE_CHECKING:
    from transcripts import Store
    from transcripts.diff import Diff, Rules

Side = str | Path | Run | Transcript


def diff(a: Side, b: Side, *, rules: Rules | None = None, store: Store | Path | None = None) -> Diff:
    """Compare two runs: where they part, why, and what each came to.

    Each may be a run's name, the path of a `.jsonl` file (or of a `.jsonl.new`, a run that waits for review),
    `FILE.jsonl@REVISION` of a git repository, a Run or a Transcript.  Raises NotFound and StoreError.
    """
    from transcripts.diff import Rules
    from transcripts.diff import diff as compare

    return compare(find_side(a, store), find_side(b, store), rules=rules or Rules())


def find_side(side: Side, store: Store | Path | None = None) -> Transcript:
    """Find a transcript by what a person calls it."""
    if isinstance(side, Transcript):
        return side
    if isinstance(side, Run):
        return side.transcript
    if str(side).endswith(".jsonl.new"):
        return read_file(Path(side))
    file, at, revision = str(side).rpartition("@")
    if at and file.endswith(".jsonl") and not Path(side).exists():
        return read_revision(Path(file), revision)
    return load(side, store=store).transcript


def read_revision(path: Path, revision: str) -> Transcript:
    """Read a transcript as it was in a git revision; raises NotFound and StoreError.

    Only git itself is run, and of it only what reads an object: no filter and no hook of the repository's.
    """
    name = f"{path}@{revision}"
    if revision.startswith("-") or not revision:
        raise NotFound("git revision", revision, remedy="write it as in baselines/bike.jsonl@main")
    folder = path.parent if path.parent.is_dir() else Path()
    inside = os.path.relpath(path, folder)
    command = ["git", "-C", str(folder), "cat-file", "blob", f"{revision}:./{Path(inside).as_posix()}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        raise StoreError(f"{name!r} is in git, and there is no git here", remedy="install git") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else f"git ended with {done.returncode}"
        raise NotFound("transcript", name, remedy=f"git says: {reason}")
    return parse_jsonl(done.stdout, name)
