"""A server on a real socket that speaks OpenAI's protocol, and misbehaves when it is told to.

In tests it is the fixture `server`.  By itself, for demonstrations and benchmarks::

    python tests/sandbox/models/server.py --port 8099 --latency 0.05

A request whose `model` is one of `BEHAVIOURS` (`429`, `hang`, `garbled`, …) gets that behaviour; any other is answered.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

REASONS = {200: "OK", 307: "Temporary Redirect"}
SAID = "Two hundred, and I take it today."
USAGE = {
    "prompt_tokens": 12,
    "completion_tokens": 8,
    "total_tokens": 20,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 3},
}


@dataclass(frozen=True)
class Received:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw) if self.raw else {}


@dataclass(frozen=True)
class Wait:
    """Stand still; None is for ever."""

    seconds: float | None = None


class Reset:
    """End the connection rudely."""


class Close:
    """End the connection politely, whatever was promised."""


Step = bytes | Wait | Reset | Close
Behaviour = Callable[[Received], list[Step]]


def respond(
    data: Any, status: int = 200, headers: dict[str, str] | None = None, kind: str = "application/json"
) -> list[Step]:
    """Write a whole response; bytes go out as they are, anything else as JSON."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    lines = {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}
    return [_head(status, lines) + body]


def _head(status: int, lines: dict[str, str]) -> bytes:
    rows = [f"HTTP/1.1 {status} {REASONS.get(status, 'Said')}", *(f"{key}: {value}" for key, value in lines.items())]
    return "\r\n".join([*rows, "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


STREAM = _head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
END = b"0\r\n\r\n"
DONE = b"data: [DONE]\n\n"


def event(data: Any) -> bytes:
    return b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n"


def message(text: str | None = SAID, finish: str = "stop", usage: Any = USAGE, **more: Any) -> dict[str, Any]:
    """Write a completion; `more` are further keys of its message."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **more}, "finish_reason": finish}
    data = {"id": "c1", "object": "chat.completion", "model": "small-1", "choices": [choice]}
    return data | {"system_fingerprint": "fp_1"} | ({"usage": usage} if usage else {})


def delta(finish: str | None = None, **pieces: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": pieces, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "model": "small-1", "choices": [choice]}


def deltas(text: str = SAID, usage: Any = USAGE) -> list[bytes]:
    """Write the events of a streamed answer, word by word, usage last."""
    words = [event(delta(content=word)) for word in text.split(" ")[:1] + [f" {w}" for w in text.split(" ")[1:]]]
    last = [event({"model": "small-1", "system_fingerprint": "fp_1", "choices": [], "usage": usage})] if usage else []
    return [event(delta(role="assistant", content="")), *words, event(delta("stop")), *last, DONE]


def streamed(*packets: bytes) -> list[Step]:
    return [STREAM, *(chunk(packet) for packet in packets), END]


def call(name: str, arguments: Any, id: str | None = "call_a", index: int = 0) -> dict[str, Any]:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {
        "index": index,
        **({"id": id} if id else {}),
        "type": "function",
        "function": {"name": name, "arguments": text},
    }


def calling(*calls: dict[str, Any]) -> Behaviour:
    """Answer with tool calls, streamed in halves where a stream is asked for, all of them at once."""

    def behave(received: Received) -> list[Step]:
        if not received.body.get("stream"):
            return respond(message(None, "tool_calls", tool_calls=list(calls)))
        heads = [{**each, "function": {**each["function"], "arguments": ""}} for each in calls]
        texts = [each["function"]["arguments"] for each in calls]
        halves = [[text[: len(text) // 2], text[len(text) // 2 :]] for text in texts]
        parts = [
            [{"index": n, "function": {"arguments": pair[half]}} for n, pair in enumerate(halves)] for half in (0, 1)
        ]
        events = [event(delta(tool_calls=each)) for each in (heads, *parts)]
        return streamed(*events, event(delta("tool_calls")), DONE)

    return behave


def answering(text: str | None = SAID, **more: Any) -> Behaviour:
    """Answer with a text, streamed where a stream is asked for."""

    def behave(received: Received) -> list[Step]:
        if received.body.get("stream"):
            return streamed(b"".join(deltas(text or "", more.get("usage", USAGE))))
        return respond(message(text, **more))

    return behave


def failing(status: int, code: str | None = None, said: str = "no", **headers: str) -> Behaviour:
    error = {"error": {"message": said, "type": code, "code": code}}
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return lambda received: respond(error, status, named)


def _midway(*then: Step) -> Behaviour:
    """Begin an answer, then do something else."""

    def behave(received: Received) -> list[Step]:
        if received.body.get("stream"):
            return [STREAM, chunk(b"".join(deltas()[:4])), *then]
        (whole,) = respond(message())
        assert isinstance(whole, bytes)
        return [whole[:-30], *then]

    return behave


def _cut_everywhere(received: Received) -> list[Step]:
    """Send every byte by itself, with a text that needs several of them for a character."""
    data = b"".join(deltas("Zwölf € – 十二 🚲"))
    return streamed(*(data[at : at + 1] for at in range(len(data))))


def _refusal(received: Received) -> list[Step]:
    if received.body.get("stream"):
        return streamed(event(delta(refusal="I ca")), event(delta(refusal="nnot.")), event(delta("stop")), DONE)
    return respond(message(None, refusal="I cannot."))


def _keep_alive(received: Received) -> list[Step]:
    comments = [b": processing\n\n", *deltas()[:3], b": still here\r\n", *deltas()[3:]]
    return streamed(*comments)


def _only_keep_alive(received: Received) -> list[Step]:
    comment: tuple[Step, ...] = (chunk(b": wait\n\n"), Wait(0.02))
    return [STREAM, *comment * 500]


def _garbled(received: Received) -> list[Step]:
    if received.body.get("stream"):
        return streamed(*deltas()[:3], b'data: {"choices": [{"del\n\n', *deltas()[3:])
    return respond(b'{"choices": [{"mess')


def _not_utf8(received: Received) -> list[Step]:
    if received.body.get("stream"):
        return streamed(deltas()[1], b'data: {"choices":[{"delta":{"content":"gr\xfcn"}}]}\n\n', DONE)
    return respond(b'{"choices":[{"message":{"content":"gr\xfcn"}}]}')


BEHAVIOURS: dict[str, Behaviour] = {
    "ok": answering(),
    "401": failing(401, "invalid_api_key", "Incorrect API key provided: sk-abcdefghijklmnopqrstuvwxyz"),
    "403": failing(403, None, "not for you"),
    "404": failing(404, "model_not_found", "The model does not exist"),
    "408": failing(408),
    "413": failing(413),
    "context": failing(400, "context_length_exceeded", "This model's maximum context length is 4096 tokens"),
    "filter": failing(400, "content_filter", "The response was filtered"),
    "bad": failing(400, "invalid_request_error", "temperature must be below 2"),
    "429": failing(429, "rate_limit_exceeded"),
    "429-retry-after": failing(429, "rate_limit_exceeded", retry_after="0"),
    "429-long": failing(429, "rate_limit_exceeded", retry_after="86400"),
    "429-quota": failing(429, "insufficient_quota", "You exceeded your current quota"),
    "500": failing(500),
    "502": lambda received: respond(b"<html>Bad Gateway</html>", 502, kind="text/html"),
    "503": failing(503),
    "529": failing(529, "overloaded_error"),
    "redirect": lambda received: respond(b"", 307, {"Location": "http://127.0.0.2:9/v1/chat/completions"}),
    "error-in-200": lambda received: respond({"error": {"code": 503, "message": "no capacity"}}),
    "error-in-stream": lambda received: streamed(deltas()[1], event({"error": {"message": "boom", "code": 502}}), DONE),
    "hang": lambda received: [Wait()],
    "hang-midway": _midway(Wait()),
    "reset": lambda received: [Reset()],
    "reset-midway": _midway(Reset()),
    "truncated": _midway(Close()),
    "cut-event": lambda received: streamed(*deltas()[:3], deltas()[3][:30]),
    "no-done": lambda received: streamed(*deltas()[:-1]),
    "no-last-line": lambda received: streamed(*deltas()[:-1], DONE.strip()),
    "hang-after-done": lambda received: [STREAM, *map(chunk, deltas()), Wait()],
    "garbled": _garbled,
    "keep-alive": _keep_alive,
    "only-keep-alive": _only_keep_alive,
    "split": _cut_everywhere,
    "bad-arguments": calling(call("offer", '{"price": 200')),
    "two-calls": calling(call("offer", {"price": 200}), call("say", {"text": "hm"}, "call_b", 1)),
    "unknown-tool": calling(call("launch", {})),
    "empty": answering("", usage=USAGE),
    "refusal": _refusal,
    "no-usage": answering(usage=None),
    "json-for-stream": lambda received: respond(message()),
    "no-choices": lambda received: respond({"object": "chat.completion", "choices": []}),
    "deep": lambda received: respond(b"[" * 200_000),
    "surrogate": lambda received: respond(rb'{"choices":[{"message":{"content":"a\ud83d b"},"finish_reason":"stop"}]}'),
    "huge": lambda received: answering("word " * 2_000_000)(received) if not received.body.get("stream") else _flood(),
    "not-utf-8": _not_utf8,
    "empty-body": lambda received: respond(b""),
}  # fmt: skip


def _flood() -> list[Step]:
    piece = event(delta(content="word " * 200))
    return streamed(*[piece * 10] * 1000, event(delta("stop")), DONE)


@dataclass
class Server:
    """Serve on a port of 127.0.0.1, from a thread of its own, within a `with`."""

    port: int = 0
    latency: float = 0.0
    keep: bool = True
    """Whether to keep what was received."""
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    """How many were opened, and how many of them are open."""
    open: int = 0
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client leaves in the middle of an answer."""
    _script: deque[str | Behaviour] = field(default_factory=deque)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def will(self, *behaviours: str | Behaviour) -> None:
        """Say how the next requests are treated, in their order; after them each by its model's name."""
        self._script.extend(behaviours)

    def steps_for(self, received: Received) -> list[Step]:
        if self.keep:
            self.received.append(received)
        if received.method == "GET":
            return respond({"object": "list", "data": [{"id": name, "object": "model"} for name in BEHAVIOURS]})
        if self._script:
            chosen = self._script.popleft()
            return (BEHAVIOURS[chosen] if isinstance(chosen, str) else chosen)(received)
        return BEHAVIOURS.get(str(received.body.get("model")), BEHAVIOURS["ok"])(received)

    async def serve(self, ready: Callable[[], object], until: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, backlog=4096)
        self.port = listening.sockets[0].getsockname()[1]
        ready()
        await until.wait()
        listening.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def __enter__(self) -> Server:
        self._loop, started = asyncio.new_event_loop(), threading.Event()
        self._until = asyncio.Event()
        self._thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self.serve(started.set, self._until)), daemon=True
        )
        self._thread.start()
        started.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._until.set)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


