"""Questions and messages that stand before everything else."""

from tui.dialogs.choice import Choice
from tui.dialogs.complaint import Complaint, fault_of
from tui.dialogs.question import Answer, Question

__all__ = ["Answer", "Choice", "Complaint", "Question", "fault_of"]
