"""The one table: what every row must keep to, and that both interpreters read it the same."""

import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from kelex_wire import codec, frame, schema
from wire import every_message

ROOT = Path(__file__).parents[2]
FIRMWARE = str(ROOT / "firmware" / "lib")
EVERY_MESSAGE = every_message.__file__

# Bytes on the cable, written down once: whoever changes the frame or these messages changes the protocol.
GOLDEN = (
    (schema.HELLO, 1, (0x11223344, 0xAABBCCDD, 0, 7), "0b010144332211ddccbbaa010101020705f882e65100"),
    (schema.BEACON, 0, (1, 0), "0206020101010101010105af183e2200"),
)


def messages():
    return pytest.mark.parametrize("row", schema.MESSAGES, ids=[row[1] for row in schema.MESSAGES])


def test_numbers_and_names_of_messages_are_unique():
    assert len({row[0] for row in schema.MESSAGES}) == len(schema.MESSAGES)
    assert len({row[1] for row in schema.MESSAGES}) == len(schema.MESSAGES)


def test_every_constant_in_capitals_names_the_message_of_its_number():
    for number, name, _ in schema.MESSAGES:
        assert getattr(schema, name.upper()) == number


@messages()
def test_a_message_fits_a_frame_at_its_longest(row):
    number, _, fields = row
    values = [every_message.limits(field)[1] for field in fields]
    assert len(codec.encode(number, *values)) <= frame.MAX_PAYLOAD_BYTES


@messages()
def test_field_names_are_unique_and_codes_are_known(row):
    _, _, fields = row
    assert len({field[0] for field in fields}) == len(fields)
    for position, (_, code, _, low, high) in enumerate(fields):
        if code == "s":
            assert position == len(fields) - 1
        else:
            assert re.fullmatch(r"[bBhHiI]\??", code)
            struct.pack("<" + code[0], 0)
        assert (low is None) == (high is None)
        assert low is None or low <= high


@messages()
def test_the_value_that_stands_for_none_lies_outside_the_limits(row):
    _, _, fields = row
    for _, code, _, low, high in fields:
        if code.endswith("?"):
            lowest, highest = every_message.RANGES[code[0]]
            null = lowest if lowest < 0 else highest
            assert not low <= null <= high


@messages()
def test_the_kinds_carry_the_fields_that_the_link_needs(row):
    number, _, fields = row
    names = [field[0] for field in fields]
    first = {
        schema.TELEMETRY: ["time_ms"],
        schema.EVENT: ["number", "time_ms"],
        schema.ORDER: ["session", "order"],
        schema.VERDICT: ["order"],
        schema.LINK: [],
    }[schema.kind_of(number)]
    assert names[: len(first)] == first


@pytest.mark.parametrize(("number", "seq", "values", "whole"), GOLDEN)
def test_the_bytes_of_these_frames_never_change(number, seq, values, whole):
    coded = frame.encode(number, seq, codec.encode(number, *values))
    assert coded.hex() == whole


def test_micropython_makes_the_same_checksum_and_the_same_frames(micropython):
    here = output([sys.executable, EVERY_MESSAGE], PYTHONPATH=FIRMWARE)
    board = output([micropython / "micropython", EVERY_MESSAGE], MICROPYPATH=FIRMWARE)
    assert here.splitlines()[0] == f"{schema.SCHEMA_CRC:08x}"
    assert "False" not in here
    assert board == here


def test_the_board_too_refuses_a_number_that_its_field_cannot_carry(micropython):
    program = f"from kelex_wire import codec; print(codec.encode({schema.ACK}, 0, 256, 0))"
    command = [micropython / "micropython", "-c", program]
    environment = {**os.environ, "MICROPYPATH": FIRMWARE}
    refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert "PayloadError" in refused.stderr + refused.stdout


def output(command, **environment):
    return subprocess.run(
        command, env={**os.environ, **environment}, check=True, capture_output=True, text=True, timeout=60
    ).stdout
