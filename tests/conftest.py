"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

# How long one example takes depends on what else the machine does.
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")

# Whoever starts the tests in the background has them ignore Ctrl+C, and so would each command that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
