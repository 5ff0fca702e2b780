"""Who speaks when: one announcement at a time, the most pressing first, and again until somebody acknowledges it."""

from __future__ import annotations

from kelex_host.bridge.house_verbs import PRIORITIES
from kelex_host.household import members, presenting
from kelex_host.household.facts import Moment
from kelex_host.household.home import Home
from kelex_host.household.state import Announcement, State
from kelex_host.household.turn import Turn

RANK = {priority: rank for rank, priority in enumerate(PRIORITIES)}
URGENT = RANK["urgent"]
# How long it takes to say something where no speaker tells us: the contract's 15 characters in a second.
SAYING_MS_EACH = 1000 / 15
SAYING_MS_LEAST = 2_000
# A pause between two repetitions grows to so many times the first one.
PAUSES_MOST = 16


def presses(priority: str) -> bool:
    """Whether it interrupts what presses less, and is repeated until somebody acknowledges it."""
    return RANK[priority] >= URGENT


def saying_ms(text: str) -> int:
    """How long it takes to say a text."""
    return max(SAYING_MS_LEAST, round(len(text) * SAYING_MS_EACH))


def pause_ms(home: Home, heard: int) -> int:
    """How long to wait before it is said again, when it was heard so often."""
    return int(home.repeat_after_ms * min(PAUSES_MOST, 2 ** min(heard - 1, 8)))


def most_pressing(state: State) -> str | None:
    """What an acknowledgement is taken to mean: of what was heard, or is being, that which presses most."""
    heard = [one for one in state.announcements.values() if one.status != "queued"]
    if not heard:
        return None
    return max(heard, key=lambda one: (RANK[one.priority], one.id == state.current, one.started_ms)).id


def conduct(turn: Turn) -> None:
    """Let that speak which should, unless something speaks that presses as much."""
    while True:
        state = turn.state
        wanting = [one for one in state.announcements.values() if _wants_to_speak(state, one, turn.now.at_ms)]
        if not wanting:
            return
        best = max(wanting, key=lambda one: RANK[one.priority])  # of equals the first
        if not _may_speak(state, best):
            return
        current = state.announcements.get(state.current)
        if current is not None:
            rule = "What is urgent interrupts what is less so."
            turn.tell("announcement", "interrupted", rule=rule, of=best, id=current.id, by=best.id)
        resumes = best.status == "interrupted"
        turn.tell(
            "announcement",
            "resumed" if resumes else "started",
            severity=_severity(best),
            rule="" if resumes or not best.heard else "It is said again until somebody acknowledges it.",
            of=best,
            id=best.id,
            text=best.text,
            address=best.address,
            priority=best.priority,
            heard=best.heard,
        )


def tick(turn: Turn) -> None:
    """Do what time asks for."""
    state, at_ms = turn.state, turn.now.at_ms
    current = state.announcements.get(state.current)
    if current is not None and at_ms >= current.started_ms + current.left_ms:
        turn.tell("announcement", "repeated" if current.heard else "delivered", of=current, id=current.id)
    for one in list(state.announcements.values()):
        if at_ms >= one.expires_ms and one.id != state.current:
            turn.tell("announcement", "expired", severity="minor", of=one, id=one.id, heard=one.heard)
        elif one.escalate_ms and at_ms >= one.escalate_ms:
            _escalate(turn, one)
    conduct(turn)
    presenting.tick(turn)


def due(state: State, now: Moment) -> int | None:
    """When (at_ms) `tick` next has something to do."""
    dues = []
    for one in state.announcements.values():
        if one.id == state.current:
            dues.append(one.started_ms + one.left_ms)
            dues += presenting.dues(one)
        else:
            dues.append(one.expires_ms)
            if one.status == "waiting" and _may_speak(state, one) and _is_heard_by_somebody(state, one):
                dues.append(one.next_ms)
        if one.escalate_ms:
            dues.append(one.escalate_ms)
    return min(dues, default=None)


def _escalate(turn: Turn, one: Announcement) -> None:
    """Nobody has acknowledged it: the next of the household's order who is at home is told too."""
    for member in turn.home.escalation:
        if member not in one.to and members.is_home(turn.state, member):
            address = members.address_of(turn.home, [*one.to, member])
            rule = "What is not acknowledged goes to the next member as well."
            turn.tell(
                "announcement",
                "escalated",
                severity=_severity(one),
                rule=rule,
                of=one,
                id=one.id,
                to=member,
                address=address,
            )
            return
    turn.note("announcement", "nobody_left", id=one.id, to=None)


def _wants_to_speak(state: State, one: Announcement, at_ms: int) -> bool:
    if one.status == "playing" or not _is_heard_by_somebody(state, one):
        return False
    return one.status != "waiting" or at_ms >= one.next_ms


def _may_speak(state: State, one: Announcement) -> bool:
    current = state.announcements.get(state.current)
    return current is None or (presses(one.priority) and RANK[one.priority] > RANK[current.priority])


def _is_heard_by_somebody(state: State, one: Announcement) -> bool:
    return any(members.is_home(state, member) for member in one.to)


def _severity(one: Announcement) -> str:
    return {"routine": "info", "important": "minor", "urgent": "severe", "emergency": "extreme"}[one.priority]
