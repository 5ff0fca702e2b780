"""Orders and positions for all of `schema.JOINTS`, from the few that matter."""

from kelex_wire import schema

NAMES = tuple(name for name, _, _ in schema.JOINTS)


def targets(**angles):
    """One target (cdeg) for each joint; None, which leaves a joint as it is, where none is given."""
    assert set(angles) <= set(NAMES), angles
    return tuple(angles.get(name) for name in NAMES)


def positions(**angles):
    """One angle (cdeg) for each joint, 0 where none is given."""
    return tuple(angle or 0 for angle in targets(**angles))
