"""The grammar of the closed arithmetic: text in, a tree of nodes out.

::

    value      = either ["if" either "else" value]
    either     = both {"or" both}
    both       = negation {"and" negation}
    negation   = "not" negation | comparison
    comparison = sum {("<" | "<=" | ">" | ">=" | "==" | "!=") sum | ["not"] "in" "[" value {"," value} "]"}
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/" | "//" | "%") signed}
    signed     = "-" signed | number | 'text' | name | function "(" value {"," value} ")" | "(" value ")"

There are no powers, no attributes beyond dotted names and no way to define anything: what is written here ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

MOST_CHARACTERS = 1000
DEEPEST = 40
FUNCTIONS = frozenset({"abs", "ceil", "floor", "max", "min", "round", "sum"})
KEYWORDS = frozenset({"and", "else", "if", "in", "not", "or"})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)
          |(?P<text>'[^']*'|"[^"]*")
          |(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
          |(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/%<>()\[\],])
          |(?P<end>$)
          |(?P<wrong>.))""",
    re.VERBOSE | re.DOTALL,
)
_REMEDIES = {
    "=": "equality is written ==",
    "**": "there are no powers; multiply",
    "^": "there are no powers; multiply",
    "&": "write the word: and",
    "|": "write the word: or",
    "!": "write the word: not",
    "{": "a parameter is named here without braces",
    "'": "the quotation mark is never closed",
    '"': "the quotation mark is never closed",
}


class ExpressionError(Exception):
    """What is wrong with an expression, and at which character of it (`at`, from 0)."""

    def __init__(self, message: str, at: int, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Number:
    at: int
    value: int | float


@dataclass(frozen=True, slots=True)
class Text:
    at: int
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    at: int
    of: Node


@dataclass(frozen=True, slots=True)
class Not:
    at: int
    of: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    at: int
    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    """A chain: `100 <= price < 200` compares twice."""

    at: int
    first: Node
    rest: tuple[tuple[str, int, Node | tuple[Node, ...]], ...]
    """(sign, where it stands, right side); the right side of `in` and `not in` is a list."""


@dataclass(frozen=True, slots=True)
class Logic:
    at: int
    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`then if condition else otherwise`."""

    at: int
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call:
    at: int
    function: str
    arguments: tuple[Node, ...]


Node = Number | Text | Name | Negative | Not | Arithmetic | Comparison | Logic | Either | Call


class Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(source: str) -> list[Token]:
    found, at = [], 0
    while True:
        match = _TOKEN.match(source, at)
        assert match, "the pattern ends in one that takes anything"
        kind = match.lastgroup or ""
        text, start = match[kind], match.start(kind)
        if kind == "wrong" or text == "**":
            raise ExpressionError(f"{text!r} means nothing in arithmetic", start, _REMEDIES.get(text))
        if kind == "name" and text in KEYWORDS:
            kind = "sign"
        found.append(Token(kind, text, start))
        if kind == "end":
            return found
        at = match.end()


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = _tokens(source)
        self.position = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def take(self, *signs: str) -> Token | None:
        """Step over the next token if it is one of `signs`."""
        token = self.next
        if token.kind == "sign" and token.text in signs:
            self.position += 1
            return token
        return None

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            self.fail(f"{sign!r} is missing")

    def fail(self, message: str) -> NoReturn:
        token = self.next
        where = "at the end" if token.kind == "end" else f"before {token.text!r}"
        raise ExpressionError(f"{message} {where}", token.at)

    def value(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"nested deeper than {DEEPEST}", self.next.at)
        node = self.logic("or")
        if token := self.take("if"):
            condition = self.logic("or")
            self.expect("else")
            node = Either(token.at, condition, node, self.value())
        self.depth -= 1
        return node

    def logic(self, word: str) -> Node:
        part = self.negation if word == "and" else lambda: self.logic("and")
        parts, at = [part()], self.next.at
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(at, word, tuple(parts))

    def negation(self) -> Node:
        if token := self.take("not"):
            return Not(token.at, self.nested(self.negation))
        return self.comparison()

    def comparison(self) -> Node:
        first = self.sum()
        rest: list[tuple[str, int, Node | tuple[Node, ...]]] = []
        while token := self.take(*COMPARISONS, "in", "not"):
            if token.text == "not":
                self.expect("in")
            if token.text in {"in", "not"}:
                rest.append(("in" if token.text == "in" else "not in", token.at, self.choices()))
            else:
                rest.append((token.text, token.at, self.sum()))
        return Comparison(rest[0][1], first, tuple(rest)) if rest else first

    def choices(self) -> tuple[Node, ...]:
        self.expect("[")
        return self.list_until("]")

    def list_until(self, closing: str) -> tuple[Node, ...]:
        items = [self.value()]
        while self.take(","):
            items.append(self.value())
        self.expect(closing)
        return tuple(items)

    def sum(self) -> Node:
        node = self.product()
        while token := self.take("+", "-"):
            node = Arithmetic(token.at, token.text, node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while token := self.take("*", "/", "//", "%"):
            node = Arithmetic(token.at, token.text, node, self.signed())
        return node

    def nested(self, part: Callable[[], Node]) -> Node:
        """Read a part that may contain itself, within the depth allowed."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"nested deeper than {DEEPEST}", self.next.at)
        node = part()
        self.depth -= 1
        return node

    def signed(self) -> Node:
        if token := self.take("-"):
            return Negative(token.at, self.nested(self.signed))
        if self.take("("):
            node = self.value()
            self.expect(")")
            return node
        return self.atom()

    def atom(self) -> Node:
        token = self.next
        if token.kind in {"sign", "end"}:
            self.fail("a value is missing")
        self.position += 1
        if token.kind == "number":
            return Number(token.at, float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return Text(token.at, token.text[1:-1])
        if self.take("("):
            if token.text not in FUNCTIONS:
                raise ExpressionError(
                    f"there is no function {token.text!r}", token.at, f"there are {', '.join(sorted(FUNCTIONS))}"
                )
            return Call(token.at, token.text, self.list_until(")"))
        return Name(token.at, token.text)


def parse(source: str) -> Node:
    """Read an expression; raises ExpressionError."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError(f"longer than {MOST_CHARACTERS} characters", MOST_CHARACTERS)
    parser = _Parser(source)
    node = parser.value()
    if parser.next.kind != "end":
        parser.fail("a sign such as + is missing")
    return node
