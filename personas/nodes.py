"""Compose the events of a YAML text into a tree of nodes that know where they stand.

The parser is ruamel's; what is built from its events is ours, because the stock composers resolve merge keys, recurse
without bound and lose the places of keys.  No tag is ever resolved, so that a document constructs plain data only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moot_errors import DocumentError

from .source import Source, shown

if TYPE_CHECKING:
    from ruamel.yaml.events import Event

MAX_DEPTH = 50
MAX_NODES = 100_000

_BEYOND_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")

_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")

_BEGAN_EARLIER = ("while scanning a quoted", "while scanning a simple")

_REMEDIES = {
    "cannot start any token": "put the text in quotes",
    "mapping values are not allowed": "put a text that contains ': ' in quotes, or check the indentation",
    "expected <block end>": "put a text that begins with {, [ or a quote in quotes, or check the indentation",
    "<document start>": "the document ended before this: check the brackets and the indentation",
    "could not find expected ':'": "a key needs ': ' after it, and an item of a list '- ' before it",
    "expected ',' or": "close the bracket, or put a comma between its parts",
    "found unexpected end of stream": "close the quotes",
    "unknown escape character": r"double the backslash, or put the text in single quotes",
}


@dataclass(slots=True)
class Node:
    """One value as written: `pairs` of a mapping, `items` of a sequence, or the `text` of a scalar."""

    kind: str
    start: int
    end: int
    text: str = ""
    style: str | None = None
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)


def check_size(source: Source, at: int, depth: int, nodes: int) -> None:
    """Refuse a document that is too deep or too large; both are asked as written and again with aliases unfolded."""
    if depth > MAX_DEPTH:
        raise source.error(at, f"nested deeper than {MAX_DEPTH} levels", "flatten the document")
    if nodes > MAX_NODES:
        problem = f"more than {MAX_NODES:,} keys and values, aliases included"
        raise source.error(at, problem, "write less, or use fewer aliases")


def compose(source: Source) -> Node:
    """Build the tree of the one document in a text; an alias is the very node that its anchor names.

    Raises DocumentError for syntax, tags, several documents, unknown or circular aliases and depth.
    """
    events = _events(source)
    root: Node | None = None
    composer = _Composer(source, events)
    for event in events:
        name = type(event).__name__
        if name == "DocumentStartEvent":
            if root is not None:
                raise source.error(
                    event.start_mark.index, "a second document begins here", "keep one document in a file"
                )
            _check_version(source, event)
        elif name not in ("StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"):
            root = composer.node(event, 1)
    if root is None or (root.kind == "scalar" and not root.text and root.style is None):
        raise source.error(0, "the file is empty", "write at least one 'key: value' line")
    return root


def _check_version(source: Source, event: Any) -> None:
    if event.version not in (None, (1, 2)):
        written = ".".join(map(str, event.version))
        raise source.error(0, f"the file says it is YAML {written}", "take the %YAML line out: Moot reads YAML 1.2")


class _Composer:
    """Hold what nodes share while they are built: the event stream and the anchors."""

    def __init__(self, source: Source, events: Iterator[Event]) -> None:
        self.source = source
        self.events = events
        self.anchors: dict[str, Node | None] = {}
        self.nodes = 0

    def node(self, event: Any, depth: int) -> Node:
        at = event.start_mark.index
        if type(event).__name__ == "AliasEvent":
            return self.alias(event.anchor, at)
        tag = getattr(event, "tag", None)
        if tag is not None:
            short = tag.replace("tag:yaml.org,2002:", "!!")
            remedy = "take it out; text that looks like a number goes in quotes"
            raise self.source.error(at, f"the tag {shown(short)} is not allowed", remedy)
        self.nodes += 1
        check_size(self.source, at, depth, self.nodes)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        built = self.build(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = built
        return built

    def alias(self, anchor: str, at: int) -> Node:
        if anchor not in self.anchors:
            remedy = "anchor it earlier in the file, or put the text in quotes"
            raise self.source.error(at, f"nothing is anchored as {'&' + anchor!r}", remedy)
        target = self.anchors[anchor]
        if target is None:
            raise self.source.error(at, f"{'*' + anchor!r} contains itself", "write the value out")
        return target

    def build(self, event: Any, depth: int) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return Node("scalar", start, end, text=_paired(event.value), style=event.style)
        if kind == "SequenceStartEvent":
            return Node("sequence", start, end, items=list(self.children("SequenceEndEvent", depth)))
        inner = list(self.children("MappingEndEvent", depth))
        return Node("mapping", start, end, pairs=list(zip(inner[::2], inner[1::2], strict=True)))

    def children(self, closing: str, depth: int) -> Iterator[Node]:
        for event in self.events:
            if type(event).__name__ == closing:
                return
            yield self.node(event, depth + 1)


def _paired(text: str) -> str:
    """Join surrogates that were escaped one by one, as JSON does."""
    return _SURROGATES.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _events(source: Source) -> Iterator[Event]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        yield from YAML(typ="safe", pure=True).parse(source.text)
    except MarkedYAMLError as error:
        raise _syntax_error(source, error) from None
    except (YAMLError, ValueError) as error:
        # ruamel lets a ValueError through for a code point beyond the last and for a version of many digits
        if escape := _BEYOND_UNICODE.search(source.text):
            problem = f"{escape.group()!r} names no character"
            raise source.error(escape.start(), problem, "write the character itself") from None
        raise source.error(0, f"not YAML: {str(error).splitlines()[0]}") from None


def _syntax_error(source: Source, error: Any) -> DocumentError:
    problem = re.sub(r"\s+", " ", error.problem or error.context or "it cannot be read")
    problem = re.sub(r"\('(.*)',\)", r"'\1'", problem)  # a token that ruamel shows as a tuple
    mark = error.problem_mark or error.context_mark
    began_earlier = "stream end" in problem or (error.context or "").startswith(_BEGAN_EARLIER)
    if began_earlier and error.context_mark is not None:
        mark = error.context_mark
    at = mark.index if mark is not None else 0
    if source.text[at : at + 1] == "\t" or "\\t" in problem:
        return source.error(at, "a tab stands where YAML wants spaces", "indent and separate with spaces")
    remedy = next((text for start, text in _REMEDIES.items() if start in problem), None)
    return source.error(at, f"not YAML: {problem}", remedy)
