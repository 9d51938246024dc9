"""Where keys come from; what was read here is known as a secret from then on."""

from __future__ import annotations

import os
import re
import subprocess
from functools import lru_cache

from moot_errors import WrongUse

from .errors import KeyRefused
from .profiles import OPENAI, Profile

_PATIENCE = 60
_REFERENCE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_KNOWN: set[str] = set()


def known_secrets() -> frozenset[str]:
    """Give every key that this process has read; pass them to `redact`."""
    return frozenset(_KNOWN)


def key_source(profile: Profile) -> str | None:
    """Say in words what the key is read from; None where none is sent."""
    if profile.key_command:
        return f"the command {profile.key_command[0]!r}"
    name = key_variable(profile)
    return f"the environment variable {name!r}" if name else None


def read_key(profile: Profile, *, trusted: bool) -> str | None:
    """Read a profile's key, or None where it has none.

    Raises KeyRefused where the key is missing, and WrongUse for a command in a workspace that is not trusted.
    """
    if profile.key_command:
        if not trusted:
            raise WrongUse(
                f"model {profile.name!r} gets its key from a command, and this workspace is not trusted",
                remedy="moot trust FOLDER trusts it; or write key_env in place of key_command",
            )
        return _remember(_from_command(profile.name, profile.key_command))
    name = key_variable(profile)
    return _remember(_from_environment(profile.name, name)) if name else None


def read_headers(profile: Profile) -> dict[str, str]:
    """Fill a profile's headers from the environment; raises KeyRefused where a variable is not set."""
    return {header: _filled(profile.name, text) for header, text in profile.headers.items()}


def _filled(profile: str, text: str) -> str:
    for name in _REFERENCE.findall(text):
        text = text.replace(f"${{{name}}}", _remember(_from_environment(profile, name)))
    return text


def key_variable(profile: Profile) -> str | None:
    """Name the environment variable that holds the key; OpenAI's own holds for OpenAI's own address, and no other."""
    return profile.key_env or ("OPENAI_API_KEY" if profile.base_url == OPENAI else None)


def _remember(secret: str) -> str:
    _KNOWN.add(secret)
    return secret


def _from_environment(profile: str, name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise KeyRefused(
            f"model {profile!r} needs the environment variable {name!r}, which is not set", remedy=f"export {name}=..."
        )
    return _checked(profile, value, f"the environment variable {name!r}")


@lru_cache(maxsize=64)
def _from_command(profile: str, command: tuple[str, ...]) -> str:
    what = f"the command {command[0]!r} that prints the key of model {profile!r}"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, UnicodeDecodeError, subprocess.TimeoutExpired) as error:
        raise KeyRefused(f"{what} cannot be run: {type(error).__name__}", remedy="run it by hand to see why") from None
    if done.returncode or not done.stdout.strip():
        ended = f"failed with exit code {done.returncode}" if done.returncode else "printed nothing"
        raise KeyRefused(f"{what} {ended}", remedy="run it by hand to see why")
    return _checked(profile, done.stdout.strip(), f"the command {command[0]!r}")


def _checked(profile: str, value: str, source: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise KeyRefused(
            f"the key of model {profile!r} contains what no header can carry", remedy=f"it is from {source}"
        )
    return value
