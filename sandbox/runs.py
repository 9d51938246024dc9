"""A run as Python sees it: its transcript, and what that amounts to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import WrongUse
from sandbox.workspace import find_workspace
from transcripts import Message, State, Transcript, read_file

if TYPE_CHECKING:
    from transcripts import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run, and what it was worth to each.

    Every further measure of `scenarios.Measures` is an attribute too: `outcome.welfare`, `outcome.nash`.
    """

    agreed: bool | None
    """None where there was nothing to agree on."""
    terms: Mapping[str, Any] | None
    """What was agreed, None without an agreement."""
    reason: str
    """How the run ended, in words."""
    rounds: int
    turns: int
    """Turns in which something could be heard: not those of votes, bids and private answers."""
    measures: Mapping[str, Any]
    verdicts: Mapping[str, Any] = field(default_factory=dict)
    """What each ballot decided, by its name; None where it decided nothing."""
    document: str | None = None
    """The result that was handed in, where there was one."""

    @property
    def utility(self) -> Mapping[str, float]:
        """What each seat has in the end: the deal's worth, or its no-deal value."""
        utility: Mapping[str, float] = self.measures.get("utility", {})
        return utility

    def __getattr__(self, name: str) -> Any:
        try:
            return self.measures[name]
        except KeyError:
            raise AttributeError(f"an outcome has no {name!r}; it has {', '.join(self.measures)}") from None


class Run:
    """One run, played or loaded."""

    def __init__(self, name: str, transcribe: Callable[[], Transcript], state: State | None = None) -> None:
        self.name = name
        self._transcribe = transcribe
        self._state = state

    def __repr__(self) -> str:
        return f"<Run {self.name}: {self.scenario}, seed {self.seed}, {self.status}>"

    @cached_property
    def transcript(self) -> Transcript:
        """All that was recorded; read when it is first asked for."""
        return self._transcribe()

    @cached_property
    def state(self) -> State:
        """The state at the end of the transcript."""
        return self._state or self.transcript.state()

    @property
    def scenario(self) -> str:
        started = self.state.started
        return started.name if started else ""

    @property
    def seed(self) -> int:
        started = self.state.started
        return started.seed if started else 0

    @property
    def status(self) -> str:
        """`done`, `failed` (a fault ended it, so it has no outcome) or `open`."""
        return self.state.ended.status if self.state.ended else "open"

    @property
    def names(self) -> Mapping[str, str]:
        """What the scenario's participants are called in this run, where that is not as it writes them."""
        names: Mapping[str, str] = self.state.situation.get("names", {})
        return names

    @property
    def messages(self) -> list[Message]:
        """What was said, thread by thread, in order."""
        return [message for thread in self.state.threads.values() for message in thread.messages]

    @property
    def outcome(self) -> Outcome:
        """What came of it; raises WrongUse for a run that failed or is not over: an error is not an outcome."""
        ended = self.state.ended
        if ended is None or ended.status != "done":
            how = f"failed: {ended.reason}" if ended else "is not over"
            raise WrongUse(
                f"{self.name} has no outcome: it {how}", remedy=f"see `moot show {self.name}`, or run.status"
            )
        threads = [thread for thread in self.state.threads.values() if thread.opened_by is None]
        return Outcome(
            ended.agreed,
            ended.terms,
            ended.reason,
            min((thread.rounds() for thread in threads), default=0),
            self.state.spoken,
            ended.measures or {},
            ended.verdicts or {},
            ended.document,
        )

    def content(self) -> bytes:
        """Return the content in the file form: the bytes that are the same for the same run."""
        return self.transcript.to_jsonl()

    def export(self, path: str | Path, *, evidence: bool = False) -> None:
        """Write the transcript to a file."""
        self.transcript.write_file(Path(path), evidence=evidence)


def load(name: str | Path, *, store: Store | Path | None = None) -> Run:
    """Load a run by its name from the workspace's store, or from a `.jsonl` file."""
    if str(name).endswith(".jsonl"):
        transcript = read_file(Path(name))
        return Run(transcript.name or Path(name).stem, lambda: transcript)
    from transcripts import Store

    if isinstance(store, Store):
        return _from(store, str(name))
    with Store.open(store or find_workspace().database, read_only=True) as opened:
        return _from(opened, str(name))


def _from(store: Store, name: str) -> Run:
    info = store.find(name)
    transcript = store.load(info.name)
    return Run(info.name, lambda: transcript)
