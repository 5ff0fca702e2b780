"""A real mosquitto with the files of `kelex broker-acl`, over TLS with client certificates: who may do what."""

from __future__ import annotations

import shutil
import ssl
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from acceptance.household import Kelex, run, until
from brokers import Mosquitto
from homeassistant.certificates import Authority
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

REFUSED = 135  # "not authorized", MQTT 5's reason code 0x87


class Client:
    """A plain MQTT 5 client that hears why it is refused."""

    def __init__(self, site: Any, user: str, password: str | None = None) -> None:
        self.heard: list[mqtt.MQTTMessage] = []
        self._answers: dict[int, int] = {}
        self._subscribed = threading.Event()
        self.refused = ""
        self._mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
        self._mqtt.username_pw_set(user, password or site.secrets[f"mqtt-{user}"])
        context = ssl.create_default_context(cafile=site.authority.file)
        context.load_cert_chain(*site.authority.issue(f"client-{user}"))
        self._mqtt.tls_set_context(context)
        self._mqtt.on_message = lambda client, data, message: self.heard.append(message)
        self._mqtt.on_publish = lambda client, data, id, reason, more: self._answers.update({id: reason.value})
        self._mqtt.on_subscribe = lambda *rest: self._subscribed.set()
        self.connected = threading.Event()
        self._mqtt.on_connect = self._on_connect
        self._mqtt.connect("127.0.0.1", site.broker.url.port)
        self._mqtt.loop_start()
        assert self.connected.wait(30)

    def _on_connect(self, client: Any, data: Any, flags: Any, reason: Any, more: Any) -> None:
        self.refused = str(reason) if reason.is_failure else ""
        self.connected.set()

    def subscribe(self, topic: str) -> None:
        self._subscribed.clear()
        self._mqtt.subscribe(topic, 1)
        assert self._subscribed.wait(30)

    def publish(self, topic: str, payload: bytes = b"{}", *, retain: bool = False, **properties: Any) -> bool:
        """Whether the broker takes it."""
        more = Properties(PacketTypes.PUBLISH)
        for name, value in properties.items():
            setattr(more, name, value)
        info = self._mqtt.publish(topic, payload, 1, retain, more)
        return int(until(lambda: self._answers.get(info.mid, -1) + 1, f"an answer for {topic}")) - 1 != REFUSED

    def topics(self) -> set[str]:
        return {message.topic for message in self.heard}

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()


