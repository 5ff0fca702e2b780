"""A speaker behind MQTT: anything that says aloud what comes on a topic, and tells when it has.

| topic                          | retained | who         | payload                                             |
|--------------------------------|----------|-------------|-----------------------------------------------------|
| `<base>/house/speech/say`      | no       | the house   | `say_schema`: an id, the text, voice and volume     |
| `<base>/house/speech/hush`     | no       | the house   | `hush_schema`: be silent at once                    |
| `<base>/house/speech/state`    | no       | the speaker | `state_schema`: `started`, `finished` or `failed`   |

All at QoS 1. A speaker that tells nothing is taken to speak as long as a silent house would.
"""

from __future__ import annotations

import msgspec

from kelex_host.bridge.json_schemas import Schema, choice, integer, record, text
from kelex_host.bridge.outbox import Message
from kelex_host.bridge.topics import Topics
from kelex_host.household.speech import FAILED, FINISHED, STARTED, TEXT_CHARACTERS, Begin, Said, Speaker

TOLD = (STARTED, FINISHED, FAILED)
ID_CHARACTERS = 64
VOICE_CHARACTERS = 40
WHY_CHARACTERS = 200
PAYLOAD_BYTES = 4096


class State(msgspec.Struct, frozen=True):
    """What a speaker tells."""

    id: str
    state: str
    why: str = ""


class TopicSpeaker:
    """A speaker that is spoken to by MQTT. `refused` counts payloads that are not what `state_schema` says."""

    def __init__(self, topics: Topics, voice: str = "", volume: int = 50) -> None:
        self.refused = 0
        self.speaker = Speaker(answers=True)
        self._say, self._hush, self._state = (topics.house(f"speech/{leaf}") for leaf in ("say", "hush", "state"))
        self._voice, self._volume = voice, volume

    def filters(self) -> list[tuple[str, int]]:
        """What to subscribe to, with the QoS."""
        return [(self._state, 1)]

    def take(self) -> list[Message]:
        """What is to be published, once."""
        return [self._message(one) for one in self.speaker.take()]

    def message(self, mono_s: float, topic: str, payload: bytes, retained: bool) -> list[Said]:
        """A message from the broker."""
        if topic != self._state or retained:
            return []
        try:
            told = msgspec.json.decode(payload[: PAYLOAD_BYTES + 1], type=State)
        except (msgspec.DecodeError, UnicodeDecodeError):
            told = None
        if told is None or told.state not in TOLD or len(payload) > PAYLOAD_BYTES or not told.why.isprintable():
            self.refused += 1
            return []
        return self.speaker.heard(mono_s, told.id, told.state, told.why)

    def _message(self, command: object) -> Message:
        if isinstance(command, Begin):
            said = command.utterance
            fields = {"id": said.id, "text": said.text, "voice": self._voice, "volume": self._volume}
            return Message(self._say, msgspec.json.encode(fields))
        return Message(self._hush, msgspec.json.encode(command))


def say_schema() -> Schema:
    """What a speaker is to say."""
    fields = {
        "id": text("Names it, in what the speaker tells of it.", 1, ID_CHARACTERS),
        "text": text("What to say; plain text.", most=TEXT_CHARACTERS),
        "voice": text("The voice, as configured; empty for the speaker's own.", most=VOICE_CHARACTERS),
        "volume": integer("How loud", "%", 0, 100),
    }
    return record("Something to say aloud, after what is being said.", fields)


def hush_schema() -> Schema:
    """What a speaker is to say no more."""
    return record("Be silent at once.", {"id": text("What to say no more.", 1, ID_CHARACTERS)})


def state_schema() -> Schema:
    """What a speaker tells."""
    fields = {
        "id": text("What it is about.", 1, ID_CHARACTERS),
        "state": choice("What became of it.", TOLD),
        "why": text("Why it failed, for people.", most=WHY_CHARACTERS),
    }
    return record("How a speaker does.", fields, ["why"])
