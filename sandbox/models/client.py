"""The client for servers that speak OpenAI's chat-completions protocol; the one module that imports httpx.

Proxies and certificates are taken from the environment (`HTTPS_PROXY`, `SSL_CERT_FILE`), except for addresses of this
machine, which no proxy can reach.  Redirects are not followed: the key would go along.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import urllib.request
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx

from .addresses import endpoint, is_loopback
from .errors import BadRequest, BrokenStream, ModelError, NotThere, Overloaded, TimedOut, UnreadableAnswer
from .faults import Asked, fault_in, fault_of
from .keys import known_secrets
from .limits import limiter_for
from .profiles import Profile, Timeouts
from .retry import Caller
from .streams import EventReader, StreamedAnswer
from .texts import read_json
from .types import Answer, OnText, Request, Served
from .wire import decode, encode, to_bytes

_LARGEST_ERROR = 100_000
_DRAIN = 0.25
"""Seconds to wait, after a stream said that it is complete, for its end: then the connection can be used again."""
_KEEP_ALIVE = 30.0

_LEARNT: dict[tuple[str, str], set[str]] = {}
"""By address and model, what a server was found not to take: `stream_options`, `max_tokens`."""


class OpenAIModel:
    """Ask a model behind a server that speaks OpenAI's protocol."""

    def __init__(
        self,
        profile: Profile,
        key: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        key_from: str | None = None,
    ) -> None:
        """`headers` are the profile's, filled in; `key_from` says in words where the key is from."""
        self.profile = profile
        self._url = endpoint(profile.base_url, model=profile.model, api_version=profile.api_version)
        self._headers = httpx.Headers(_headers(profile, key) | dict(headers or {}))
        self._address = httpx.URL(self._url)
        self._asked = Asked(profile.model, self._url, key_from or ("its caller" if key else None))
        self._learnt = _LEARNT.setdefault((self._url, profile.model), set())
        gate = limiter_for(profile.rates, profile.name, self._url, profile.model)
        self._caller = Caller(profile.name, profile.model, gate, profile.policy, secrets=(key or "", *known_secrets()))

    @property
    def name(self) -> str:
        return self.profile.name

    async def create(self, request: Request, *, on_text: OnText | None = None) -> Served:
        """Answer a request; a stream that breaks is tried again like any other call."""
        request = self.profile.fill(request)

        async def send(tried: int) -> Answer:
            if tried and on_text:
                on_text("")
            return await self._send(request, on_text)

        return await self._caller.call(self.profile.tokens_of(request), send)

    async def _send(self, request: Request, on_text: OnText | None) -> Answer:
        body = encode(request, self.profile.model, stream=on_text is not None)
        while True:
            _adapt(body, self._learnt)
            try:
                return await _Exchange(self, request, on_text).run(to_bytes(body))
            except BadRequest as error:
                unwanted = _unwanted(error.message, body)
                if unwanted is None:
                    raise
                self._learnt.add(unwanted)


def _headers(profile: Profile, key: str | None) -> dict[str, str]:
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", "Content-Type": "application/json", "User-Agent": "moot"}
    if key and profile.api_version is not None:
        headers["api-key"] = key
    elif key:
        headers["Authorization"] = f"Bearer {key}"
    return headers


def _unwanted(said: str, body: Mapping[str, Any]) -> str | None:
    """Find in a refusal the key that some servers do not know, and others do not know any more."""
    if "stream_options" in body and ("stream_options" in said or "include_usage" in said):
        return "stream_options"
    return "max_tokens" if "max_tokens" in body and "max_completion_tokens" in said else None


def _adapt(body: dict[str, Any], learnt: set[str]) -> None:
    if "stream_options" in learnt:
        body.pop("stream_options", None)
    if "max_tokens" in learnt and "max_tokens" in body:
        body["max_completion_tokens"] = body.pop("max_tokens")


