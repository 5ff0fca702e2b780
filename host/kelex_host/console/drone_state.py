"""What the page knows of one drone: where its joints are, where they are to be, what it senses, and how old that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from kelex_host.bridge.now import Now
from kelex_host.bridge.verbs import RANGES

# A body at rest tells itself every 2 s, the senses do so at least as often: three times that is too long.
STALE_S = 6.0
# The truth of a simulated drone counts while it is about as new as what the drone says of itself.
TRUTH_LAGS_S = 0.5


@dataclass(slots=True)
class Heard:
    """The latest document of a kind, and when it was so (`mono_s`)."""

    document: dict[str, Any] = field(default_factory=dict)
    at_s: float | None = None
    stale_s: float = STALE_S

    def take(self, document: dict[str, Any], at_s: float) -> None:
        """A newer one."""
        self.document, self.at_s = document, at_s

    def age_s(self, now: Now) -> float | None:
        """How old it is; None before there was any."""
        return None if self.at_s is None else max(0.0, now.mono_s - self.at_s)

    def is_fresh(self, now: Now) -> bool:
        """Whether it may be shown as what is so now."""
        age_s = self.age_s(now)
        return age_s is not None and age_s <= self.stale_s


@dataclass(slots=True)
class DroneState:
    """One drone. `online` is None until anything was heard of it."""

    id: str
    online: bool | None = None
    body: Heard = field(default_factory=Heard)
    senses: Heard = field(default_factory=Heard)
    truth: Heard = field(default_factory=Heard)
    target: dict[str, float] = field(default_factory=dict)

    def paced(self, speed: float) -> None:
        """Its time runs so many times as fast as ours: slower than life, its next words take the longer to come."""
        for heard in (self.body, self.senses, self.truth):
            heard.stale_s = STALE_S / min(1.0, speed)

    @property
    def moving(self) -> bool:
        """Whether it says that a joint is in motion."""
        return self.body.document.get("moving") is True

    def joints(self) -> dict[str, float]:
        """Where its joints are, in degrees: where it is simulated, as its servos really stand."""
        if self.truth.at_s is not None and self.truth.at_s >= (self.body.at_s or 0.0) - TRUTH_LAGS_S:
            servos = self.truth.document.get("servos")
            if isinstance(servos, Mapping):
                return angles({name: servo.get("angle") for name, servo in servos.items() if isinstance(servo, dict)})
        return angles(self.body.document.get("joints"))

    def ghost(self) -> dict[str, float]:
        """Where its joints are ordered to be. A joint that nobody ordered is to be where the drone says it is."""
        said = angles(self.body.document.get("joints"))
        return said | self.target

    def granted(self, verb: str, joints: Mapping[str, Any]) -> None:
        """An order's answer names joints and where they will be; a stop forgets what was ordered before."""
        if verb == "stop":
            self.target.clear()
        self.target.update(angles(joints))

    def settled(self) -> None:
        """It came to rest: what was ordered is done, or never will be."""
        self.target.clear()


def angles(joints: Any) -> dict[str, float]:
    """What of `joints` are joints with an angle in degrees; nothing of what is none."""
    if not isinstance(joints, Mapping):
        return {}
    return {
        name: float(angle)
        for name, angle in joints.items()
        if name in RANGES and isinstance(angle, int | float) and not isinstance(angle, bool) and isfinite(angle)
    }
