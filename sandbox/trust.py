"""Which workspaces their owner trusts: kept with the user, and never in the workspace, which may be somebody else's."""

from __future__ import annotations

import os
from pathlib import Path


def trust_file() -> Path:
    """Name the file that lists trusted folders, one a line."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "moot" / "trusted"


def trusted_folders() -> list[str]:
    """List the trusted folders."""
    file = trust_file()
    return file.read_text("utf-8").splitlines() if file.is_file() else []


def is_trusted(folder: Path) -> bool:
    """Tell whether this folder is trusted: it itself, for trust does not come from above."""
    return str(folder.resolve()) in trusted_folders()


def trust(folder: Path, *, trusted: bool = True) -> None:
    """Trust a folder, or trust it no longer."""
    file, name = trust_file(), str(folder.resolve())
    folders = [each for each in trusted_folders() if each != name]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{each}\n" for each in (*folders, *([name] if trusted else []))), "utf-8")
