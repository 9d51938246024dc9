"""What error responses mean, and how long a server asks to wait."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.models.errors import ModelError, RateLimited
from sandbox.models.faults import Asked, fault_of, wait_of

ASKED = Asked("small", "http://localhost/v1/chat/completions", "the environment variable 'K'")


def fault(status: int, body: Any = b"", **headers: str) -> ModelError:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fault_of(status, headers, data, ASKED)


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (400, {"message": "This endpoint's maximum context length is 8192 tokens"}, "too_long"),
        (400, {"message": "the request exceeds the available context size", "code": 400}, "too_long"),
        (422, {"message": "prompt is too long: 9000 tokens > 8000 maximum"}, "too_long"),
        (400, {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}, "filtered"),
        (403, {"message": "flagged by moderation"}, "filtered"),
        (
            400,
            {"message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"},
            "key_refused",
        ),
        (400, {"code": "model_not_found", "message": "no"}, "not_there"),
        (400, {"message": "temperature must be at most 2"}, "bad_request"),
        (402, {"message": "Insufficient Balance"}, "rate_limited"),
        (405, {"message": "Method Not Allowed"}, "not_there"),
        (418, {"message": "I'm a teapot"}, "bad_request"),
        (501, {"message": "not implemented"}, "bad_request"),
    ],
)
def test_the_same_fault_has_many_spellings(status: int, error: dict[str, Any], kind: str) -> None:
    assert fault(status, {"error": error}).kind == kind
    assert fault(status, [{"error": error}]).kind == kind


def test_an_empty_purse_is_not_a_full_minute() -> None:
    minute = fault(429, {"error": {"code": "rate_limit_exceeded", "message": "exceeded your current quota a minute"}})
    purse = fault(429, {"error": {"code": "insufficient_quota", "message": "exceeded your current quota"}})
    assert minute.retryable and not purse.retryable
    assert isinstance(purse, RateLimited) and purse.quota


@pytest.mark.parametrize(
    "body", [b"", b"<html>no</html>", b"\xff\xfe", b"null", b"[]", b'"no"', b'{"error": "no"}', b'{"detail": [1]}']
)
def test_any_body_can_stand_below_an_error(body: bytes) -> None:
    assert fault(500, body).kind == "overloaded"


@given(st.integers(300, 599), st.binary(max_size=200))
def test_every_status_has_a_meaning_and_a_short_message(status: int, body: bytes) -> None:
    assert len(fault(status, body).message) < 2000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sat, 21 Nov 2026 10:00:30 GMT", "date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 30),
        ({"retry-after": "Sat, 21 Nov 2026 10:00:30 GMT"}, 10),
        ({"retry-after": "Sat, 21 Nov 2026 09:00:00 GMT"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_servers_say_how_long_to_wait_in_seconds_and_in_dates(headers: dict[str, str], seconds: float | None) -> None:
    now = 1795255220.0  # 10:00:20 of that day
    assert wait_of(headers, now) == seconds


def test_the_wait_stands_in_the_error() -> None:
    assert fault(429, b"", **{"retry-after": "7"}).retry_after == 7
