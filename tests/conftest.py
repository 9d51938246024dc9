"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

# How long one example takes depends on what else the machine does.  `--hypothesis-profile long` tries many more.
settings.register_profile("short", deadline=None, max_examples=40)
settings.register_profile("long", deadline=None, max_examples=1000)
settings.load_profile("short")

# Whoever starts the tests in the background has them ignore Ctrl+C, and so would each command that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
