"""The wire between drone and host: what is said, and how it arrives whole, in order and once.

Shared, unchanged, by MicroPython on the board and CPython on the host. It has no IO and no clock of its own:
time and bytes come in as arguments, bytes and records go out as return values.

    schema.py       every message, its fields, units and limits
    codec.py        a record <-> the payload bytes of one message
    frame.py        payload bytes <-> COBS frames with a CRC-32, and the splitter that finds frames in a stream
    drone_link.py   the drone's end of a link: sessions, credits, orders once, events until acknowledged
    errors.py       what can be wrong with bytes from outside

The host's end of a link is `kelex_host/bridge/host_link.py`: it never goes onto a board.
"""
