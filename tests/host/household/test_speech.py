"""What is said comes one after the other and ends once each, whatever a speaker tells, and without one."""

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge.topics import Topics
from kelex_host.household.speech import (
    ENDS,
    FAILED,
    FINISHED,
    INTERRUPTED,
    START_S,
    STARTED,
    STATES,
    WAITING_MOST,
    Begin,
    Cut,
    Said,
    Speaker,
)
from kelex_host.household.speech_topics import TopicSpeaker, hush_schema, say_schema, state_schema

TEXT = "x" * 45  # 3 s


def lived(speaker, until_s=100.0):
    """Everything that happens by itself from now on, with its moment."""
    told = []
    while (due_s := speaker.due_s()) <= until_s:
        told += [(due_s, one.id, one.state) for one in speaker.step(due_s)]
    return told


# --- silence ---


def test_silence_lasts_as_long_as_speech_would():
    speaker = Speaker()
    assert speaker.say(0, "a", TEXT) == [Said("a", STARTED)]
    assert lived(speaker) == [(3.0, "a", FINISHED)]
    assert speaker.take() == []


@pytest.mark.parametrize(("text", "lasts_s"), [("", 2.0), ("Sir!", 2.0), ("x" * 30, 2.0), ("x" * 31, 31 / 15)])
def test_fifteen_characters_a_second_but_two_seconds_at_least(text, lasts_s):
    speaker = Speaker()
    speaker.say(10.0, "a", text)
    assert speaker.due_s() == 10.0 + lasts_s


def test_one_after_the_other_even_when_time_jumps():
    speaker = Speaker()
    speaker.say(0, "a", TEXT)
    assert speaker.say(0, "b", TEXT) == []
    assert speaker.step(100.0) == [Said("a", FINISHED), Said("b", STARTED), Said("b", FINISHED)]


def test_what_has_to_be_said_at_once_interrupts():
    speaker = Speaker()
    speaker.say(0, "a", TEXT)
    speaker.say(0, "b", TEXT)
    assert speaker.say(1, "c", TEXT, at_once=True) == [Said("a", INTERRUPTED), Said("c", STARTED)]
    assert lived(speaker) == [(4.0, "c", FINISHED), (4.0, "b", STARTED), (7.0, "b", FINISHED)]


def test_hush_ends_what_is_said_and_what_waits():
    speaker = Speaker()
    for id in "abc":
        speaker.say(0, id, TEXT)
    assert speaker.hush(1, "b") == [Said("b", INTERRUPTED)]
    assert speaker.hush(1, "a") == [Said("a", INTERRUPTED), Said("c", STARTED)]
    assert speaker.hush(1, "a") == speaker.hush(1, "nobody") == []


def test_too_much_is_refused():
    speaker = Speaker()
    for number in range(WAITING_MOST + 1):
        assert not [one for one in speaker.say(0, f"u{number}", TEXT) if one.state == FAILED]
    [said] = speaker.say(0, "more", TEXT)
    assert (said.state, said.why) == (FAILED, "too much waits to be said; say less")


# --- a speaker that tells ---


@pytest.fixture
def speaker():
    return Speaker(answers=True)


def begun(speaker):
    return [one.utterance.id if isinstance(one, Begin) else f"cut {one.id}" for one in speaker.take()]


def test_a_speaker_says_when(speaker):
    assert speaker.say(0, "a", TEXT) == speaker.say(0, "b", TEXT) == []
    assert begun(speaker) == ["a"]
    assert speaker.heard(0.4, "a", STARTED) == [Said("a", STARTED)]
    assert speaker.heard(5.0, "a", FINISHED) == [Said("a", FINISHED)]
    assert begun(speaker) == ["b"]


def test_an_interruption_cuts_the_speaker_off_before_the_next_begins(speaker):
    speaker.say(0, "a", TEXT)
    speaker.heard(0, "a", STARTED)
    assert speaker.say(1, "b", TEXT, at_once=True) == [Said("a", INTERRUPTED)]
    assert begun(speaker) == ["a", "cut a", "b"]
    assert speaker.heard(1, "a", FINISHED) == []


def test_a_speaker_that_does_not_begin_is_taken_to_speak(speaker):
    speaker.say(0, "a", "x" * 150)
    assert lived(speaker) == [(START_S, "a", STARTED), (10.0, "a", FINISHED)]


def test_a_speaker_that_does_not_end_is_cut_off(speaker):
    speaker.say(0, "a", TEXT)
    speaker.heard(1, "a", STARTED)
    assert lived(speaker) == [(1 + 3 * 3.0 + START_S, "a", FINISHED)]
    assert begun(speaker) == ["a", "cut a"]


