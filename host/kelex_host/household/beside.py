"""Others on the house's own topics, who do things for it: a phone gateway, a speaker.

A `Helper` is a client of the broker as the house is: it is told what comes on its topics, and gives what is to go out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from kelex_host.bridge.json_schemas import Schema, choice
from kelex_host.bridge.outbox import Message
from kelex_host.bridge.topics import Topics
from kelex_host.household import phone_gateway, speech_topics
from kelex_host.household.phone import Report
from kelex_host.household.speech import FAILED, Said
from kelex_host.household.turn import Hush, Speak


class Helper(Protocol):
    """What the house needs of one."""

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, with the QoS."""

    def message(self, mono_s: float, topic: str, payload: bytes, retained: bool) -> list[Report]:
        """A message from the broker, of its own topics or not; what has become of calls by it."""

    def broker_lost(self, mono_s: float) -> list[Report]:
        """The broker is gone."""

    def take(self) -> list[Message]:
        """What is to be published, once."""


class Beside:
    """All helpers of a house; `voice` is the one that speaks."""

    def __init__(self, helpers: Sequence[Helper] = (), voice: TopicVoice | None = None) -> None:
        self._helpers = [*helpers, voice] if voice else list(helpers)
        self._voice = voice

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, at each new session with the broker."""
        return [one for helper in self._helpers for one in helper.filters()]

    def message(self, mono_s: float, topic: str, payload: bytes, retained: bool) -> list[Report]:
        """A message from the broker."""
        return [one for helper in self._helpers for one in helper.message(mono_s, topic, payload, retained)]

    def broker_lost(self, mono_s: float) -> list[Report]:
        """The broker is gone."""
        return [one for helper in self._helpers for one in helper.broker_lost(mono_s)]

    def take(self) -> list[Message]:
        """What is to be published, once."""
        return [one for helper in self._helpers for one in helper.take()]

    def speak(self, mono_s: float, effect: object) -> bool:
        """Have it said by a speaker on its topics; whether there is one."""
        if self._voice is None or not isinstance(effect, Speak | Hush):
            return False
        self._voice.speak(mono_s, effect)
        return True

    def step(self, mono_s: float) -> None:
        """Do what is due."""
        if self._voice:
            self._voice.step(mono_s)

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        return self._voice.due_s() if self._voice else float("inf")


class TopicVoice:
    """The house's voice by whatever speaker listens to its topics (speech_topics.py)."""

    def __init__(self, topics: Topics, voice: str, volume: int) -> None:
        self.failed = 0
        self._topic = speech_topics.TopicSpeaker(topics, voice, volume)
        self._online = False

    def speak(self, mono_s: float, effect: Speak | Hush) -> None:
        """Say something, or say it no more. Without a broker nobody is there to say it, and later it would be stale."""
        if not self._online:
            return
        speaker = self._topic.speaker
        if isinstance(effect, Speak):
            self._count(speaker.say(mono_s, effect.id, effect.text))
        else:
            self._count(speaker.hush(mono_s, effect.id))

    def step(self, mono_s: float) -> None:
        """Go on where a speaker does not tell."""
        self._count(self._topic.speaker.step(mono_s))

    def due_s(self) -> float:
        """When `step` next has something to do (mono_s)."""
        return self._topic.speaker.due_s()

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, with the QoS, at each new session."""
        self._online = True
        return self._topic.filters()

    def message(self, mono_s: float, topic: str, payload: bytes, retained: bool) -> list[Report]:
        """What a speaker tells."""
        self._count(self._topic.message(mono_s, topic, payload, retained))
        return []

    def broker_lost(self, mono_s: float) -> list[Report]:
        """The speaker cannot be reached."""
        self._online = False
        self._count(self._topic.speaker.gone(mono_s))
        return []

    def take(self) -> list[Message]:
        """What is to be published, once."""
        return self._topic.take()

    def _count(self, said: list[Said]) -> None:
        self.failed += sum(one.state == FAILED for one in said)


def channels(topics: Topics) -> Iterator[tuple[str, str, str, Schema, bool]]:
    """(key, `send` or `receive`, topic, payload, whether it is plain text and retained) of each of their topics."""
    online = choice("Whether a phone gateway is there; its Last Will.", ("online", "offline"))
    yield "house_phone_available", "receive", topics.house("phone/available"), online, True
    yield "house_phone_command", "send", topics.house("phone/command"), phone_gateway.command_schema(), False
    yield "house_phone_state", "receive", topics.house("phone/state"), phone_gateway.state_schema(), False
    yield "house_speech_say", "send", topics.house("speech/say"), speech_topics.say_schema(), False
    yield "house_speech_hush", "send", topics.house("speech/hush"), speech_topics.hush_schema(), False
    yield "house_speech_state", "receive", topics.house("speech/state"), speech_topics.state_schema(), False
