"""The configuration: what it is without a file, and that its secrets stay in it."""

from kelex_host import config


def test_without_a_file_there_is_the_household_of_the_story(tmp_path, monkeypatch):
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    settings = config.load(None)
    assert [member.id for member in settings.member] == ["jor-el", "lara", "kal-el"]
    assert [(drone.id, drone.room, drone.port) for drone in settings.drone] == [("kelex", "nursery", "")]


def test_a_file_in_the_home_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    (tmp_path / "kelex.toml").write_text("[house]\nbase = 'kelex/el'\n")
    assert config.load(None).house.base == "kelex/el"


def test_what_is_published_of_it_has_no_password():
    settings = config.parse({"broker": {"url": "mqtt://lara:s3cr3t@h"}})
    assert "s3cr3t" not in str(config.public(settings))
    assert config.public(settings)["broker"]["url"] == "mqtt://lara:***@h:1883"
