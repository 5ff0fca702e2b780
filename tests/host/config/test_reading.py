"""The configuration: what it is without a file, where it is found, and that its passwords stay in it."""

import pytest
from kelex_host import config
from kelex_host.errors import ConfigError


def test_without_a_file_there_is_the_household_of_the_story():
    settings = config.load(None)
    assert [member.id for member in settings.member] == ["jor-el", "lara", "kal-el"]
    assert [(drone.id, drone.room, drone.port) for drone in settings.drone] == [("kelex", "nursery", "")]


def test_a_file_in_the_home_is_found(home):
    assert config.file_of(None) is None
    (home / "kelex.toml").write_text("[house]\nbase = 'kelex/el'\n")
    assert config.file_of(None) == home / "kelex.toml"
    assert config.load(None).house.base == "kelex/el"


@pytest.mark.parametrize(
    "table",
    [
        {"url": "mqtt://lara:s3cr3t@h"},
        {"url": "mqtt://lara@h", "password": "s3cr3t"},
        {"url": "mqtt://h", "username": "lara", "password": "s3cr3t"},
    ],
)
def test_a_password_is_neither_published_nor_printed(table):
    settings = config.parse({"broker": table})
    public = config.public(settings)
    assert "s3cr3t" not in f"{public} {settings} {settings.broker.url} {settings.broker.address()!r}"
    assert public["broker"]["url"].startswith("mqtt://")
    address = settings.broker.address()
    assert (address.username, address.password) == ("lara", "s3cr3t")


def test_user_and_password_of_their_own_win_over_those_of_the_url():
    broker = config.parse({"broker": {"url": "mqtt://a:b@h", "username": "c", "password": "d"}}).broker
    assert broker.address().revealed() == "mqtt://c:d@h:1883"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"broker": {"url": "mqtt://h", "password": "x"}}, "a password but no user name: give it `username`."),
        ({"broker": {"password": "x"}}, "says who we are to it, but has no url; give it one, or leave that out."),
        ({"member": [{"id": "lara", "role": "butler"}]}, "member[0].role: use owner, adult, child, infant or guest."),
        ({"drone": [{"id": "kelex"}]}, "drone[0] has no 'room'; give it one."),
        ({"drone": [{"id": "Kelex!", "room": "hall"}]}, "drone[0].id: use 1 to 32 of a-z, 0-9 and -."),
        ({"house": {"base": "kelex\n"}}, "house.base: use a-z, 0-9 and -, in levels parted by /."),
        ({"house": {"base": 7}}, "house.base has to be text."),
        ({"house": 7}, "house has to be a table."),
        ({"room": {"id": "hall"}}, "room has to be a list."),
        ({"news": {"urls": ["h/feed"]}}, "news.urls[0]: use an address such as https://host/feed.xml."),
        ({"news": {"urls": ["http://u:s3cr3t@h/"]}}, "no user name or password in it; take them out of it."),
        ({"news": {"urls": ["http://h/f", "http://h/f"]}}, "has an address twice; take one of them out."),
        ({"news": {"urls": [f"http://h/{i}" for i in range(51)]}}, "news.urls has 51 feeds; keep 50 of them."),
        ({"news": {"interval_s": 5}}, "news.interval_s has to be a whole number >= 30."),
        ({"speech": {"by": "shouting"}}, "speech.by: use silence, espeak or mqtt."),
        ({"speech": {"voice": "-x"}}, "speech.voice: use the name of a voice such as en."),
        ({"speech": {"volume": 101}}, "speech.volume has to be a whole number <= 100."),
        ({"phone": {"by": "shouting"}}, "phone.by: use auto, mqtt or sip."),
        ({"phone": {"sip": "192.0.2.1:4444"}}, "phone.sip: use a port of this machine such as 127.0.0.1:4444."),
        ({"phone": {"ringing_s": 0}}, "phone.ringing_s has to be a number >= 1.0."),
        ({"news": {"language": "klingon!"}}, "news.language: use a language tag such as en or de-CH."),
    ],
)
def test_what_does_not_fit_is_told_by_its_place(table, sentence):
    with pytest.raises(ConfigError) as caught:
        config.parse(table)
    assert str(caught.value).endswith(sentence)