class _Exchange:
    """One request and its response, within its time-outs and its size."""

    def __init__(self, model: OpenAIModel, request: Request, on_text: OnText | None) -> None:
        self._model, self._request, self._on_text = model, request, on_text
        self._times: Timeouts = model.profile.timeouts
        self._size = 0
        self._streamed: StreamedAnswer | None = None

    async def run(self, body: bytes) -> Answer:
        clock = asyncio.get_running_loop().time
        self._ends = clock() + self._times.whole
        try:
            async with asyncio.timeout_at(self._ends) as self._limit:
                return await self._answered(body)
        except TimeoutError:
            return self._whatever_is_complete(self._timed_out(clock()))
        except httpx.HTTPError as error:
            return self._whatever_is_complete(_fault(error, self._model._asked, self._times))

    def _whatever_is_complete(self, error: ModelError) -> Answer:
        """Take the answer for good if all of it was there before its connection failed."""
        if self._streamed is not None and self._streamed.complete:
            return self._streamed.answer()
        raise error from None

    def _timed_out(self, now: float) -> TimedOut:
        if now >= self._ends:
            return TimedOut(f"no whole answer within {self._times.whole:g} s", remedy="timeouts.whole sets the limit")
        if self._streamed is not None and self._streamed.started:
            between = self._times.between
            return TimedOut(f"the stream stood still for {between:g} s", remedy="timeouts.between sets the limit")
        return TimedOut(f"no token within {self._times.first:g} s", remedy="timeouts.first sets the limit")

    async def _answered(self, body: bytes) -> Answer:
        model = self._model
        if self._on_text:
            self._expect(self._times.first)
        with (await _lanes(model.profile.base_url)).lane() as connection:
            only_connecting = {"connect": self._times.connect, "read": None, "write": None, "pool": None}
            request = httpx.Request(
                "POST", model._address, headers=model._headers, content=body, extensions={"timeout": only_connecting}
            )
            response = await connection.handle_async_request(request)
            try:
                return await self._read_answer(response)
            finally:
                await response.aclose()

    async def _read_answer(self, response: httpx.Response) -> Answer:
        if response.status_code != 200:
            data = await self._read(response, _LARGEST_ERROR)
            raise fault_of(response.status_code, response.headers, data, self._model._asked)
        kind = response.headers.get("content-type", "")
        if "event-stream" in kind or (self._on_text and "json" not in kind):
            return await self._read_stream(response)
        return self._read_whole(await self._read(response))

    async def _read(self, response: httpx.Response, most: int | None = None) -> bytes:
        """Read a body; of an error's, no more than `most` bytes."""
        packets: list[bytes] = []
        async for packet in response.aiter_bytes():
            packets.append(packet)
            self._count(packet)
            if most is not None and self._size > most:
                break
        return b"".join(packets)

    def _read_whole(self, data: bytes) -> Answer:
        body = read_json(data)
        if fault := fault_in(body, self._model._asked):
            raise fault
        answer = decode(body, self._request)
        if self._on_text and answer.text:
            self._on_text(answer.text)
        return answer

    async def _read_stream(self, response: httpx.Response) -> Answer:
        events = EventReader()
        self._streamed = streamed = StreamedAnswer(self._request, self._model._asked)
        async for packet in response.aiter_bytes():
            self._count(packet)
            moved = False
            for data in events.feed(packet):
                self._take(streamed, data)
                moved = True
            if moved:
                self._expect(_DRAIN if streamed.done else self._times.between)
        try:
            for data in events.end():
                self._take(streamed, data)
        except UnreadableAnswer:
            if not streamed.complete:
                raise BrokenStream("the stream ended in the middle of an event") from None
        return streamed.answer()

    def _take(self, streamed: StreamedAnswer, data: bytes) -> None:
        piece = streamed.add(data)
        if piece and self._on_text:
            self._on_text(piece)

    def _expect(self, seconds: float) -> None:
        """Give the next event its time, and no more than the whole has left."""
        self._limit.reschedule(min(self._ends, asyncio.get_running_loop().time() + seconds))

    def _count(self, packet: bytes) -> None:
        self._size += len(packet)
        most = self._model.profile.largest_answer
        if self._size > most:
            error = UnreadableAnswer(
                f"the answer is larger than {most} bytes", remedy="largest_answer in the profile sets the limit"
            )
            error.retryable = False
            raise error


