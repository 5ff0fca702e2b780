"""Rooms and people."""

import pytest
from kelex_sim.errors import WorldError
from kelex_sim.house import example_house


@pytest.fixture
def house():
    return example_house()


def test_who_enters_is_in_one_room_only(house):
    house.enter("lara", "nursery")
    house.enter("lara", "hall")
    assert house.people == {"jor-el": "study", "lara": "hall", "kal-el": "nursery"}


def test_who_leaves_is_nowhere(house):
    house.leave("lara")
    assert house.people["lara"] is None


def test_a_sensor_sees_grown_people_and_not_the_infant_in_its_crib(house):
    assert not house.somebody_moves("nursery")
    house.enter("lara", "nursery")
    assert house.somebody_moves("nursery")
    house.leave("lara")
    assert not house.somebody_moves("nursery")


def test_the_air_changes_only_where_and_in_what_is_named(house):
    house.climate("nursery", 30.0, None)
    house.climate("study", None, 70.0)
    assert (house.room("nursery").celsius, house.room("nursery").humidity) == (30.0, 45.0)
    assert (house.room("study").celsius, house.room("study").humidity) == (21.0, 70.0)


def test_the_light_changes_only_where_it_is_named(house):
    house.light("nursery", 20.0)
    assert [house.room(name).lux for name in ("nursery", "study", "hall")] == [20.0, 180.0, 180.0]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda house: house.enter("zod", "hall"), "unknown_member"),
        (lambda house: house.leave("zod"), "unknown_member"),
        (lambda house: house.enter("lara", "attic"), "unknown_room"),
        (lambda house: house.climate("attic", 1.0, 1.0), "unknown_room"),
        (lambda house: house.light("attic", 1.0), "unknown_room"),
    ],
)
def test_who_or_what_is_not_there_is_refused_by_name_and_nothing_changes(house, act, code):
    with pytest.raises(WorldError, match=r"zod|attic") as refused:
        act(house)
    assert refused.value.code == code
    assert house == example_house()
