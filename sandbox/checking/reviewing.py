"""Look through the runs that wait beside their baselines: what changed, of what kind, and take it in or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from moot_errors import MootError, NotFound, Unwritable
from sandbox.checking.baselines import Baseline, baseline_of, waiting, write
from sandbox.checking.causes import Kind as Changed
from sandbox.checking.causes import apart, compare, kind_of
from sandbox.checking.explaining import report
from sandbox.checking.keeping import workspace_at
from sandbox.checking.levels import mismatches
from sandbox.checking.rules import Rules
from sandbox.checking.verdicts import carrying
from sandbox.rendering.printable import printable
from sandbox.workspace import Workspace, find_workspace
from transcripts import Transcript, read_file

Kind = Literal["new", "wording", "sampling", "behaviour", "unreadable"]
"""What a reviewer has to look at: a baseline that is not there yet, a kind of change, or a file that is broken."""
KINDS: Final[tuple[str, ...]] = get_args(Kind)
ACCEPTABLE: Final = KINDS[:-1]
_EXACT = Rules()


@dataclass(frozen=True)
class Waiting:
    """A run that waits for review."""

    baseline: Baseline
    kind: Kind
    lines: tuple[str, ...]
    """What changed, and why."""
    run: Transcript | None
    nearest: Path
    """The file of the baseline that it is nearest to, and that it would replace."""

    def accept(self, *, beside: bool = False) -> Path:
        """Take the run in, in place of the one it is nearest to, or with `beside` as one more; return its file."""
        if self.run is None:
            raise MootError(f"{self.baseline.pending} cannot be read", remedy="reject it, and run the test again")
        file = self.baseline.free() if beside else self.nearest
        write(carrying(self.run, file), file)
        self.reject()
        return file

    def reject(self) -> None:
        """Throw the waiting run away; the baseline stays as it is."""
        try:
            self.baseline.pending.unlink(missing_ok=True)
        except OSError as error:
            raise Unwritable(f"{self.baseline.pending} cannot be removed: {error.strerror}") from error


def find_waiting(places: Iterable[Path]) -> list[Waiting]:
    """Find what waits below folders, or beside single baselines; in the order of kinds, and then of names.

    Raises NotFound for a place that is not there.
    """
    files: dict[Path, None] = {}
    for place in places:
        if place.is_dir():
            files.update(dict.fromkeys(waiting(place)))
        elif (pending := baseline_of(place).pending).exists():
            files[pending] = None
        elif not place.exists():
            raise NotFound("baseline, and no folder", str(place))
    found = [_look_at(baseline_of(file)) for file in files]
    return sorted(found, key=lambda each: (KINDS.index(each.kind), str(each.baseline.path)))


def _look_at(baseline: Baseline) -> Waiting:
    try:
        run, kept, files = read_file(baseline.pending), baseline.read(), baseline.files()
    except MootError as error:
        return Waiting(baseline, "unreadable", (printable(error.message),), None, baseline.path)
    if not kept:
        return Waiting(baseline, "new", (_outcome(run),), run, baseline.path)
    nearest = min(range(len(kept)), key=lambda number: apart(compare(kept[number], run, _EXACT)))
    kind: Changed = kind_of(kept[nearest], run)
    if not mismatches(kept[nearest], run, _EXACT):
        return Waiting(baseline, "wording", ("it is the same by now",), run, files[nearest])
    workspace = _workspace(baseline.path.parent)
    lines = report(run, kept, nearest, _EXACT, files[nearest].name, workspace, [_outcome(run)])
    return Waiting(baseline, kind, tuple(lines), run, files[nearest])


def _workspace(folder: Path) -> Workspace:
    """Find the workspace that a baseline belongs to, or else the one that we are in."""
    nearest = workspace_at(folder)
    return nearest if nearest.config.is_file() else find_workspace()


def _outcome(run: Transcript) -> str:
    state = run.state()
    ended = state.ended
    scenario = state.started.name if state.started else ""
    told = f"{scenario!r}, {len(state.threads)} thread(s), {state.turns} turns"
    return printable(f"the run that waits: {told}; {f'{ended.status}, {ended.reason}' if ended else 'not over'}")
