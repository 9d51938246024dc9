"""Save a run in a file: as a baseline that tests hold runs against, or wherever it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from textual.widgets import Input

from moot_errors import WrongUse
from sandbox.checking.baselines import named, write
from sandbox.rendering.printable import printable
from transcripts import Transcript
from tui.composer.domains import select_of
from tui.fields import Field
from tui.sheets.sheet import Sheet
from tui.unsaid import Unsaid

BASELINE, CONTENT, EVIDENCE = "baseline", "content", "evidence"
_AS: Final = {
    BASELINE: "a baseline of the workspace",
    CONTENT: "a file, of what happened",
    EVIDENCE: "a file, with times, names and the order of arrival too",
}


class SaveSheet(Sheet):
    """Write a run to a file."""

    button = "Save"
    waiting = "it is written …"

    def __init__(
        self, name: str, root: Path, load: Callable[[], Transcript], over: bool, saved: Callable[[Path], None]
    ) -> None:
        """`load` reads the run, in another thread; `saved` is told where it is then."""
        super().__init__(Unsaid(None), "save")
        self.heading = f"Save {name}"
        self._run, self._root, self._load, self._over, self._saved = name, root, load, over, saved
        self._warned: Path | None = None

    def fields(self, draft: Mapping[str, str]) -> list[Field]:
        kind = select_of(_AS, BASELINE if self._over else CONTENT)
        return [Field("as", "as", kind), Field("file", "file", Input(f"{self._run}.jsonl", compact=True))]

    @property
    def path(self) -> Path:
        """Where it is to be; raises WrongUse for what is no baseline's name."""
        file = self.values["file"].strip()
        if not file:
            raise WrongUse("the file has no name")
        if self.values["as"] == BASELINE:
            return named(file, self._root / "baselines", {}).path
        return Path(file).expanduser()

    def changed(self) -> None:
        self._warned = None
        try:
            self.tell(printable(str(self.path)))
        except WrongUse as error:
            self.tell(printable(str(error)))

    def do(self) -> Future[None] | None:
        path, kind = self.path, self.values["as"]
        if kind == BASELINE and not self._over:
            raise WrongUse(f"{self._run} is not over, and so is no baseline", remedy="save it as a file, or wait")
        if path.exists() and self._warned != path:
            self._warned = path
            raise WrongUse(f"there is a file {str(path)!r} already", remedy="ctrl+s again replaces it")

        def work() -> None:
            transcript = self._load()
            if kind == BASELINE:
                write(transcript, path)
            else:
                transcript.write_file(path, evidence=kind == EVIDENCE)

        threads = ThreadPoolExecutor(1)
        done = threads.submit(work)
        threads.shutdown(wait=False)
        done.add_done_callback(lambda told: None if told.exception() else self._saved(path))
        return done
