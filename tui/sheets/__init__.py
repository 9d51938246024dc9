"""Forms beside the one for a new run: an offer, an answer, a branch, a file."""

from tui.sheets.answer import AnswerSheet
from tui.sheets.fork import ForkSheet
from tui.sheets.offer import OfferSheet
from tui.sheets.save import SaveSheet

__all__ = ["AnswerSheet", "ForkSheet", "OfferSheet", "SaveSheet"]
