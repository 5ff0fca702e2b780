"""UF2 images: what is in one, and everything that can be wrong with one."""

import struct

import pytest
from kelex_host.errors import FlashError
from kelex_host.flashing import uf2
from kelex_host.flashing.uf2 import FLASH_START, HAS_FAMILY, RP2040, read_uf2

RP2350 = 0xE48BFF59
PAGE_BYTES = 256


def block(index, count, payload, *, flags=HAS_FAMILY, family=RP2040, address=None):
    at = FLASH_START + index * PAGE_BYTES if address is None else address
    head = struct.pack("<8I", *uf2.MAGIC, flags, at, len(payload), index, count, family)
    return head + payload.ljust(476, b"\0") + struct.pack("<I", uf2.MAGIC_END)


def image(contents, **options):
    pages = [contents[at : at + PAGE_BYTES] for at in range(0, len(contents), PAGE_BYTES)]
    return b"".join(block(i, len(pages), page, **options) for i, page in enumerate(pages))


CONTENTS = b"\x01" * 250 + b"MicroPython v1.26.1 on 2025-09-11\0" + b"\x02" * 900 + b"kelex 0.1.0\0"
GOOD = image(CONTENTS)


def test_what_it_puts_on_a_board_is_told_though_a_word_lies_across_two_blocks():
    found = read_uf2("a.uf2", GOOD)
    assert (found.micropython, found.kelex, found.family) == ("v1.26.1", "0.1.0", "RP2040")
    assert (found.size, found.blocks, found.flash_bytes) == (len(GOOD), len(GOOD) // 512, len(CONTENTS))
    assert found.contents == "Kelex 0.1.0 on MicroPython v1.26.1"
    assert read_uf2("b.uf2", image(b"\0" * 300)).contents == "something that is neither MicroPython nor Kelex"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"#!/bin/sh\n" * 60, "is no UF2"),
        (GOOD[:-512], "is cut off: it has 4 of its 5 blocks"),
        (GOOD[:-100], "is cut off: its last block has 412 bytes of 512"),
        (GOOD[:512] + bytes(512) + GOOD[1024:], "is damaged at block 1"),
        (GOOD[:512] + GOOD[:512] + GOOD[1024:], "is damaged at block 1"),
        (image(CONTENTS, family=RP2350), "is for another chip (RP2350, Arm)"),
        (image(CONTENTS, family=0x12345678), "is for another chip (family 12345678)"),
        (image(CONTENTS, flags=0), "is for another chip (a board that it does not name)"),
        (block(0, 1, b"a", address=0x20000000), "is damaged at block 0"),
        (block(0, 1, b"a", address=FLASH_START + uf2.FLASH_BYTES), "is damaged at block 0"),
        (block(0, 1, b"a", flags=HAS_FAMILY | 1), "writes nothing to the flash"),
        (GOOD + bytes(uf2.FILE_MOST_BYTES), "more than a Pico's flash takes"),
    ],
)
def test_what_is_no_image_for_a_pico_is_refused_in_one_sentence_with_the_mend(data, why):
    with pytest.raises(FlashError) as refused:
        read_uf2("a.uf2", data)
    text = str(refused.value)
    assert text.startswith("a.uf2 ")
    assert why in text
    assert "; " in text
    assert text.count(". ") == 0


def test_no_single_bit_in_a_blocks_header_passes_for_something_else():
    for bit in range(32 * 8):
        data = bytearray(GOOD)
        data[bit // 8] ^= 1 << bit % 8
        if bytes(data[12:16]) == GOOD[12:16] and bytes(data[8:12]) == GOOD[8:12] and bytes(data[16:20]) == GOOD[16:20]:
            with pytest.raises(FlashError):
                read_uf2("a.uf2", bytes(data))
