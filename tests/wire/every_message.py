"""Prints the schema's checksum and frames of every message at its limits; runs on both interpreters.

In MicroPython's dialect: tests/wire/test_schema.py compares what the two print.
"""

from kelex_wire import codec, frame, schema

RANGES = {
    "b": (-128, 127),
    "B": (0, 255),
    "h": (-32768, 32767),
    "H": (0, 65535),
    "i": (-2147483648, 2147483647),
    "I": (0, 4294967295),
}


def limits(field):
    """The lowest and the highest value of a field; of text, the shortest and the longest."""
    _, code, _, low, high = field
    if code == "s":
        return "", "\u00e9" * (high // 2)
    if low is None:
        return RANGES[code[0]]
    return low, high


def records():
    """(number, values) of every message with all fields lowest, all highest and, where they may be, None."""
    for number, _, fields in schema.MESSAGES:
        yield number, [limits(field)[0] for field in fields]
        yield number, [limits(field)[1] for field in fields]
        yield number, [None if field[1][1:] == "?" else limits(field)[1] for field in fields]


def main():
    print(f"{schema.SCHEMA_CRC:08x}")
    for seq, (number, values) in enumerate(records()):
        coded = frame.encode(number, seq, codec.encode(number, *values))
        decoded = frame.decode(coded[:-1])
        print("".join([f"{byte:02x}" for byte in coded]), decoded[:2], list(codec.decode(number, decoded[2])) == values)


if __name__ == "__main__":
    main()
