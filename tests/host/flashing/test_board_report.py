"""What a board tells of itself, and which boards are told apart from a Pico that Kelex can run on."""

import json
import os

import pytest
from kelex_host.errors import FlashError
from kelex_host.flashing import board_code
from kelex_host.flashing.board_report import check_suitable, read_report, why_no_drone

PICO = {
    "implementation": "micropython",
    "version": [1, 26, 1],
    "platform": "rp2",
    "machine": "Raspberry Pi Pico with RP2040",
    "mpy": 4870,
    "free_bytes": 1433600,
    "kelex": None,
    "frozen": False,
}
STATUS = {
    "slot": "slot_b",
    "previous": "slot_a",
    "trial": False,
    "starts": 0,
    "spare": "slot_a",
    "versions": {"slot_a": "11111111", "slot_b": "22222222", "frozen": "00000000"},
    "given_up": "",
    "why": "",
}


def report(**changed):
    return read_report(json.dumps(PICO | changed))


def test_a_blank_pico_is_suitable_and_says_so():
    blank = report()
    check_suitable(blank)
    assert str(blank) == "Raspberry Pi Pico with RP2040, MicroPython 1.26.1, no Kelex yet"


def test_a_drones_version_slot_and_what_was_given_up_are_told():
    told = report(kelex=STATUS | {"given_up": "slot_a", "why": "bad_starts"}, frozen=True)
    check_suitable(told)
    assert str(told).endswith("Kelex 22222222 in slot_b, good; slot_a was given up (bad starts)")
    assert "on trial" in str(report(kelex=STATUS | {"trial": True}))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"implementation": "circuitpython"}, "runs circuitpython, and Kelex needs MicroPython"),
        ({"platform": "esp32", "machine": "ESP32"}, "no Pico: it runs MicroPython's port 'esp32'"),
        ({"platform": "linux"}, "no Pico"),
        ({"machine": "Raspberry Pi Pico 2 with RP2350"}, "this is a Raspberry Pi Pico 2 with RP2350"),
        ({"version": [1, 19, 1]}, "has MicroPython 1.19.1, and Kelex needs 1.26 or newer"),
        ({"mpy": 7}, "takes .mpy files of version 7"),
    ],
)
def test_what_kelex_cannot_run_on_is_refused_with_the_mend(changed, why):
    with pytest.raises(FlashError) as refused:
        check_suitable(report(**changed))
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "Traceback (most recent call last):", "{}", '{"implementation": 3}', "\x00\x1b[2J"]
)
def test_an_answer_that_is_none_is_no_traceback_here(text):
    with pytest.raises(FlashError, match="reset it and try again") as refused:
        read_report(text)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            b"\0\x17Kelex: maintenance, because its host ordered it. Reset to start the drone.\r\n",
            "its host ordered it",
        ),
        (b"\r\n>>> \r\n>>> ", "it is at MicroPython's prompt"),
        (b"Kelex: maintenance, becau", ""),
        (b"\x03\x04\0beacons\0", ""),
        (b"", ""),
    ],
)
def test_a_board_without_a_drone_is_known_by_its_last_words(said, why):
    assert why_no_drone(said) == why


@pytest.mark.parametrize(("blocks_free", "free_bytes"), [(350, 350 * 4096), (0, 0), (0xFFFFFFFE, 0)])
def test_a_nearly_full_filesystem_is_not_taken_for_a_huge_one(monkeypatch, capsys, blocks_free, free_bytes):
    blocks = (
        4096,
        4096,
        352,
        blocks_free,
        blocks_free,
        0,
        0,
        0,
        0,
        255,
    )  # littlefs' count of free blocks wraps below 0
    monkeypatch.setattr(os, "statvfs", lambda path: blocks)
    exec(board_code.PROBE, {})
    assert read_report(capsys.readouterr().out).free_bytes == free_bytes
