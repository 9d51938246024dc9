"""What a call cost."""

from __future__ import annotations

from datetime import datetime

from .profiles import Price, Profile
from .types import Usage

_DIGITS = 9
_MILLION = 1_000_000


def cost_of(profile: Profile, usage: Usage, *, served: str | None = None, at: datetime | None = None) -> float | None:
    """Say what a call cost in US dollars, or None where that is not known.

    The profile's own price comes first, then genai-prices' table for the provider at this address; `served` is the
    model that answered, `at` when.  A simulated model costs nothing.  Never asks a network.
    """
    if usage.input is None or usage.output is None:
        return None
    if profile.price is not None:
        return _by_price(profile.price, usage.input, usage.output, usage.cached or 0)
    if profile.provider != "openai":
        return 0.0 if profile.provider == "simulated" else None
    for model in dict.fromkeys(filter(None, (served, profile.model))):
        if (cost := _by_table(profile.base_url, model, usage, at)) is not None:
            return cost
    return None


def _by_price(price: Price, input: int, output: int, cached: int) -> float:
    cached = min(cached, input)
    reading = price.input if price.cached is None else price.cached
    return round(((input - cached) * price.input + cached * reading + output * price.output) / _MILLION, _DIGITS)


def _by_table(base_url: str, model: str, usage: Usage, at: datetime | None) -> float | None:
    """Look a price up where the address is a known provider's: a model of that name elsewhere may cost nothing."""
    import genai_prices

    tokens = genai_prices.Usage(
        input_tokens=usage.input, output_tokens=usage.output, cache_read_tokens=min(usage.cached or 0, usage.input or 0)
    )
    try:
        price = genai_prices.calc_price(tokens, model, provider_api_url=base_url, genai_request_timestamp=at)
    except LookupError:
        return None
    return round(float(price.total_price), _DIGITS)
