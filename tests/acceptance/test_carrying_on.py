"""Parts of it die, or are not what they should be: it says so, and carries on when they are back."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import threading
import tty
from pathlib import Path

import pytest
from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from brokers import Mosquitto

AVAILABLE = "kelex/drone/kelex/availability"


def test_killed_it_is_offline_by_its_last_will_and_a_restart_resumes(home: Path, mosquitto: Mosquitto) -> None:
    client = Client(mosquitto.url.port)
    house = Kelex(home, "up", "--broker", str(mosquitto.url))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")

    house.stop(signal.SIGKILL)
    until(lambda: client.latest("kelex/house/availability") == b"offline", "the Last Will")

    house = Kelex(home, "up", "--broker", str(mosquitto.url))
    try:
        until(lambda: client.latest("kelex/house/availability") == b"online", "online again")
        until(lambda: client.latest(AVAILABLE) == b"online", "the drone online again")
        assert client.ask("drone/kelex", "look", pan=1, tilt=1)["status"] == "ok"
    finally:
        house.stop()
        client.close()


def test_even_the_embedded_broker_tells_of_a_killed_house(home: Path) -> None:
    house = Kelex(home, "up")
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/house/availability") == b"online", "the house online")
    house.stop(signal.SIGKILL)
    until(lambda: client.latest("kelex/house/availability") == b"offline", "the Last Will")
    client.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_offline_and_exits_cleanly(home: Path, number: signal.Signals) -> None:
    house = Kelex(home, "up")
    client = Client(port_of(house))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
    assert house.stop(number) == 0
    assert client.latest("kelex/house/availability") == b"offline"
    assert client.latest(AVAILABLE) == b"offline"
    client.close()


def take_port(port: int) -> socket.socket | None:
    """Listen at a port; None where somebody else does."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
        taken.listen()
    except OSError:
        taken.close()
        return None
    return taken


def test_a_taken_port_is_said_aloud_and_another_one_is_used(home: Path) -> None:
    said = r"Port 1883 is taken, so the embedded broker listens at \d+\."
    for _ in range(20):
        # Another test's house may have it already, which serves as well, unless that one ends just now.
        taken = take_port(1883)
        house = Kelex(home, "up")
        port = port_of(house)
        if port != 1883:
            break
        house.stop()
    assert port != 1883
    house.says(said)
    assert house.run("look", "1", "1").returncode == 0
    house.stop()
    if taken:
        taken.close()


