"""The sections about what lies outside the house: the news that it watches, the phone and the voice that it uses."""

from __future__ import annotations

import typing
from ipaddress import ip_address
from typing import Annotated

import msgspec
from msgspec.structs import force_setattr

from kelex_host.config.secrets import PUBLIC, conceal
from kelex_host.errors import ConfigError
from kelex_host.household.feeds.addresses import checked

_END = r"$(?!\n)"
FEEDS_MOST = 50

FeedUrl = Annotated[
    str,
    msgspec.Meta(pattern="^https?://[!-~]{1,2000}" + _END, description="an address such as https://host/feed.xml"),
]
Language = Annotated[
    str,
    msgspec.Meta(pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*" + _END, description="a language tag such as en or de-CH"),
]
LoopbackAddress = Annotated[
    str,
    msgspec.Meta(
        pattern="^(127(\\.[0-9]{1,3}){3}|localhost):[1-9][0-9]{0,4}" + _END,
        description="a port of this machine such as 127.0.0.1:4444",
        extra_json_schema={PUBLIC: True},
    ),
]
Address = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9a-fA-F.:]{2,45}" + _END,
        description="a numeric address such as 127.0.0.1",
        extra_json_schema={PUBLIC: True},
    ),
]
Voice = Annotated[
    str, msgspec.Meta(pattern="^[A-Za-z0-9][A-Za-z0-9+_/-]{0,39}" + _END, description="the name of a voice such as en")
]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class NewsSettings(msgspec.Struct, frozen=True):
    """`[news]`: feeds (RSS, Atom, CAP alerts) at `urls`, each asked every `interval_s`.

    Of an alert the house tells what is in its `language`, or nearest to it, and where `areas` are given, only what is
    for one of them: parts of the names of areas as alerts write them, or whole codes. Alerts that a feed names are
    fetched from its own host and from `hosts`.
    """

    urls: list[FeedUrl] = []
    interval_s: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 300
    language: Language = "en"
    areas: list[Word] = []
    hosts: list[Word] = []


class ConsoleSettings(msgspec.Struct, frozen=True):
    """`[console]`: the page in the browser, at `address` and `port` (or the next free one).

    `hosts` are more names by which it is reached, besides this computer's own. At any other address than this
    computer's own it needs a `password`: the line that `kelex keys console-password` prints.
    """

    enabled: bool = True
    address: Address = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8000
    hosts: Annotated[list[Word], msgspec.Meta(max_length=16)] = []
    password: str = ""

    def __post_init__(self) -> None:
        """However it came here, nothing prints it."""
        if self.password:
            force_setattr(self, "password", conceal(self.password))


class MetricsSettings(msgspec.Struct, frozen=True):
    """`[metrics]`: Prometheus' metrics at `http://address:port/metrics`; with port 0, the default, there are none.

    `hosts` are more names by which Prometheus reaches it, besides this computer's own and `address`.
    """

    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    address: Address = "127.0.0.1"
    hosts: Annotated[list[Word], msgspec.Meta(max_length=16)] = []


class PhoneSettings(msgspec.Struct, frozen=True):
    """`[phone]`: what the holo-phone calls by.

    `by` is `mqtt` (a gateway on the house's topics), `sip` (a baresip on this machine, whose ctrl_tcp listens at `sip`)
    or `auto`: the simulated contacts where the house is simulated, else `mqtt`. A call that is not answered within
    `ringing_s` has failed.
    """

    by: typing.Literal["auto", "mqtt", "sip"] = "auto"
    sip: LoopbackAddress = "127.0.0.1:4444"
    ringing_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 60.0

    @property
    def sip_address(self) -> tuple[str, int]:
        """Host and port of `sip`."""
        host, _, port = self.sip.rpartition(":")
        return host, int(port)


class SpeechSettings(msgspec.Struct, frozen=True):
    """`[speech]`: the house's voice.

    `by` is `espeak` (espeak-ng on this machine), `mqtt` (a speaker on the house's topics) or `silence`. `voice` is one
    of `espeak-ng --voices`, or of the speaker's.
    """

    by: typing.Literal["silence", "espeak", "mqtt"] = "silence"
    voice: Voice = "en"
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=450)] = 160


def check_outside(news: NewsSettings) -> None:
    """See that what is in a section fits together. Raises ConfigError."""
    if len(news.urls) > FEEDS_MOST:
        raise ConfigError(f"news.urls has {len(news.urls)} feeds; keep {FEEDS_MOST} of them.")
    for url in news.urls:
        if news.urls.count(url) > 1:
            raise ConfigError("news.urls has an address twice; take one of them out.")
        checked(url)


def check_console(console: ConsoleSettings) -> None:
    """Without a password it is reached from this computer alone. Raises ConfigError."""
    if console.password and not console.password.startswith("$argon2"):
        raise ConfigError("[console] password is not one that `kelex keys console-password` printed; make it so.")
    try:
        here = ip_address(console.address).is_loopback
    except ValueError:
        raise ConfigError(f"console.address is '{console.address}'; use an address such as 127.0.0.1.") from None
    if not console.password and (console.hosts or not here):
        raise ConfigError(
            "[console] can be reached from elsewhere and has no password; give it the line that "
            "`kelex keys console-password` prints, or leave address and hosts out."
        )
