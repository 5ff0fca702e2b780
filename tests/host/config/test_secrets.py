"""Secrets are looked up where they lie, and never shown."""

import copy

import pytest
from kelex_host import config
from kelex_host.config.secrets import Secret
from kelex_host.errors import ConfigError

TEXT = "[broker]\nurl = 'mqtt://lara@h'\npassword = '!secret mqtt-key'\n"


@pytest.fixture
def write(home):
    """Write `kelex.toml`, and `secrets.toml` for its owner alone."""

    def write(text, secrets=None, mode=0o600):
        (home / "kelex.toml").write_text(text)
        if secrets is not None:
            (home / "secrets.toml").write_text(secrets)
            (home / "secrets.toml").chmod(mode)

    return write


def test_a_secret_comes_from_the_file_beside_the_configuration(write, home):
    write(TEXT, 'mqtt-key = "s3cr3t"')
    assert config.load(None).broker.address().password == "s3cr3t"
    elsewhere = home / "other"
    elsewhere.mkdir()
    (elsewhere / "mine.toml").write_text(TEXT)
    with pytest.raises(ConfigError, match=str(elsewhere / "secrets.toml")):
        config.load(elsewhere / "mine.toml")


def test_a_secret_comes_from_the_environment_where_the_file_has_none(write, monkeypatch):
    monkeypatch.setenv("KELEX_SECRET_MQTT_KEY", "s3cr3t")
    monkeypatch.setenv("KELEX_SECRET_UNUSED", "x")
    write(TEXT)
    assert config.load(None).broker.address().password == "s3cr3t"
    write(TEXT, 'mqtt-key = "of the file"')
    assert config.load(None).broker.address().password == "of the file"


def test_an_overriding_variable_may_name_a_secret(write, monkeypatch):
    monkeypatch.setenv("KELEX_BROKER_PASSWORD", "!secret b")
    write(TEXT, 'mqtt-key = "a"\nb = "s3cr3t"')
    settings = config.load(None)
    assert settings.broker.address().password == "s3cr3t"
    assert config.public(settings)["broker"]["password"] == "!secret b"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "[broker]\nurl = '!secret url'\n",
        "[broker]\nurl = 'mqtt://h'\nusername = '!secret mqtt-key'\n",
        "[[drone]]\nid = 'a'\nroom = 'hall'\nport = '!secret mqtt-key'\n",
        "[[member]]\nid = 'lara'\naddress = '!secret mqtt-key'\n",
        "[news]\nurls = ['https://h/x', '!secret feed']\n",
    ],
)
def test_a_secret_is_never_shown(write, text):
    write(text, 'mqtt-key = "s3cr3t"\nurl = "mqtt://lara:s3cr3t@h"\nfeed = "https://h/s3cr3t"')
    settings = config.load(None)
    public = str(config.public(settings))
    assert "!secret " in public
    shown = f"{public} {settings!r} {settings.broker.address()!r} {settings.broker.address()}"
    assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "[house]\nbase = '!secret mqtt-key'\n",
        "[[drone]]\nid = '!secret mqtt-key'\nroom = 'hall'\n",
        "[[drone]]\nid = 'a'\nroom = '!secret mqtt-key'\n",
        "[[member]]\nid = 'a'\nrole = '!secret mqtt-key'\n",
        "[broker]\nurl = '!secret mqtt-key'\n",
        "house = '!secret mqtt-key'\n",
        "room = ['!secret mqtt-key']\n",
        "[broker]\npassword = '!secret mqtt-key'\n",
    ],
)
def test_no_error_shows_a_secret(write, text):
    write(text, 'mqtt-key = "S3CR3T"')
    with pytest.raises(ConfigError) as caught:
        config.load(None)
    assert "S3CR3T" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[house]\nbase = '!secret mqtt-key'\n", "house.base"),
        ("[[drone]]\nid = '!secret mqtt-key'\nroom = 'hall'\n", "drone[0].id"),
        ("[[member]]\nid = 'a'\nroom = '!secret mqtt-key'\n", "member[0].room"),
        ("[[member]]\nid = 'a'\nrole = '!secret mqtt-key'\n", "member[0].role"),
    ],
)
def test_what_everybody_sees_cannot_be_a_secret(write, text, place):
    write(text, 'mqtt-key = "hall"')
    with pytest.raises(ConfigError) as caught:
        config.load(None)
    assert f"{place} cannot be a secret, since everybody sees it; write it as it is." in str(caught.value)


def test_a_missing_secret_is_named_with_where_to_give_it(write, home):
    write(TEXT)
    with pytest.raises(ConfigError) as caught:
        config.load(None)
    assert str(caught.value) == (
        f"{home / 'kelex.toml'}: there is no secret 'mqtt-key'; "
        f"give it in {home / 'secrets.toml'}, or as KELEX_SECRET_MQTT_KEY."
    )


def test_a_reference_without_a_name_is_told_how_to_write_it(write):
    write("[broker]\npassword = '!secret'\n")
    with pytest.raises(ConfigError, match='write "!secret name"'):
        config.load(None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_file_of_secrets_that_others_may_touch_is_refused_with_the_chmod(write, home, mode):
    write("", 'a = "b"', mode)
    with pytest.raises(ConfigError, match=f"chmod 600 {home / 'secrets.toml'}"):
        config.load(None)


@pytest.mark.parametrize(
    ("secrets", "says"),
    [
        ("a = s3cr3t", "is not TOML at line 1, column"),
        ("a = 's3cr3t", "is not TOML at"),
        ("a = 5", "the secret 'a' is no text"),
        ("[a]\nb = 's3cr3t'", "the secret 'a' is no text"),
        ("'a b' = 's3cr3t'", "rename 'a b'"),
    ],
)
def test_a_file_of_secrets_that_cannot_be_used_is_told_without_its_words(write, secrets, says):
    write("", secrets)
    with pytest.raises(ConfigError) as caught:
        config.load(None)
    assert says in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_a_secret_is_its_text_to_a_library_and_something_else_to_a_reader():
    secret = Secret("s3cr3t", "!secret a")
    assert secret == "s3cr3t"
    assert type(str(secret)) is str
    assert f"{secret} {secret!r} {[secret]}" == "!secret a '!secret a' ['!secret a']"
    assert copy.deepcopy(secret).shown == "!secret a"