def test_no_broker_is_said_once_and_tried_again_until_it_is_there(home: Path, mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    house = Kelex(home, "up", "--broker", str(mosquitto.url))
    house.says(f"127.0.0.1:{mosquitto.url.port}.*Trying on")
    mosquitto.start()
    house.says("is up")
    house.stop()
    assert len([line for line in house.lines if "Trying on" in line]) == 1


def test_a_simulated_drone_on_a_terminal_serves_another_house_through_unplugging(home: Path) -> None:
    drone = Kelex(home / "sim", "sim")
    port = drone.says(r"--port (\S+)")[1]
    house = Kelex(home, "up", "--port", port)
    client = Client(port_of(house))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")

    drone.type("unplug kelex 1")
    until(lambda: client.latest(AVAILABLE) == b"offline", "offline")
    drone.type("enter lara nursery")
    until(lambda: client.latest(AVAILABLE) == b"online", "online again")
    until(lambda: client.events("detected"), "the event of the time in between")

    client.send("kelex/world/request/truth", b'{"transaction": "w"}')
    answer = until(lambda: client.responses("kelex/world/response/truth", "w"), "the response")[0]
    assert answer["error"]["code"] == "unknown_verb"
    assert len(client.events("detected")) == 1
    house.stop()
    drone.stop()
    client.close()


def test_killed_in_the_middle_of_a_cry_the_drone_sounds_the_alarm_and_the_next_house_hears_of_it_once(
    home: Path, mosquitto: Mosquitto
) -> None:
    drone = Kelex(home / "sim", "sim")
    port = drone.says(r"--port (\S+)")[1]
    client = Client(mosquitto.url.port)
    up = ("up", "--port", port, "--broker", str(mosquitto.url))
    house = Kelex(home, *up)
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")

    drone.type("cry 25")
    until(lambda: client.events("cry_started"), "the cry told")
    house.stop(signal.SIGKILL)

    def sounds() -> bool:
        drone.type("truth")
        return any('"tone_hz": 1' in line for line in drone.lines)

    until(sounds, "the drone's own alarm")
    house = Kelex(home, *up)
    until(lambda: client.events("cry_ended"), "the end of the cry", patience_s=60)
    for event_type in ("cry_started", "cry_ended"):
        ids = {event["event_id"] for event in client.events(event_type)}
        assert len([id for id in ids if id.startswith("kelex-")]) == 1, event_type
    assert "host_silent" in [event.get("alarm") for event in client.events("raised")]
    house.stop()
    drone.stop()
    client.close()


def test_a_simulated_drone_on_tcp_serves_a_house(home: Path) -> None:
    drone = Kelex(home / "sim", "sim", "--tcp", "0")
    house = Kelex(home, "up", "--port", drone.says(r"--port (socket://\S+)")[1])
    client = Client(port_of(house))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
    drone.stop()
    until(lambda: client.latest(AVAILABLE) == b"offline", "offline")
    house.says(r"Nothing answers at socket://.*Trying on")
    house.stop()
    client.close()


def test_a_second_house_on_one_broker_is_told_and_its_end_does_not_take_the_first_one_offline(
    home: Path, mosquitto: Mosquitto
) -> None:
    client = Client(mosquitto.url.port)
    first = Kelex(home / "a", "up", "--broker", str(mosquitto.url))
    first.says("is up")
    second = Kelex(home / "b", "up", "--broker", str(mosquitto.url))
    second.says("A house is online under kelex/ at this broker already")
    second.stop()
    until(lambda: client.seen[-1][1] != b"offline" and client.latest("kelex/house/availability") == b"online", "healed")
    until(lambda: client.latest(AVAILABLE) == b"online", "the first one's drone online")
    first.stop()
    client.close()


def test_a_second_house_of_one_home_leaves_the_clients_to_the_first(home: Path) -> None:
    first = Kelex(home, "up")
    port = port_of(first)
    second = Kelex(home, "up")
    second.says("Clients do not find this house by themselves")
    second.stop()
    assert first.run("world", "truth").returncode == 0
    assert port_of(first) == port
    first.stop()


def test_a_missing_port_is_one_sentence_with_its_mend(home: Path) -> None:
    house = Kelex(home, "up", "--port", str(home / "ttyACM9"))
    house.says(r"There is no port .*ttyACM9; plug the board in, or name another with --port\. Trying on\.")
    house.stop()


def test_another_firmware_on_the_board_is_named_with_its_mend(home: Path) -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def chatter() -> None:
        while not stop.wait(0.2):
            os.write(master, b"\r\nMicroPython v1.26.1 on 2025-09-11; Raspberry Pi Pico with RP2040\r\n>>> ")

    threading.Thread(target=chatter, daemon=True).start()
    house = Kelex(home, "up", "--port", os.ttyname(slave))
    house.says("something answers on its port, but not Kelex.*kelex flash")
    house.stop()
    stop.set()


def test_the_wheel_in_an_empty_environment_runs_the_house(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run(["uv", "build", "--wheel", "--quiet", "--out-dir", str(tmp_path), str(root)], check=True)
    subprocess.run(["uv", "venv", "--quiet", str(tmp_path / "env")], check=True)
    python = tmp_path / "env" / "bin" / "python"
    wheel = next(tmp_path.glob("*.whl"))
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", str(python), str(wheel)], check=True)
    program = str(tmp_path / "env" / "bin" / "kelex")
    subprocess.run([program, "hardware", "check"], cwd=tmp_path, check=True)  # it has the board's file with it
    house = Kelex(tmp_path / "home", "up", program=(program,))
    client = Client(port_of(house))
    until(lambda: client.latest(AVAILABLE) == b"online", "the drone online")
    assert house.stop() == 0
    client.close()
