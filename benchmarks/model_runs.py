"""Measure what whole runs add over bare httpx POSTs of the same bodies to the same local server.

    python benchmarks/model_runs.py                       1, 100 and 1,000 runs at once, 20 turns each, 50 ms latency
    python benchmarks/model_runs.py --runs 100 --repeat 5

In each run two models bargain about the used bike, and each of its 20 turns is a call.  *httpx* is a loop with an
`AsyncClient` a run that posts those very bodies and reads text and usage.  *client* asks for the same through Moot's
client, and *recorder* records it as well: on disk, each call before it is made and after it is answered.  *memory* and
*store* play the whole runs, with views, prompts, rules and fold, and record them in memory, or on disk.  The server has
a process of its own, and so has each contestant, in turn; the least time counts.  Read the ratios: the seconds are this
machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from sandbox.answers import Call, Live
from sandbox.models import Request, Served, cost_of
from sandbox.models.wire import encode
from sandbox.plan import Plan, plan
from sandbox.play import play_on
from sandbox.recorder import Recorder
from sandbox.sinks import MemorySink, StoreSink
from sandbox.turns import Turn
from sandbox.workspace import Workspace
from transcripts import Bodies, Event, State, Store

SERVER = Path(__file__).parents[1] / "tests" / "sandbox" / "models" / "server.py"
LATENCY = 0.05


@dataclass
class Scene:
    """What one contestant needs: the server, a plan, and the requests that a run of it makes."""

    url: str
    plan: Plan
    folder: Path
    stream: bool
    requests: Sequence[Request] = ()


class Asking(Live):
    """Ask the models, streaming or not, and keep what was asked."""

    def __init__(self, live: Live, stream: bool) -> None:
        super().__init__(live.models)
        self.on_text: Any = (lambda _: None) if stream else None
        self.requests: list[Request] = []

    async def answer(self, call: Call) -> Served:
        self.requests.append(call.request)
        reply = await self.models.open(call.profile, call.purpose).create(call.request, on_text=self.on_text)
        cost = cost_of(self.models.profiles[reply.profile], reply.answer.usage, served=reply.answer.served)
        return reply.model_copy(update={"cost": cost})


async def bare(scene: Scene, runs: int) -> int:
    """Post the bodies of a run, one after the other, with a client a run; returns how many calls failed."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    certificates = httpx.create_ssl_context()
    bodies = [encode(request, "ok", stream=scene.stream) for request in scene.requests]
    url = f"{scene.url}/chat/completions"

    async def run(client: httpx.AsyncClient) -> int:
        failed = 0
        for body in bodies:
            failed += await attempt(streamed(client, url, body) if scene.stream else whole(client, url, body))
        return failed

    async with AsyncExitStack() as stack:
        opened = [httpx.AsyncClient(timeout=None, limits=limits, verify=certificates) for _ in range(runs)]
        clients = [await stack.enter_async_context(client) for client in opened]
        return sum(await asyncio.gather(*map(run, clients)))


async def whole(client: httpx.AsyncClient, url: str, body: Any) -> None:
    answer = (await client.post(url, json=body)).json()
    assert answer["choices"][0]["message"]["content"] and answer["usage"]


async def streamed(client: httpx.AsyncClient, url: str, body: Any) -> None:
    text = ""
    async with client.stream("POST", url, json=body) as response:
        async for line in response.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    text += choice["delta"].get("content") or ""
    assert text


async def client(scene: Scene, runs: int) -> int:
    """Ask for the same through Moot's client."""
    model = scene.plan.models.open("bench")
    on_text: Any = (lambda _: None) if scene.stream else None

    async def run() -> int:
        return sum([await attempt(model.create(request, on_text=on_text)) for request in scene.requests])

    return sum(await asyncio.gather(*(run() for _ in range(runs))))


async def attempt(call: Awaitable[object]) -> int:
    try:
        await call
    except Exception as error:  # noqa: BLE001  whatever fails is a figure here
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


