"""The address of an MQTT broker, as a value that does not leak its password."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from kelex_host.errors import ConfigError

DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}
URL_CHARACTERS_MAX = 4096

# Files that TLS uses, as an address may name them behind a `?`.
FILES = ("ca", "certificate", "key")

_EXAMPLE = "mqtt://user:password@host:1883"


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """Where a broker listens and who we are to it; `str` and `repr` never show the password.

    `ca` is the file of the authority that vouches for the broker, where the system's do not; `certificate` and `key`
    are the files by which we prove who we are. `speaks_5`: it may speak MQTT 5, and is worth asking.
    """

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: str = ""
    certificate: str = ""
    key: str = ""
    speaks_5: bool = True

    @classmethod
    def parse(cls, text: str) -> BrokerUrl:
        """Read `mqtt[s]://[user[:password]@]host[:port][?ca=FILE&certificate=FILE&key=FILE]`.

        IPv6 stands in brackets, odd characters are percent-encoded.

        Raises ConfigError. It never quotes the text: a mistyped one may hold the password anywhere.
        """
        parts = _split(text)
        host = parts.hostname
        if not host or any(character.isspace() for character in host):
            raise ConfigError(f"The broker address names no host: write it as {_EXAMPLE}.")
        files = _files(parts)
        if parts.path not in ("", "/") or files is None or parts.fragment:
            raise ConfigError(
                f"The broker address goes on after the port: write it as {_EXAMPLE}, "
                "and '/', '?', '#' or '@' in a password as %2F, %3F, %23 or %40."
            )
        username = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        if password is not None and username is None:
            raise ConfigError(f"The broker address has a password but no user name: write it as {_EXAMPLE}.")
        url = cls(host, _port(parts), parts.scheme == "mqtts", username, password)
        return url.with_files(**files)

    def with_credentials(self, username: str | None, password: str | None) -> BrokerUrl:
        """The same broker with these in place of its own, where they are given. Raises ConfigError."""
        url = replace(
            self,
            username=self.username if username is None else username,
            password=self.password if password is None else password,
        )
        if url.password is not None and url.username is None:
            raise ConfigError("[broker] has a password but no user name: give it `username`.")
        return url

    def with_files(self, ca: str = "", certificate: str = "", key: str = "") -> BrokerUrl:
        """The same broker with these files in place of its own, where they are given. Raises ConfigError."""
        url = replace(self, ca=ca or self.ca, certificate=certificate or self.certificate, key=key or self.key)
        if (url.ca or url.certificate or url.key) and not url.tls:
            raise ConfigError(
                "Certificates are for TLS, which mqtt:// does not speak: write mqtts://, or leave them out."
            )
        if bool(url.certificate) != bool(url.key):
            raise ConfigError("Of the certificate and its key only one is given: give the broker both, or none.")
        return url

    def revealed(self) -> str:
        """All of it, password too, as `parse` reads it: only for a file that is ours alone."""
        text = str(replace(self, username=None, password=None))
        if files := {name: value for name in FILES if (value := getattr(self, name))}:
            text += "?" + urlencode(files)
        if self.username is None:
            return text
        secret = "" if self.password is None else ":" + quote(self.password, safe="")
        return text.replace("://", f"://{quote(self.username, safe='')}{secret}@", 1)

    @property
    def address(self) -> str:
        """`host:port`, as a person would type it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        scheme = "mqtts" if self.tls else "mqtt"
        secret = ":***" if self.password is not None else ""
        user = f"{self.username}{secret}@" if self.username is not None else ""
        return f"{scheme}://{user}{self.address}"


def _split(text: str) -> SplitResult:
    # urlsplit drops tabs and line ends silently, which would join what a user meant to keep apart.
    if len(text) > URL_CHARACTERS_MAX or not text.isprintable():
        raise ConfigError(
            f"The broker address is longer than {URL_CHARACTERS_MAX} characters or holds unprintable ones: "
            f"write it as {_EXAMPLE}."
        )
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise ConfigError(f"The broker address has a broken [IPv6] host: write it as {_EXAMPLE}.") from error
    if parts.scheme not in DEFAULT_PORTS or not text.lower().startswith(f"{parts.scheme}://"):
        raise ConfigError(f"A broker address begins with mqtt:// or mqtts://: write it as {_EXAMPLE}.")
    return parts


def _files(parts: SplitResult) -> dict[str, str] | None:
    """The files that stand behind a `?`; None where something else does."""
    try:
        named = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)) if parts.query else {}
    except ValueError:
        return None
    return named if named.keys() <= set(FILES) and all(named.values()) else None


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port is None:
        return DEFAULT_PORTS[parts.scheme]
    if port == 0:
        # `from None`: urlsplit's own message quotes the text, which here may be a password.
        raise ConfigError(f"The broker's port is not a number from 1 to 65535: write it as {_EXAMPLE}.") from None
    return port
