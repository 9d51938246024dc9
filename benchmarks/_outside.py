"""Be a model on this machine that speaks OpenAI's protocol, and write down each request before it is answered.

    python benchmarks/_outside.py LOG LATENCY

The log gets a line a request: a hash of its body, which is the answer's `system_fingerprint` too.  The same request
gets the same answer, after as long.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import sys
from collections.abc import Mapping
from typing import Any

from sandbox.models.instances import instance_of


async def serve(log: str, latency: float) -> None:
    """Answer until the process is ended; prints the address first."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                body = await _request(reader)
                name = hashlib.blake2b(body, digest_size=16).hexdigest()
                os.write(file, f"{name}\n".encode())
                draw = random.Random(name)
                await asyncio.sleep(draw.uniform(0, latency))
                said = json.dumps(_answer(json.loads(body), name, draw)).encode()
                length = f"Content-Length: {len(said)}\r\n\r\n".encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + length + said)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # its client has gone, or was killed
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    size = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return await reader.readexactly(int(size.partition(b":")[2]))


def _answer(asked: Mapping[str, Any], name: str, draw: random.Random) -> dict[str, Any]:
    """Answer by drawing from the request: offers mostly, and nobody leaves."""
    message: dict[str, Any] = {"role": "assistant", "content": f"I say {name[:8]}."}
    tools = {each["function"]["name"]: each["function"] for each in asked.get("tools", ())}
    if tools:
        chosen = draw.choice([each for each in ("offer", "offer", "say", "reject", "accept") if each in tools])
        arguments = json.dumps(instance_of(tools[chosen]["parameters"], draw))
        call = {"id": "1", "type": "function", "function": {"name": chosen, "arguments": arguments}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if tools else "stop"}
    usage = {"prompt_tokens": 10, "completion_tokens": 5}
    return {"model": "outside", "system_fingerprint": name, "choices": [choice], "usage": usage}


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2])))
