"""The figures of a drone's work, as `stats` and the answer to its order tell them."""

from kelex_wire.dialect import micropython


@micropython.native
def figures(link, overruns, spool, settings, firmware, health, bus):
    """The values of `schema.STATS` after its time; `health` is (idle permille, free heap bytes, reset cause)."""
    idle, heap_free, reset_cause = health
    return (
        idle,
        overruns & 0xFFFF,
        heap_free,
        link.frames_refused,
        link.gate.repeated,
        link.telemetry_skipped,
        link.events_waiting(),
        link.held.dropped,
        reset_cause,
        link.gate.forged,
        1 if link.gate.pairing else 0,
        spool.fill,
        (spool.writes + settings.writes) & 0xFFFF,
        (spool.faults + settings.faults) & 0xFFFF,
        firmware.slot,
        firmware.version,
        firmware.trial,
        firmware.why,
        bus.recoveries,
    )
