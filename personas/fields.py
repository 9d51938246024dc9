"""Ask a pydantic model which keys it knows at a path of the data."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def keys_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """List the keys that a mapping at a path may have, as the file spells them, whichever branch of a union it is."""
    kinds: list[Any] = [model]
    for step in path:
        kinds = [below for kind in kinds for plain in _plain(kind) for below in _below(plain, step)]
    ends = [plain for kind in kinds for plain in _plain(kind)]
    return list(dict.fromkeys(name for end in ends if _is_model(end) for name in _names(end)))


def _plain(kind: Any) -> Iterator[Any]:
    """Unfold annotations, aliases and unions to the types that they stand for."""
    if hasattr(kind, "__value__"):
        yield from _plain(kind.__value__)
    elif get_origin(kind) is Annotated:
        yield from _plain(get_args(kind)[0])
    elif get_origin(kind) in (Union, types.UnionType):
        for branch in get_args(kind):
            yield from _plain(branch)
    else:
        yield kind


def _below(kind: Any, step: Any) -> Iterator[Any]:
    """Give the types that the value of one key or item may have."""
    if _is_model(kind):
        for name, info in kind.model_fields.items():
            if step in (name, info.alias):
                yield info.annotation
        return
    arguments = [argument for argument in get_args(kind) if argument is not ...]
    if arguments:
        yield arguments[-1]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]
