"""How fast a backlog of QoS 1 drains, by its length: through paho's own queue, and through our outbox.

DESIGN draws the bar of `backlog_speed.py` on paho's queue getting slower with its length; here that is measured.
"""

from __future__ import annotations

import asyncio

from backlog_speed import ours, paho
from measure import Row
from real_broker import real_broker

LENGTHS = (1_000, 10_000, 50_000)


def rows() -> list[Row]:
    made = []
    with real_broker() as (url, name):
        for length in LENGTHS:
            for who, drain in (("our outbox", ours), ("paho's queue", paho)):
                rate = asyncio.run(drain(url, length))
                point = (f"messages/s by {who} / backlog of QoS 1", length)
                made.append(
                    Row(f"backlog of {length:,} by {who}", f"{rate:,.0f} /s", "", "", f"to {name}", point=point)
                )
    return made
