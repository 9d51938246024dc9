"""The rule brain: a tactic decides, and talk puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.brains.deciding import decide
from sandbox.brains.history import History
from sandbox.brains.ladder import ladder_of
from sandbox.brains.sight import Sight
from sandbox.brains.spec import RuleSpec, read_rule
from sandbox.brains.tactics import TACTICS, Tactic, TimeDependent
from sandbox.brains.talk import bare, chat, speak
from sandbox.view import Known, Reply, View

if TYPE_CHECKING:
    from sandbox.brains.ladder import Ladder
    from sandbox.view import Stakes
    from transcripts import Thread


class RuleBrain:
    """Decide by a formula.  What it keeps between turns is only what it has read already."""

    def __init__(self, spec: RuleSpec) -> None:
        self.tactic: Tactic = TimeDependent(spec.e) if spec.e is not None else TACTICS[spec.tactic]
        self.talks = spec.talk
        self._histories: dict[str, History] = {}
        self._ladder: tuple[Stakes, Ladder] | None = None

    async def reply(self, view: View) -> Reply:
        """Answer at once.  Where the wording was refused, the same act is put in bare words."""
        stakes = view.known.stakes
        history = self._history(view.thread, view.seat)
        if stakes is None:
            history.follow(None, None)
            return Reply(chat(view, history) if self.talks else "")
        ladder = self._sorted(stakes)
        history.follow(stakes, ladder)
        sight = Sight(view, stakes, ladder, history)
        act = decide(self.tactic, sight)
        in_prose = self.talks and not view.refusals
        return Reply(speak(sight, act) if in_prose else bare(view, act), act)

    def _sorted(self, stakes: Stakes) -> Ladder:
        if self._ladder is None or self._ladder[0] is not stakes:
            self._ladder = stakes, ladder_of(stakes)
        return self._ladder[1]

    def _history(self, thread: Thread, seat: str) -> History:
        history = self._histories.get(thread.name)
        if history is None or history.thread is not thread:
            history = self._histories[thread.name] = History(thread, seat)
        return history


def make_rule(mapping: Mapping[str, Any], known: Known) -> RuleBrain:
    """Make a rule brain from its mapping; raises BrainError."""
    return RuleBrain(read_rule(mapping))
