"""Keep baselines: write what may be written, let wait what may not, and say which of it happened."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from moot_errors import Unwritable
from sandbox.checking.baselines import Baseline, alone, as_baseline, write
from sandbox.checking.causes import apart, compare
from sandbox.checking.explaining import played_with, report
from sandbox.checking.failures import CheckFailed
from sandbox.checking.levels import mismatches
from sandbox.checking.playing import Recording
from sandbox.checking.rules import Rules
from sandbox.checking.verdicts import carrying, with_judgements, without_judgements
from sandbox.recorded import Mode
from sandbox.workspace import Workspace, find_workspace
from transcripts import Ended, Judged, Transcript, read_file

Update = Literal["new", "changed", "variation"]
"""What of a baseline may be written: one that is not there, one that differs, or a run more of one that differs."""

What = Literal["used", "passed", "written", "differs", "stale", "loose", "undecided", "judged"]
"""What happened to a baseline."""


def _nobody(what: What, file: Path | None, said: str) -> None:
    pass


@dataclass(frozen=True)
class CheckSession:
    """What a test run allows, and who is told what happens in it."""

    folder: Path
    """What the names of baselines are relative to: the folder of the test's file."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What may stand in braces in a baseline's name."""
    mode: Mode = "none"
    update: frozenset[Update] = frozenset()
    note: Callable[[What, Path | None, str], None] = _nobody
    command: Callable[[str], str] = str
    """Gives the command that does this test again with an option more."""

    @property
    def workspace(self) -> Workspace:
        """Where the test's personas and scenarios are."""
        return workspace_at(self.folder)


def workspace_at(folder: Path) -> Workspace:
    """Find the nearest workspace at or above a folder; `MOOT_WORKSPACE` goes before it."""
    return find_workspace(None if "MOOT_WORKSPACE" in os.environ else folder)


def require_good(run: Transcript) -> None:
    """Raise CheckFailed for a run that can be no baseline: it is not over, or it failed."""
    ended = next((event for event in run.content() if isinstance(event, Ended)), None)
    if ended is None or ended.status == "failed":
        why = ended.reason if ended else "it is not over"
        raise CheckFailed(f"the run is no baseline, for it came to no good end: {why}")


class Keeper:
    """Hold runs against baselines for one test."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self._written: dict[Path, bytes] = {}

    def hold(self, run: Transcript, baseline: Baseline, rules: Rules, recording: Recording) -> Path:
        """Take a run as it is, or as another run of its baseline; raises CheckFailed where it is neither.

        Gives the file that says what it does.
        """
        files = baseline.files()
        for file in files or [baseline.path]:
            self.session.note("used", file, "")
        kept = baseline.read()
        if not kept:
            return self._new(run, baseline)
        same = next((number for number, each in enumerate(kept) if not mismatches(each, run, rules)), None)
        if same is None:
            return self._changed(run, baseline, kept, rules, recording)
        if self.session.mode != "none":
            self.write(run, files[same])
        elif changed := compare(kept[same], run, rules).inputs:
            self.session.note("stale", files[same], str(played_with(changed[0])))
        self.session.note("passed", baseline.path, "")
        return files[same]

    def write(self, run: Transcript, file: Path) -> None:
        """Write a run to a baseline's file, unless it says so already; raises CheckFailed for what is no baseline."""
        require_good(run)
        run = as_baseline(run)
        content = without_judgements(run).to_jsonl()
        if self._written.setdefault(file, content) != content:
            raise CheckFailed(f"{file.name} was written already in this test, and differently")
        with alone(file):
            self._put(carrying(run, file), file)

    def add(self, judged: Sequence[Judged], file: Path) -> None:
        """Add judgements to the run in a baseline's file."""
        with alone(file):
            self._put(with_judgements(read_file(file), judged), file)

    def settle(self, run: Transcript, baseline: Baseline) -> None:
        """Keep a run that was judged, and that no file of its baseline has: as one, or for review."""
        files = baseline.files()
        if not files or "changed" in self.session.update:
            self._take(run, baseline, baseline.path)
        elif "variation" in self.session.update:
            self._take(run, baseline, baseline.free())
        else:
            self._wait(run, baseline, "changed")

    def _put(self, run: Transcript, file: Path) -> None:
        if not file.exists() or file.read_bytes() != run.to_jsonl():
            write(run, file)
            self.session.note("written", file, "")

    def _new(self, run: Transcript, baseline: Baseline) -> Path:
        if "new" in self.session.update or self.session.mode != "none":
            return self._take(run, baseline, baseline.path)
        raise CheckFailed(
            f"there is no baseline {baseline.path.name} yet in {baseline.path.parent}\n"
            f"to make this run the baseline:  {self.session.command('--moot-update')}\n"
            f"{self._wait(run, baseline, 'new')}"
        )

    def _changed(
        self, run: Transcript, baseline: Baseline, kept: Sequence[Transcript], rules: Rules, recording: Recording
    ) -> Path:
        nearest = min(range(len(kept)), key=lambda number: apart(compare(kept[number], run, rules)))
        if "changed" in self.session.update:
            return self._take(run, baseline, baseline.files()[nearest])
        if "variation" in self.session.update:
            return self._take(run, baseline, baseline.free())
        behind = ['answers were matched by turn only (match="turn")'] if recording.match == "turn" else []
        command = self.session.command("--moot-update-changed")
        behind += [self._wait(run, baseline, "changed"), f"to take it as it is now:  {command}"]
        name = baseline.files()[nearest].name
        raise CheckFailed("\n".join(report(run, kept, nearest, rules, name, self.session.workspace, behind)))

    def _take(self, run: Transcript, baseline: Baseline, file: Path) -> Path:
        self.write(run, file)
        self.session.note("passed", baseline.path, "")
        return file

    def _wait(self, run: Transcript, baseline: Baseline, how: str) -> str:
        """Let a run wait for review; where that cannot be, the check's own failure is what matters."""
        self.session.note("differs", baseline.path, how)
        try:
            write(as_baseline(run), baseline.pending)
        except Unwritable as error:
            return f"it could not be kept for review: {error.message}"
        return f"kept as {baseline.pending.name}: `moot review` shows it"
