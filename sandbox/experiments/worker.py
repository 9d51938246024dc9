"""A worker process: takes batches from its standard input and gives what came of them to its standard output.

Each message is its length, in eight bytes, and then so many bytes; an empty one says to stop after the turns under way.
The worker ends when its input does, and so with the process that began it, however that ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import BinaryIO

WIDTH = 8
STOP = b""
"""The message that says to stop."""


def main() -> None:
    """Work until there is no more to do."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever anybody prints is not to stand among the messages
    from sandbox.experiments.remote import play_batch, stop_playing

    orders = os.fdopen(os.dup(sys.stdin.fileno()), "rb")  # of its own: Python closes the other one at its end
    batches: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(orders, batches, partial(stop_playing, "")), daemon=True).start()
    with asyncio.Runner() as runner:
        while (message := batches.get()) is not None:
            reply = runner.run(play_batch(message))
            try:
                output.write(len(reply).to_bytes(WIDTH, "big") + reply)
                output.flush()
            except BrokenPipeError:
                return


def _listen(stream: BinaryIO, batches: SimpleQueue[bytes | None], stop: Callable[[], None]) -> None:
    """Take messages in while a batch is played: to be told to stop is of use only then."""
    while (message := _read(stream)) is not None:
        if message == STOP:
            stop()
        else:
            batches.put(message)
    stop()  # nobody is there to take what came of it
    batches.put(None)


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
