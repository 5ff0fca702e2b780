"""A house whose disk is full goes on, grants nothing that it could forget, and is itself again once there is room."""

from __future__ import annotations

import json
import resource
from pathlib import Path

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, run, until

ROOM_BYTES = 30_000
ASKED_MOST = 500


def test_on_a_full_disk_the_house_goes_on_and_loses_nothing_that_it_granted(tmp_path: Path) -> None:
    house = Kelex(tmp_path, "up", "--no-console")
    house.says("is up")
    client = Client(port_of(house))
    until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
    granted = [ask(client, 0)]
    largest = max(file.stat().st_size for file in tmp_path.glob("journal.db*"))
    # To SQLite a file that may not grow is a disk that refuses.
    house.limit(resource.RLIMIT_FSIZE, largest + ROOM_BYTES)
    for number in range(1, ASKED_MOST):
        granted.append(ask(client, number))
        if granted[-1] == "busy":
            break
    assert granted[-1] == "busy"
    assert any("journal" in line for line in house.lines), "the person at the terminal is told"
    assert client.ask("drone/kelex", "look", pan=5, tilt=5)["status"] == "ok", "the drone obeys all the same"
    house.limit(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
    until(lambda: ask(client, ASKED_MOST) == "ok" or ask(client, ASKED_MOST + 1) == "ok", "requests granted again")
    titles = [f"item {number}" for number, status in enumerate(granted) if status == "ok"]
    until(lambda: set(titles) <= {event["title"] for event in client.events("news_item")}, "each granted one told")
    client.close()
    assert house.stop() == 0
    done = run(tmp_path, "replay", str(tmp_path / "journal.db"), "--json")
    assert json.loads(done.stdout)["same"] is True, done.stdout


def ask(client: Client, number: int) -> str:
    """`ok`, or the code of the error."""
    answer = client.ask("house", "news", title=f"item {number}", summary="x" * 900)
    return "ok" if answer["status"] == "ok" else str(answer["error"]["code"])
