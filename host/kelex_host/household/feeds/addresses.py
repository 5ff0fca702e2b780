"""Which addresses the news watcher may ask: those of the configuration, and what those lead to on the same host."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

from kelex_host.errors import ConfigError
from kelex_host.household.feeds.items import ADDRESS_CHARACTERS

_PORTS = {"http": 80, "https": 443}


def checked(url: str) -> SplitResult:
    """The parts of an address that can be asked. Raises ConfigError, which does not quote it."""
    try:
        parts = urlsplit(str(url))
        port = parts.port
    except ValueError:
        raise ConfigError("a news address is not an address; write it as https://host/path.") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise ConfigError("a news address begins with http:// or https:// and names a host; write it as that.")
    if parts.username is not None or parts.password is not None:
        raise ConfigError("a news address has no user name or password in it; take them out of it.")
    if len(url) > ADDRESS_CHARACTERS or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError("a news address is plain ASCII without blanks; write other characters as %XX.")
    return parts


def port_of(parts: SplitResult) -> int:
    """The port of an address, which may go without saying."""
    return parts.port or _PORTS[parts.scheme]


def redirected(url: str, location: str) -> str:
    """Where a redirect leads. Raises ConfigError for another host, and for a step down from TLS."""
    try:
        target = urljoin(str(url), location)
    except ValueError:
        raise ConfigError("redirects to what is no address; look at its address in a browser.") from None
    old, new = checked(url), checked(target)
    if old.hostname != new.hostname or (_is_moved(old, new) and not _is_upgrade(old, new)):
        where = f"{new.scheme}://{new.netloc}"
        raise ConfigError(f"redirects to {where}, which is another host; put that address into [news] urls, if right.")
    return target


def may_link(feed: str, link: str, hosts: Collection[str]) -> bool:
    """Whether an alert that a feed names may be asked for: on the feed's host or one of `hosts`, by no weaker way."""
    try:
        old, new = checked(feed), checked(link)
    except ConfigError:
        return False
    if old.hostname == new.hostname:
        return not _is_moved(old, new) or _is_upgrade(old, new)
    return new.hostname in hosts and new.port in (None, _PORTS[new.scheme])


def _is_moved(old: SplitResult, new: SplitResult) -> bool:
    return (old.scheme, port_of(old)) != (new.scheme, port_of(new))


def _is_upgrade(old: SplitResult, new: SplitResult) -> bool:
    """From plain HTTP to TLS, at the usual ports."""
    return (old.scheme, new.scheme, port_of(old), port_of(new)) == ("http", "https", 80, 443)
