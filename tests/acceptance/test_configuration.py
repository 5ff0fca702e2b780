"""A house whose broker wants a password that is a secret: it comes up, its clients find it, nobody is shown it."""

import json

from acceptance.household import Kelex
from brokers import Mosquitto, password_file

PASSWORD = "s3cr3t/@:?"


def test_a_secret_password_opens_the_broker_and_stays_secret(home, mosquitto_binary, tmp_path_factory):
    folder = tmp_path_factory.mktemp("broker")
    broker = Mosquitto(mosquitto_binary, folder, f"password_file {password_file(folder, 'lara', PASSWORD)}")
    (home / "kelex.toml").write_text(f'[broker]\nurl = "{broker.url}"\nusername = "lara"\npassword = "!secret mqtt"\n')
    (home / "secrets.toml").write_text(f'mqtt = "{PASSWORD}"\n')
    (home / "secrets.toml").chmod(0o600)
    broker.start()
    try:
        house = Kelex(home, "up")
        house.says("is up")
        house.says("kelex: online")
        seen = house.run("watch", "--all", "--count", "4").stdout
        report = house.run("doctor", "--json")
        assert report.returncode == 0, report.stdout
        assert house.stop() == 0
    finally:
        broker.stop()
    assert "A house is online under kelex/." in [finding["text"] for finding in json.loads(report.stdout)]
    said = "\n".join([*house.lines, seen, report.stdout, report.stderr])
    assert "lara:***@" in said
    assert "s3cr3t" not in said
