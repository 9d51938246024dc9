"""What a check says where it does not hold: a test's failure, and no mistake of the user."""

from __future__ import annotations


class CheckFailed(AssertionError):
    """A run is not what was recorded, or not as good as was claimed."""


class Undecided(CheckFailed):
    """The trials cannot tell whether a rate is what was claimed."""
