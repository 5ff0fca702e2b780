"""S2: what is in the news, from a feed or an automation: told when it presses, kept for the briefing when not."""

from __future__ import annotations

from typing import Any

from kelex_host.household import announcements, members
from kelex_host.household.facts import Fact
from kelex_host.household.turn import Capability, Turn

# News of which severity interrupt whom they concern, and how much.
PRIORITIES = {"severe": "urgent", "extreme": "emergency"}


def _news(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    severity = fields["severity"] or "minor"
    item = {name: fields[name] for name in ("title", "summary", "source") if fields[name] is not None}
    fact = turn.tell("news", "news_item", severity=severity, **item)
    return {"event_id": fact.id, "severity": severity}


def _react(turn: Turn, fact: Fact) -> None:
    if fact.severity in PRIORITIES and any(member.is_told_things for member in turn.home.members):
        to = members.find_group(turn.state, [members.EVERYONE])
        rule = "News that are severe or extreme are told at once."
        announcements.announce(turn, fact.data["title"], to, PRIORITIES[fact.severity], rule=rule)


CAPABILITY = Capability(requests={"news": _news}, reactions={"news/news_item": _react})
