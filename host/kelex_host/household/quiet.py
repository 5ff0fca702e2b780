"""S5: quiet mode, by hand, by schedule, or because the infant sleeps; and which of these holds it now.

The drones enforce it themselves (slow, no tones). They are told what holds, and told again when they come online.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from kelex_host.bridge.requests import RequestError
from kelex_host.household.facts import Fact, Moment, read_stamp, stamp
from kelex_host.household.home import Home
from kelex_host.household.state import Drone, State
from kelex_host.household.turn import Capability, Turn

HAND, SCHEDULE, INFANT = "hand", "schedule", "infant_asleep"


def switch(turn: Turn, reason: str, on: bool, *, rule: str = "", until_ms: int | None = None) -> None:
    """A cause of quiet begins to hold, or holds no more."""
    causes = [cause for cause in turn.state.quiet.causes if cause != reason] + [reason] * on
    told: dict[str, Any] = {"reason": reason, "causes": causes}
    if until_ms is not None:
        told["until"] = stamp(until_ms)
    turn.tell("quiet", "quiet_on" if on else "quiet_off", rule=rule, **told)


def _quiet(turn: Turn, fields: dict[str, Any], by: str | None) -> dict[str, Any]:
    until_ms = None
    if fields["on"] and fields["until"] is not None:
        try:
            until_ms = read_stamp(fields["until"])
        except ValueError:
            raise RequestError("out_of_range", "'until' is beyond the calendar; choose a moment to come.") from None
        if until_ms <= turn.now.wall_ms:
            raise RequestError("out_of_range", f"'until' is {fields['until'][:64]}, which is past; choose one to come.")
    switch(turn, HAND, fields["on"], until_ms=until_ms)
    return {"quiet": bool(turn.state.quiet.causes), "causes": turn.state.quiet.causes}


def is_scheduled(home: Home, wall_ms: int) -> bool:
    """Whether the quiet hours of the household hold at a moment, by its own clocks (summer time included)."""
    if not home.quiet_from:
        return False
    local = datetime.fromtimestamp(wall_ms / 1000, _zone(home))
    now, begin, end = f"{local:%H:%M}", home.quiet_from, home.quiet_to
    return begin <= now < end if begin <= end else now >= begin or now < end


def _zone(home: Home) -> tzinfo:
    return UTC if home.timezone == "UTC" else ZoneInfo(home.timezone)


def next_turn_ms(home: Home, wall_ms: int) -> int | None:
    """When (wall_ms) quiet hours next begin or end; None where there are none."""
    if not home.quiet_from:
        return None
    zone = _zone(home)
    today = datetime.fromtimestamp(wall_ms / 1000, zone).date()
    found = []
    for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
        for text in (home.quiet_from, home.quiet_to):
            hour, minute = map(int, text.split(":"))
            local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
            found.append(round(local.astimezone(UTC).timestamp() * 1000))
    return min((moment for moment in found if moment > wall_ms), default=None)


def _tick(turn: Turn) -> None:
    quiet = turn.state.quiet
    if quiet.until_ms is not None and turn.now.wall_ms >= quiet.until_ms:
        switch(turn, HAND, False, rule="Quiet by hand ends when it was said to.")
    scheduled = is_scheduled(turn.home, turn.now.wall_ms)
    if scheduled != (SCHEDULE in quiet.causes):
        switch(turn, SCHEDULE, scheduled, rule="The household's quiet hours.")


def _due(state: State, now: Moment) -> int | None:
    if is_scheduled(state.home, now.wall_ms) != (SCHEDULE in state.quiet.causes):
        return now.at_ms
    walls = (state.quiet.until_ms, next_turn_ms(state.home, now.wall_ms))
    return min((now.at_ms + max(0, wall - now.wall_ms) for wall in walls if wall is not None), default=None)


def _fold(state: State, fact: Fact) -> None:
    state.quiet.causes = list(fact.data["causes"])
    if fact.data["reason"] == HAND:
        until = fact.data.get("until")
        state.quiet.until_ms = None if until is None else read_stamp(until)


# The drones


def _wanted(state: State) -> bool:
    """Whether the drones should be quiet: only in an emergency they may be loud all the same."""
    current = state.announcements.get(state.current)
    return bool(state.quiet.causes) and not (current is not None and current.priority == "emergency")


def _tell_drones(turn: Turn, fact: Fact) -> None:
    """Every drone that is online does as the house does now."""
    wanted = _wanted(turn.state)
    for id in turn.home.drones:
        drone = turn.state.drones.get(id)
        if drone is not None and drone.online and drone.quiet != wanted:
            turn.order(id, "quiet", on=wanted)
            turn.note("drone", "quieted", drone_id=id, on=wanted)


def _online(turn: Turn, fact: Fact) -> None:
    """A drone is there, maybe started anew: whatever it was told, it may have forgotten, or missed the last of it."""
    id, wanted = fact.data["drone"], _wanted(turn.state)
    turn.tell("drone", "online", drone=id)
    if wanted or turn.state.drones[id].quiet:
        turn.order(id, "quiet", on=wanted)
        turn.note("drone", "quieted", drone_id=id, on=wanted)


def _offline(turn: Turn, fact: Fact) -> None:
    turn.tell("drone", "offline", severity="moderate", drone=fact.data["drone"])


def _quieted(state: State, fact: Fact) -> None:
    state.drones.setdefault(fact.data["drone_id"], Drone()).quiet = fact.data["on"]


def _linked(state: State, fact: Fact) -> None:
    drone = state.drones.setdefault(fact.data["drone"], Drone())
    drone.online = fact.type == "online"


CAPABILITY = Capability(
    requests={"quiet": _quiet},
    folds={
        "quiet/quiet_on": _fold,
        "quiet/quiet_off": _fold,
        "drone/quieted": _quieted,
        "drone/online": _linked,
        "drone/offline": _linked,
    },
    reactions={
        "quiet/quiet_on": _tell_drones,
        "quiet/quiet_off": _tell_drones,
        "link/online": _online,
        "link/offline": _offline,
        "announcement/started": _tell_drones,
        "announcement/resumed": _tell_drones,
        "announcement/interrupted": _tell_drones,
        "announcement/delivered": _tell_drones,
        "announcement/repeated": _tell_drones,
        "announcement/acknowledged": _tell_drones,
    },
    due=_due,
    tick=_tick,
)
