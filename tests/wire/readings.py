"""The values of a `senses` record, from the few channels that matter."""

from kelex_wire import schema

CHANNELS = tuple(row[0] for row in schema.CHANNELS)


def senses(time_ms=0, *, parts=0, **readings):
    """Time, channels (0 where none is given) and faulty parts, in the wire's units."""
    assert set(readings) <= set(CHANNELS), readings
    return (time_ms, *[readings.get(name, 0) for name in CHANNELS], parts)
