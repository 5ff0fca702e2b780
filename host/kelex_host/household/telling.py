"""What goes out to the broker: the household's events, as the outbox has room for them, and its retained documents."""

from __future__ import annotations

import msgspec

from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.topics import Topics
from kelex_host.household.facts import document, topic_of
from kelex_host.household.house import House
from kelex_host.household.keeping import DRONE_LEAVES
from kelex_host.household.memories import Memories

encode_json = msgspec.json.Encoder().encode


class Telling:
    """Events are told from the journal alone; of a document, only what is new."""

    def __init__(self, topics: Topics, outbox: Outbox, house: House, memories: Memories) -> None:
        self._topics = topics
        self._outbox = outbox
        self._house = house
        self._memories = memories
        self._told: dict[str, bytes] = {}

    @property
    def has_room(self) -> bool:
        """Whether there are events to tell, and room for them."""
        return self._memories.has_more and self._outbox.room > 0

    def tell_events(self) -> None:
        """Tell so many as there is room for."""
        for sequence, fact in self._memories.to_publish(self._outbox.room):
            self._outbox.put(Message(topic_of(self._topics, fact), encode_json(document(fact)), fact=sequence))

    def news(self) -> dict[str, bytes]:
        """The documents that are not as they were told, by their leaf; empty ones stand for nothing."""
        found = {leaf: b"" if told is None else encode_json(told) for leaf, told in self._house.documents().items()}
        found |= dict.fromkeys(self._told.keys() - found.keys(), b"")
        return {leaf: payload for leaf, payload in found.items() if self._told.get(leaf) != payload}

    def tell_documents(self, news: dict[str, bytes]) -> None:
        """Tell these documents."""
        self._told |= news
        for leaf, payload in news.items():
            self._outbox.put(Message(self._topics.house(leaf), payload, retain=True))

    def forget(self, drone: str) -> None:
        """Clear what is retained of a drone."""
        for leaf in DRONE_LEAVES:
            self._outbox.put(Message(self._topics.drone(drone, leaf), b"", retain=True))
