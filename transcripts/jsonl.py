"""The file form: a header, then one line for each event, with a body's line before its first use.

Canonical: the same transcript gives the same bytes.  A line of the file is a line to git and to every editor, for the
characters that some of them break lines at, or hide text with, are written as escapes.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from moot_errors import MootError, Place, StoreError, WrongUse
from transcripts import codec
from transcripts.base import VERSION
from transcripts.bodies import Bodies, encode, name_of, to_json
from transcripts.checks import check_events
from transcripts.events import Event
from transcripts.upcast import check_version, upcast

_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_FORMAT = "transcript"


def write_lines(events: Iterable[Event], bodies: Mapping[str, bytes], *, evidence: bool, name: str | None) -> bytes:
    """Write events, in the order given, with the bodies that they refer to.

    `name` is written with evidence only: it is not content.
    """
    return b"".join(f"{line}\n".encode() for line in _lines(events, bodies, evidence, name))


def _lines(events: Iterable[Event], bodies: Mapping[str, bytes], evidence: bool, name: str | None) -> Iterator[str]:
    header: dict[str, Any] = {"moot": _FORMAT, "version": VERSION, "evidence": evidence}
    if evidence and name is not None:
        header["name"] = name
    yield _safe(to_json(header))
    written: set[str] = set()
    for event in events:
        for body in event.body_names():
            if body not in written:
                written.add(body)
                yield _safe(f'{{"body":"{body}","is":{_body(bodies, body)}}}')
        data = codec.content(event)
        if evidence and event.evidence is not None:
            data["evidence"] = codec.evidence(event)
        yield _safe(to_json(data))


def _body(bodies: Mapping[str, bytes], name: str) -> str:
    try:
        return bodies[name].decode()
    except KeyError:
        raise WrongUse(f"the transcript lacks the body {name!r}") from None


def _safe(line: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


class Reader:
    """Read the lines of one file; `read` raises StoreError with the place of what is wrong."""

    def __init__(self, data: bytes, file: str) -> None:
        self.file = file
        self.events: list[Event] = []
        self.bodies = Bodies()
        self.name: str | None = None
        self._data = data
        self._version = VERSION
        self._evidence = False
        self._numbers: list[int] = []
        self._number = 0
        self._line = ""

    def read(self) -> None:
        """Read and check everything."""
        lines = self._split()
        self._header(next(lines))
        for _ in lines:
            data = self._object()
            if "body" in data:
                self._take_body(data)
            else:
                self._take_event(data)
        check_events(self.events, self.bodies, self._evidence, self._place_of)

    def _split(self) -> Iterator[str]:
        if not self._data:
            raise StoreError("the file is empty", place=Place(self.file), remedy="write one with `moot export`")
        if self._data.startswith(BOM_UTF8):
            raise StoreError(
                "the file begins with a byte order mark",
                place=Place(self.file, 1, 1),
                remedy="save it as UTF-8 without one, or take it from where it came once more",
            )
        lines = self._data.split(b"\n")
        for self._number, raw in enumerate(lines[:-1], 1):
            self._line = self._decode(raw)
            yield self._line
        if lines[-1]:
            self._number = len(lines)
            self._line = self._decode(lines[-1])
            raise self._error(
                f"the file is cut off: its last line {_short(self._line)} does not end",
                column=len(self._line) + 1,
                remedy="take it from where it came once more",
            )

    def _decode(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            column = len(raw[: error.start].decode()) + 1
            message = f"the byte {raw[error.start]:#04x} is not UTF-8"
            raise self._error(message, column=column, remedy="save the file as UTF-8") from None

    def _header(self, line: str) -> None:
        data = self._object()
        if data.get("moot") != _FORMAT:
            raise self._error(f"{_short(line)} does not begin a transcript", remedy="write one with `moot export`")
        version = data.get("version")
        if type(version) is not int or version < 1:
            raise self._error(f"{version!r} is not a version", path=("version",))
        try:
            check_version(version)
        except MootError as error:
            error.place = self._place(("version",))
            raise
        for key, value in data.items():
            if key not in ("moot", "version", "evidence", "name"):
                raise self._error(f"there is no field {key!r} in a header", path=(key,))
            if (key == "evidence" and type(value) is not bool) or (key == "name" and not isinstance(value, str)):
                raise self._error(f"{value!r} cannot stand here", path=(key,))
        self._version = version
        self._evidence = data.get("evidence", False)
        self.name = data.get("name")

    def _object(self) -> dict[str, Any]:
        """Read the current line as a JSON object."""
        line = self._line
        try:
            data = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
            if _HALF.search(line):
                to_json(data)
        except json.JSONDecodeError as error:
            raise self._error(f"{_short(line)} is not JSON: {error.msg}", column=error.colno) from None
        except _Twice as error:
            column = line.rfind(to_json(error.key)) + 1
            raise self._error(f"the key {error.key!r} is given twice", column=column) from None
        except (MootError, ValueError, RecursionError) as error:
            text = error.message if isinstance(error, MootError) else str(error)
            raise self._error(f"{_short(line)} cannot be read: {text}") from None
        if not isinstance(data, dict):
            raise self._error(f"{_short(line)} is not a JSON object")
        return data

    def _take_body(self, data: dict[str, Any]) -> None:
        name = data["body"]
        if data.keys() != {"body", "is"}:
            raise self._error("a body's line has the keys 'body' and 'is', and no others")
        if name in self.bodies:
            raise self._error(f"the body {name!r} is given twice", path=("body",))
        body = encode(data["is"])
        if name != name_of(body):
            raise self._error(
                f"the body {name!r} was changed: its content is {name_of(body)!r}",
                path=("body",),
                remedy="what a run was played with cannot be edited: play it again",
            )
        self.bodies[name] = body

    def _take_event(self, data: dict[str, Any]) -> None:
        for key in ("v",) if self._evidence else ("v", "evidence"):
            if key in data:
                raise self._error(f"there is no field {key!r} here", path=(key,), remedy="the file's header says so")
        try:
            event = codec.to_event(upcast(data, self._version))
        except codec.Problem as problem:
            raise self._error(problem.message, path=problem.path, remedy=problem.remedy) from None
        if not (event.is_content or self._evidence):
            raise self._error(
                f"{event.kind!r} is evidence, and the file's header says that there is none", path=("kind",)
            )
        for name in event.body_names():
            if name not in self.bodies:
                raise self._error(f"the body {name!r} is missing: it belongs above this line")
        self.events.append(event)
        self._numbers.append(self._number)

    def _place_of(self, index: int) -> Place:
        return Place(self.file, self._numbers[index] if self._numbers else 1, 1)

    def _place(self, path: tuple[str | int, ...]) -> Place:
        return Place(self.file, self._number, column_of(self._line, path))

    def _error(
        self, message: str, *, path: tuple[str | int, ...] = (), column: int | None = None, remedy: str | None = None
    ) -> StoreError:
        place = Place(self.file, self._number, column) if column else self._place(path)
        return StoreError(message, place=place, remedy=remedy)


class _Twice(Exception):
    def __init__(self, key: str) -> None:
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return data


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")


def _short(line: str) -> str:
    return repr(line if len(line) <= 40 else line[:39] + "…")


_DECODER = json.JSONDecoder()
_GAP = re.compile(r"[\s,:]*")


def column_of(line: str, path: tuple[str | int, ...]) -> int:
    """Find the column, from 1, of what `path` leads to in a line of JSON: a key, or an element of a list."""
    at = _skip(line, 0)
    for depth, part in enumerate(path):
        at = _skip(line, at + 1)
        count = 0
        while line[at] not in "}]":
            key, value = count, at
            if isinstance(part, str):
                key, value = _DECODER.raw_decode(line, at)
                value = _skip(line, value)
            if key == part:
                at = at if depth == len(path) - 1 else value
                break
            at = _skip(line, _DECODER.raw_decode(line, value)[1])
            count += 1
    return at + 1


def _skip(line: str, at: int) -> int:
    found = _GAP.match(line, at)
    return found.end() if found else at
