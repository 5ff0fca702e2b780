"""The panels of a page: on what each depends, and what makes it. A panel is made anew when that has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.console.drone_state import DroneState
from kelex_host.console.flashing import Flashing
from kelex_host.console.html import Markup, join
from kelex_host.console.model import Model
from kelex_host.console.skeleton import Bone
from kelex_host.console.views.access import access
from kelex_host.console.views.calibration import calibration
from kelex_host.console.views.caption import caption
from kelex_host.console.views.firmware import firmware
from kelex_host.console.views.health import health
from kelex_host.console.views.household import household
from kelex_host.console.views.senses import charts, senses
from kelex_host.console.views.status import status
from kelex_host.console.views.tidings import forms, tidings
from kelex_host.console.views.timeline import timeline, why
from kelex_host.console.views.world import world

# Charts move slowly, and an age is told in such steps.
CHARTS_S = 15
AGE_S = 2


@dataclass(slots=True)
class Look:
    """What one browser looks at, and who looks."""

    drone: str
    member: str = ""
    words: str = ""
    least: str = "info"
    span: str = "hour"
    why: dict[str, Any] | None = None
    asked_why: int = 0
    # By drone, what it said that it keeps of its body.
    calibration: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked_calibration: int = 0
    measured: tuple[str, ...] = ()  # the joints of the shown drone that are calibrated by now
    unlocked: str = ""
    unlocked_until_s: float = 0.0

    def left_s(self, now: Now) -> float:
        """For how long the key stays open."""
        return max(0.0, self.unlocked_until_s - now.mono_s) if self.unlocked else 0.0


@dataclass(frozen=True, slots=True)
class Sight:
    """A model as one browser sees it at one moment."""

    model: Model
    look: Look
    now: Now
    round_trips_ms: list[float]
    flashing: Flashing
    bones: tuple[Bone, ...] = ()

    @property
    def drone(self) -> DroneState:
        return self.model.drones.get(self.look.drone) or DroneState(self.look.drone)

    @property
    def live(self) -> bool:
        return self.model.live(self.drone, self.now)

    def age_step(self) -> int:
        """Changes with the age of what is old, and not at all while all is new."""
        return 0 if self.live else int(self.now.mono_s // AGE_S)

    def seen(self, *parts: str) -> tuple[Any, ...]:
        """The revisions of these parts, and whether they are live."""
        return (*(self.model.revisions[part] for part in parts), self.live, self.model.connected)


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; `depends` gives what is compared, so it has to be cheap."""

    depends: Callable[[Sight], tuple[Any, ...]]
    make: Callable[[Sight], Markup]


PANELS: dict[str, Panel] = {
    "status": Panel(
        lambda s: (*s.seen("house", "mode", "info"), s.look.drone, s.age_step()),
        lambda s: status(s.model, s.look.drone, s.now),
    ),
    "now": Panel(
        lambda s: (*s.seen(f"body/{s.look.drone}", "info"), s.look.drone, s.age_step()),
        lambda s: caption(s.drone, live=s.live, age_s=s.drone.body.age_s(s.now), others=list(s.model.drones)),
    ),
    "household": Panel(
        lambda s: (
            *s.seen("house", "info", "members", "mode", "nursery", "alerts", "world"),
            *(s.model.revisions[f"senses/{id}"] for id in s.model.drones),
            s.age_step(),
        ),
        lambda s: household(s.model, s.now),
    ),
    "tidings": Panel(
        lambda s: s.seen("house", "announcements", "visitors", "calls", "projects"), lambda s: tidings(s.model)
    ),
    "forms": Panel(lambda s: (_members(s),), lambda s: forms(s.model)),
    "timeline": Panel(
        lambda s: (*s.seen("timeline"), s.look.words, s.look.least),
        lambda s: timeline(s.model.timeline, s.look.words, s.look.least),
    ),
    "why": Panel(lambda s: (s.look.asked_why,), lambda s: why(s.look.why)),
    "senses": Panel(
        lambda s: (*s.seen(f"senses/{s.look.drone}"), s.look.drone, s.age_step()),
        lambda s: senses(s.drone, s.now, live=s.live),
    ),
    "charts": Panel(
        lambda s: (int(s.now.mono_s // CHARTS_S), s.look.span, s.look.drone),
        lambda s: _charts(s),
    ),
    "world": Panel(lambda s: (*s.seen("info"), s.look.drone), lambda s: world(s.model, s.look.drone)),
    "health": Panel(lambda s: s.seen("health"), lambda s: health(s.model, s.now, s.round_trips_ms)),
    "firmware": Panel(
        lambda s: (s.flashing.changes, s.look.drone, bool(s.look.unlocked)),
        lambda s: firmware(s.flashing, s.look.drone, unlocked=bool(s.look.unlocked)),
    ),
    "calibration": Panel(
        lambda s: (s.look.asked_calibration, s.look.drone, s.look.measured),
        lambda s: calibration(
            s.model, s.look.drone, s.look.calibration.get(s.look.drone, {}), s.bones, s.look.measured
        ),
    ),
    "access": Panel(
        lambda s: (_members(s), s.look.member, s.look.unlocked, int(s.look.left_s(s.now) // 60)),
        lambda s: access(s.model, s.look.member or s.model.owner(), s.look.unlocked, s.look.left_s(s.now)),
    ),
}


def _members(sight: Sight) -> tuple[str, ...]:
    """Who the members are, which changes far more rarely than where they are."""
    return tuple(str(member.get("id")) for member in sight.model.listed("member"))


def _charts(sight: Sight) -> Markup:
    history = sight.model.history.get(sight.look.drone)
    return charts(history, sight.look.span, sight.now.mono_s) if history else join()
