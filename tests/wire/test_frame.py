"""Frames: whole or refused, and found again in any stream."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_wire import frame
from kelex_wire.errors import FrameError

frames = st.tuples(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=frame.MAX_PAYLOAD_BYTES))
streams = st.lists(frames, max_size=8)


def coded(parts):
    return b"".join(frame.encode(*part) for part in parts)


def found(splitter, *chunks):
    """The frames in the chunks, None for each refused one."""
    result = []
    for chunk in chunks:
        for run in splitter.feed(chunk):
            try:
                result.append(frame.decode(run))
            except FrameError:
                result.append(None)
    return result


def chop(data, cuts):
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in pairwise(edges)]


@given(frames)
def test_a_frame_decodes_to_what_was_encoded(part):
    assert frame.decode(frame.encode(*part)[:-1]) == part


@given(frames)
def test_zero_occurs_as_the_last_byte_only_and_the_overhead_is_as_stated(part):
    data = frame.encode(*part)
    assert data.find(0) == len(data) - 1
    assert len(data) == len(part[2]) + frame.OVERHEAD_BYTES


@given(frames, st.data())
def test_a_flipped_bit_never_yields_another_frame(part, data):
    broken = bytearray(frame.encode(*part))
    bit = data.draw(st.integers(0, 8 * len(broken) - 1))
    broken[bit // 8] ^= 1 << bit % 8
    assert not any(found(frame.Splitter(), bytes(broken), b"\0"))


@given(frames)
def test_every_truncation_is_refused(part):
    data = frame.encode(*part)[:-1]
    for end in range(len(data)):
        with pytest.raises(FrameError):
            frame.decode(data[:end])


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_are_exactly_what_the_encoder_makes(data):
    for run in frame.Splitter().feed(data + b"\0"):
        try:
            part = frame.decode(run)
        except FrameError:
            continue
        assert frame.encode(*part) == run + b"\0"


@given(streams, st.lists(st.integers(0, 2000)))
def test_the_splitter_finds_the_same_frames_however_the_stream_is_chopped(parts, cuts):
    data = coded(parts)
    assert found(frame.Splitter(), *chop(data, cuts)) == parts


@given(st.binary(max_size=700), st.lists(st.integers(0, 700)))
def test_chopping_changes_neither_what_is_found_in_garbage_nor_what_is_counted(data, cuts):
    whole, chopped = frame.Splitter(), frame.Splitter()
    assert found(chopped, *chop(data, cuts)) == found(whole, data)
    assert chopped.overlong == whole.overlong


@given(st.binary(max_size=700), st.lists(frames, min_size=2, max_size=4))
def test_after_garbage_at_most_one_frame_is_lost(garbage, parts):
    heard = found(frame.Splitter(), garbage, coded(parts))
    assert heard[-len(parts) + 1 :] == parts[1:]


@given(st.lists(st.binary(min_size=1, max_size=400).map(lambda run: run.replace(b"\0", b"\1")), max_size=8))
def test_a_stream_without_zeros_is_held_up_to_one_frame_and_counted_once_when_longer(chunks):
    splitter = frame.Splitter()
    total = 0
    for chunk in chunks:
        assert splitter.feed(chunk) == []
        total += len(chunk)
        assert len(splitter._tail) <= frame.MAX_CODED_BYTES
        assert splitter.overlong == (total > frame.MAX_CODED_BYTES)


def test_the_longest_frame_passes_and_one_byte_more_does_not():
    longest = (7, 8, bytes(range(1, 1 + frame.MAX_PAYLOAD_BYTES)))
    splitter = frame.Splitter()
    assert found(splitter, frame.encode(*longest)) == [longest]
    assert found(splitter, b"\1" * (frame.MAX_CODED_BYTES + 1) + b"\0") == []
    assert splitter.overlong == 1


def test_what_is_too_long_is_skipped_up_to_its_end_and_the_next_frame_is_found():
    splitter = frame.Splitter()
    for chunk in (b"\1" * 300, b"\1" * 300, b"\1" * 5 + b"\0"):
        assert splitter.feed(chunk) == []
    assert found(splitter, frame.encode(1, 2, b"next")) == [(1, 2, b"next")]
    assert splitter.overlong == 1


def test_empty_runs_between_zeros_are_no_frames():
    assert frame.Splitter().feed(b"\0\0\0") == []