def _fault(error: httpx.HTTPError, asked: Asked, times: Timeouts) -> ModelError:
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    match error:
        case httpx.ConnectTimeout():
            return TimedOut(f"no connection to {asked.url} within {times.connect:g} s")
        case httpx.ConnectError() if "CERTIFICATE_VERIFY" in str(error):
            return NotThere(f"the certificate of {asked.url} is not trusted ({what})", remedy="SSL_CERT_FILE adds one")
        case httpx.ConnectError() | httpx.ProxyError():
            return Overloaded(f"nobody answers at {asked.url} ({what})", remedy="is the server running?")
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            return BadRequest(f"the request cannot be sent to {asked.url} ({what})")
        case httpx.DecodingError():
            return UnreadableAnswer(f"the answer cannot be unpacked ({what})")
        case httpx.RemoteProtocolError() | httpx.NetworkError():
            return BrokenStream(f"the connection to {asked.url} ended before the answer did ({what})")
        case _:
            return Overloaded(f"no answer from {asked.url} ({what})")


class _Lanes:
    """The connections to one base URL, each a transport of its own.

    A client with many connections looks at every one of them before and after each call; a hundred take longer than the
    call itself.  How many there may be, the limiter has decided before.  What a client does beside (cookies, redirects,
    authentication) nobody wants here.
    """

    def __init__(self, base_url: str) -> None:
        self._proxy = _proxy_to(base_url)
        self._opened: list[httpx.AsyncHTTPTransport] = []
        self._free: list[httpx.AsyncHTTPTransport] = []

    @contextmanager
    def lane(self) -> Iterator[httpx.AsyncHTTPTransport]:
        """Lend the connection that was used last, for it is the likeliest to be open still."""
        connection = self._free.pop() if self._free else self._another()
        try:
            yield connection
        finally:
            self._free.append(connection)

    def _another(self) -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=1, keepalive_expiry=_KEEP_ALIVE)
        connection = httpx.AsyncHTTPTransport(verify=_certificates(), limits=limits, proxy=self._proxy)
        self._opened.append(connection)
        return connection

    async def until_the_loop_ends(self) -> AsyncGenerator[None]:
        """Close all when the loop shuts down: loops end their open generators, and offer no other hook."""
        try:
            yield
        finally:
            _LANES.pop(asyncio.get_running_loop(), None)
            for connection in self._opened:
                await connection.aclose()


def _proxy_to(base_url: str) -> str | None:
    """Find the proxy that the environment names for an address, in the manner of curl."""
    url = urlsplit(base_url)
    if is_loopback(base_url) or urllib.request.proxy_bypass(url.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    return proxy if proxy is None or "://" in proxy else f"http://{proxy}"


_Opened = dict[str, tuple[_Lanes, AsyncGenerator[None]]]
_LANES: WeakKeyDictionary[asyncio.AbstractEventLoop, _Opened] = WeakKeyDictionary()


async def _lanes(base_url: str) -> _Lanes:
    """Give this event loop's connections to a base URL."""
    opened = _LANES.setdefault(asyncio.get_running_loop(), {})
    if base_url not in opened:
        lanes = _Lanes(base_url)
        keeper = lanes.until_the_loop_ends()
        opened[base_url] = lanes, keeper
        await anext(keeper)
    return opened[base_url][0]


@functools.cache
def _certificates() -> ssl.SSLContext:
    """Read the certificates once: it takes longer than a call."""
    return httpx.create_ssl_context()
