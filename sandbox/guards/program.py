"""Hold back what a function of the workspace's owner does not let pass."""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.util
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from personas import Mistake
from sandbox.guards.guard import Setting, Unjudged

if TYPE_CHECKING:
    from sandbox.view import Reply, View
    from sandbox.workspace import Workspace
    from scenarios import Situation

_CALL = re.compile(r"(?P<file>[\w./ -]+\.py):(?P<name>[A-Za-z_]\w*)")
_HASH = re.compile("[0-9a-f]{64}")


class Call:
    """A function in a file, as a scenario names it."""

    def __init__(self, told: Any, setting: Setting) -> None:
        """Read `checks.py:polite`, or that with the hash that the file had; raises Mistake."""
        call, self.path = told, setting.path
        self.then: str | None = None
        """The hash of the file when the run was planned."""
        if isinstance(told, Mapping) and told.keys() <= {"call", "sha256"}:
            call, self.then = told.get("call"), told.get("sha256")
        found = _CALL.fullmatch(call) if isinstance(call, str) else None
        if not found or not (self.then is None or (isinstance(self.then, str) and _HASH.fullmatch(self.then))):
            raise Mistake(f"{told!r} does not name a function", "write python: FILE.py:FUNCTION", path=setting.path)
        self.text = found.group()
        self.file, self.name = found["file"], found["name"]

    def read(self, workspace: Workspace) -> bytes:
        """Read the source; raises Mistake where the workspace is not trusted, or the file is not one of its own."""
        if not workspace.trusted:
            problem = f"this guard runs {self.file}, which is code, and this workspace is not trusted"
            raise Mistake(problem, "moot trust FOLDER trusts it", path=self.path)
        root = workspace.root.resolve()
        file = (root / self.file).resolve()
        if not file.is_relative_to(root):
            raise Mistake(f"{self.file!r} is outside of the workspace", "move it there", path=self.path)
        try:
            return file.read_bytes()
        except OSError as error:
            problem = f"{self.file!r} cannot be read: {error.strerror}"
            raise Mistake(problem, "its path begins at the workspace", path=self.path) from None

    def load(self, workspace: Workspace) -> Callable[..., Any]:
        """Run the file and give the function; raises Mistake."""
        source = self.read(workspace)
        try:
            module = _module(str(workspace.root / self.file), source)
        except (Exception, SystemExit) as error:  # noqa: BLE001  # anybody's code: what is wrong with it is said with its place
            problem = f"{self.file!r} cannot be run: {type(error).__name__}: {error}"
            raise Mistake(problem, path=self.path) from None
        function = getattr(module, self.name, None)
        if not callable(function):
            raise Mistake(f"{self.file!r} has no function {self.name!r}", path=self.path)
        try:
            inspect.signature(function).bind(None, None)
        except (TypeError, ValueError):
            raise Mistake(
                f"{self.text} must take a view and a reply", f"def {self.name}(view, reply):", path=self.path
            ) from None
        called: Callable[..., Any] = function
        return called


@dataclass(frozen=True, slots=True)
class Program:
    """Ask a function: None lets pass, and a text is the reason why not."""

    function: Callable[..., Any]

    async def check(self, view: View, reply: Reply) -> str | None:
        try:
            answer = self.function(view, reply)
            if inspect.isawaitable(answer):
                answer = await answer
        except SystemExit:
            raise Unjudged("SystemExit") from None
        if answer is not None and not (isinstance(answer, str) and answer):
            raise Unjudged(f"it answered {type(answer).__name__}, and not None or a reason")
        return answer


def make(told: Any, setting: Setting) -> Program:
    """Load the function; raises Mistake."""
    return Program(Call(told, setting).load(setting.workspace))


def settled(told: Any, setting: Setting) -> dict[str, str]:
    """Write the call with the hash of its file as it is now."""
    call = Call(told, setting)
    return {"call": call.text, "sha256": _hash(call.read(setting.workspace))}


def changed_guards(situation: Situation, workspace: Workspace) -> list[str]:
    """Name the sources of guards that are not as they were when a run was planned; runs none of them."""
    participants = situation.data["participants"].values()
    guards = [*situation.data.get("guards", ()), *(each for said in participants for each in said.get("guards", ()))]
    calls = [each["python"] for each in guards if isinstance(each, Mapping) and isinstance(each.get("python"), Mapping)]
    found = []
    for file, then in dict.fromkeys((call["call"].rpartition(":")[0], call["sha256"]) for call in calls):
        root = workspace.root.resolve()
        path = (root / file).resolve()
        if not (path.is_relative_to(root) and path.is_file()):
            found.append(f"the source of a guard {file!r} is not here")
        elif _hash(path.read_bytes()) != then:
            found.append(f"the source of a guard {file!r} has changed since")
    return found


def _hash(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


class _Loader(importlib.abc.InspectLoader):
    """Load the very bytes that were hashed, and leave nothing beside the file."""

    def __init__(self, file: str, source: bytes) -> None:
        self._file, self._source = file, source

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self._source)

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._source, self._file)


@cache
def _module(file: str, source: bytes) -> ModuleType:
    name = f"moot_guard_{_hash(source)[:16]}_{Path(file).stem}"
    spec = importlib.util.spec_from_loader(name, _Loader(file, source), origin=file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