def test_a_speaker_that_goes_leaves_nothing_open(speaker):
    speaker.say(0, "a", TEXT)
    assert speaker.gone(1.0) == [Said("a", STARTED)]
    assert lived(speaker) == [(3.0, "a", FINISHED)]


def test_one_that_only_tells_the_end_has_begun_too(speaker):
    speaker.say(0, "a", TEXT)
    assert speaker.heard(1, "a", FINISHED) == [Said("a", STARTED), Said("a", FINISHED)]
    speaker.say(2, "b", TEXT)
    assert speaker.heard(3, "b", FAILED, "no voice") == [Said("b", FAILED, "no voice")]


@given(answers=st.booleans(), data=st.data())
def test_everything_that_is_said_ends_just_once(answers, data):
    speaker, now_s, told, ids = Speaker(answers=answers), 0.0, [], []
    for number in range(data.draw(st.integers(1, 20))):
        now_s += data.draw(st.floats(0, 8))
        told += speaker.step(now_s)
        id = f"u{data.draw(st.integers(0, number))}"
        match data.draw(st.sampled_from(["say", "say", "at once", "hush", "heard", "gone"])):
            case "hush":
                told += speaker.hush(now_s, id)
            case "heard":
                told += speaker.heard(now_s, id, data.draw(st.sampled_from([STARTED, FINISHED, FAILED])))
            case "gone":
                told += speaker.gone(now_s)
            case how:
                ids.append(f"u{number}")
                told += speaker.say(now_s, ids[-1], data.draw(st.text(max_size=60)), at_once=how == "at once")
    while speaker.due_s() < float("inf"):
        told += speaker.step(speaker.due_s())
    assert sorted(one.id for one in told if one.state in ENDS) == sorted(ids)
    for id in ids:
        states = [one.state for one in told if one.id == id]
        assert states in ([STARTED, FINISHED], [STARTED, INTERRUPTED], [STARTED, FAILED], [INTERRUPTED], [FAILED])


# --- by MQTT ---


@pytest.fixture
def by_topics():
    return TopicSpeaker(Topics("kelex/el"), "en+f3", 70)


def published(speaker):
    schemas = {"say": say_schema(), "hush": hush_schema()}
    out = []
    for message in speaker.take():
        leaf = message.topic.removeprefix("kelex/el/house/speech/")
        said = json.loads(message.payload)
        jsonschema.validate(said, schemas[leaf])
        assert not message.retain
        out.append((leaf, said))
    return out


def tells(speaker, **said):
    jsonschema.validate(said, state_schema())
    return speaker.message(1, "kelex/el/house/speech/state", json.dumps(said).encode(), False)


def test_a_speaker_on_topics(by_topics):
    by_topics.speaker.say(0, "a", "Sir,\n ma'am")
    assert published(by_topics) == [("say", {"id": "a", "text": "Sir,  ma'am", "voice": "en+f3", "volume": 70})]
    assert tells(by_topics, id="a", state="started") == [Said("a", STARTED)]
    assert by_topics.speaker.hush(2, "a") == [Said("a", INTERRUPTED)]
    assert published(by_topics) == [("hush", {"id": "a"})]
    by_topics.speaker.say(3, "b", "x")
    assert tells(by_topics, id="b", state="failed", why="no power") == [Said("b", FAILED, "no power")]


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b"\xff", b'{"id": "a"}', b'{"id": "a", "state": "sung"}',
                                     b'{"id": "a", "state": "interrupted"}', b" " * 9000,
                                     b'{"id": "a", "state": "failed", "why": "\\u0007"}'])  # fmt: skip
def test_what_is_no_state_is_counted(by_topics, payload):
    by_topics.speaker.say(0, "a", "x")
    assert by_topics.message(1, "kelex/el/house/speech/state", payload, False) == []
    assert by_topics.refused == 1


def test_a_retained_state_and_another_topic_are_not_listened_to(by_topics):
    by_topics.speaker.say(0, "a", "x")
    text = b'{"id": "a", "state": "finished"}'
    assert by_topics.message(1, "kelex/el/house/speech/state", text, True) == []
    assert by_topics.message(1, "kelex/el/house/speech/say", text, False) == []


def test_what_a_speaker_tells_is_part_of_what_is_reported():
    assert set(state_schema()["properties"]["state"]["enum"]) < set(STATES)
    assert Cut("a").id == "a"
