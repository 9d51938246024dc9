"""A chair: one seat's view of a run and nothing else, for people who take part."""

from tui.chair.app import ChairApp
from tui.chair.seating import Seating, seating_for, seating_of, seconds_left

__all__ = ["ChairApp", "Seating", "seating_for", "seating_of", "seconds_left"]
