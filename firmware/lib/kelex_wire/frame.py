"""Frames: COBS( number, seq, payload, CRC-32 ) and a zero byte.

COBS (Cheshire and Baker, 1999) takes the zeros out of a block of bytes, so that a zero can only be the end of a
frame: whoever loses his place finds it again at the next one. Our blocks stay below 254 bytes, so the code 0xFF (a
run without a zero after it) never occurs, and splitting at the zeros is the whole encoder.
"""

from binascii import crc32

from kelex_wire.dialect import micropython
from kelex_wire.errors import FrameError

HEADER_BYTES = 2
CRC_BYTES = 4
MAX_PAYLOAD_BYTES = 200
MAX_BLOCK_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES + CRC_BYTES
# One code byte in front; the closing zero is not counted.
MAX_CODED_BYTES = MAX_BLOCK_BYTES + 1
# What a frame adds to its payload on the cable: code byte, header, CRC, closing zero.
OVERHEAD_BYTES = 1 + HEADER_BYTES + CRC_BYTES + 1
# The CRC-32 of anything that ends with its own CRC-32.
_CRC_RESIDUE = 0x2144DF1C


@micropython.native
def encode(number, seq, payload):
    """The bytes on the cable of one frame, closing zero included. `seq` counts the sender's frames, 0..255."""
    assert len(payload) <= MAX_PAYLOAD_BYTES
    block = bytes((number, seq)) + payload
    block += crc32(block).to_bytes(4, "little")
    coded = bytearray()
    for run in block.split(b"\0"):
        coded.append(len(run) + 1)
        coded += run
    coded.append(0)
    return bytes(coded)


def decode(coded):
    """(number, seq, payload) of the bytes between two zeros. Raises FrameError."""
    end = len(coded)
    if end > MAX_CODED_BYTES:
        raise FrameError("too long")
    block = bytearray(coded)
    at = 0
    while at < end:
        step = block[at]
        if step == 0:
            raise FrameError("not COBS")
        # Each code stands where a zero was, the first one in front of the block.
        block[at] = 0
        at += step
    if at != end:
        raise FrameError("not COBS")
    if end < OVERHEAD_BYTES - 1:
        raise FrameError("too short")
    if crc32(block[1:]) != _CRC_RESIDUE:
        raise FrameError("wrong CRC")
    return block[1], block[2], bytes(block[1 + HEADER_BYTES : end - CRC_BYTES])


class Splitter:
    """Finds frames in a stream: `feed` bytes as they come, get back the whole coded frames among them.

    What is longer than any frame is thrown away up to the next zero, and counted in `overlong`.
    """

    def __init__(self):
        self.overlong = 0
        self._tail = b""
        self._skipping = False

    def feed(self, data):
        """The coded frames (bytes, without zeros, never empty) that `data` completes, oldest first."""
        runs = data.split(b"\0")
        last = len(runs) - 1
        runs[0] = self._tail + runs[0]
        self._tail = b""
        whole = []
        for i in range(last):
            if self._skipping:
                self._skipping = False
            elif len(runs[i]) > MAX_CODED_BYTES:
                self.overlong += 1
            elif runs[i]:
                whole.append(runs[i])
        if not self._skipping:
            if len(runs[last]) > MAX_CODED_BYTES:
                self.overlong += 1
                self._skipping = True
            else:
                self._tail = runs[last]
        return whole
