"""Which requests the page answers: by their host, by the page that sent them, and by their address."""

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
    """A kind of request that is answered: with one of `methods`, for a path that is all of the pattern `path`."""

    methods: frozenset[str]
    path: re.Pattern[str]

    @classmethod
    def reading(cls, path: str) -> Address:
        """Something to look at."""
        return cls(_READ, re.compile(path))

    @classmethod
    def sending(cls, path: str) -> Address:
        """Something that takes what is sent."""
        return cls(frozenset({"POST"}), re.compile(path))


def page_addresses(sounds: str) -> tuple[Address, ...]:
    """What Gradio's page and `gradio_client` read; `sounds` is the address of the sounds. Nothing of this starts work
    or opens another address.
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
    """Whether only this machine can reach an address to listen at."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def names_this_machine(host: str | None) -> bool:
    """Whether the Host header of a request calls this machine by a name that nobody elsewhere can make up."""
    named = _HOST.fullmatch((host or "").lower())
    return named is not None and is_this_machine(named[1])


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this page, or from no page at all as those of programs do.

    Browsers say which page sends something (Origin, Sec-Fetch-Site), and no page can change that. A proxy before the
    server may have changed the Host header, and then gives the one that the browser sent as X-Forwarded-Host; a page
    elsewhere cannot send that without asking first (CORS), which is refused.
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
