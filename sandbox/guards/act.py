"""Hold back what does none of what it must do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from moot_errors import nearest
from personas import Mistake
from sandbox.guards.guard import Setting, is_message

if TYPE_CHECKING:
    from sandbox.view import Reply, View

ACTS: Final = (
    "offer", "accept", "reject", "withdraw", "walk_away", "pass", "leave", "hand_over", "assign", "report", "move",
    "vote", "bid", "answer",
)  # fmt: skip
"""Not `open_thread`: it takes no turn."""
OF_OFFERS: Final = frozenset({"offer", "accept", "reject", "withdraw"})


@dataclass(frozen=True, slots=True)
class MustAct:
    """Demand one of these acts."""

    kinds: tuple[str, ...]

    async def check(self, view: View, reply: Reply) -> str | None:
        if not is_message(reply) or (reply.act is not None and reply.act.kind in self.kinds):
            return None
        return f"it must come with an act: {_listed(self.kinds)}"


def make(told: Any, setting: Setting) -> MustAct:
    """Read an act or a list of acts, written with spaces or underscores; raises Mistake."""
    given = told if isinstance(told, list) else [told]
    if not given:
        raise Mistake("no act would do", "name one, such as offer", path=setting.path)
    kinds = []
    for place, each in enumerate(given):
        kind = str(each).replace(" ", "_")
        if kind not in ACTS:
            close = nearest(kind, ACTS)
            remedy = f"did you mean {close!r}?" if close else f"there are {', '.join(ACTS)}"
            if kind == "open_thread":
                remedy = "opening a thread takes no turn, so no message can contain it"
            raise Mistake(
                f"no message contains the act {each!r}",
                remedy,
                path=(*setting.path, place) if isinstance(told, list) else setting.path,
            )
        kinds.append(kind)
    if set(kinds) <= OF_OFFERS and not setting.situation.issues:
        raise Mistake("nobody could do that: there are no issues to make offers on", "add issues:", path=setting.path)
    return MustAct(tuple(kinds))


def _listed(kinds: tuple[str, ...]) -> str:
    names = [kind.replace("_", " ") for kind in kinds]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
