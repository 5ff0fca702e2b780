"""What a feed's document holds, as plain data with limits: everything in it was written by strangers."""

from __future__ import annotations

import msgspec

KEY_CHARACTERS = 512
TITLE_CHARACTERS = 200
TEXT_CHARACTERS = 2000
ADDRESS_CHARACTERS = 2000
ITEMS_MOST = 200
ALERTS_MOST = 200
INFOS_MOST = 20
AREAS_MOST = 100
LINKS_MOST = 200


class Story(msgspec.Struct, frozen=True):
    """An item of RSS or an entry of Atom. `key` is stable within its feed; `published_s` is Unix time."""

    key: str
    title: str
    summary: str = ""
    link: str = ""
    published_s: float | None = None


class Info(msgspec.Struct, frozen=True):
    """An `info` of a CAP alert, named as CAP 1.2 section 3.2.2 does; times are Unix time."""

    event: str = ""
    urgency: str = "Unknown"
    severity: str = "Unknown"
    certainty: str = "Unknown"
    language: str = "en-US"  # what CAP says where nothing is said
    headline: str = ""
    description: str = ""
    instruction: str = ""
    sender_name: str = ""
    web: str = ""
    expires_s: float | None = None
    responses: list[str] = []
    areas: list[str] = []
    codes: list[str] = []


class Alert(msgspec.Struct, frozen=True):
    """A CAP alert. `msg_type` is Alert, Update, Cancel, Ack or Error; `references` are the `ref`s of earlier ones."""

    sender: str
    identifier: str
    sent_s: float
    status: str
    msg_type: str
    references: list[str] = []
    infos: list[Info] = []

    @property
    def ref(self) -> str:
        """How other alerts refer to this one: CAP has identifiers unique within their sender."""
        return f"{self.sender},{self.identifier}"

    @property
    def key(self) -> str:
        """The same message again has the same key."""
        return f"{self.ref},{self.sent_s:.0f}"


class Link(msgspec.Struct, frozen=True):
    """Where an alert is that a feed names; `version` changes when what lies there may have.

    Where the feed does not say that it is an alert, it is that of the story with the key `story`, and may be one.
    """

    address: str
    version: str = ""
    story: str = ""


class Document(msgspec.Struct, frozen=True):
    """All that is in one document.

    `links` are alerts that it only names; `left_out` counts what was beyond the limits or unusable;
    `problem` is empty, or one sentence's end that says what is wrong with it all ("is no feed, ...").
    """

    title: str = ""
    stories: list[Story] = []
    alerts: list[Alert] = []
    links: list[Link] = []
    left_out: int = 0
    problem: str = ""
