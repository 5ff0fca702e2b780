"""Which drones `kelex up --port ...` makes of the configured ones."""

import pytest
from kelex_host.cli.up import with_ports
from kelex_host.config import parse
from kelex_host.errors import ConfigError


def test_ports_are_given_to_the_drones_in_their_order_and_more_drones_get_names_of_their_own():
    settings = parse({"drone": [{"id": "kelex-2", "room": "nursery"}]})
    drones = with_ports(settings, ["/dev/a", "/dev/b", "/dev/c"]).drone
    assert [(drone.id, drone.port) for drone in drones] == [
        ("kelex-2", "/dev/a"),
        ("kelex-3", "/dev/b"),
        ("kelex-4", "/dev/c"),
    ]


def test_without_ports_the_drones_are_the_configured_ones():
    settings = parse({})
    assert with_ports(settings, []) == settings


def test_one_port_cannot_be_two_drones():
    with pytest.raises(ConfigError, match="another one"):
        with_ports(parse({}), ["/dev/a", "/dev/a"])


def test_drones_beyond_the_ports_stay_as_they_are_configured():
    drones = [{"id": "a", "room": "hall"}, {"id": "b", "room": "hall"}, {"id": "c", "room": "hall", "port": "/dev/c"}]
    settings = with_ports(parse({"drone": drones}), ["/dev/a"])
    assert [(drone.id, drone.port) for drone in settings.drone] == [("a", "/dev/a"), ("b", ""), ("c", "/dev/c")]


def test_a_port_that_another_drone_is_configured_with_is_refused():
    drones = [{"id": "a", "room": "hall"}, {"id": "b", "room": "hall", "port": "/dev/b"}]
    with pytest.raises(ConfigError, match="another one"):
        with_ports(parse({"drone": drones}), ["/dev/b"])