class _Connection(asyncio.Protocol):
    """One client: its requests, one after the other."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = bytearray()
        self._playing: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.connections += 1
        self._server.open += 1
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def connection_lost(self, error: Exception | None) -> None:
        self._server.open -= 1
        if self._playing is not None and not self._playing.done():
            self._playing.cancel()
            self._server.hung_up.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        first, *lines = self._buffer[:head_end].decode("latin-1").split("\r\n")
        headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        end = head_end + 4 + int(headers.get("content-length", 0))
        if len(self._buffer) < end:
            return
        method, path, _ = first.split(" ")
        received = Received(method, path, headers, bytes(self._buffer[head_end + 4 : end]))
        del self._buffer[:end]
        self._playing = asyncio.get_running_loop().create_task(self._play(received))

    async def _play(self, received: Received) -> None:
        if self._server.latency:
            await asyncio.sleep(self._server.latency)
        for step in self._server.steps_for(received):
            match step:
                case Wait(seconds):
                    await (asyncio.sleep(seconds) if seconds is not None else asyncio.Event().wait())
                case Reset():
                    linger = struct.pack("ii", 1, 0)
                    self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self._transport.abort()
                case Close():
                    self._transport.close()
                case data:
                    self._transport.write(data)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args(None if arguments is None else list(arguments))
    server = Server(options.port, options.latency, keep=False)

    async def serve() -> None:
        await server.serve(lambda: print(server.url, flush=True), asyncio.Event())

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())


if __name__ == "__main__":
    main()
