"""Prometheus' metrics on a port of their own: what the house's health document says, in Prometheus' words.

It answers `GET /metrics` and nothing else, to requests whose Host is allowed: a page in somebody's browser cannot read
it by a name of its own that leads here (DNS rebinding).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import h11
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kelex_host.console.access import LOOPBACK, name_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REQUEST_S = 5.0
REQUEST_BYTES_MOST = 8192
CONNECTIONS_MOST = 16
Health = Callable[[], dict[str, Any]]

_COUNTERS = {"dropped": "Messages dropped because too many waited.", "broker_connections": "Sessions with the broker."}
_GAUGES = {"uptime_s": "For how long the bridge runs.", "queued": "Messages that wait for the broker."}
_NAMES = {"uptime_s": "uptime_seconds"}


class MetricsPort:
    """`health` gives the document as it is now; `hosts` are further names that a request may call us by."""

    def __init__(self, health: Health, version: str, hosts: Iterable[str] = ()) -> None:
        self.refused = 0
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(HealthCollector(health, version))
        self._hosts = LOOPBACK | set(hosts)
        self._server: asyncio.Server | None = None
        self.open_connections = 0

    async def start(self, host: str, port: int) -> int:
        """Listen; the port, which is another where 0 was given. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=REQUEST_BYTES_MOST)
        listening: int = self._server.sockets[0].getsockname()[1]
        return listening

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.open_connections >= CONNECTIONS_MOST:
            writer.close()
            return
        self.open_connections += 1
        try:
            async with asyncio.timeout(REQUEST_S):
                connection = h11.Connection(h11.SERVER, max_incomplete_event_size=REQUEST_BYTES_MOST)
                status, body = self._answer(await _request(connection, reader))
                for event in _response(status, body):
                    writer.write(connection.send(event) or b"")
                await writer.drain()
        except (OSError, TimeoutError, h11.ProtocolError):
            self.refused += 1
        finally:
            self.open_connections -= 1
            writer.close()

    def _answer(self, request: h11.Request | None) -> tuple[int, bytes]:
        if request is None:
            raise ConnectionResetError
        headers = dict(request.headers)
        if name_of(headers.get(b"host", b"").decode("latin-1")) not in self._hosts:
            self.refused += 1
            return 421, b"This host is not one of [metrics] hosts.\n"
        if request.method != b"GET" or request.target.partition(b"?")[0] != b"/metrics":
            self.refused += 1
            return 404, b"There is only GET /metrics.\n"
        return 200, generate_latest(self._registry)


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    """The one request of a connection; None when it ends before that."""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Request):
            return event
        if event is not h11.NEED_DATA:
            return None
        connection.receive_data(await reader.read(REQUEST_BYTES_MOST))


def _response(status: int, body: bytes) -> Iterator[h11.Event]:
    headers = [("Content-Type", CONTENT_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
    yield h11.Response(status_code=status, headers=headers)
    yield h11.Data(data=body)
    yield h11.EndOfMessage()


class HealthCollector(Collector):
    """The health document as metrics, read when they are asked for."""

    def __init__(self, health: Health, version: str) -> None:
        self._health = health
        self._version = version

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        health = self._health()
        about = GaugeMetricFamily("kelex_build_info", "The bridge's version.", labels=["version"])
        about.add_metric([self._version], 1)
        yield about
        for key, help in _GAUGES.items():
            yield GaugeMetricFamily(f"kelex_{_NAMES.get(key, key)}", help, value=health[key])
        for key, help in _COUNTERS.items():
            yield CounterMetricFamily(f"kelex_{key}", help, value=health[key])
        refused = CounterMetricFamily("kelex_requests_refused", "Requests refused, by error code.", labels=["code"])
        for code, count in health["refused"].items():
            refused.add_metric([code], count)
        yield refused
        yield from _of_drones(health["drones"])


def _of_drones(drones: dict[str, dict[str, Any]]) -> Iterator[Metric]:
    online = GaugeMetricFamily("kelex_drone_online", "Whether a drone answers.", labels=["drone"])
    connections = CounterMetricFamily("kelex_drone_connections", "How often it came online.", labels=["drone"])
    link = CounterMetricFamily("kelex_drone_link", "Counters of a drone's link.", labels=["drone", "figure"])
    stats = GaugeMetricFamily("kelex_drone_stats", "A drone's own figures.", labels=["drone", "figure"])
    for drone, health in drones.items():
        online.add_metric([drone], health["online"])
        connections.add_metric([drone], health["connections"])
        for family, figures in ((link, health["link"]), (stats, health["stats"])):
            for figure, count in figures.items():
                if isinstance(count, int | float):
                    family.add_metric([drone, figure], count)
    yield from (online, connections, link, stats)
