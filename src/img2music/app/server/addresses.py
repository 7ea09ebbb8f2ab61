"""Which requests the page answers: by host, by origin, and by path."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

_PART = r"[\w.@~+-]+"
_READ = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"([\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class Address:
    """A kind of request that is answered: one of `methods` for paths that match `path`."""

    methods: frozenset[str]
    path: re.Pattern[str]

    @classmethod
    def reading(cls, path: str) -> Address:
        """Requests that read."""
        return cls(_READ, re.compile(path))

    @classmethod
    def sending(cls, path: str) -> Address:
        """Requests that send data."""
        return cls(frozenset({"POST"}), re.compile(path))


def page_addresses(sounds: str) -> tuple[Address, ...]:
    """What Gradio's page and `gradio_client` read; `sounds` is the path of the sounds. None of these starts work or
    connects to another server.
    """
    return (
        Address.reading("/"),
        Address.reading(f"/(assets|static)/({_PART}/)*{_PART}"),
        Address.reading("/(config|favicon.ico|theme.css)"),
        Address.reading(f"/{sounds}/{_PART}"),
        Address.reading("/gradio_api/info"),
        Address.reading(f"/gradio_api/heartbeat/{_PART}"),
        Address.reading("/gradio_api/queue/data"),
    )


def is_this_machine(host: str) -> bool:
    """Whether only this machine can reach a server that listens at `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def names_this_machine(host: str | None) -> bool:
    """Whether the Host header of a request names this machine as only this machine resolves it."""
    named = _HOST.fullmatch((host or "").lower())
    return named is not None and is_this_machine(named[1])


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this page, or from a program instead of a page.

    Browsers state the page that sends a request (Origin, Sec-Fetch-Site), and no page can change that. A proxy before
    the server may change the Host header, and then states the original as X-Forwarded-Host; other pages cannot send
    that header without a preflight request (CORS), which is refused.
    """
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    scheme, _, place = origin.partition("://")
    hosts = (headers.get("host", ""), headers.get("x-forwarded-host", "").partition(",")[0].strip())
    return (
        scheme in _DEFAULT_PORTS and place != "" and _plain(place, scheme) in [_plain(host, scheme) for host in hosts]
    )


def _plain(host: str, scheme: str) -> str:
    return host.lower().removesuffix(_DEFAULT_PORTS[scheme])
