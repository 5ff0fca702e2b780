"""S2's other half: a CAP alert of a feed interrupts, and its cancellation resolves it; seen by any MQTT client."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from acceptance.conftest import port_of
from acceptance.household import Client, Kelex, until
from host.household.feeds.documents import alert, info, reference

ALERT = "kelex/house/alerts"


class Feed(BaseHTTPRequestHandler):
    """A server of one page."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/cap+xml")
        self.send_header("content-length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, format: str, *words: object) -> None:
        """Nobody reads that."""


def still_open(announcements: dict[str, Any]) -> list[dict[str, Any]]:
    """What is being told, is to be told, or was told and is not acknowledged."""
    if not announcements:
        return []
    return [one for one in [announcements["current"], *announcements["queue"], *announcements["unacknowledged"]] if one]


def test_s2_a_cap_alert_interrupts_and_its_cancellation_resolves_it(tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    sent, expires = now.isoformat(), (now + timedelta(hours=6)).isoformat()
    Feed.page = alert("a1", info(expires=expires, headline="The planet is going to die"), sent=sent).encode()
    server = HTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/alert.xml"
    (tmp_path / "kelex.toml").write_text(f'[news]\nurls = ["{url}"]\ninterval_s = 30\n')
    house = Kelex(tmp_path, "up")
    house.says("is up")
    client = Client(port_of(house))
    try:
        open_ones = until(lambda: still_open(client.document("kelex/house/announcements")), "it told")
        assert [(one["text"], one["priority"]) for one in open_ones] == [("The planet is going to die", "urgent")]
        standing = until(lambda: [t for t, p, _ in client.seen if t.startswith(f"{ALERT}/news-") and p], "the alert")[0]
        later = (now + timedelta(seconds=1)).isoformat()
        cancel = alert("a2", info(expires=expires), sent=later, msg_type="Cancel", references=reference(sent=sent))
        Feed.page = cancel.encode()
        until(lambda: client.latest(standing) == b"", "the alert resolved", 60)
        until(lambda: not client.document("kelex/house/announcements")["unacknowledged"], "nobody told any more")
        over = until(lambda: client.events("alert_over"), "the end of the alert, as an event")
        assert over[0]["why"] == "cancelled"
    finally:
        client.close()
        house.stop()
        server.shutdown()
