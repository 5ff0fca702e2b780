"""A real Home Assistant as a child process, in a folder of its own, spoken to by its own web API alone."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from acceptance.household import until
from brokers import free_port
from kelex_host.broker_url import BrokerUrl
from websockets.sync.client import connect

PATIENCE_S = 300.0
NO_STATE = ("unknown", "unavailable")
_CONFIGURATION = """\
http:
  server_host: 127.0.0.1
  server_port: {port}
api:
auth:
config:
websocket_api:
onboarding:
recorder:
  commit_interval: 0
history:
device_automation:
automation: !include automations.yaml
script: {{}}
"""


class HomeAssistant:
    """`start` and `stop` it; everything else needs it running."""

    def __init__(self, python: Path, folder: Path, automations: list[dict[str, Any]]) -> None:
        self.port = free_port()
        self._python, self._folder = python, folder
        folder.mkdir(exist_ok=True)
        (folder / "configuration.yaml").write_text(_CONFIGURATION.format(port=self.port))
        (folder / "automations.yaml").write_text(json.dumps(automations))  # JSON is YAML
        self._process: subprocess.Popen[bytes] | None = None
        self._token = ""
        self._ids: dict[str, str] = {}

    def start(self) -> None:
        """Returns when it says that it is running."""
        log = (self._folder / "console.log").open("ab")
        command = [self._python, "-m", "homeassistant", "--config", self._folder, "--skip-pip"]
        self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until(self._answers, "Home Assistant's web server", PATIENCE_S)
        if not self._token:
            self._onboard()
        until(lambda: self.get("/api/config").get("state") == "RUNNING", "Home Assistant running", PATIENCE_S)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            finally:
                self._process.kill()
                self._process = None

    def add_mqtt(self, url: BrokerUrl) -> None:
        """Tell it of a broker, as its user interface does."""
        flow = self.post("/api/config/config_entries/flow", {"handler": "mqtt"})
        broker = {"broker": url.host, "port": url.port}
        done = self.post(f"/api/config/config_entries/flow/{flow['flow_id']}", broker)
        assert done["type"] == "create_entry", done

    def log(self) -> str:
        """What it has logged so far."""
        return (self._folder / "home-assistant.log").read_text("utf-8", "replace")

    # Entities, by their unique ids

    def entities(self) -> dict[str, str]:
        """The registry's entities of MQTT: unique id to entity id."""
        return {
            entry["unique_id"]: entry["entity_id"]
            for entry in self.command("config/entity_registry/list")
            if entry["platform"] == "mqtt"
        }

    def devices(self) -> list[dict[str, Any]]:
        """The registry's devices that Kelex made."""
        found: list[dict[str, Any]] = self.command("config/device_registry/list")
        return [device for device in found if device["manufacturer"] == "Kelex"]

    def states(self) -> dict[str, dict[str, Any]]:
        """The state machine's states of MQTT's entities, by unique id; only those that have one."""
        states = {state["entity_id"]: state for state in self.get("/api/states")}
        return {unique: states[id] for unique, id in self.entities().items() if id in states}

    def state(self, unique_id: str) -> str:
        """A state; empty where there is none."""
        if unique_id not in self._ids:
            self._ids = self.entities()
        try:
            return str(self.get(f"/api/states/{self._ids[unique_id]}")["state"])
        except KeyError:
            return ""
        except urllib.error.HTTPError:
            self._ids = {}  # it is gone, or called another name now
            return ""

    def comes_to(self, unique_id: str, *wanted: str, patience_s: float = 30.0) -> None:
        """Wait until an entity has one of these states. It looks now and then: asking costs Home Assistant's time."""
        until(
            lambda: self.state(unique_id) in wanted or time.sleep(0.1), f"{unique_id} {' or '.join(wanted)}", patience_s
        )

    def call(self, service: str, unique_id: str, **data: Any) -> None:
        """Call a service on an entity."""
        target = {"entity_id": self.entities()[unique_id]}
        self.post(f"/api/services/{service.replace('.', '/')}", {**target, **data})

    # Its API

    def get(self, path: str) -> Any:
        return self._ask(urllib.request.Request(self._url(path), headers=self._headers()))

    def post(self, path: str, data: dict[str, Any]) -> Any:
        headers = {**self._headers(), "Content-Type": "application/json"}
        return self._ask(urllib.request.Request(self._url(path), json.dumps(data).encode(), headers))

    def command(self, type: str, **fields: Any) -> Any:
        """A command of its websocket API, and the answer."""
        with self.socket() as send:
            return send(type, **fields)

    def socket(self) -> Socket:
        return Socket(self._url("/api/websocket").replace("http", "ws", 1), self._token)

    def _onboard(self) -> None:
        client = self._url("/")
        user = {"client_id": client, "name": "A", "username": "a", "password": "a secret", "language": "en"}
        code = self.post("/api/onboarding/users", user)["auth_code"]
        form = urlencode({"grant_type": "authorization_code", "code": code, "client_id": client}).encode()
        self._token = self._ask(urllib.request.Request(self._url("/auth/token"), form))["access_token"]

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "console.log").read_text()[-2000:]
        try:
            with urllib.request.urlopen(self._url("/api/onboarding"), timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
            return False

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"} if self._token else {}

    def _url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def _ask(self, request: urllib.request.Request) -> Any:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")


class Socket:
    """Its websocket API. Calling it sends a command and gives the result."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = connect(url, max_size=None)
        self._connection.recv()
        self._connection.send(json.dumps({"type": "auth", "access_token": token}))
        assert json.loads(self._connection.recv())["type"] == "auth_ok"
        self._last = 0

    def __enter__(self) -> Callable[..., Any]:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def __call__(self, type: str, **fields: Any) -> Any:
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "type": type, **fields}))
        while True:
            answer = json.loads(self._connection.recv(60))
            if answer["id"] == self._last and answer["type"] == "result":
                assert answer["success"], answer
                return answer["result"]

    def next_event(self, timeout_s: float) -> Any:
        """The next event of a subscription; raises TimeoutError."""
        while True:
            answer = json.loads(self._connection.recv(timeout_s))
            if answer["type"] == "event":
                return answer["event"]
