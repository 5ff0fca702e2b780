"""Broker addresses: what is read, what is refused, and that a password never shows."""

import pytest
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import ConfigError

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mqtt://127.0.0.1", BrokerUrl("127.0.0.1", 1883)),
        ("MQTT://Broker:1884/", BrokerUrl("broker", 1884)),
        ("mqtts://broker.example", BrokerUrl("broker.example", 8883, tls=True)),
        ("mqtt://[::1]", BrokerUrl("::1", 1883)),
        ("mqtts://[fe80::1]:9000", BrokerUrl("fe80::1", 9000, tls=True)),
        ("mqtt://lara@h", BrokerUrl("h", 1883, username="lara")),
        ("mqtt://jor%40el:p%2Fw%3A@h:1", BrokerUrl("h", 1, username="jor@el", password="p/w:")),
    ],
)
def test_reads(text: str, expected: BrokerUrl) -> None:
    assert BrokerUrl.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "localhost:1883",
        "http://h",
        "mqtt:h",
        "mqtt://",
        "mqtt://:1883",
        "mqtt://h:0",
        "mqtt://h:65536",
        "mqtt://h:x",
        "mqtt://[::1",
        "mqtt://h/topic",
        "mqtt://h?x=1",
        "mqtt://h\n",
        "mqtt://a b",
        "mqtt://" + "h" * 5000,
        f"mqtt://:{SECRET}@h",
        f"mqtt://u:{SECRET}/x@h",
        f"mqtt://u:{SECRET}",
        f"mqtt://u:{SECRET}#@h",
        f"u:{SECRET}@h",
    ],
)
def test_refuses_in_one_sentence_without_the_secret(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        BrokerUrl.parse(text)
    sentence = str(caught.value)
    assert SECRET not in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "mqtt://user:password@host:1883" in sentence
    # A traceback prints causes as well.
    assert SECRET not in repr(caught.value.__cause__)


def test_password_never_shows() -> None:
    url = BrokerUrl.parse(f"mqtts://lara:{SECRET}@[::1]:8884")
    assert SECRET not in f"{url} {url!r}"
    assert str(url) == "mqtts://lara:***@[::1]:8884"
    assert url.address == "[::1]:8884"
    assert BrokerUrl.parse(str(BrokerUrl("h", 1))) == BrokerUrl("h", 1)


@pytest.mark.parametrize("text", ["mqtt://h:1883", "mqtts://jor%40el:p%2Fw%3A@[::1]:1", "mqtt://lara@h:1883"])
def test_what_is_revealed_for_a_file_of_ours_reads_the_same(text: str) -> None:
    url = BrokerUrl.parse(text)
    assert url.revealed() == text
    assert BrokerUrl.parse(url.revealed()) == url
