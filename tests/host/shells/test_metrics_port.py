"""The metrics port: what Prometheus reads, and who does not get in."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from kelex_host.shells.metrics_port import CONNECTIONS_MOST, REQUEST_BYTES_MOST, MetricsPort
from prometheus_client.parser import text_string_to_metric_families

DRONE = {
    "online": True,
    "identity": "kelex 0.1.0",
    "connections": 3,
    "link": {"frames": 12, "frames_refused": 0},
    "stats": {"heap_free": 130000, "reset_cause": "power_on", "paired": True},
}
HEALTH = {
    "uptime_s": 5, "queued": 1, "dropped": 0, "broker_connections": 2,
    "refused": {"unsigned": 4}, "drones": {"k": DRONE},
}  # fmt: skip


@asynccontextmanager
async def served(**options):
    metrics = MetricsPort(lambda: HEALTH, "1.2.3", **options)
    port = await metrics.start("127.0.0.1", 0)
    try:
        yield metrics, port
    finally:
        await metrics.stop()


async def ask(port, request=b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body.decode()


def run(body, **options):
    async def main():
        async with served(**options) as (metrics, port):
            return await body(metrics, port)

    return asyncio.run(main())


def test_it_says_what_the_health_document_says():
    async def body(_, port):
        return await ask(port)

    status, text = run(body)
    assert b" 200 " in status
    found = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    samples = {(sample.name, *sample.labels.values()): sample.value for sample in found}
    assert samples["kelex_uptime_seconds",] == 5
    assert samples["kelex_requests_refused_total", "unsigned"] == 4
    assert samples["kelex_drone_online", "k"] == 1
    assert samples["kelex_drone_link_total", "k", "frames"] == 12
    assert samples["kelex_drone_stats", "k", "heap_free"] == 130000
    assert samples["kelex_build_info", "1.2.3"] == 1


@pytest.mark.parametrize(
    ("request_line", "host", "wanted"),
    [
        ("GET /metrics", "127.0.0.1:9100", b"200"), ("GET /metrics", "[::1]:9100", b"200"),
        ("GET /metrics", "kelex.lan", b"200"), ("GET /metrics", "evil.example", b"421"),
        ("GET /metrics", "localhost.evil.example", b"421"), ("GET /", "localhost", b"404"),
        ("POST /metrics", "localhost", b"404"), ("GET /metrics/../x", "localhost", b"404"),
    ],
)  # fmt: skip
def test_only_metrics_and_only_under_names_that_are_allowed(request_line, host, wanted):
    async def body(_, port):
        return await ask(port, f"{request_line} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())

    status, text = run(body, hosts=["kelex.lan"])
    assert wanted in status
    assert wanted == b"200" or "kelex_uptime" not in text


@pytest.mark.parametrize(
    "bad", [b"", b"\x00" * 50, b"GET\r\n\r\n", b"GET /metrics HTTP/1.1\r\n\r\n", b"a" * (2 * REQUEST_BYTES_MOST)]
)
def test_what_is_no_request_is_hung_up_on_and_the_next_is_served(bad):
    async def body(metrics, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(bad)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return await ask(port)

    assert b" 200 " in run(body)[0]


def test_idle_connections_do_not_pile_up():
    async def body(metrics, port):
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS_MOST + 3)]
        assert await asyncio.wait_for(idle[-1][0].read(), 20) == b""
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()
        while metrics.open_connections:
            await asyncio.sleep(0)
        return await ask(port)

    assert b" 200 " in run(body)[0]
