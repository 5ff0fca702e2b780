"""What the emulated drone is waited for to say."""

import pytest
from emulated.emulated_drone import EmulatedDrone

# In an empty hall, with the door closed and the servos limp.
AT_REST = {
    "temperature": pytest.approx(19.5, abs=0.1),
    "humidity": pytest.approx(50, abs=0.2),
    "light": pytest.approx(180, abs=3),
    "sound": pytest.approx(-52, abs=6),
    "range": pytest.approx(1600, abs=80),
    "tremor": pytest.approx(0, abs=0.15),
    "battery_voltage": pytest.approx(8.15, abs=0.05),
    "battery_level": pytest.approx(90, abs=2),
    "servo_current": pytest.approx(0, abs=0.1),
    "presence": False,
    "touch": False,
    "door": False,
    "doorbell": False,
}


def until_senses(drone: EmulatedDrone, seconds: float, **expected: object) -> None:
    """Run until the senses document has these values; fail after `seconds`."""

    def missing() -> dict[str, object]:
        senses = drone.document("senses")
        return {name: senses.get(name, "absent") for name in expected if senses.get(name, "absent") != expected[name]}

    assert drone.run(seconds, until=lambda: not missing()), missing()


def until_done(drone: EmulatedDrone, event_type: str, seconds: float, before: int) -> None:
    """Run until an event about the body comes, and all that it brings has come; fail after `seconds`."""

    def done() -> bool:
        return any(event["event_type"] == event_type for event in drone.messages("event/body")[before:])

    assert drone.run(seconds, until=done), drone.messages("event/body")[before:]
