"""The firmware of the drone that a page shows: what runs, buttons to change it, and how far an update is."""

from __future__ import annotations

from kelex_host.console import text
from kelex_host.console.flashing import PLAN, ROLLBACK, UPDATE, Flashing
from kelex_host.console.html import Markup, el, join


def firmware(flashing: Flashing, drone: str, *, unlocked: bool) -> Markup:
    """It takes an unlocked key, and one update at a time."""
    said = el("p", flashing.said, role="status") if flashing.drone == drone and flashing.said else join()
    if flashing.works:
        return join(el("h3", text.FIRMWARE), said, _bar(flashing) if flashing.drone == drone else join())
    buttons = [
        el(
            "button",
            label,
            type="button",
            data_do="flash",
            data_value=way,
            data_key=f"flash-{way}",
            disabled=not unlocked,
        )
        for way, label in ((UPDATE, text.FLASH_UPDATE), (PLAN, text.FLASH_PLAN), (ROLLBACK, text.FLASH_ROLLBACK))
    ]
    return join(
        el("h3", text.FIRMWARE), said, el("div", buttons, cls="k-buttons"), el("p", text.FLASH_HINT, cls="k-hint")
    )


def _bar(flashing: Flashing) -> Markup:
    if not flashing.size:
        return el("progress", aria_label=text.FIRMWARE)
    share = f"{100 * flashing.sent // flashing.size} %"
    return el("progress", share, value=flashing.sent, max=flashing.size, aria_label=flashing.what)
