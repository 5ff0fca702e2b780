"""Reads `wire.jsonl` and holds the wire's code against it; runs on CPython and on MicroPython's Unix port.

    python check.py wire.jsonl

In MicroPython's dialect. Prints what does not agree, then how many lines did.
"""

import json
import sys
from binascii import unhexlify

from kelex_wire import codec, errors, frame, schema


def wrong(line):
    """What does not agree with one line; None where all does."""
    if "schema" in line:
        ours = f"{schema.SCHEMA_CRC:08x}"
        return None if ours == line["schema"] else f"the schema is {ours}"
    if "error" in line:
        try:
            number, _, payload = frame.decode(unhexlify(line["coded"]))
            codec.decode(number, payload)
        except errors.WireError as error:
            name = type(error).__name__
            return None if name == line["error"] else f"{name}, not {line['error']}"
        return "it was taken"
    number, values = line["number"], line["values"]
    payload, whole = unhexlify(line["payload"]), unhexlify(line["frame"])
    if codec.encode(number, *values) != payload:
        return "its payload is another"
    if frame.encode(number, line["seq"], payload) != whole:
        return "its frame is another"
    if frame.decode(whole[:-1]) != (number, line["seq"], payload):
        return "its frame is read as another"
    record = codec.decode(number, payload)
    if list(record) != values or codec.message(number).name != line["message"]:
        return f"it is read as {record}"
    return None


def main(path):
    agreed = 0
    with open(path) as file:
        for text in file:
            line = json.loads(text)
            problem = wrong(line)
            if problem:
                print(f"{line.get('message') or line.get('why')}: {problem}")
            else:
                agreed += 1
    print(f"{agreed} lines agree")


main(sys.argv[1])
