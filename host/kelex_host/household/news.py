"""S2: what is in the news, from feeds or an automation: told when it presses, kept for the briefing when not.

An alert of a feed lasts until it is replaced, cancelled or over (feeds/digest.py): it stands at `alerts/`, and when it
ends, nobody is told of it any more.
"""

from __future__ import annotations

from typing import Any

from kelex_host.household import announcements, members
from kelex_host.household.conducting import RANK
from kelex_host.household.facts import Fact, stamp
from kelex_host.household.hazards import topic_name
from kelex_host.household.state import State, Warning
from kelex_host.household.turn import Capability, Turn

# News of which severity interrupt whom they concern, and how much, where nobody says how much they press.
PRIORITIES = {"severe": "urgent", "extreme": "emergency"}


def _news(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    severity = fields["severity"] or "minor"
    item = {name: fields[name] for name in ("title", "summary", "source") if fields[name] is not None}
    fact = turn.tell("news", "news_item", severity=severity, **item)
    return {"event_id": fact.id, "severity": severity}


def _story(turn: Turn, fact: Fact) -> None:
    """A story that a feed has."""
    said = fact.data
    about = {name: said[name] for name in ("summary", "source") if said[name]}
    turn.tell("news", "news_item", severity=said["severity"], title=said["title"], **about)


def _warned(turn: Turn, fact: Fact) -> None:
    """An alert of a feed, or an update of one."""
    said = fact.data
    about: dict[str, Any] = {"summary": said["text"]} if said["text"] else {}
    known = turn.state.warnings.get(said["id"])
    if known is not None:
        announcements.withdraw(turn, known.announcement, "The alert was updated.")
    louder = said["before"] is None or RANK[said["priority"]] > RANK[said["before"]]
    turn.tell(
        "news",
        "news_item",
        severity=said["severity"],
        title=said["title"],
        source=said["source"],
        priority=said["priority"] if louder else "routine",
        alert=said["id"],
        **about,
    )


def _ended(turn: Turn, fact: Fact) -> None:
    known = turn.state.warnings.get(fact.data["id"])
    if known is not None:
        turn.tell("news", "alert_over", alert=fact.data["id"], title=fact.data["title"], why=fact.data["why"])
        announcements.withdraw(turn, known.announcement, f"The alert is over: {fact.data['why']}.")


def _react(turn: Turn, fact: Fact) -> None:
    priority = fact.data.get("priority") or PRIORITIES.get(fact.severity, "routine")
    whom = members.everyone(turn.state)
    if priority != "routine" and whom:
        rule = "News that press are told at once."
        id, _ = announcements.announce(turn, fact.data["title"], whom, priority, rule=rule)
        if "alert" in fact.data:
            turn.note("news", "announced", alert=fact.data["alert"], id=id)


def _fold_item(state: State, fact: Fact) -> None:
    if "alert" in fact.data:
        state.warnings[fact.data["alert"]] = Warning(fact.data["title"], fact.severity, fact.time_ms)


def _fold_announced(state: State, fact: Fact) -> None:
    state.warnings[fact.data["alert"]].announcement = fact.data["id"]


def _fold_over(state: State, fact: Fact) -> None:
    del state.warnings[fact.data["alert"]]


def _documents(state: State) -> dict[str, Any]:
    return {
        f"alerts/news-{topic_name(id)}": {
            "id": f"news-{topic_name(id)}",
            "severity": warning.severity,
            "text": warning.title,
            "time": stamp(warning.time_ms),
        }
        for id, warning in state.warnings.items()
    }


CAPABILITY = Capability(
    requests={"news": _news},
    folds={"news/news_item": _fold_item, "news/announced": _fold_announced, "news/alert_over": _fold_over},
    reactions={
        "news/news_item": _react,
        "feed/news": _story,
        "feed/warned": _warned,
        "feed/ended": _ended,
    },
    documents=_documents,
)
