"""A drone's own figures, as fields of the wire's schema: how it runs, what it has lost, which version it is."""

# Where a version of the firmware lives, and why one was given up (as in kelex_boot/record.py).
SLOTS = ("slot_a", "slot_b", "frozen")
GIVEN_UP = ("none", "asked", "unhealthy", "bad_starts", "damaged")

STATS = (
    ("idle", "H", "permille", 0, 1000),
    ("overruns", "H", "", None, None),
    ("heap_free", "I", "bytes", None, None),
    ("frames_refused", "H", "", None, None),
    ("orders_repeated", "H", "", None, None),
    ("telemetry_skipped", "H", "", None, None),
    ("events_waiting", "B", "", None, None),
    ("events_dropped", "H", "", None, None),
    ("reset_cause", "B", "", None, None),
    ("orders_forged", "H", "", None, None),
    ("paired", "B", "", 0, 1),
    ("spooled", "B", "", None, None),
    ("flash_writes", "H", "", None, None),
    ("flash_faults", "H", "", None, None),
    ("slot", "B", "", 0, len(SLOTS) - 1),
    ("firmware", "I", "", None, None),
    ("trial", "B", "", 0, 1),
    ("rolled_back", "B", "", 0, len(GIVEN_UP) - 1),
    ("bus_recoveries", "H", "", None, None),
)
