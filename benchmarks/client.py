"""Measure what our client adds per call over a bare httpx POST loop to the same local server.

    python benchmarks/client.py                       1, 100 and 1,000 runs at once, 20 calls each, 50 ms latency
    python benchmarks/client.py --runs 100 --repeat 5

The server has a process of its own, and so has each contestant, in turn; the least time counts.  Read the ratios: the
milliseconds are this machine's.  *httpx* posts the same body with one shared `AsyncClient`, as many connections as runs,
reads the answer's text and usage, and looks after nothing.  *Moot* limits, times, sizes, checks and records attempts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parents[1] / "tests" / "sandbox" / "models" / "server.py"
LATENCY, CALLS = 0.05, 20
SAID = "two hundred and the helmet, and I take it today if the price is right " * 4


async def bare(url: str, runs: int, stream: bool) -> int:
    """Post and read, and nothing else; returns how many calls failed."""
    import httpx

    body = {"model": "ok", "messages": [{"role": "user", "content": SAID}] * 4}
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits) as client:

        async def whole() -> None:
            answer = (await client.post(f"{url}/chat/completions", json=body)).json()
            assert answer["choices"][0]["message"]["content"] and answer["usage"]

        async def streamed() -> None:
            text = ""
            asked = body | {"stream": True, "stream_options": {"include_usage": True}}
            async with client.stream("POST", f"{url}/chat/completions", json=asked) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: {"):
                        for choice in json.loads(line[6:])["choices"]:
                            text += choice["delta"].get("content") or ""
            assert text

        return await crowd(streamed if stream else whole, runs)


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

    return await crowd(ask, runs)


async def crowd(call: Callable[[], Awaitable[None]], runs: int) -> int:
    async def run() -> int:
        failed = 0
        for _ in range(CALLS):
            try:
                await call()
            except Exception as error:  # a failed call is a figure here
                failed += 1
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return failed

    return sum(await asyncio.gather(*(run() for _ in range(runs))))


def measure(contestant: str, url: str, runs: int, stream: bool) -> dict[str, Any]:
    """Time one contestant, in this process; the first call, which imports and connects, does not count."""
    play = {"bare": bare, "moot": moot}[contestant]

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
    print(f"{CALLS} calls a run, {LATENCY * 1000:.0f} ms of latency; seconds, and CPU milliseconds a call\n")
    print(
        f"{'runs':>5} {'':8} {'httpx':>8} {'Moot':>8} {'throughput':>11} {'httpx ms':>9} {'Moot ms':>8} {'failed':>7}"
    )
    for runs in crowds:
        for stream in (False, True):
            tries: dict[str, list[dict[str, Any]]] = {"bare": [], "moot": []}
            for _ in range(repeat):
                for contestant, found in tries.items():
                    found.append(in_a_process(contestant, url, runs, stream))
            best = {name: min(found, key=lambda each: each["seconds"]) for name, found in tries.items()}
            floor, mine = best["bare"], best["moot"]
            cpu = [each["cpu"] * 1000 / (runs * CALLS) for each in (floor, mine)]
            failed = sum(each["failed"] for each in tries["moot"])
            print(
                f"{runs:5} {'streamed' if stream else 'whole':8} {floor['seconds']:8.2f} {mine['seconds']:8.2f} "
                f"{floor['seconds'] / mine['seconds']:10.0%}  {cpu[0]:9.2f} {cpu[1]:8.2f} {failed:7}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, nargs="+", default=[1, 100, 1000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=["bare", "moot"], help=argparse.SUPPRESS)
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
