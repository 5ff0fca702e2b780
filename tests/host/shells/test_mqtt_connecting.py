"""How the MQTT client gets a connection and loses it: wills, restarts, refusals, certificates, silence."""

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from brokers import Mosquitto
from host.shells.conftest import OnBroker, Recorder, client, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.mqtt_session import MqttSession

# A client that says "up" when the broker has accepted it, and then lives until it is killed.
VICTIM = """
import asyncio, sys
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.mqtt_client import MqttClient
class Events:
    def connected(self): print("up", flush=True)
    def lost(self, why): pass
    def message(self, topic, payload, retained): pass
    def published(self, token): pass
will = ("kelex/house/availability", b"offline")
asyncio.run(MqttClient(BrokerUrl.parse(sys.argv[1]), "victim", will, Events()).run())
"""


def test_will_when_the_process_is_killed_but_not_on_close(on_broker: OnBroker) -> None:
    async def body(url: BrokerUrl) -> None:
        topic = "kelex/house/availability"
        async with client(url, "witness") as (witness, events):
            await witness.subscribe([(topic, 1)])
            async with client(url, "polite", (topic, b"offline")) as (polite, _):
                polite.publish(topic, b"online", qos=1, retain=True)
            await until(lambda: events.messages, "online arrives")
            victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(url)], stdout=subprocess.PIPE)
            try:
                assert victim.stdout is not None
                assert await asyncio.to_thread(victim.stdout.readline) == b"up\n"
                assert events.messages == [(topic, b"online", False)]
            finally:
                victim.send_signal(signal.SIGKILL)
                victim.communicate()
            await until(lambda: len(events.messages) > 1, "the will arrives")
            assert events.messages[1:] == [(topic, b"offline", False)]
            async with client(url, "late") as (late, late_events):
                await late.subscribe([(topic, 1)])
                await until(lambda: late_events.messages, "the will was retained")
                assert late_events.messages == [(topic, b"offline", True)]

    on_broker(body)


def test_returns_after_a_broker_restart(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with client(mosquitto.url, "one") as (one, events):
            mosquitto.stop()
            await until(lambda: events.losses, "loss told")
            assert not one.connected
            with pytest.raises(BrokerError):
                one.publish("t", b"", qos=1, retain=False)
            mosquitto.start()
            await until(lambda: events.connections == 2, "reconnected")
            assert len(events.losses) == 1
            await one.subscribe([("t", 1)])
            one.publish("t", b"again", qos=1, retain=False)
            await until(lambda: events.messages and events.tokens, "works again")

    asyncio.run(body())


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_says_once_why_it_cannot_connect_and_keeps_trying(host: str, mosquitto_binary: str, tmp_path: Path) -> None:
    async def body() -> None:
        broker = Mosquitto(mosquitto_binary, tmp_path, "allow_anonymous true")
        events = Recorder()
        one = MqttClient(BrokerUrl(host, broker.url.port), "one", None, events)
        running = asyncio.create_task(one.run())
        await until(lambda: events.losses, "refusal told")
        if host == "127.0.0.1":
            assert events.losses[0].startswith(f"No MQTT broker answers at {broker.url.address}: start one with")
            broker.start()
            await until(lambda: events.connections, "connected once there is a broker")
            broker.stop()
        else:
            assert "host name 'no-such-host.invalid' is unknown" in events.losses[0]
        assert len(events.losses) == 1
        await one.close()
        await running

    asyncio.run(body())


def test_bad_credentials_are_told_without_the_password(mosquitto_binary: str, tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("")
    broker = Mosquitto(mosquitto_binary, tmp_path, "allow_anonymous false", f"password_file {tmp_path}/passwords")

    async def body() -> None:
        url = BrokerUrl("127.0.0.1", broker.url.port, username="lara", password="s3cr3t")
        with pytest.raises(BrokerError) as caught:
            async with MqttSession(url):
                pass
        assert str(caught.value) == (
            f"The MQTT broker at {url.address} refuses user 'lara': correct the name or the password."
        )
        with pytest.raises(BrokerError, match="wants a user name"):
            async with MqttSession(broker.url):
                pass

    broker.start()
    try:
        asyncio.run(asyncio.wait_for(body(), 15))
    finally:
        broker.stop()


def test_tls_checks_the_certificate_and_reads_all_that_was_decrypted(
    mosquitto_binary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here to make a certificate: install it with `apt-get install openssl`")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {certificate} -subj /CN=localhost"
    subprocess.run([*make.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    broker = Mosquitto(mosquitto_binary, tmp_path, f"certfile {certificate}", f"keyfile {key}", "allow_anonymous true")
    url = BrokerUrl("127.0.0.1", broker.url.port, tls=True)

    async def body() -> None:
        with pytest.raises(BrokerError, match="self-signed certificate"):
            async with MqttSession(url):
                pass
        with pytest.raises(BrokerError, match="whether it wants mqtts://"):
            async with MqttSession(broker.url):
                pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with client(url, "one") as (one, events):
            await one.subscribe([("many", 0)])
            for n in range(500):
                one.publish("many", b"%d" % n, qos=0, retain=False)
            await until(lambda: len(events.messages) == 500, "all arrive, the last ones too")

    broker.start()
    try:
        asyncio.run(body())
    finally:
        broker.stop()


def test_a_silent_server_does_not_hold_the_loop_or_the_exit() -> None:
    async def body() -> None:
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        url = BrokerUrl("127.0.0.1", server.sockets[0].getsockname()[1])
        began_s = asyncio.get_running_loop().time()
        with pytest.raises(BrokerError, match="No MQTT broker answers"):
            async with MqttSession(url, timeout_s=0.3):
                pass
        assert asyncio.get_running_loop().time() - began_s < 2
        server.close()

    asyncio.run(body())
