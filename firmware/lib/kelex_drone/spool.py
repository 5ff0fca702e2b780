"""Critical events in flash until the host has them: neither a reboot nor a power cut forgets them.

What the flash holds is a copy of the critical events that the link holds, the oldest SPOOL_MOST of them; it is renewed
when the two differ. While the host answers that can wait, since mostly it acknowledges sooner; while it is silent it
is done at once. But only while the joints rest: a write to flash stops everything for 45 ms and more.

After a reboot each is told again, as EARLIER with the boot and the number that it had: by these its reader knows it
again, should the host have had it already. Pure but for `save`, which is handed in.

The copy: the schema's checksum (4 bytes), then of each event its message, its size, its boot (4) and its payload.
"""

from kelex_wire import codec, schema
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms
from kelex_wire.errors import WireError

SPOOL_MOST = 32
# How long the two may differ while the host answers; and between two writes, or after one that failed, at least.
SETTLE_MS = 2000
APART_MS = 5000
_FIRST_VALUES = 2  # the values before an event's own: its number and its time


class Spool:
    """`saved` is what the flash held at the start; `save(data)` puts other data there, and raises OSError."""

    def __init__(self, now_ms, link, saved, save):
        self.fill = 0  # events in flash
        self.writes = 0
        self.faults = 0  # writes that failed, and events that nobody can read any more
        self._link = link
        self._save = save
        self._last = 0  # number of the newest event in flash
        self._wrote_ms = (now_ms - APART_MS) & 0x3FFFFFFF
        self._differs_ms = now_ms
        self._tell(now_ms, saved)

    def _tell(self, now_ms, saved):
        """Hold what was saved for the host again, as the first events of this boot."""
        if not saved:
            return
        try:
            for message, boot, payload in _unpacked(saved):
                told = codec.decode(message, payload)
                if message != schema.EARLIER:
                    values = told[_FIRST_VALUES:]
                    more = [None] * (schema.EARLIER_VALUES - len(values))
                    told = told[:_FIRST_VALUES] + (boot,) + told[:_FIRST_VALUES] + (message,) + values + tuple(more)
                self._link.event(now_ms, schema.EARLIER, *told[_FIRST_VALUES:])
        except WireError:
            self.faults += 1
        self._note()

    def _note(self):
        link = self._link
        self.fill = min(link.held.critical, SPOOL_MOST)
        self._last = link.held.critical_last

    @micropython.native
    def is_current(self):
        """Whether the flash holds what it should."""
        link = self._link
        if min(link.held.critical, SPOOL_MOST) != self.fill:
            return False
        if self.fill == 0 or self.fill == SPOOL_MOST:  # no tuple: this is asked in every look, and one costs heap
            return True
        return link.held.critical_last == self._last

    @micropython.native
    def step(self, now_ms, at_rest):
        """Renew the copy where that is due; whether it wrote to the flash, which took its time."""
        if self.is_current():
            self._differs_ms = now_ms
            return False
        patience_ms = SETTLE_MS if self._link.host_heard else 0
        if not at_rest or elapsed_ms(now_ms, self._differs_ms) < patience_ms:
            return False
        if elapsed_ms(now_ms, self._wrote_ms) < APART_MS:
            return False
        self._wrote_ms = now_ms
        self.writes = (self.writes + 1) & 0xFFFF
        try:
            self._save(_packed(self._link))
        except OSError:
            self.faults = (self.faults + 1) & 0xFFFF
            return True
        self._note()
        return True


def _packed(link):
    data = bytearray(schema.SCHEMA_CRC.to_bytes(4, "little"))
    count = 0
    for message, payload in link.held.critical_ones():
        if count == SPOOL_MOST:
            break
        count += 1
        data += bytes((message, len(payload))) + link.boot.to_bytes(4, "little") + payload
    return bytes(data) if count else b""


def _unpacked(data):
    """(message, boot, payload) of each event. Raises WireError for what another version of the schema has written."""
    if int.from_bytes(data[:4], "little") != schema.SCHEMA_CRC:
        raise WireError("saved under another schema")
    at = 4
    while at + 6 <= len(data):
        message, size = data[at], data[at + 1]
        boot = int.from_bytes(data[at + 2 : at + 6], "little")
        at += 6 + size
        yield message, boot, data[at - size : at]
