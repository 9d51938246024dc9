"""Keys and tokens do not survive, and everything else does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.models.secrets import REDACTED, looks_secret, redact

SECRETS = [
    "sk-abcdefghijklmnop1234",
    "sk-proj-abc_def-ghijklmnopqrstuv",
    "sk-ant-api03-abcdefghijklmnopqrst",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_11ABCDEFG0abcdefghijkl",
    "AKIAIOSFODNN7EXAMPLE",
    "xoxb-1234567890-abcdef",
    "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "gsk_abcdefghijklmnopqrstuvwxyz",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123_-x",
]
plain = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", 'He said: "{}".', "key={}, you know", "<b>{}</b>", '{{\\"k\\": \\"{}\\"}}'])
def test_what_looks_like_a_key_is_taken_out(secret: str, around: str) -> None:
    told = redact(around.format(secret))
    assert told == around.format(REDACTED)
    assert looks_secret(secret)


@pytest.mark.parametrize(
    "text",
    ["Bearer abcdefghij0123456789", "authorization: bearer abcdefghij0123456789", "api-key: 0123456789abcdef0123"],
)
def test_headers_lose_their_value(text: str) -> None:
    assert "0123456789" not in redact(text)
    assert redact(text).endswith(REDACTED)


def test_private_keys_are_taken_out() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----"
    assert redact(f"a {key} b") == f"a {REDACTED} b"


@pytest.mark.parametrize(
    "text",
    [
        "a sk-etch of a desk-top",
        "The bearer of bad news",
        "risk-averse-but-not-too-much-of-it",
        "task-force-of-twenty-people",
        "AKIA",
        "eyJ",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text and not looks_secret(text)


@given(plain, st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=6, max_size=30), st.data())
def test_a_known_secret_is_nowhere_left(data: Any, secret: str, draws: st.DataObject) -> None:
    hidden = {"messages": [data, f"before {secret} after", {secret: [f"{secret}{secret}"]}]}
    assert secret not in json.dumps(redact(hidden, [secret])).replace(REDACTED, "")


@pytest.mark.parametrize("secret", [*SECRETS, "Not/of+any-known=shape"])
def test_escaping_its_letters_does_not_hide_a_key(secret: str) -> None:
    for escaped in ("".join(f"\\u{ord(letter):04X}" for letter in secret), secret.replace("/", "\\/")):
        told = redact(f'{{"price": "\\u20ac", "say": "{escaped}"}}', ["Not/of+any-known=shape"])
        assert json.loads(told) == {"price": "€", "say": REDACTED}


@given(st.text(st.sampled_from('\\u0025c"2/x'), max_size=30))
def test_escapes_that_hide_nothing_stay(text: str) -> None:
    assert redact(text) is text


@given(plain)
def test_clean_data_is_the_same_object(data: Any) -> None:
    assert redact(data, ["a-secret-that-is-nowhere"]) is data


def test_short_secrets_do_not_eat_words() -> None:
    assert redact("a cat sat", ["a", ""]) == "a cat sat"
