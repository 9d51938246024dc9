"""Closed arithmetic: an expression is evaluated over one value each, or over all outcomes at once.

No code is made of an expression; the tree is walked.  Names stand for plain values or for numpy arrays that broadcast,
so that `price > 320` is worked out for each price and not for each outcome.  Where a branch is not taken
(`a / b if b > 0 else 0`) its faults do not count: every value is computed under a mask that says where it matters.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from moot_errors import nearest
from scenarios.grammar import (
    Arithmetic,
    Call,
    Comparison,
    Either,
    ExpressionError,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Text,
    parse,
)

LARGEST: Final = 1e15
"""Beyond it numbers are refused: whole ones below it are exact, and nothing overflows."""
DIGITS: Final = 9
"""Differences are rounded to so many decimals before they are compared, so that 0.1 + 0.2 == 0.3."""


@dataclass(frozen=True, slots=True)
class Option:
    """The value of an issue of options: `index` into `options`, or an array of such."""

    issue: str
    options: tuple[str, ...]
    index: Any


Value = Any
"""int, float, bool, str, Option, a numpy array of numbers or conditions, or a list of numbers (`all.give`)."""

_COMPARE: Final[dict[str, Callable[[Value, Value], Value]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Expression:
    """A parsed expression; `evaluate` raises ExpressionError with the character at which it goes wrong."""

    source: str
    tree: Node

    def evaluate(self, names: Mapping[str, Value]) -> Value:
        """Work it out; a number, a condition, a text or an Option comes back."""
        return _Evaluator(names).value(self.tree, True)

    def number(self, names: Mapping[str, Value]) -> Value:
        """Work out a number, or an array of them."""
        return _Evaluator(names).number(self.tree, True)

    def condition(self, names: Mapping[str, Value]) -> Value:
        """Work out a condition, or an array of them."""
        return _Evaluator(names).condition(self.tree, True)


@lru_cache(maxsize=1024)
def parse_expression(source: str) -> Expression:
    """Read an expression; raises ExpressionError."""
    return Expression(source, parse(source))


def names_in(node: object) -> set[str]:
    """Collect the names in a tree; words that turn out to be options are among them."""
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, tuple):
        return set().union(*map(names_in, node))
    slots = getattr(node, "__slots__", ())
    return set().union(*(names_in(getattr(node, slot)) for slot in slots))


class _Evaluator:
    """One walk over a tree.  `where` is a condition (or array of them) that says where a value will be used."""

    def __init__(self, names: Mapping[str, Value]) -> None:
        self.names = names

    def value(self, node: Node, where: Value) -> Value:
        match node:
            case Number(value=value):
                return self.checked(value, node.at, where)
            case Text(value=text):
                return text
            case Name():
                return self.name(node)
            case Negative(of=of):
                return -self.number(of, where)
            case Not(of=of):
                return _negate(self.condition(of, where))
            case Arithmetic():
                return self.arithmetic(node, where)
            case Comparison():
                return self.comparison(node, where)
            case Logic():
                return self.logic(node, where)
            case Either():
                return self.either(node, where)
            case Call():
                return self.call(node, where)

    def number(self, node: Node, where: Value) -> Value:
        return self.of_kind("a number", node, where)

    def condition(self, node: Node, where: Value) -> Value:
        return self.of_kind("a condition", node, where)

    def of_kind(self, kind: str, node: Node, where: Value) -> Value:
        value = self.value(node, where)
        if _kind(value) == kind:
            return value
        remedy = None
        if isinstance(value, Option):
            remedy = f"compare it with an option: {value.issue} == {_quoted(value.options[0])}"
        elif kind == "a condition":
            remedy = "compare it with something, as in price > 300"
        elif isinstance(value, list):
            remedy = "take the sum, min or max of them"
        elif _kind(value) == "a condition":
            remedy = "write 1 if … else 0"
        raise ExpressionError(f"{kind} is expected here, and this is {_kind(value)}", node.at, remedy)

    def name(self, node: Name) -> Value:
        try:
            return self.names[node.name]
        except KeyError:
            close = nearest(node.name, self.names)
            hint = f"did you mean {close!r}?" if close else f"known are {', '.join(sorted(self.names)) or 'none'}"
            raise ExpressionError(f"unknown name {node.name!r}", node.at, hint) from None

    def arithmetic(self, node: Arithmetic, where: Value) -> Value:
        left, right = self.number(node.left, where), self.number(node.right, where)
        match node.sign:
            case "+":
                result = left + right
            case "-":
                result = left - right
            case "*":
                result = left * right
            case _:
                result = self.divide(node, left, right, where)
        return self.checked(result, node.at, where)

    def divide(self, node: Arithmetic, left: Value, right: Value, where: Value) -> Value:
        zero = right == 0
        if _any(_both(zero, where)):
            raise ExpressionError("division by zero", node.at)
        if _any(zero):
            right = _pick(zero, 1, right)
        return {"/": operator.truediv, "//": operator.floordiv, "%": operator.mod}[node.sign](left, right)

    def checked(self, result: Value, at: int, where: Value) -> Value:
        """Refuse what is beyond LARGEST, where it matters."""
        wrong = _negate(abs(result) <= LARGEST)
        if not _any(wrong):
            return result
        if _any(_both(wrong, where)):
            raise ExpressionError("a number beyond 10^15 comes of this", at)
        return _pick(wrong, 0, result)

    def comparison(self, node: Comparison, where: Value) -> Value:
        result: Value = True
        left = node.first
        for sign, at, right in node.rest:
            if isinstance(right, tuple):
                found: Value = False
                for each in right:
                    found = found | self.compare("==", at, left, each, where)
                result = _both(result, _negate(found) if sign == "not in" else found)
            else:
                result = _both(result, self.compare(sign, at, left, right, where))
                left = right
        return result

    def compare(self, sign: str, at: int, left: Node, right: Node, where: Value) -> Value:
        if self.is_word(left) and not self.is_word(right):
            flipped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(sign, sign)
            return self.compare(flipped, at, right, left, where)
        first = self.value(left, where)
        if isinstance(first, Option):
            return self.compare_option(sign, at, first, right, where)
        second = self.value(right, where)
        if isinstance(second, Option):
            return self.compare_option(sign, at, second, left, where)
        kinds = {_kind(first), _kind(second)}
        if kinds == {"a number"}:
            return _COMPARE[sign](_rounded(first - second), 0)
        if len(kinds) == 1 and kinds <= {"a text", "a condition"} and sign in {"==", "!="}:
            return _COMPARE[sign](first, second)
        raise ExpressionError(f"{_kind(first)} cannot be compared with {_kind(second)} by {sign}", at)

    def is_word(self, node: Node) -> bool:
        return isinstance(node, Name) and node.name not in self.names

    def compare_option(self, sign: str, at: int, option: Option, other: Node, where: Value) -> Value:
        if sign not in {"==", "!="}:
            raise ExpressionError(f"the options of {option.issue!r} have no order to compare by {sign}", at)
        word = other.name if isinstance(other, Name) and self.is_word(other) else self.value(other, where)
        if isinstance(word, Option):
            raise ExpressionError(f"compare {option.issue!r} with one of its options", other.at)
        if str(word) not in option.options:
            close = nearest(str(word), option.options)
            hint = f"did you mean {_quoted(close)}?" if close else f"options are {', '.join(option.options)}"
            raise ExpressionError(f"{word!r} is no option of {option.issue!r}", other.at, hint)
        return _COMPARE[sign](option.index, option.options.index(str(word)))

    def logic(self, node: Logic, where: Value) -> Value:
        result = self.condition(node.parts[0], where)
        for part in node.parts[1:]:
            matters = _both(where, result if node.word == "and" else _negate(result))
            value = self.condition(part, matters)
            result = result & value if node.word == "and" else result | value
        return result

    def either(self, node: Either, where: Value) -> Value:
        condition = self.condition(node.condition, where)
        then = self.value(node.then, _both(where, condition))
        otherwise = self.value(node.otherwise, _both(where, _negate(condition)))
        kind, other = _kind(then), _kind(otherwise)
        if kind != other:
            raise ExpressionError(f"one branch is {kind}, the other {other}", node.at)
        if isinstance(condition, bool):
            return then if condition else otherwise
        if kind not in {"a number", "a condition"}:
            raise ExpressionError(f"both branches are {kind}; choose between numbers", node.at)
        return _pick(condition, then, otherwise)

    def call(self, node: Call, where: Value) -> Value:
        values: list[Value] = []
        for argument in node.arguments:
            value = self.value(argument, where)
            values += value if isinstance(value, list) else [self.number(argument, where)]
        if node.function in {"sum", "min", "max"}:
            if node.function == "sum":
                return self.checked(sum(values), node.at, where)
            return _extreme(node.function, values)
        most = 2 if node.function == "round" else 1
        if not 1 <= len(values) <= most:
            raise ExpressionError(f"{node.function!r} takes {'1 or 2 values' if most == 2 else '1 value'}", node.at)
        if node.function == "abs":
            return abs(values[0])
        digits = values[1] if len(values) == 2 else 0
        if not (isinstance(digits, int) and 0 <= digits <= DIGITS):
            raise ExpressionError(f"the second value of round is a whole number from 0 to {DIGITS}", node.at)
        scale = 10**digits
        rounded = _to_whole("rint" if node.function == "round" else node.function, values[0] * scale)
        return rounded / scale if digits else rounded


def _is_array(value: Value) -> bool:
    return not isinstance(value, (bool, int, float, str, Option, list))


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "a condition"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Option):
        return f"the option of {value.issue!r}"
    if isinstance(value, list):
        return "several numbers"
    return "a condition" if value.dtype == bool else "a number"


def _negate(value: Value) -> Value:
    return ~value if _is_array(value) else not value


def _both(one: Value, other: Value) -> Value:
    if one is True:
        return other
    return one if other is True else one & other


def _any(value: Value) -> bool:
    return bool(value.any()) if _is_array(value) else bool(value)


def _pick(condition: Value, then: Value, otherwise: Value) -> Value:
    if not _is_array(condition):
        return then if condition else otherwise
    import numpy as np

    return np.where(condition, then, otherwise)


def _rounded(value: Value) -> Value:
    return value.round(DIGITS) if _is_array(value) else round(value, DIGITS)


def _extreme(function: str, values: list[Value]) -> Value:
    if not any(map(_is_array, values)):
        return min(values) if function == "min" else max(values)
    import numpy as np

    fold = np.minimum if function == "min" else np.maximum
    result = values[0]
    for value in values[1:]:
        result = fold(result, value)
    return result


def _to_whole(function: str, value: Value) -> Value:
    if not _is_array(value):
        whole: dict[str, Callable[[float], int]] = {"rint": round, "floor": math.floor, "ceil": math.ceil}
        return whole[function](value)
    import numpy as np

    return getattr(np, function)(value)


def _quoted(option: str) -> str:
    return option if option.isidentifier() else f"'{option}'"
