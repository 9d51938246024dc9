"""Experiments: a grid of arms and trials as they are played, their totals, and the report."""

from tui.experiments.screen import ExperimentScreen

__all__ = ["ExperimentScreen"]
