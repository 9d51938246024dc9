"""A worker process: takes batches from its standard input and gives what came of them to its standard output.

Each message is its length, in eight bytes, and then so many bytes.  The worker ends when its input does, and so with
the process that began it, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import BinaryIO

WIDTH = 8


def main() -> None:
    """Work until there is no more to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal: who began us says when to stop
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever anybody prints is not to stand among the messages
    from sandbox.experiments.remote import play_batch

    with asyncio.Runner() as runner:
        while (message := _read(sys.stdin.buffer)) is not None:
            reply = runner.run(play_batch(message))
            try:
                output.write(len(reply).to_bytes(WIDTH, "big") + reply)
                output.flush()
            except BrokenPipeError:
                return


def _read(stream: BinaryIO) -> bytes | None:
    """Read a message; None where there are no more."""
    head = stream.read(WIDTH)
    if len(head) < WIDTH:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return body if len(body) == size else None


if __name__ == "__main__":
    main()
