"""Starts the metrics port of a running house, where one is configured."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version

from kelex_host.bridge import self_portrait
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.now import Now
from kelex_host.config.outside import MetricsSettings
from kelex_host.shells.metrics_port import MetricsPort


async def start_metrics(settings: MetricsSettings, bridge: Bridge, tell: Callable[[str], None]) -> MetricsPort | None:
    """The metrics port; None where there is to be none, or the port cannot be had, which is said."""
    if not settings.port:
        return None

    def health() -> dict[str, object]:
        return self_portrait.health(bridge, Now(time.monotonic(), time.time()))

    metrics = MetricsPort(health, version("kelex"), [*settings.hosts, settings.address])
    try:
        await metrics.start(settings.address, settings.port)
    except OSError as error:
        why = error.strerror or error
        tell(f"The metrics have no port at {settings.address}:{settings.port} ({why}): choose another [metrics] port.")
        return None
    return metrics
