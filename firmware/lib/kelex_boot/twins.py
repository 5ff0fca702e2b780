"""What is kept in flash: of each thing two files take turns, so that a power cut leaves the older one whole.

Each file is the number of its write (4 bytes), data, and a CRC-32 of both.
"""

from binascii import crc32

# How often the drone started: that number alone.
STARTS = ("/kelex_boot_a", "/kelex_boot_b")
# The key that the drone shares with its host; no data for none.
PAIRING = ("/kelex_pair_a", "/kelex_pair_b")
# Which version runs, see record.py.
FIRMWARE = ("/kelex_slot_a", "/kelex_slot_b")

DATA_MOST_BYTES = 4096
_READ_MOST = 4 + DATA_MOST_BYTES + 4


def read(names):
    """(number, data) of the newest whole file of the two; (0, b"") where there is none."""
    return max([_read(name) for name in names])


def write(names, data):
    """Put `data` into the older file of the two; the number of that write. Raises OSError."""
    assert len(data) <= DATA_MOST_BYTES
    numbers = [_read(name)[0] for name in names]
    number = max(numbers) + 1
    whole = number.to_bytes(4, "little") + data
    with open(names[0] if numbers[0] < numbers[1] else names[1], "wb") as file:
        file.write(whole + crc32(whole).to_bytes(4, "little"))
    return number


def _read(name):
    try:
        with open(name, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            # No more than there is: `read` takes all that it is asked for of the heap, in one piece.
            whole = file.read(min(size, _READ_MOST))
    except OSError:
        return 0, b""
    if len(whole) < 8 or crc32(whole[:-4]) != int.from_bytes(whole[-4:], "little"):
        return 0, b""
    return int.from_bytes(whole[:4], "little"), whole[4:-4]
