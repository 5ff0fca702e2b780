"""Records and payloads, for every message of the schema, with the limits on both ways."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_wire import codec, schema
from kelex_wire.errors import PayloadError, UnknownMessage
from wire.every_message import RANGES, limits

MESSAGES = pytest.mark.parametrize("row", schema.MESSAGES, ids=[row[1] for row in schema.MESSAGES])


def values_of(field):
    _, code, _, _, high = field
    if code == "s":
        return st.text(max_size=high // 4) | st.text("kelex \x00", max_size=high)
    numbers = st.integers(*limits(field))
    return st.none() | numbers if code.endswith("?") else numbers


any_record = st.sampled_from(schema.MESSAGES).flatmap(
    lambda row: st.tuples(st.just(row[0]), st.tuples(*(values_of(field) for field in row[2])))
)


def middle(row):
    """Values of which each lies within its field's limits."""
    return [limits(field)[0] for field in row[2]]


def with_value(row, index, value):
    values = middle(row)
    values[index] = value
    return values


@given(any_record)
def test_a_record_decodes_to_what_was_encoded(record):
    number, values = record
    decoded = codec.decode(number, codec.encode(number, *values))
    assert tuple(decoded) == values
    assert type(decoded).__name__ == codec.message(number).name


@given(st.sampled_from(schema.MESSAGES), st.binary(max_size=80))
def test_any_payload_is_refused_or_is_exactly_what_the_encoder_makes(row, payload):
    try:
        record = codec.decode(row[0], payload)
    except PayloadError:
        return
    assert codec.encode(row[0], *record) == payload


@MESSAGES
def test_a_value_beyond_its_limit_is_refused_by_the_encoder(row):
    for index, field in enumerate(row[2]):
        low, high = limits(field)
        beyond = ("x" * (field[4] + 1),) if field[1] == "s" else (low - 1, high + 1)
        for value in beyond:
            with pytest.raises(PayloadError):
                codec.encode(row[0], *with_value(row, index, value))


@MESSAGES
def test_a_value_beyond_its_limit_is_refused_by_the_decoder(row):
    compiled = codec.message(row[0])
    nulls = dict(compiled.nulls)
    for index, low, high in compiled.checks:
        lowest, highest = RANGES[row[2][index][1][0]]
        for value in (low - 1, high + 1):
            if value == nulls.get(index) or not lowest <= value <= highest:
                continue
            fixed = [0 if v is None else v for v in middle(row)[: len(row[2]) - (compiled.text_limit >= 0)]]
            fixed[index] = value
            with pytest.raises(PayloadError):
                codec.decode(row[0], struct.pack(compiled.format, *fixed))


@MESSAGES
def test_none_is_taken_only_where_the_schema_allows_it(row):
    for index, field in enumerate(row[2]):
        if field[1] == "s":
            continue
        values = with_value(row, index, None)
        if field[1].endswith("?"):
            assert codec.decode(row[0], codec.encode(row[0], *values))[index] is None
        else:
            with pytest.raises(PayloadError):
                codec.encode(row[0], *values)


@MESSAGES
def test_a_payload_one_byte_short_or_long_is_refused(row):
    values = [limits(field)[1] for field in row[2]]
    payload = codec.encode(row[0], *values)
    with pytest.raises(PayloadError):
        codec.decode(row[0], payload + b"\0")
    with pytest.raises(PayloadError):
        codec.decode(row[0], payload[: codec.message(row[0]).size - 1])


@MESSAGES
def test_a_missing_or_superfluous_field_is_refused(row):
    with pytest.raises(PayloadError):
        codec.encode(row[0], *middle(row)[:-1])
    with pytest.raises(PayloadError):
        codec.encode(row[0], *middle(row), 0)


@pytest.mark.parametrize("row", [row for row in schema.MESSAGES if codec.message(row[0]).checks])
def test_a_value_of_a_wrong_type_is_refused(row):
    for index, _, _ in codec.message(row[0]).checks:
        with pytest.raises(PayloadError):
            codec.encode(row[0], *with_value(row, index, "1"))


def test_text_that_is_not_utf8_is_refused():
    payload = codec.encode(schema.WELCOME, 0, 0, 0, 0, 0, 1, 0, "")
    with pytest.raises(PayloadError):
        codec.decode(schema.WELCOME, payload + b"\xff")


@pytest.mark.parametrize("number", [n for n in range(256) if n not in codec.BY_NUMBER])
def test_a_number_that_the_schema_does_not_have_is_unknown(number):
    with pytest.raises(UnknownMessage):
        codec.decode(number, b"")
    with pytest.raises(UnknownMessage):
        codec.encode(number)
