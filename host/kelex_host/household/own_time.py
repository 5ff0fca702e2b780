"""The house's own time: it goes by intervals, whatever is done to the clock on the wall."""

from __future__ import annotations

from kelex_host.bridge.now import Now

# A clock that is kept by NTP is put right by less.
JUMP_S = 60.0
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


class OwnTime:
    """It begins `now` with `at_ms`."""

    def __init__(self, now: Now, at_ms: int) -> None:
        self._mono_s = now.mono_s
        self._at_ms = at_ms
        self._wall_off_s = now.wall_s - now.mono_s

    def at_ms(self, now: Now) -> int:
        """What it is now."""
        return self._at_ms + round((now.mono_s - self._mono_s) * 1000)

    def due_s(self, at_ms: int) -> float:
        """When (mono_s) it will be that."""
        return self._mono_s + (at_ms - self._at_ms) / 1000

    def pass_hours(self, seconds: float) -> None:
        """So much passes at once, on the wall as well."""
        self._at_ms += round(seconds * 1000)
        self._wall_off_s += seconds

    def jumped(self, now: Now) -> str:
        """What to tell a person where the clock on the wall has jumped since it was last looked at; empty: it has not.

        A computer that slept looks the same.
        """
        by_s = now.wall_s - now.mono_s - self._wall_off_s
        if abs(by_s) < JUMP_S:
            return ""
        self._wall_off_s += by_s
        unit_s, unit = next(one for one in _UNITS if abs(by_s) >= one[0])
        count = round(abs(by_s) / unit_s)
        return (
            f"The clock jumped {count} {unit}{'s' * (count != 1)} {'ahead' if by_s > 0 else 'back'}: quiet hours go by "
            "it, and all that was to come after some time still comes after that time."
        )
