"""Starts the metrics port of a running house, where one is configured."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from kelex_host.config.outside import MetricsSettings
from kelex_host.shells.metrics_port import Health, MetricsPort


async def start_metrics(settings: MetricsSettings, health: Health, tell: Callable[[str], None]) -> MetricsPort | None:
    """The metrics port; None where there is to be none, or the port cannot be had, which is said."""
    if not settings.port:
        return None

    metrics = MetricsPort(health, version("kelex"), [*settings.hosts, settings.address])
    try:
        await metrics.start(settings.address, settings.port)
    except OSError as error:
        why = error.strerror or error
        tell(f"The metrics have no port at {settings.address}:{settings.port} ({why}): choose another [metrics] port.")
        return None
    return metrics
