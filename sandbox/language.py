"""Make the mapping of a brain that asks a model whole, so that the transcript needs no file to play it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moot_errors import DocumentError, Place

if TYPE_CHECKING:
    from sandbox.cast import Chair
    from sandbox.models import Profile
    from sandbox.workspace import Workspace

_TEMPLATE = (".md", ".txt")


def prepare(chair: Chair, profiles: Mapping[str, Profile], workspace: Workspace) -> Chair:
    """Put templates in the place of their paths, and ask for acts as the model's profile says.

    A path is relative to the file that names it, or else to the workspace.  Raises DocumentError for what cannot be
    read.
    """
    if chair.brain.get("kind") != "llm":
        return chair
    brain = dict(chair.brain)
    if isinstance(prompt := brain.get("prompt"), Mapping):
        brain["prompt"] = {part: _text(value, part, chair, workspace) for part, value in prompt.items()}
    return suited(replace(chair, brain=brain), profiles)


def suited(chair: Chair, profiles: Mapping[str, Profile]) -> Chair:
    """Ask for acts as JSON where the model's profile says so, and the brain does not say how."""
    profile = profiles.get(str(chair.brain.get("model", "default")))
    if chair.brain.get("kind") != "llm" or "acts" in chair.brain or profile is None or profile.tools != "json":
        return chair
    return replace(chair, brain={**chair.brain, "acts": "json"})


def _text(value: Any, part: str, chair: Chair, workspace: Workspace) -> Any:
    if not isinstance(value, str) or "\n" in value or not value.endswith(_TEMPLATE):
        return value
    document = chair.origin.document
    places = ([Path(document.file).parent] if document else []) + [workspace.root]
    path = next((found for place in places if (found := place / value).is_file()), places[-1] / value)
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        place = chair.origin.place(("prompt", part)) or Place(str(path))
        raise DocumentError(f"the template {value!r} cannot be read: {why}", place=place) from None
