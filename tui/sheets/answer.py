"""Answer what is asked of a seat beside talk: a choice, a vote, questions, a bid, who speaks next."""

from __future__ import annotations

from collections.abc import Mapping

from moot_errors import WrongUse
from transcripts import Act, Answer, Bid, HandOver, Move, Vote
from tui.composer.domains import field_of, read_fields, select_of
from tui.feed import Playing
from tui.fields import Field
from tui.sheets.sheet import Sheet
from tui.underway import Ask, Done
from tui.unsaid import Unsaid

_BIDS = {"0": "0: I would rather listen", "1": "1", "2": "2", "3": "3", "4": "4: very much"}


class AnswerSheet(Sheet):
    """Take a turn in which something else is asked than talk."""

    button = "Answer"

    def __init__(self, feed: Playing, unsaid: Unsaid, ask: Ask) -> None:
        super().__init__(unsaid, f"answer {feed.name} {ask.seat} {ask.task.kind} {ask.task.about}")
        self.feed, self.ask = feed, ask
        self.heading = f"{ask.seat} in {ask.thread}"

    def about(self) -> str:
        task = self.ask.task
        said = {
            "move": f"You choose {task.about}, in secret.",
            "vote": f"You vote on {task.about}.",
            "answer": f"You are asked in private; nobody learns of it.\n{task.text}".strip(),
            "bid": "How much do you want to speak next?",
        }
        refused = f"\n{self.ask.view.refusals[-1].reason}" if self.ask.view.refusals else ""
        return said.get(task.kind, "Who speaks next?") + refused

    def fields(self, draft: Mapping[str, str]) -> list[Field]:
        task = self.ask.task
        match task.kind:
            case "bid":
                return [Field("bid", "bid", select_of(_BIDS, draft.get("bid", "")))]
            case "choose":
                seats = {seat: seat for seat in task.seats}
                return [Field("who", "who", select_of(seats, draft.get("who", "")))]
            case _:
                return [field_of(name, domain, draft.get(name, "")) for name, domain in task.items.items()]

    def do(self) -> Done | None:
        act = self._act()
        if act is None:
            return None
        assert self.feed.control is not None
        ask = next((each for each in self.feed.control.asks if each.key == self.ask.key), self.ask)
        return self.feed.control.answer(ask, "", act)

    def _act(self) -> Act | None:
        task, values = self.ask.task, self.values
        nothing = WrongUse("nothing is chosen")
        if task.kind in ("bid", "choose"):
            ((name, value),) = values.items()
            if not value:
                self.wrong({name: nothing})
                return None
            return Bid(strength=int(value)) if task.kind == "bid" else HandOver(to=value)
        said, problems = read_fields(task.items, values)
        if problems:
            self.wrong(problems)
            return None
        match task.kind:
            case "move":
                return Move(choice=said[task.about])
            case "vote":
                return Vote(choice=said[task.about])
            case _:
                return Answer(items=said)
