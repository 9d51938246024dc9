"""No class of ours takes a name that Textual uses for itself: that would break it without a word."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache

import pytest
from textual.message_pump import MessagePump

import tui


def pumps() -> Iterator[type[MessagePump]]:
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, MessagePump) and value.__module__ == module.name:
                yield value


@cache
def own_names(cls: type) -> frozenset[str]:
    """Find the private names that a class's body defines, or puts on `self`."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    names = [node.name for node in ast.walk(body) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in ast.walk(body):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                names.append(name)
            case _:
                pass
    return frozenset(name for name in names if name.startswith("_") and name.strip("_") and name[:2] != "__")


@pytest.mark.parametrize("cls", list(pumps()), ids=lambda cls: cls.__qualname__)
def test_private_names_are_ours(cls: type[MessagePump]) -> None:
    ours = {name for base in cls.__mro__ if base.__module__.startswith("tui.") for name in own_names(base)}
    theirs = {name for base in cls.__mro__ if base.__module__.startswith("textual.") for name in own_names(base)}
    assert ours & theirs == set()
