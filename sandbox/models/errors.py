"""What may go wrong with a model's answer.

The whole tree::

    ModelError                    (a MootError) by itself: somebody else's client failed, and did not say how
    ├── KeyRefused                401, 403, or no key where one is named
    ├── NotThere                  404: no such model, or nothing that speaks the protocol at this address
    ├── BadRequest                any other 4xx: the server does not take this request
    ├── TooLong                   413, or 400: more than the model's context holds
    ├── Filtered                  the provider's content filter took the prompt or the answer
    ├── RateLimited               429: too much in too little time, or nothing left to spend
    ├── Overloaded                5xx, or nobody answers at this address
    ├── TimedOut                  408, or one of our own limits
    ├── UnreadableAnswer          an answer that is not what the protocol says, or is too large
    └── BrokenStream              the connection ended, or was reset, before the answer did
"""

from __future__ import annotations

from typing import ClassVar

from moot_errors import MootError

from .types import Attempt


class ModelError(MootError):
    """A model did not answer.

    `kind` is a stable word for the transcript.  `retryable` says whether the same request may succeed later,
    `falls_back` whether another model may answer instead: not where the configuration is wrong and must be mended.
    Nothing in it is a key: what servers say is redacted before it is quoted.
    """

    kind: ClassVar[str] = "failed"
    retryable: bool = False
    falls_back: bool = True

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.retry_after = retry_after
        """Seconds that the server asks to wait; None where it does not say."""
        self.attempts: tuple[Attempt, ...] = ()
        """Every try at the call that ended so."""


class KeyRefused(ModelError):
    """The server does not accept the key, or there is none."""

    kind = "key_refused"
    falls_back = False


class NotThere(ModelError):
    """No such model, or not the address of such a server."""

    kind = "not_there"
    falls_back = False


class BadRequest(ModelError):
    """The server does not take this request."""

    kind = "bad_request"
    falls_back = False


class TooLong(ModelError):
    """The prompt is longer than the model's context."""

    kind = "too_long"


class Filtered(ModelError):
    """The provider's content filter took the prompt or the answer."""

    kind = "filtered"


class RateLimited(ModelError):
    """Too much in too little time; not retryable where `quota` says that nothing is left to spend."""

    kind = "rate_limited"

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        quota: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy, status=status, retry_after=retry_after)
        self.quota = quota
        self.retryable = not quota


class Overloaded(ModelError):
    """The server fails, or nobody answers at its address."""

    kind = "overloaded"
    retryable = True


class TimedOut(ModelError):
    """The answer took longer than it may."""

    kind = "timed_out"
    retryable = True


class UnreadableAnswer(ModelError):
    """The answer is not what the protocol says."""

    kind = "unreadable"
    retryable = True


class BrokenStream(ModelError):
    """The connection ended before the answer did."""

    kind = "broken_stream"
    retryable = True
