"""Measure what our client adds per call over a bare httpx POST loop to the same local server.

    python benchmarks/client.py                       1, 100 and 1,000 runs at once, 20 calls each, 50 ms latency
    python benchmarks/client.py --runs 100 --repeat 5

The server has a process of its own, and so has each contestant, in turn; the least time counts.  Read the ratios: the
milliseconds are this machine's.  *httpx* is a loop with an `AsyncClient` a run that posts the same body, reads the
answer's text and usage, and looks after nothing.  *shared* is the same with one `AsyncClient` for all runs, as is
usually written; its pool looks at all connections for every call, so it is left out above 100 runs.  *Moot* limits,
times, sizes, checks and counts attempts.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parents[1] / "tests" / "sandbox" / "models" / "server.py"
LATENCY, CALLS, MOST_SHARED = 0.05, 20, 100
SAID = "two hundred and the helmet, and I take it today if the price is right " * 4
BODY = {"model": "ok", "messages": [{"role": "user", "content": SAID}] * 4}


def client() -> Any:
    """Make a client without limits of its own."""
    import httpx

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(timeout=None, limits=limits, verify=certificates())


@functools.cache
def certificates() -> Any:
    import httpx

    return httpx.create_ssl_context()


async def whole(client: Any, url: str) -> None:
    """Post, and read the answer at once."""
    answer = (await client.post(url, json=BODY)).json()
    assert answer["choices"][0]["message"]["content"] and answer["usage"]


async def streamed(client: Any, url: str) -> None:
    """Post, and read the answer as it comes."""
    text = ""
    asked = BODY | {"stream": True, "stream_options": {"include_usage": True}}
    async with client.stream("POST", url, json=asked) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    text += choice["delta"].get("content") or ""
    assert text


async def bare(url: str, runs: int, stream: bool) -> int:
    """Post and read, and nothing else, with a client a run; returns how many calls failed."""
    call = streamed if stream else whole
    clients = [client() for _ in range(runs)]
    failed = await crowd([functools.partial(call, each, f"{url}/chat/completions") for each in clients])
    await asyncio.gather(*(each.aclose() for each in clients))
    return failed


async def shared(url: str, runs: int, stream: bool) -> int:
    """Post and read, and nothing else, with one client for all; returns how many calls failed."""
    async with client() as one:
        return await crowd([functools.partial(streamed if stream else whole, one, f"{url}/chat/completions")] * runs)


async def moot(url: str, runs: int, stream: bool) -> int:
    """Ask through our client; returns how many calls failed."""
    from sandbox.models.opening import open_model
    from sandbox.models.profiles import load_profiles
    from sandbox.models.types import ChatMessage, Request

    table = {"base_url": url, "model": "ok", "limits": {"connections": runs}, "retries": 0}
    model = open_model(load_profiles({"bench": table}), "bench")
    said = ChatMessage(role="user", content=SAID)

    async def ask() -> None:
        request = Request(messages=(said,) * 4)
        reply = await model.create(request, on_text=(lambda _: None) if stream else None)
        assert reply.answer.text and reply.answer.usage.output

    return await crowd([ask] * runs)


async def crowd(calls: list[Callable[[], Awaitable[None]]]) -> int:
    async def run(call: Callable[[], Awaitable[None]]) -> int:
        failed = 0
        for _ in range(CALLS):
            try:
                await call()
            except Exception as error:  # noqa: BLE001 - whatever fails is a figure here
                failed += 1
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return failed

    return sum(await asyncio.gather(*map(run, calls)))


CONTESTANTS = {"bare": bare, "shared": shared, "moot": moot}


def measure(contestant: str, url: str, runs: int, stream: bool) -> dict[str, Any]:
    """Time one contestant, in this process; the first call, which imports and connects, does not count."""
    play = CONTESTANTS[contestant]

    async def timed() -> dict[str, Any]:
        await play(url, 1, stream)
        began, cpu = time.perf_counter(), time.process_time()
        failed = await play(url, runs, stream)
        return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "failed": failed}

    return asyncio.run(timed())


def in_a_process(contestant: str, url: str, runs: int, stream: bool) -> dict[str, Any]:
    options = ["--only", contestant, "--url", url, "--runs", str(runs), *(["--stream"] if stream else [])]
    done = subprocess.run([sys.executable, __file__, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    if done.stderr:
        print(done.stderr.splitlines()[0], file=sys.stderr)
    return json.loads(done.stdout)


def table(url: str, crowds: list[int], repeat: int) -> None:
    print(f"{CALLS} calls a run, {LATENCY * 1000:.0f} ms of latency; seconds, and milliseconds of CPU a call\n")
    heads = ["runs", "", "httpx", "shared", "Moot", "Moot/httpx", "CPU httpx", "CPU Moot", "failed"]
    print("".join(f"{head:>11}" for head in heads))
    for runs in crowds:
        for stream in (False, True):
            tries: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTESTANTS}
            for _ in range(repeat):
                for contestant, found in tries.items():
                    if contestant != "shared" or runs <= MOST_SHARED:
                        found.append(in_a_process(contestant, url, runs, stream))
            best = {name: min((each["seconds"] for each in found), default=0) for name, found in tries.items()}
            cpu = {name: min((each["cpu"] for each in found), default=0) for name, found in tries.items()}
            calls, failed = runs * CALLS / 1000, sum(each["failed"] for each in tries["moot"])
            row = [
                str(runs),
                "streamed" if stream else "whole",
                *(f"{best[name]:.2f}" if tries[name] else "–" for name in CONTESTANTS),
            ]
            row += [f"{best['bare'] / best['moot']:.0%}", f"{cpu['bare'] / calls:.2f}", f"{cpu['moot'] / calls:.2f}"]
            print("".join(f"{cell:>11}" for cell in [*row, str(failed)]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[1, 100, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=list(CONTESTANTS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--stream", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.url, options.runs[0], options.stream)))
        return
    command = [sys.executable, str(SERVER), "--latency", str(LATENCY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            table(server.stdout.readline().strip(), options.runs, options.repeat)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
