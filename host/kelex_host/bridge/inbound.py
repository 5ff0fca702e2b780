"""What has come from one drone: which frames are missing, which events are new, what is still to be acknowledged."""

from __future__ import annotations

from dataclasses import dataclass

ACK_BYTES = 96
ACK_S = 0.2
_NEVER = float("inf")


@dataclass(slots=True)
class Inbound:
    """The receiving side of a link. Frames are counted by an 8-bit `seq`, events from 1 in each boot."""

    frames_missed: int = 0
    events_repeated: int = 0
    ack_due_s: float = _NEVER
    event_seen: int = 0
    event_settled: int = 0
    _seq: int = -1
    _unacked_bytes: int = 0

    def open(self) -> None:
        """The port was opened: whatever was counted before has no successor here."""
        self._seq = -1
        self.ack_due_s = _NEVER

    def begin(self, now_s: float, seq: int, oldest_event: int, *, new_boot: bool) -> None:
        """A session begins or goes on; the drone holds its events from `oldest_event` on."""
        if new_boot or oldest_event > self.event_seen + 1:
            # A new boot, or a drone that met another host in between: its oldest event is where we begin.
            self.event_seen = self.event_settled = oldest_event - 1
        self._seq = seq
        self.ack_due_s = now_s

    def pause(self) -> None:
        """The session is over for now."""
        self.ack_due_s = _NEVER

    def arrived(self, now_s: float, seq: int, size: int) -> bool:
        """A frame of `size` bytes; False when it is older than what came already, or the same once more."""
        self._unacked_bytes += size
        if self._unacked_bytes >= ACK_BYTES:
            self.ack_due_s = min(self.ack_due_s, now_s)
        elif self.ack_due_s > now_s + ACK_S:
            self.ack_due_s = now_s + ACK_S
        ahead = (seq - self._seq) & 0xFF
        if self._seq >= 0 and (ahead == 0 or ahead >= 128):
            return False
        if self._seq >= 0:
            self.frames_missed += ahead - 1
        self._seq = seq
        return True

    def is_new_event(self, number: int, *, accepting: bool) -> bool:
        """Whether an event is the next one; what comes ahead of its turn, or is not accepted, comes again."""
        if number == self.event_seen + 1 and accepting:
            self.event_seen = number
            return True
        if number <= self.event_seen:
            self.events_repeated += 1
            self.ack_due_s = 0.0
        return False

    def settle(self, number: int) -> None:
        """The events up to `number` are in safe hands: say so soon."""
        if number > self.event_settled:
            self.event_settled = number
            self.ack_due_s = 0.0

    def acknowledge(self) -> tuple[int, int]:
        """What an acknowledgement now says: the frame and the event up to which all has come."""
        self.ack_due_s = _NEVER
        self._unacked_bytes = 0
        return self._seq, self.event_settled
