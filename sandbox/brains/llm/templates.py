"""Templates: texts with {placeholders} from a closed list, and nothing else that could run."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from moot_errors import nearest
from sandbox.brains.errors import BrainError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Part = Literal["system", "turn", "summary"]

PLACEHOLDERS: Final[Mapping[Part, tuple[str, ...]]] = {
    "system": (
        "seat", "role", "about", "voice", "values", "title", "story", "people", "issues", "choices", "brief", "worth",
        "rules", "messages", "answer",
    ),
    "turn": (
        "seat", "thread", "members", "clock", "table", "told", "chosen", "assigned", "refusals", "ask",
    ),
    "summary": ("seat", "thread", "from", "upto"),
}  # fmt: skip
"""What may stand in braces, by the template's part."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_ALONE = re.compile(r"\s*\{(\w+)\}\s*")
_ENDING = ".md"


class Template:
    """A text with placeholders.

    A line that is nothing but a placeholder goes when there is nothing to put in, and takes its heading along when
    the heading has nothing else below it.  `{{` and `}}` are braces.
    """

    def __init__(self, text: str, part: Part, where: str) -> None:
        lines = text.strip().splitlines()
        for number, line in enumerate(lines, 1):
            _check(line, part, f"{where}:{number}")
        self._lines = [(line, (alone := _ALONE.fullmatch(line)) and alone[1]) for line in (*lines, "#")]
        """Each with its placeholder, where it is nothing else; and one more, at which a last section ends."""

    def fill(self, values: Mapping[str, str]) -> str:
        """Put the values in; braces inside a value stay as they are."""
        kept: list[str] = []
        heading: int | None = None
        """Where the heading stands that is to go unless something follows below it."""
        emptied = False
        for line, alone in self._lines:
            if line.startswith("#"):
                if heading is not None and emptied and not any(map(str.strip, kept[heading + 1 :])):
                    del kept[heading:]
                heading, emptied = len(kept), False
            elif alone and not values[alone]:
                emptied = True
                continue
            kept.append(_filled(line, values) if "{" in line or "}" in line else line)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept[:-1])).strip() + "\n"


def load_template(given: str, part: Part) -> Template:
    """Read the name of a shipped template, an absolute path, or the template itself; raises BrainError."""
    if given in shipped(part):
        return _shipped(given, part)
    if os.path.isabs(given) and "\n" not in given:
        return Template(_read(Path(given), part), part, given)
    if not re.search(r"[\s{]", given):
        close = nearest(given, shipped(part))
        remedy = (
            f"did you mean {close!r}?" if close else f"there are {', '.join(shipped(part))}, or write a path or a text"
        )
        raise BrainError(f"there is no prompt template {given!r}", path=("prompt", part), remedy=remedy)
    return Template(given, part, "line")


def template_text(given: str, part: Part) -> str:
    """Give the text of what `load_template` reads."""
    if given in shipped(part):
        return _folder().joinpath(f"{given}.{part}{_ENDING}").read_text("utf-8")
    return _read(Path(given), part) if os.path.isabs(given) and "\n" not in given else given


@cache
def _shipped(name: str, part: Part) -> Template:
    return Template(template_text(name, part), part, f"{name}.{part}{_ENDING}")


@cache
def shipped(part: Part) -> Sequence[str]:
    """Name the templates that Moot brings along for a part of a prompt."""
    ending = f".{part}{_ENDING}"
    return sorted(file.name.removesuffix(ending) for file in _folder().iterdir() if file.name.endswith(ending))


def _folder() -> Traversable:
    return files("sandbox.brains.llm").joinpath("templates")


def _read(path: Path, part: Part) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        message = f"the prompt template {str(path)!r} cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        message = f"the prompt template {str(path)!r} is not UTF-8, at byte {error.start}"
    raise BrainError(message, path=("prompt", part))


def _check(line: str, part: Part, where: str) -> None:
    known = PLACEHOLDERS[part]
    for found in _TOKEN.finditer(line):
        if found.group() in ("{{", "}}") or found[1] in known:
            continue
        close = nearest(found[1] or "", known)
        choices = ", ".join(f"{{{name}}}" for name in known)
        remedy = f"did you mean {{{close}}}?" if close else f"there are {choices}; write {{{{ and }}}} for braces"
        raise BrainError(
            f"{where}:{found.start() + 1}: {found.group()!r} stands for nothing in a prompt's {part} template",
            path=("prompt", part),
            remedy=remedy,
        )


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _TOKEN.sub(lambda found: values[found[1]] if found[1] is not None else found.group()[0], line)
