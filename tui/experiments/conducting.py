"""An experiment that is played in this process, in the engine's thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox import Workspace
    from sandbox.experiments import Progress, Runner
    from tui.engine import Engine


class Conducting:
    """Play what is not done yet of an experiment; what it says of itself may be read in any thread."""

    def __init__(self, name: str, workspace: Workspace, engine: Engine) -> None:
        self.name = name
        self.live = True
        """Whether it is still being played."""
        self.stopping = False
        self.progress: Progress | None = None
        """How it came to be over; None while it is not, and where it never began."""
        self._workspace, self._engine = workspace, engine
        self._runner: Runner | None = None

    def stop(self) -> None:
        """Stop after the turns under way; returns at once, in any thread."""
        self.stopping = True
        self._engine.call(self._tell)

    async def play(self, options: dict[str, Any]) -> None:
        """Play it; called in the engine's thread, with the options that runs are played with."""
        from sandbox.experiments import conduct, prepare

        try:
            # It may take a while to plan, and the runs of others are played in this thread.
            made = await asyncio.to_thread(prepare, self.name, workspace=self._workspace)
            course = await conduct(made, store=options["store"], started=self._started)
            self.progress = course.progress
        finally:
            self._runner, self.live = None, False

    def _started(self, runner: Runner) -> None:
        self._runner = runner
        self._tell()

    def _tell(self) -> None:
        if self.stopping and self._runner:
            self._runner.stop()
