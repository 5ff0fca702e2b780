"""What the 3D figure is to look like, and what of it has changed: so little goes to each browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.console.drone_state import DroneState
from kelex_host.console.model import Model

# A tenth of a degree cannot be seen.
DIGITS = 1


@dataclass(frozen=True, slots=True)
class Pose:
    """Joints in degrees, as they are and as they are ordered to be; eye, holo-disk, and whether all that is old.

    `gone`: the house itself cannot be heard, so everything is.
    """

    joints: dict[str, float] = field(default_factory=dict)
    ghost: dict[str, float] = field(default_factory=dict)
    eye: str = ""
    effect: str = ""
    disk: bool | None = None
    stale: bool | None = None
    gone: bool | None = None

    @classmethod
    def of(cls, model: Model, id: str, now: Now) -> Pose:
        """A drone's; of one that nobody knows, an old one of nothing."""
        drone = model.drones.get(id, DroneState(id))
        eye = drone.body.document.get("eye")
        eye = eye if isinstance(eye, dict) else {}
        return cls(
            {name: round(angle, DIGITS) for name, angle in drone.joints().items()},
            {name: round(angle, DIGITS) for name, angle in drone.ghost().items()},
            str(eye.get("color", "#000000")),
            str(eye.get("effect", "steady")),
            drone.body.document.get("holodisk") is True,
            not model.live(drone, now),
            not model.alive(),
        )

    def since(self, before: Pose) -> dict[str, Any]:
        """What is other than it was, as `kelex.pose` of static/page.js takes it; empty for nothing."""
        change: dict[str, Any] = {}
        for name in ("joints", "ghost"):
            was = getattr(before, name)
            moved = {joint: angle for joint, angle in getattr(self, name).items() if was.get(joint) != angle}
            if moved:
                change[name] = moved
        for name in ("eye", "effect", "disk", "stale", "gone"):
            if getattr(self, name) != getattr(before, name):
                change[name] = getattr(self, name)
        return change
