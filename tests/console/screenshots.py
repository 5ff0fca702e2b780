"""Pictures of the console, of a house in which something happens: `uv run python tests/console/screenshots.py FOLDER`.

Desktop and phone, light and dark, as PNG. The README's is `desktop-dark.png`, in host/console.png.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from console.browser import running

SIZES = {"desktop": (1200, 800), "phone": (390, 844)}
PATIENCE_MS = 180_000
GREETING = {
    "head_pan": 18,
    "head_tilt": 4,
    "left_shoulder": -62,
    "left_elbow": 38,
    "right_shoulder": 12,
    "right_elbow": 62,
    "right_gripper": 45,
}
SHIP = {
    "action": "create",
    "project": "ship",
    "title": "The ship for Kal-El",
    "variants": [{"name": "rocket", "value": 9, "parts": {"plate": 4}, "steps": ["hull", "drive", "seal"]}],
    "stock": {"plate": 4},
}


def something_happens(client: Client) -> None:
    """What the pictures are to show."""
    client.ask("house", "project", **SHIP)
    client.ask("house", "project", action="step_done", project="ship", step="hull")
    client.ask("world", "enter", member="lara", room="nursery")
    client.ask("house", "visitor", who="The Council", reason="It is about General Zod")
    client.ask("house", "announce", text="There is something on the holo-news", to="jor-el", priority="important")
    until(lambda: client.document("kelex/house/announcements")["current"] is None, "what was said")


def show_himself(client: Client) -> None:
    """As he is to stand in the picture; what the household makes him do in between is over by the next try."""

    def stands() -> bool:
        body = client.document("kelex/drone/kelex/body")
        return bool(body["holodisk"] and body["eye"]["color"] == "#00ffff" and not body["moving"])

    client.ask("drone/kelex", "eye", color="cyan", effect="steady")
    client.ask("drone/kelex", "holodisk", on=True)
    client.ask("drone/kelex", "move", joints=GREETING)
    until(stands, "his greeting")


def picture(browser: Any, client: Client, address: str, size: str, scheme: str, folder: Path) -> None:
    """One of them."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address, wait_until="commit")
    page.wait_for_selector("body.k-page:not(.k-stale)", state="attached")
    page.wait_for_selector("html[data-figure=ready]", state="attached")
    show_himself(client)
    raised = f"Math.abs(kelex.state.joints.left_shoulder - {GREETING['left_shoulder']}) < 0.5"
    page.wait_for_function(f"{raised} && kelex.state.disk && kelex.figure.settled")
    page.screenshot(path=str(folder / f"{size}-{scheme}.png"), timeout=PATIENCE_MS)
    page.close()


def main() -> None:
    """Take all four."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        house = Kelex(Path(home), "up", console=True)
        try:
            house.says("is up")
            client = Client(port_of(house))
            until(lambda: client.latest("kelex/drone/kelex/availability") == b"online", "the drone online")
            address = house.says(r"console (http://127\.0\.0\.1:\d+)")[1]
            urlopen(address, timeout=60).read()  # the page listens from now on
            something_happens(client)
            with running() as browser:
                for size in SIZES:
                    for scheme in ("dark", "light"):
                        picture(browser, client, address, size, scheme, folder)
            client.close()
        finally:
            house.stop()
    print(json.dumps(sorted(str(path) for path in folder.glob("*-*.png"))))


if __name__ == "__main__":
    main()
