"""The sections about what lies outside the house: the news that it watches, the phone and the voice that it uses."""

from __future__ import annotations

from typing import Annotated

import msgspec

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


def check_outside(news: NewsSettings) -> None:
    """See that what is in a section fits together. Raises ConfigError."""
    if len(news.urls) > FEEDS_MOST:
        raise ConfigError(f"news.urls has {len(news.urls)} feeds; keep {FEEDS_MOST} of them.")
    for url in news.urls:
        if news.urls.count(url) > 1:
            raise ConfigError("news.urls has an address twice; take one of them out.")
        checked(url)
