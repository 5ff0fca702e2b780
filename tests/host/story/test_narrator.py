"""Events as sentences."""

import pytest
from kelex_host.bridge.household_events import EVENTS
from kelex_host.story.narrator import SENTENCES, sentence


def test_every_event_of_the_household_has_its_sentence() -> None:
    there = {f"{subject}/{type}" for subject, types in EVENTS.items() for type in types}
    assert there <= SENTENCES.keys()


@pytest.mark.parametrize(
    ("subject", "event", "told"),
    [
        ("announcement", {"event_type": "started", "address": "Sir", "text": "Look!"}, 'Kelex says: "Sir: Look!"'),
        ("announcement", {"event_type": "started", "address": "", "text": "Look!"}, 'Kelex says: "Look!"'),
        ("announcement", {"event_type": "queued", "to": ["jor-el", "lara"], "text": "Hm", "priority": "urgent"},
         'Kelex has something for Jor-El and Lara: "Hm" (urgent).'),
        ("visitor", {"event_type": "arrived", "who": "The Council", "for": "jor-el"},
         "The Council wants to see Jor-El."),
        ("visitor", {"event_type": "arrived", "who": "The Council", "for": "jor-el", "reason": "Zod"},
         "The Council wants to see Jor-El: Zod."),
        ("nursery", {"event_type": "too_hot", "room": "nursery", "celsius": 31.04, "limit": 26},
         "It is too warm in the nursery: 31.0 °C, and 26.0 °C is the limit."),
        ("project", {"event_type": "bought", "project": "ship", "parts": {"plate": 2}},
         "Bought for the ship: 2 plate."),
    ],
)  # fmt: skip
def test_an_event_is_told_with_its_fields(subject: str, event: dict[str, object], told: str) -> None:
    assert sentence(subject, event) == told


@pytest.mark.parametrize(
    "event",
    [
        {"event_type": "gesture_done", "gesture": "bow", "event_id": "kelex-1-2"},
        {"event_type": "too_hot", "room": "nursery", "celsius": "warm", "limit": []},
        {"event_type": "too_hot"},
        {"event_type": ["a", "list"]},
    ],
)
def test_what_has_no_sentence_or_does_not_fit_it_is_told_by_its_fields(event: dict[str, object]) -> None:
    told = sentence("nursery", event)
    assert told.startswith(str(event["event_type"]))
    assert "event_id" not in told
