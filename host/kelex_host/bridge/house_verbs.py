"""The verbs of the house: what the household can be asked. See `verbs.py` for the others."""

from __future__ import annotations

from kelex_host.bridge.verb import Field, Verb

PRIORITIES = ("routine", "important", "urgent", "emergency")
# As the Common Alerting Protocol has them (CAP 1.2, section 3.2.2), without its "Unknown".
NEWS_SEVERITIES = ("minor", "moderate", "severe", "extreme")
INFANT_STATES = ("asleep", "awake")
TEXT_MOST = 1000
_DAY_S = 86_400


def _id(name: str, help: str, *, required: bool = True) -> Field:
    return Field(name, "text", help, required, 1, 64, positional=True)


_BY = Field("by", "text", "who does it: a member's id", True, 1, 64, option=True, typed="member")

# fmt: off
HOUSE = (
    Verb("house", "announce", "Tell somebody something.", 'announce "Dinner is ready" --to lara --priority urgent', (
        Field("text", "text", "what to say", True, 1, TEXT_MOST),
        Field("to", "ids", "a member's id, a list of them, or everyone", True, 1, 32, option=True, typed="everyone"),
        Field("priority", "text", "how pressing it is (default: routine)", False, choices=PRIORITIES),
        Field("ttl_s", "number", "for how long it is worth telling", False, 1, 7 * _DAY_S, "s"),
    )),
    Verb("house", "ack", "Acknowledge an announcement: it stops.", "ack", (
        _id("id", "which (default: the one that presses most)", required=False), _BY,
    )),
    Verb("house", "news", "Tell the house what is in the news.", 'news "Zod attempts a coup" --severity severe', (
        Field("title", "text", "the headline", True, 1, TEXT_MOST),
        Field("summary", "text", "what it is about", False, 1, TEXT_MOST),
        Field("severity", "text", "how grave it is (default: minor)", False, choices=NEWS_SEVERITIES),
        Field("source", "text", "where it is from", False, 1, 200),
    )),
    Verb("house", "presence", "Say where a member is.", "presence lara nursery", (
        _id("member", "who"), _id("room", "in which room; nowhere for gone", required=False),
    )),
    Verb("house", "brief", "Tell a member what happened while he was away.", "brief lara", (_id("member", "whom"),)),
    Verb("house", "quiet", "Switch the house's quiet mode.", "quiet on --until 2030-01-01T07:00:00+01:00", (
        Field("on", "boolean", "on or off"),
        Field("until", "time", "until when (default: until it is switched off)", False),
    )),
    Verb("house", "why", "Explain an event: what led to it.", "why house-1a2b3c4d-17", (_id("event_id", "which"),)),
)
# fmt: on
