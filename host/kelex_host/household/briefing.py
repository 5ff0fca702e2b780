"""S4: what a member missed while he was away, told at his arrival and by `brief`: the gravest first, each once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_host.household import announcements, members
from kelex_host.household.facts import SEVERITIES, Fact, stamp
from kelex_host.household.state import Missed, State
from kelex_host.household.turn import Capability, Reaction, Turn

# Of what happens, what is worth telling him who was away: as a sentence, by the fact's name.
WORTH_TELLING: dict[str, Callable[[dict[str, Any]], str]] = {
    "news/news_item": lambda data: f"News: {data['title']}",
    "visitor/arrived": lambda data: f"{data['who']} came" + (f": {data['reason']}" if "reason" in data else "."),
    "nursery/cry_started": lambda data: "The infant cried.",
    "nursery/too_hot": lambda data: f"It was too hot in the nursery: {data['celsius']:.1f} degrees.",
    "nursery/too_cold": lambda data: f"It was too cold in the nursery: {data['celsius']:.1f} degrees.",
    "hazard/raised": lambda data: f"Hazard: {data['kind']}, {data['level']}.",
    "evacuate/begun": lambda data: "An evacuation began.",
    "evacuate/launched": lambda data: "The ship was launched.",
    "lockdown/locked": lambda data: f"The house was locked down: {data['reason']}.",
    "lockdown/lifted": lambda data: "The lockdown was lifted.",
    "call/refused": lambda data: f"The call with {data['contact']} was refused.",
    "call/failed": lambda data: f"The call with {data['contact']} failed.",
    "project/blocked": lambda data: f"The project {data['project']} is blocked: {data['why']}",
    "project/finished": lambda data: f"The project {data['project']} is finished.",
    "drone/offline": lambda data: f"The drone {data['drone']} could not be reached.",
}
MISSED_MOST = 200


def _missed(turn: Turn, fact: Fact) -> None:
    away = [member.id for member in turn.home.members if member.is_told_things]
    _keep(turn, fact, away, WORTH_TELLING[fact.name](fact.data))


def _not_told(turn: Turn, fact: Fact) -> None:
    """An announcement to somebody who is away; what the house itself has to say, it tells by what it is about."""
    if not fact.rule:
        _keep(turn, fact, fact.data["to"], fact.data["text"])


def _keep(turn: Turn, fact: Fact, whom: list[str], text: str) -> None:
    away = [id for id in whom if not members.is_home(turn.state, id)]
    if away:
        turn.note("briefing", "missed", members=away, event_id=fact.id, text=text, severity=fact.severity)


def _fold_missed(state: State, fact: Fact) -> None:
    data = fact.data
    for id in data["members"]:
        missed = state.missed.setdefault(id, [])
        missed.append(Missed(data["event_id"], data["text"], data["severity"], fact.time_ms))
        if len(missed) > MISSED_MOST:
            missed.remove(min(missed, key=lambda item: SEVERITIES.index(item.severity)))


def gravest_first(missed: list[Missed]) -> list[Missed]:
    """In the order of telling; what is equally grave, in the order of happening."""
    return sorted(missed, key=lambda item: -SEVERITIES.index(item.severity))


def _welcome(turn: Turn, fact: Fact) -> None:
    """He is back: tell him, in one announcement."""
    member = fact.data["member"]
    missed = [item for item in gravest_first(turn.state.missed.get(member, [])) if not item.spoken]
    if missed:
        text = " ".join(["Welcome home. While you were away:", *(_sentence(item.text) for item in missed[:10])])
        if len(missed) > 10:
            text += f" And {len(missed) - 10} more; ask for the briefing."
        rule = "Who comes home is told what happened while he was away."
        announcements.announce(turn, text[:1000], [member], "routine", rule=rule)
        turn.note("briefing", "spoken", member=member)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _fold_spoken(state: State, fact: Fact) -> None:
    for item in state.missed[fact.data["member"]]:
        item.spoken = True


def _departed(turn: Turn, fact: Fact) -> None:
    """What he was told of at his arrival, and has not asked for since, is told."""
    if any(item.spoken for item in turn.state.missed.get(fact.data["member"], [])):
        turn.note("briefing", "told", member=fact.data["member"])


def _fold_told(state: State, fact: Fact) -> None:
    member = fact.data["member"]
    state.missed[member] = [item for item in state.missed[member] if not item.spoken]


def _brief(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    member = members.find(turn.state, fields["member"]).id
    items = [
        {"event_id": item.event_id, "text": item.text, "severity": item.severity, "time": stamp(item.time_ms)}
        for item in gravest_first(turn.state.missed.get(member, []))
    ]
    turn.tell("brief", "briefed", member=member, items=len(items))
    return {"items": items}


def _fold_briefed(state: State, fact: Fact) -> None:
    state.missed.pop(fact.data["member"], None)


_REACTIONS: dict[str, Reaction] = {
    **dict.fromkeys(WORTH_TELLING, _missed),
    "announcement/queued": _not_told,
    "presence/arrived": _welcome,
    "presence/departed": _departed,
}

CAPABILITY = Capability(
    requests={"brief": _brief},
    folds={
        "briefing/missed": _fold_missed,
        "briefing/spoken": _fold_spoken,
        "briefing/told": _fold_told,
        "brief/briefed": _fold_briefed,
    },
    reactions=_REACTIONS,
)
