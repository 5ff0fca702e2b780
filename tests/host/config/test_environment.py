"""Environment variables that override settings: named after the settings, refused when they name none."""

import msgspec
import pytest
from kelex_host import config
from kelex_host.config.environment import overridden
from kelex_host.errors import ConfigError


@pytest.fixture
def load(home, monkeypatch):
    """The settings of a file's text with these variables set."""

    def with_variables(text, **variables):
        (home / "kelex.toml").write_text(text)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return config.load(None)

    return with_variables


def test_a_variable_wins_over_the_file(load):
    settings = load("[house]\nbase = 'a'\n", KELEX_HOUSE_BASE="kelex/el", KELEX_BROKER_URL="mqtt://h")
    assert settings.house.base == "kelex/el"
    assert settings.broker.address().host == "h"


def test_a_variable_sets_one_of_a_list_by_its_id(load):
    text = "[[drone]]\nid = 'a'\nroom = 'hall'\n[[drone]]\nid = 'kelex-2'\nroom = 'hall'\nport = '/dev/x'\n"
    settings = load(text, KELEX_DRONE_KELEX_2_PORT="/dev/y")
    assert [(drone.id, drone.port) for drone in settings.drone] == [("a", ""), ("kelex-2", "/dev/y")]


def test_a_variable_reaches_the_example_household_too(load):
    settings = load("", KELEX_DRONE_KELEX_PORT="/dev/ttyACM0", KELEX_MEMBER_JOR_EL_ROOM="hall")
    assert [(drone.id, drone.room, drone.port) for drone in settings.drone] == [("kelex", "nursery", "/dev/ttyACM0")]
    assert [member.room for member in settings.member] == ["hall", "study", "nursery"]


def test_an_empty_variable_is_an_empty_text(load):
    assert load("[broker]\nurl = 'mqtt://h'\n", KELEX_BROKER_URL="").broker.url == ""


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("KELEX_BROKER_ULR", "x", "no setting KELEX_BROKER_ULR; unset it, or did you mean KELEX_BROKER_URL?"),
        ("KELEX_CACHE", "x", "no setting KELEX_CACHE; unset it, or did you mean KELEX_"),
        ("KELEX_", "", "no setting KELEX_; unset it"),
        ("KELEX_DRONE_KELEX_ID", "x", "no setting KELEX_DRONE_KELEX_ID"),
        ("KELEX_DRONE_KELLEX_PORT", "x", "did you mean KELEX_DRONE_KELEX_PORT?"),
        ("KELEX_HOUSE_BASE", "Kelex!", "KELEX_HOUSE_BASE: use a-z, 0-9 and -, in levels parted by /."),
        ("KELEX_HOUSE_BASE", "", "KELEX_HOUSE_BASE: use a-z"),
        ("KELEX_MEMBER_LARA_ROLE", "cat", "KELEX_MEMBER_LARA_ROLE: use owner, adult, child, infant or guest."),
        ("KELEX_DRONE_KELEX_ROOM", "attic", "KELEX_DRONE_KELEX_ROOM: drone 'kelex' is in the room 'attic'"),
        ("KELEX_BROKER_URL", "http://h", "KELEX_BROKER_URL: A broker address begins with mqtt://"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(load, name, text, says):
    with pytest.raises(ConfigError) as caught:
        load("", **{name: text})
    assert says in str(caught.value)


def test_a_file_with_something_else_in_that_place_is_told_so(load):
    with pytest.raises(ConfigError, match="house has to be a table"):
        load("house = 7\n", KELEX_HOUSE_BASE="a")


class Lamp(msgspec.Struct):
    id: str
    watts: float = 1.0


class Night(msgspec.Struct):
    on: bool = False
    hours: list[int] = msgspec.field(default_factory=lambda: [22])
    names: list[str] = []
    limit: int | None = 5


class Anything(msgspec.Struct):
    """Sections that a later Kelex may have: nothing but their types is needed."""

    night: Night = msgspec.field(default_factory=Night)
    lamp: list[Lamp] = msgspec.field(default_factory=lambda: [Lamp("a-b"), Lamp("c")])


@pytest.mark.parametrize(
    ("name", "text", "table"),
    [
        ("KELEX_NIGHT_ON", "true", {"night": {"on": True, "hours": [22], "names": [], "limit": 5}}),
        ("KELEX_NIGHT_HOURS", "1, 2", {"night": {"on": False, "hours": [1, 2], "names": [], "limit": 5}}),
        ("KELEX_NIGHT_NAMES", "1,b", {"night": {"on": False, "hours": [22], "names": ["1", "b"], "limit": 5}}),
        ("KELEX_NIGHT_NAMES", "", {"night": {"on": False, "hours": [22], "names": [], "limit": 5}}),
        ("KELEX_NIGHT_LIMIT", "7", {"night": {"on": False, "hours": [22], "names": [], "limit": 7}}),
        ("KELEX_LAMP_A_B_WATTS", "2.5", {"lamp": [{"id": "a-b", "watts": 2.5}, {"id": "c", "watts": 1.0}]}),
    ],
)
def test_text_becomes_what_the_setting_is(name, text, table):
    assert overridden({}, Anything, {name: text}) == table


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("KELEX_NIGHT_ON", "perhaps", "KELEX_NIGHT_ON has to be true or false."),
        ("KELEX_NIGHT_LIMIT", "", "KELEX_NIGHT_LIMIT has to be a whole number."),
        ("KELEX_NIGHT_HOURS", "1,x", "KELEX_NIGHT_HOURS[1] has to be a whole number."),
    ],
)
def test_text_that_cannot_become_it_is_refused(name, text, says):
    with pytest.raises(ConfigError) as caught:
        overridden({}, Anything, {name: text})
    assert str(caught.value) == says


def test_a_variable_that_could_be_two_settings_is_refused():
    class Key(msgspec.Struct):
        id: str
        b_c: str = ""
        c: str = ""

    class Two(msgspec.Struct):
        key: list[Key] = msgspec.field(default_factory=lambda: [Key("a"), Key("a-b")])

    with pytest.raises(ConfigError, match="KELEX_KEY_A_B_C could be one of 2 settings"):
        overridden({}, Two, {"KELEX_KEY_A_B_C": "x"})
