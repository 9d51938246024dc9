"""Which workspaces their owner trusts: kept with the user, and never in the workspace, which may be somebody else's."""

from __future__ import annotations

import os
from pathlib import Path

from moot_errors import Unwritable, WrongUse


def trust_file() -> Path:
    """Name the file that lists trusted folders, one a line; raises Unwritable where the user has no home."""
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    try:  # a relative path would lead into whatever folder one is in
        home = named if named.is_absolute() else Path.home() / ".config"
    except RuntimeError as error:
        raise Unwritable(f"there is no place to keep what is trusted: {error}") from error
    return home / "moot" / "trusted"


def trusted_folders() -> list[str]:
    """List the trusted folders; raises Unwritable where the list cannot be read."""
    file = trust_file()
    try:
        return [os.fsdecode(line) for line in file.read_bytes().split(b"\n") if line]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise Unwritable(f"{str(file)!r} cannot be read: {error.strerror}") from error


def is_trusted(folder: Path) -> bool:
    """Tell whether this folder is trusted: it itself, for trust does not come from above.

    A list that cannot be read trusts nobody.
    """
    try:
        return str(folder.resolve()) in trusted_folders()
    except Unwritable:
        return False


def trust(folder: Path, *, trusted: bool = True) -> None:
    """Trust a folder, or trust it no longer; raises Unwritable."""
    file, name = trust_file(), str(folder.resolve())
    if "\n" in name:
        raise WrongUse(f"the name of {name!r} has a line break, and could pass for two", remedy="rename the folder")
    folders = [each for each in trusted_folders() if each != name]
    lines = b"".join(os.fsencode(each) + b"\n" for each in (*folders, *([name] if trusted else [])))
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(lines)
        temporary.replace(file)
    except OSError as error:
        raise Unwritable(f"{str(file)!r} cannot be written: {error.strerror}") from error
