"""Orders, positions and the body's record for all of `schema.JOINTS`, from the few that matter."""

from kelex_wire import schema

NAMES = tuple(name for name, _, _ in schema.JOINTS)


def targets(**angles):
    """One target (cdeg) for each joint; None, which leaves a joint as it is, where none is given."""
    assert set(angles) <= set(NAMES), angles
    return tuple(angles.get(name) for name in NAMES)


def positions(**angles):
    """One angle (cdeg) for each joint, 0 where none is given."""
    return tuple(angle or 0 for angle in targets(**angles))


def body(time_ms=0, **angles):
    """The values of a `body` record: at rest, dark and loud, with these angles (cdeg)."""
    return (time_ms, 0, 0, 0, 0, None, 0, 0, *positions(**angles))
