"""What there is: the runs, the scenarios and the personas, and the form that begins a run."""

from tui.library.screen import LibraryScreen

__all__ = ["LibraryScreen"]