@pytest.fixture(scope="module")
def site(mosquitto_binary: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A broker that asks for certificates, passwords and rights, and a house on it."""
    folder = tmp_path_factory.mktemp("site")
    home = folder / "home"
    assert run(home, "broker-acl", "--to", str(folder)).returncode == 0
    authority = Authority(folder)
    server, server_key = authority.issue("server")
    client, client_key = authority.issue("bridge")
    broker = Mosquitto(
        mosquitto_binary, folder, "allow_anonymous false", f"acl_file {folder}/kelex.acl",
        f"password_file {folder}/kelex.passwd", f"cafile {authority.file}", f"certfile {server}",
        f"keyfile {server_key}", "require_certificate true",
    )  # fmt: skip
    secrets = tomllib.loads((home / "secrets.toml").read_text())
    (home / "kelex.toml").write_text(
        f'[broker]\nurl = "mqtts://127.0.0.1:{broker.url.port}"\nusername = "kelex-bridge"\n'
        f'password = "!secret mqtt-kelex-bridge"\nca = "{authority.file}"\n'
        f'certificate = "{client}"\nkey = "{client_key}"\n'
    )
    broker.start()
    house = Kelex(home, "up", "--no-console")
    try:
        house.says("kelex: online")
        yield SimpleNamespace(broker=broker, house=house, secrets=secrets, authority=authority, home=home)
    finally:
        house.stop()
        broker.stop()


@pytest.fixture
def client(site: Any) -> Iterator[Any]:
    clients: list[Client] = []

    def connect(user: str, password: str | None = None) -> Client:
        clients.append(Client(site, user, password))
        return clients[-1]

    yield connect
    for one in clients:
        one.close()


def test_the_bridge_works_over_tls_with_its_certificate_and_speaks_mqtt_5(site, client):
    lara = client("kelex-lara")
    lara.subscribe("kelex/#")
    online = ("kelex/drone/kelex/availability", b"online")
    until(lambda: online in [(m.topic, m.payload) for m in lara.heard], "the bridge at the broker, the drone online")
    lara.publish("kelex/drone/kelex/request/look", b'{"pan": 20, "tilt": 5, "transaction": "t1"}')
    until(lambda: any(m.topic.endswith("response/look") and b'"t1"' in m.payload for m in lara.heard), "the answer")
    until(lambda: "kelex/drone/kelex/event/body" in lara.topics(), "its end")


def test_the_command_line_uses_the_same_certificates(site):
    done = site.house.run("look", "10", "0")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_answer_goes_where_mqtt_5_asks_for_it_with_its_correlation(site, client):
    lara = client("kelex-lara")
    lara.subscribe("kelex/reply/lara")
    asked = {"ResponseTopic": "kelex/reply/lara", "CorrelationData": b"\x00\x01 mine"}
    assert lara.publish("kelex/drone/kelex/request/stats", b"{}", **asked)
    until(lambda: lara.heard, "the answer")
    assert lara.heard[0].properties.CorrelationData == b"\x00\x01 mine"
    assert b'"ok"' in lara.heard[0].payload


def test_no_answer_goes_to_what_only_the_bridge_says(site, client):
    lara = client("kelex-lara")
    lara.subscribe("kelex/#")
    assert lara.publish("kelex/drone/kelex/request/stats", b'{"transaction": "x"}', ResponseTopic="kelex/house/mode")
    until(lambda: any(b'"x"' in m.payload for m in lara.heard), "the answer")
    assert not any(b'"x"' in m.payload for m in lara.heard if m.topic == "kelex/house/mode")


def test_an_order_sent_as_a_retained_one_is_refused_always(site, client):
    lara = client("kelex-lara")
    lara.subscribe("kelex/drone/kelex/response/#")
    topic = "kelex/drone/kelex/request/look"
    lara.publish(topic, b'{"pan": 1, "tilt": 1, "transaction": "ghost"}', retain=True)
    until(lambda: any(b'"retained"' in m.payload and b'"ghost"' in m.payload for m in lara.heard), "the refusal")
    lara.publish(topic, b"", retain=True)


def test_a_reader_reads_all_and_orders_nothing(site, client):
    reader = client("kelex-reader")
    reader.subscribe("kelex/#")
    until(lambda: "kelex/house/info" in reader.topics(), "the house's info")
    for topic in (
        "kelex/drone/kelex/request/look", "kelex/drone/kelex/set/head_pan", "kelex/house/request/announce",
        "kelex/world/request/cry", "kelex/house/availability", "homeassistant/device/kelex_house/config", "else",
    ):  # fmt: skip
        assert not reader.publish(topic), topic


def test_a_household_client_orders_and_cannot_speak_as_the_bridge(site, client):
    lara = client("kelex-lara")
    for topic in (
        "kelex/house/availability", "kelex/house/info", "kelex/house/event/doorbell", "kelex/house/response/announce",
        "kelex/drone/kelex/senses", "kelex/drone/kelex/event/body", "kelex/house/discovery", "kelex/house/alerts/x",
        "kelex/world/request/cry", "homeassistant/status", "homeassistant/device/kelex_house/config",
    ):  # fmt: skip
        assert not lara.publish(topic), topic
    for topic in ("kelex/drone/kelex/request/stats", "kelex/house/request/brief", "kelex/drone/kelex/set/stop"):
        assert lara.publish(topic), topic


def test_the_world_is_for_who_plays_it(site, client):
    world = client("kelex-world")
    assert world.publish("kelex/world/request/ring")
    assert not world.publish("kelex/drone/kelex/request/look")


def test_home_assistant_reads_discovery_says_its_birth_and_orders(site, client):
    ha = client("kelex-homeassistant")
    ha.subscribe("homeassistant/#")
    until(lambda: "homeassistant/device/kelex_house/config" in ha.topics(), "the house's discovery")
    assert ha.publish("homeassistant/status", b"online")
    assert ha.publish("kelex/drone/kelex/set/head_pan", b"3")
    assert not ha.publish("kelex/house/availability", b"offline")


def test_who_is_not_known_or_has_another_password_stays_outside(site, client):
    assert client("kelex-lara", "guessed").refused
    assert client("zod", "kneel").refused


def test_no_password_is_in_what_the_house_says_and_publishes(site, client):
    reader = client("kelex-reader")
    reader.subscribe("#")
    until(lambda: "kelex/house/info" in reader.topics(), "the house's info")
    said = "\n".join(site.house.lines).encode() + b"".join(m.payload for m in reader.heard)
    for password in site.secrets.values():
        assert password.encode() not in said


@pytest.mark.parametrize("wrong", ["expired", "stranger", "none", "another host"])
def test_a_wrong_certificate_is_said_once_and_tried_on(site, mosquitto_binary, tmp_path, wrong):
    """Ours is expired, from another authority or missing; or the broker's is for another host."""
    lines = (site.home / "kelex.toml").read_text().splitlines()
    home = tmp_path / "home"
    shutil.copytree(site.home, home)
    broker = None
    if wrong == "another host":
        server, key = site.authority.issue("other", host="127.0.0.9")
        settings = ("allow_anonymous true", f"certfile {server}", f"keyfile {key}")
        broker = Mosquitto(mosquitto_binary, tmp_path, *settings)
        broker.start()
        lines[1] = f'url = "mqtts://127.0.0.1:{broker.url.port}"'
    lines = [line for line in lines if not line.startswith(("certificate", "key"))]
    if wrong in ("expired", "stranger"):
        from homeassistant.certificates import DAY

        authority = Authority(tmp_path, "stranger") if wrong == "stranger" else site.authority
        certificate, key = authority.issue(wrong, valid=-DAY if wrong == "expired" else DAY)
        lines += [f'certificate = "{certificate}"', f'key = "{key}"']
    (home / "kelex.toml").write_text("\n".join(lines))
    house = Kelex(home, "up", "--no-console")
    try:
        house.says("Trying on")
        until(lambda: site.broker and len(house.lines) >= 1, "a line")
        threading.Event().wait(2.5)  # several attempts
        assert sum("Trying on" in line for line in house.lines) == 1, house.lines
        assert replace(site.broker.url).address.rpartition(":")[0] in "\n".join(house.lines)
    finally:
        assert house.stop() == 0
        if broker:
            broker.stop()
