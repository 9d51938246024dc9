"""Speaking up: as the moderator, in a seat's place, or in a turn that waits for a person."""

from tui.composer.panel import Composer
from tui.composer.words import Words, ask_of, threads_of

__all__ = ["Composer", "Words", "ask_of", "threads_of"]
