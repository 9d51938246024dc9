"""Where a server takes requests, from the base URL that a person wrote."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlencode, urlsplit, urlunsplit

_ENDPOINT = "/chat/completions"


def endpoint(base_url: str, *, model: str = "", api_version: str | None = None) -> str:
    """Complete a base URL: with or without /v1, with its query kept, for Azure with deployment and version."""
    url = urlsplit(base_url)
    path = url.path.rstrip("/").removesuffix(_ENDPOINT)
    if api_version is not None and not path.endswith("/v1"):
        path = path if "/deployments/" in path else f"{path.removesuffix('/openai')}/openai/deployments/{model}"
    query = url.query
    if api_version is not None and "api-version=" not in query:
        query = "&".join(filter(None, [query, urlencode({"api-version": api_version})]))
    return urlunsplit((url.scheme, url.netloc, (path or "/v1") + _ENDPOINT, query, ""))


def is_loopback(base_url: str) -> bool:
    """Tell whether an address is one of this machine's own."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
