"""The rule brain: a tactic decides, and talk puts it into words; what else is asked of it is answered by rules too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.brains.agreeing import enough_in
from sandbox.brains.aside import open_side
from sandbox.brains.deciding import decide
from sandbox.brains.history import History
from sandbox.brains.ladder import ladder_of
from sandbox.brains.proposing import final_proposal, may_offer, mediate
from sandbox.brains.sight import Sight
from sandbox.brains.simple import by_rule, stance
from sandbox.brains.spec import RuleSpec, read_rule
from sandbox.brains.tactics import TACTICS, Tactic, TimeDependent
from sandbox.brains.talk import bare, chat, speak
from sandbox.view import Known, Reply, View
from transcripts import Offer, Pass

if TYPE_CHECKING:
    from sandbox.brains.ladder import Ladder
    from sandbox.view import Stakes


class RuleBrain:
    """Decide by a formula.  What it keeps between turns is only what it has read already."""

    def __init__(self, spec: RuleSpec) -> None:
        self.tactic: Tactic = TimeDependent(spec.e) if spec.e is not None else TACTICS[spec.tactic]
        self.talks = spec.talk
        self.chooses = spec.choices
        self.opens = spec.opens
        self._histories: dict[str, History] = {}
        self._ladder: tuple[Stakes, Ladder] | None = None

    async def reply(self, view: View) -> Reply:
        """Answer at once."""
        match view.task.kind:
            case "talk":
                return self._talk(view)
            case "propose":
                sight = self._sight(view)
                act = final_proposal(self.tactic, sight) if sight else mediate(view)
                return Reply(bare(view, act), act)
            case _:
                return Reply(act=by_rule(view, self.chooses))

    def _talk(self, view: View) -> Reply:
        """Negotiate, or chat.  Where the wording was refused, the same act is put in bare words."""
        if self.opens and (opening := open_side(view)):
            return Reply(act=opening)
        sight = self._sight(view)
        if sight is None:
            return self._chat(view)
        act = decide(self.tactic, sight)
        in_prose = self.talks and not view.refusals
        text = speak(sight, act) if in_prose else bare(view, act)
        return Reply(text, None if isinstance(act, Offer) and not may_offer(view) else act)

    def _chat(self, view: View) -> Reply:
        """Say something where there is nothing to agree on.

        Where it is for others to agree, propose something if that is for the seat alone; else greet them and listen.
        """
        history = self._history(view)
        history.follow(None, None)
        if view.seat in view.known.proposers.get(view.thread.form, ()):
            act = mediate(view)
            return Reply(bare(view, act), act)
        if view.known.issues and view.thread.turns.get(view.seat, 0):
            return Reply(act=Pass())
        return Reply(chat(view, history, stance(view)) if self.talks else "")

    def _sight(self, view: View) -> Sight | None:
        """Read the view as a negotiation; None for a seat that has no part in an agreement."""
        stakes = view.known.stakes
        if stakes is None or view.seat not in view.known.parties:
            return None
        ladder, history = self._sorted(stakes), self._history(view)
        history.follow(stakes, ladder)
        return Sight(view, stakes, ladder, history)

    def _sorted(self, stakes: Stakes) -> Ladder:
        if self._ladder is None or self._ladder[0] is not stakes:
            self._ladder = stakes, ladder_of(stakes)
        return self._ladder[1]

    def _history(self, view: View) -> History:
        thread = view.thread
        history = self._histories.get(thread.name)
        enough = enough_in(view.known, thread)
        if history is None or history.thread is not thread:
            history = self._histories[thread.name] = History(thread, view.seat, enough)
        history.enough = enough
        return history


def make_rule(mapping: Mapping[str, Any], known: Known) -> RuleBrain:
    """Make a rule brain from its mapping; raises BrainError."""
    return RuleBrain(read_rule(mapping))
