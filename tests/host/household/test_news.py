"""News and the alerts of feeds, in virtual time."""

from __future__ import annotations

from typing import Any

from host.household.bench import Bench


def hear(bench: Bench, kind: str, **said: Any) -> None:
    """A feed says something."""
    bench.keeper.heard(bench.now, "feed", kind, said)
    bench.pump()


def warn(bench: Bench, priority: str = "urgent", before: str | None = None, title: str = "Quake") -> None:
    alert = {"id": "quake-1", "title": title, "text": "Leave the planet.", "source": "Science Council", "link": ""}
    more = {"areas": ["Krypton"], "severity": "severe", "expires_s": 0.0, "exercise": False}
    hear(bench, "warned", **alert, **more, priority=priority, before=before)


def said(bench: Bench) -> list[str]:
    return [event["text"] for event in bench.events("queued")]


def test_a_story_is_noted_and_tells_nobody_by_itself(bench: Bench) -> None:
    hear(
        bench,
        "news",
        key="1",
        title="An opera",
        summary="",
        source="Herald",
        link="",
        severity="info",
        priority="routine",
    )
    assert bench.types("news") == ["news_item"]
    assert said(bench) == []


def test_an_alert_is_told_stands_as_long_as_it_holds_and_is_called_off(bench: Bench) -> None:
    warn(bench)
    assert said(bench) == ["Quake"]
    assert bench.document("alerts/news-quake-1")["severity"] == "severe"
    bench.run(30)
    hear(bench, "ended", id="quake-1", title="Quake", why="cancelled")
    assert bench.types("news") == ["news_item", "alert_over"]
    assert bench.document("alerts/news-quake-1") is None
    count = len(bench.told)
    bench.run(3600)
    assert len(bench.told) == count, "nobody is told of it any more"


def test_an_update_speaks_again_only_where_it_is_louder(bench: Bench) -> None:
    warn(bench, "important")
    warn(bench, "important", before="important", title="Still a quake")
    assert said(bench) == ["Quake"]
    warn(bench, "emergency", before="important", title="A great quake")
    assert said(bench) == ["Quake", "A great quake"]
    assert bench.document("alerts/news-quake-1")["text"] == "A great quake"


def test_the_end_of_what_nobody_heard_of_is_nothing(bench: Bench) -> None:
    hear(bench, "ended", id="flood", title="Flood", why="expired")
    assert bench.types("news") == []
