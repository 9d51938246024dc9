"""Answers that come in pieces: server-sent events, and the deltas they carry.

However the bytes are cut into packets, the events and the answer are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .errors import BrokenStream, UnreadableAnswer
from .faults import Asked, fault_in
from .texts import as_mapping, read_json, whole
from .types import Answer, Request
from .wire import as_raw, assemble, raw_call, read_content, read_reasoning

_LINE_END = re.compile(rb"\r\n|\n|\r")
_HIGH_SURROGATES = ("\ud800", "\udbff")


class EventReader:
    """Cut bytes into the data of server-sent events."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._after_return = False

    def feed(self, packet: bytes) -> Iterator[bytes]:
        """Take a packet and give the data of each event that it completes."""
        if not packet:
            return
        if self._after_return and packet.startswith(b"\n"):
            packet = packet[1:]  # the second half of a \r\n that two packets share
            self._after_return = False
            if not packet:
                return
        self._after_return = packet.endswith(b"\r")
        *lines, rest = _LINE_END.split(packet)
        for line in lines:
            self._line += line
            yield from self._ended()
        self._line += rest

    def end(self) -> Iterator[bytes]:
        """Give the data of an event that no empty line ended."""
        if self._line:
            yield from self._ended()
        yield from self._event()

    def _ended(self) -> Iterator[bytes]:
        line = bytes(self._line)
        self._line.clear()
        if not line:
            yield from self._event()
            return
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))

    def _event(self) -> Iterator[bytes]:
        if self._data:
            yield b"\n".join(self._data)
            self._data = []


class StreamedAnswer:
    """Put an answer together from the events of a stream."""

    def __init__(self, request: Request, asked: Asked) -> None:
        self._request = request
        self._asked = asked
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._refusal: list[str] = []
        self._calls: list[_Call] = []
        self._envelope: dict[str, Any] = {}
        self._finish: Any = None
        self._chosen = False
        self._held = ""
        self.started = False
        self.done = False
        """Whether the stream said that it is complete."""

    def add(self, data: bytes) -> str:
        """Take an event's data and return the text in it that may be shown.

        Raises UnreadableAnswer, and what an `error` in the stream stands for.
        """
        self.started = True
        if data.strip() == b"[DONE]":
            self.done = True
        if self.done:
            return ""
        chunk = as_mapping(read_json(data))
        if fault := fault_in(chunk, self._asked):
            raise fault
        return self._chunk(chunk)

    def _chunk(self, chunk: dict[str, Any]) -> str:
        for key in ("model", "system_fingerprint", "usage"):
            if chunk.get(key):
                self._envelope[key] = chunk[key]
        choices = chunk.get("choices")
        piece = ""
        for choice in choices if isinstance(choices, list) else []:
            if isinstance(choice, dict) and choice.get("index", 0) in (0, None):
                piece += self._choice(choice)
        return self._showable(piece)

    def _choice(self, choice: dict[str, Any]) -> str:
        self._chosen = True
        delta = as_mapping(choice.get("delta"))
        said, thought = read_content(delta.get("content"))
        self._text.append(said)
        self._reasoning.append(read_reasoning(delta) or thought)
        self._refusal.append(as_raw(delta.get("refusal")))
        calls = delta.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            if isinstance(call, dict):
                self._call(call)
        self._finish = choice.get("finish_reason") or self._finish
        return said

    def _call(self, delta: dict[str, Any]) -> None:
        """Add a piece to the call that it belongs to: by index, or else to the last; a new id begins a new call."""
        index, (id, name, arguments) = delta.get("index"), raw_call(delta)
        same = [call for call in self._calls if index is None or call.index == index][-1:]
        if not same or (id and same[0].id and id != same[0].id) or (index is None and not id and name):
            self._calls.append(_Call(index))
            same = self._calls[-1:]
        same[0].add(id, name, arguments)

    def _showable(self, piece: str) -> str:
        """Hold back half of a surrogate pair until its other half is there."""
        piece, self._held = self._held + piece, ""
        if piece and _HIGH_SURROGATES[0] <= piece[-1] <= _HIGH_SURROGATES[1]:
            piece, self._held = piece[:-1], piece[-1]
        return whole(piece)

    @property
    def complete(self) -> bool:
        """Whether the answer is all there, though the stream may go on (usage comes last)."""
        return self.done or self._finish is not None

    def answer(self) -> Answer:
        """Give the whole answer; raises BrokenStream where the stream ended before it."""
        if not self.complete:
            got = sum(map(len, self._text))
            raise BrokenStream(f"the stream ended before the answer did, after {got} characters of it")
        if not self._chosen:
            raise UnreadableAnswer("the stream held no choice")
        return assemble(
            self._request,
            text="".join(self._text),
            reasoning="".join(self._reasoning),
            refusal=whole("".join(self._refusal)) or None,
            calls=[(call.id, call.name, "".join(call.arguments)) for call in self._calls],
            finish=self._finish,
            envelope=self._envelope,
        )


class _Call:
    """A tool call that is still coming in."""

    def __init__(self, index: Any) -> None:
        self.index = index
        self.id = ""
        self.name = ""
        self.arguments: list[str] = []

    def add(self, id: str, name: str, arguments: str) -> None:
        self.id = self.id or id
        self.name = self.name or name
        self.arguments.append(arguments)
