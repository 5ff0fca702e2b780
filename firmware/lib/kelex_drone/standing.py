"""When the version that runs has proved itself: it has had a host for a while, or lived for a while at all. Pure.

A version on trial has to have a host: one whose port is dumb would otherwise stay for ever, and nobody could reach it.
"""

from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

HEALTHY_MS = 5000
ALONE_MS = 30000


class Standing:
    """`firmware` is kelex_boot's `Running`: what it says of the version, and `well(told)`, which writes to flash."""

    def __init__(self, now_ms, link, limbs, firmware):
        self._link = link
        self._limbs = limbs
        self._firmware = firmware
        self._is_well = False
        self._began_ms = now_ms
        self._lone_ms = now_ms  # when no host was heard last

    @micropython.native
    def step(self, now_ms):
        """See whether it is so far. Writes while nothing moves only: a write stops everything for 45 ms and more."""
        if self._is_well:
            return
        if not self._link.host_heard:
            self._lone_ms = now_ms
        has_host = elapsed_ms(now_ms, self._lone_ms) >= HEALTHY_MS
        has_lived = not self._firmware.trial and elapsed_ms(now_ms, self._began_ms) >= ALONE_MS
        if (has_host or has_lived) and not self._limbs.busy:
            self._is_well = True
            self._firmware.well(has_host and not self._link.events_waiting())
