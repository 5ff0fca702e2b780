"""Every payload of discovery is valid by Home Assistant's own schemas, and nothing in it is ignored there."""

import json
import subprocess
from pathlib import Path

from kelex_host.bridge.topics import Topics
from kelex_host.homeassistant.device import DroneCard, Estate, MemberCard
from kelex_host.homeassistant.devices import devices

MEMBERS = [MemberCard("jor-el", "Jor-El", True), MemberCard("kal-el", "Kal-El", False)]


def problems(python: Path, payloads: list) -> str:
    checker = Path(__file__).with_name("check_schema.py")
    lines = "\n".join(json.dumps(payload) for payload in payloads)
    done = subprocess.run([python, checker], input=lines, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_device_and_each_of_its_entities(home_assistant_python):
    found = []
    for watch in (False, True):
        estate = Estate(Topics("kelex/el"), "1.2.3", [DroneCard("kelex-2", "hall")], MEMBERS, watch)
        found += [device.payload() for device in devices(estate)]
    assert problems(home_assistant_python, found) == ""


def test_the_check_can_fail(home_assistant_python):
    estate = Estate(Topics("kelex"), "1.2.3", [], MEMBERS)
    bad = next(iter(devices(estate))).payload()
    bad["cmps"]["cry"]["device_class"] = "wailing"
    assert "binary_sensor cry" in problems(home_assistant_python, [bad])
