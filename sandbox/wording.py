"""The prompts of one seat for one purpose: each is named part by part, in the time that takes what is new in it.

A prompt that grows by a line a turn has thousands of parts in the end, and all but a few are the same objects as in the
prompt before.  Those are neither written nor hashed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import NamedTuple

from sandbox.models import ChatMessage, ToolCall, known_secrets, redact
from sandbox.models.types import Part, Role
from transcripts import Bodies, Difference, common_head, difference

Item = ChatMessage | Part
_SPARE = 100
"""Parts of earlier prompts that may be held beyond as many as the latest one has."""


class Worded(NamedTuple):
    """A prompt by the names of its parts."""

    parts: tuple[str, ...]
    change: Difference
    """What turns the prompt before into this one."""
    fingerprint: str
    """Names the whole request."""


class Wording:
    """Follow a seat's prompts; `names` are the parts of the one that was recorded last, `there` all bodies recorded."""

    def __init__(self, there: Container[str], names: Sequence[str] = ()) -> None:
        self._there = there
        self._names = tuple(names)
        self._items: tuple[Item, ...] = ()
        self._known: dict[int, tuple[Item, str]] = {}
        """Parts by their identity, with their names; held, so that identities stay theirs."""
        self._hash = _new_hash()
        self._hashed = 0
        """How many parts are in the hash: those at the beginning, which stay."""

    def put(self, messages: Sequence[ChatMessage], body: str, bodies: Bodies) -> Worded:
        """Name a prompt's parts, and put those that are new into `bodies`; `body` names the rest of the request."""
        items = _items_of(messages)
        head = common_head(self._items, items)
        names = (*self._names[:head], *[self._name(item, bodies) for item in items[head:]])
        change = difference(self._names, names, head=head)
        self._items, self._names = items, names
        if len(self._known) > 2 * len(items) + _SPARE:
            self._known = {id(item): self._known[id(item)] for item in items}
        return Worded(names, change, self._fingerprint(change.head, body))

    def _name(self, item: Item, bodies: Bodies) -> str:
        known = self._known.get(id(item))
        if known is None:
            new = Bodies()
            known = self._known[id(item)] = (item, new.put(redact(item.plain(), known_secrets())))
            if known[1] not in self._there:
                bodies.update(new)
        return known[1]

    def _fingerprint(self, head: int, body: str) -> str:
        """Hash the parts and the body; of the parts, what is common with the prompt before is hashed already."""
        if head < self._hashed:
            self._hash, self._hashed = _new_hash(), 0
        self._hash.update("".join(self._names[self._hashed : head]).encode())
        self._hashed = head
        whole = self._hash.copy()
        whole.update("".join((*self._names[head:], body)).encode())
        return whole.hexdigest()


def _new_hash() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)


def _items_of(messages: Sequence[ChatMessage]) -> tuple[Item, ...]:
    """List messages whose content is text as they are, and others as what is around their parts, and the parts."""
    items: list[Item] = []
    for message in messages:
        if isinstance(message.content, str):
            items.append(message)
        else:
            around = (message.name, message.calls, message.call_id, message.reasoning, message.failed)
            items.append(_around(message.role, *around))
            items.extend(message.content)
    return tuple(items)


@lru_cache(maxsize=256)
def _around(
    role: Role,
    name: str | None,
    calls: tuple[ToolCall, ...],
    call_id: str | None,
    reasoning: str | None,
    failed: bool | None,
) -> ChatMessage:
    """Give the same object for the same message, whatever its parts."""
    return ChatMessage(
        role=role, content=(), name=name, calls=calls, call_id=call_id, reasoning=reasoning, failed=failed
    )