async def recorder(scene: Scene, runs: int) -> int:
    """Ask for the same through Moot's client, and record it in a store."""

    async def run(sink: StoreSink) -> int:
        bodies = Bodies()
        state, first = State(bodies), scene.plan.started(bodies)
        state.apply(first)
        await sink.begin(first, bodies)

        async def write(events: Sequence[Event], bodies: Bodies | None = None, *, wait: bool = False) -> None:
            await sink.write(events, bodies, wait=wait)

        asks = Recorder(state, scene.plan.models, scene.plan.answers, scene.plan.limits, write)
        failed = 0
        for n, request in enumerate(scene.requests, 1):
            turn = Turn(n, n, (n + 1) // 2, state.threads["table"], ("buyer", "seller")[n % 2])
            failed += await attempt(asks.ask(turn, "bench", request, purpose="speak"))
        await sink.close()
        return failed

    with Store.open(scene.folder / f"{runs}.db") as opened:
        return sum(await asyncio.gather(*(run(StoreSink(opened)) for _ in range(runs))))


async def memory(scene: Scene, runs: int) -> int:
    """Play whole runs; returns how many calls failed."""
    done = await asyncio.gather(*(play_on(scene.plan, MemorySink()) for _ in range(runs)))
    return sum(20 - run.state.spent.calls + run.state.forfeits for run in done)


async def store(scene: Scene, runs: int) -> int:
    """Play whole runs and record them."""
    with Store.open(scene.folder / f"{runs}.db") as opened:
        done = await asyncio.gather(*(play_on(scene.plan, StoreSink(opened)) for _ in range(runs)))
    return sum(20 - run.state.spent.calls + run.state.forfeits for run in done)


CONTESTANTS: dict[str, Callable[[Scene, int], Awaitable[int]]] = {
    "httpx": bare, "client": client, "recorder": recorder, "memory": memory, "store": store,
}  # fmt: skip


def measure(contestant: str, url: str, runs: int, stream: bool) -> dict[str, Any]:
    """Time one contestant, in this process; the first run, which imports and connects, does not count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = f'[models.bench]\nbase_url = "{url}"\nmodel = "ok"\nretries = 0\nlimits.connections = {runs}\n'
        (folder / "moot.toml").write_text(text, encoding="utf-8")
        made = plan("used-bike", cast={"seller": "@bench", "buyer": "@bench"}, workspace=Workspace(folder))

        async def timed() -> dict[str, Any]:
            asking = Asking(Live(made.models), stream)
            scene = Scene(url, replace(made, answers=asking), folder, stream)
            await play_on(scene.plan, MemorySink())
            scene.requests = list(asking.requests)
            began, cpu = time.perf_counter(), time.process_time()
            failed = await CONTESTANTS[contestant](scene, runs)
            return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu, "failed": failed}

        return asyncio.run(timed())


def in_a_process(contestant: str, url: str, runs: int, stream: bool) -> dict[str, Any]:
    options = ["--only", contestant, "--url", url, "--runs", str(runs), *(["--stream"] if stream else [])]
    done = subprocess.run([sys.executable, __file__, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    if done.stderr:
        print(done.stderr.splitlines()[0], file=sys.stderr)
    return dict(json.loads(done.stdout))


def table(url: str, crowds: list[int], repeat: int) -> None:
    """Print a line for each crowd, whole and streamed."""
    print(f"20 calls a run, {LATENCY * 1000:.0f} ms of latency: seconds (CPU milliseconds a call)\n")
    print(f"{'runs':>6}{'':>10}" + "".join(f"{name:>15}" for name in CONTESTANTS) + "   throughput of httpx's, failed")
    for runs in crowds:
        for stream in (False, True):
            tries: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTESTANTS}
            for _ in range(repeat):
                for contestant, found in tries.items():
                    found.append(in_a_process(contestant, url, runs, stream))
            best = {name: min(each["seconds"] for each in found) for name, found in tries.items()}
            cpu = {name: 50 * min(each["cpu"] for each in found) / runs for name, found in tries.items()}
            cells = [f"{best[name]:.2f} ({cpu[name]:.2f})" for name in best]
            ratios = [f"{name} {best['httpx'] / best[name]:.0%}" for name in list(best)[1:]]
            failed = sum(each["failed"] for found in tries.values() for each in found)
            row = f"{runs:>6}{'streamed' if stream else 'whole':>10}" + "".join(f"{cell:>15}" for cell in cells)
            print(f"{row}   {', '.join(ratios)}, {failed}", flush=True)


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
