"""Who may talk to the page at all: the rules for Host and Origin, kept by `shells/console_server.py` for every request.

A page of another origin is any that the browser got from somewhere else. It may not read from us nor order (it would
need our Origin), nor become us by DNS rebinding (its name would stand in Host).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
READING = frozenset({"GET", "HEAD"})
# The page runs nothing and asks nobody but us. Vue compiles its templates at run time, hence unsafe-eval.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def name_of(authority: str) -> str:
    """The name in a Host header or an origin's authority, without its port and brackets, in small letters."""
    authority = authority.strip().lower()
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.rpartition(":")[0] if authority.count(":") == 1 else authority


def refusal(method: str, headers: Mapping[str, str], hosts: Collection[str], *, socket: bool) -> str:
    """Why a request may not pass, as one sentence; empty where it may.

    `hosts` are the names by which we are reached, `headers` have names in small letters. A `socket` (a handshake of a
    websocket) has to name its origin, as every browser does.
    """
    host = headers.get("host", "")
    if name_of(host) not in hosts:
        return "This console is not called that: open it as `kelex up` says, or list that name in [console] hosts."
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        return "Another page may not talk to this console: open it by itself."
    if origin is None and (socket or method not in READING):
        return "A request that orders has to say where it comes from (Origin)."
    if (
        headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")
        and headers.get("sec-fetch-mode") != "navigate"
    ):
        return "Another page may not read from this console: open it by itself."
    return ""
