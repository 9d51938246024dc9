"""What a server's error response means, whichever server wrote it."""

from __future__ import annotations

import email.utils
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from .errors import (
    BadRequest,
    Filtered,
    KeyRefused,
    ModelError,
    NotThere,
    Overloaded,
    RateLimited,
    TimedOut,
    TooLong,
    UnreadableAnswer,
)
from .texts import as_mapping, read_json, whole

_SHOWN = 300

_TOO_LONG = re.compile(
    r"context[ _](length|window|size)|maximum context|too many (input )?tokens|prompt is too long|max_model_len"
    r"|exceeds? the (available|maximum) (context|number of tokens)|exceed_context|string_above_max_length",
    re.I,
)
_FILTERED = re.compile(r"content[ _](filter|management|policy)|responsibleai|moderation|safety system", re.I)
_BAD_KEY = re.compile(r"invalid_api_key|api_key_invalid|api key not valid|incorrect api key", re.I)
_NO_MODEL = re.compile(
    r"model_not_found|invalid model name|model [^ ]+ (not found|does not exist)|not a valid model|no such model", re.I
)
_NOTHING_LEFT = re.compile(r"insufficient_quota|billing_|insufficient[ _](balance|credits?|funds)|credit balance", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, for the words of an error."""

    model: str
    url: str
    key_from: str | None = None
    """What the key was read from; None where none is sent."""


class _Known(TypedDict):
    status: int
    retry_after: float | None


def fault_of(status: int, headers: Mapping[str, str], data: bytes, asked: Asked) -> ModelError:
    """Make an error of a response that is not a success."""
    said, mark = _said(data)
    return _fault(status, said, mark, asked, wait_of(headers, time.time()), headers.get("location"))


def fault_from(status: int, said: str, asked: Asked, headers: Mapping[str, str]) -> ModelError:
    """Make an error of what somebody else's client made of such a response."""
    return _fault(status, _short(whole(said)), said, asked, wait_of(headers, time.time()), None)


def fault_in(data: Any, asked: Asked) -> ModelError | None:
    """Make an error of the `error` inside a response, or an event, that claims success; None where there is none."""
    body = as_mapping(data)
    choices = body.get("choices")
    if isinstance(choices, list) and choices and as_mapping(choices[0]).get("error"):
        body = choices[0]
    if not body.get("error"):
        return None
    said, mark = _read(body)
    code = str(as_mapping(body["error"]).get("code"))
    if re.fullmatch(r"[45]\d\d", code):
        status = int(code)
    else:
        status = 429 if re.search(r"rate.?limit", mark, re.I) else 400 if "invalid_request" in mark else 500
    return _fault(status, said, mark, asked, None, None)


def _fault(
    status: int, said: str, mark: str, asked: Asked, retry_after: float | None, location: str | None
) -> ModelError:
    quoted = f": {said!r}" if said else ""
    told = f"{asked.url} answered {status}{quoted}"
    known: _Known = {"status": status, "retry_after": retry_after}
    if status in (400, 403, 413, 422, 429, 500) and _FILTERED.search(mark):
        return Filtered(f"the content filter took the prompt; {told}", **known)
    if status == 413 or (status in (400, 422, 500) and _TOO_LONG.search(mark)):
        return TooLong(
            f"the prompt is too long for {asked.model!r}; {told}",
            remedy="give the brain a shorter context, or name a model with a larger one as fallback",
            **known,
        )
    if status in (401, 403) or (status == 400 and _BAD_KEY.search(mark)):
        remedy = f"the key comes from {asked.key_from}" if asked.key_from else "no key was sent: set key_env"
        return KeyRefused(f"the key was refused; {told}", remedy=remedy, **known)
    if status == 402 or (status == 429 and _NOTHING_LEFT.search(mark)):
        return RateLimited(f"nothing is left to spend; {told}", quota=True, **known)
    if status == 429:
        return RateLimited(f"too many requests or tokens; {told}", **known)
    if status in (404, 405, 410) or 300 <= status < 400 or (status == 400 and _NO_MODEL.search(mark)):
        remedy = f"check model {asked.model!r} and base_url"
        if location:
            remedy = f"redirects are not followed, for the key would go along: is base_url meant to be {location!r}?"
        return NotThere(f"there is no such model or address; {told}", remedy=remedy, **known)
    if status == 408:
        return TimedOut(f"the server took too long; {told}", **known)
    if status in (409, 425) or (status >= 500 and status not in (501, 505)):
        return Overloaded(f"the server fails; {told}", **known)
    return BadRequest(f"the server does not take this request; {told}", **known)


def _said(data: bytes) -> tuple[str, str]:
    try:
        body = read_json(data)
    except UnreadableAnswer:
        text = whole(data[: _SHOWN * 4].decode("utf-8", "replace"))
        return _short(text), text
    return _read(body)


def _read(body: Any) -> tuple[str, str]:
    """Read what the error says for people, and everything in it that marks its kind."""
    if isinstance(body, list) and body:
        body = body[0]
    data = as_mapping(body)
    error = data.get("error") or data
    if isinstance(error, str):
        return _short(whole(error)), whole(error)
    fields = as_mapping(error)
    said = next((str(fields[key]) for key in ("message", "detail", "msg") if fields.get(key)), "")
    inner = as_mapping(fields.get("innererror")).get("code")
    mark = [said, *(str(fields.get(key)) for key in ("code", "type", "status", "param")), str(inner)]
    return _short(whole(said)), whole(" ".join(mark))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def wait_of(headers: Mapping[str, str], now: float) -> float | None:
    """Read how many seconds a server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date.

    A date counts from the server's own clock where the response tells it (`date`), and else from `now`.
    """
    milliseconds = _seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    after = headers.get("retry-after")
    seconds = _seconds(after)
    if seconds is not None or after is None:
        return seconds
    until, since = _instant(after), _instant(headers.get("date", ""))
    return None if until is None else max(0.0, until - (now if since is None else since))


def _seconds(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return max(0.0, value) if math.isfinite(value) else None


def _instant(text: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
