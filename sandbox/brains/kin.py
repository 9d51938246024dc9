"""Whom a seat does not turn against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.view import View


def own_kind(view: View) -> set[Any]:
    """List the seat itself and those whose role it was told is the same as its own."""
    kin = {path.partition(".")[0] for path, role in view.known.granted.items() if path.endswith(".role") if role}
    return {view.seat, *(seat for seat in kin if view.known.granted[f"{seat}.role"] == view.known.role)}
