"""The house's sentences as lines of JSON."""

import json
from datetime import UTC, datetime

from kelex_host.shells.log_lines import as_json


def told(text):
    lines = []
    as_json(lines.append, lambda: datetime(2026, 1, 2, tzinfo=UTC))(text)
    return [json.loads(line) for line in lines]


def test_each_line_is_an_object_with_its_time():
    assert told("Stopping.") == [{"time": "2026-01-02T00:00:00.000+00:00", "text": "Stopping."}]
    assert [line["text"] for line in told("Kelex is up\n\n  drone   kelex\n")] == ["Kelex is up", "drone   kelex"]


def test_what_is_about_a_drone_says_so():
    assert told("kelex-2: offline")[0]["about"] == "kelex-2"
    assert "about" not in told("The broker is gone: wait for it.")[0]
