"""The prompt (REPL) for who may have it, and for everybody why the drone does not run.

One gets here by an order to the drone, by the touch pad held at power-up, or because no version starts any more. It is
never for ever: whom nobody talks to goes back to being a drone.
"""

import select
import sys
import time

import machine

from kelex_boot import record, slots, twins

# So long it waits for the first byte from its host, and so long the prompt stays at most.
UNATTENDED_MS = 120000
OPEN_MS = 900000
_SAY_MS = 2000
# A word of the RP2040's watchdog that outlives a reset, but no loss of power.
_SCRATCH = 0x4005800C
_ORDERED = 0x4B4C5831
# The watchdog's control register, in the alias that clears the bits written to it; and the bit that lets it run.
_WATCHDOG_CLEAR = 0x4005B000
_WATCHDOG_ENABLE = 1 << 30

_kept = []  # type: list[machine.Timer] # the timer: nobody else holds it


def order():
    """Have the next reset lead here."""
    machine.mem32[_SCRATCH] = _ORDERED


def was_ordered():
    """Whether it was to lead here; asked once."""
    ordered = machine.mem32[_SCRATCH] == _ORDERED
    machine.mem32[_SCRATCH] = 0
    return ordered


def enter(why, may_open):
    """Say why until the host says something; then return for the prompt to follow, if it may. Else reset.

    `may_open` is whether who is at the cable has proved that he may have the prompt, or nobody asks for a proof.
    """
    machine.mem32[_WATCHDOG_CLEAR] = _WATCHDOG_ENABLE
    hint = "Reset to start the drone." if may_open else "For the prompt, hold the touch pad at power-up."
    line = "Kelex: maintenance, because %s. %s\r\n" % (why, hint)
    heard = select.poll()
    heard.register(sys.stdin, select.POLLIN)
    room = select.poll()
    room.register(sys.stdout, select.POLLOUT)
    byte = bytearray(1)
    began_ms = time.ticks_ms()
    while time.ticks_diff(time.ticks_ms(), began_ms) < UNATTENDED_MS:
        if room.poll(0):
            sys.stdout.write(line)
        if heard.poll(_SAY_MS):
            if may_open:
                _kept.append(machine.Timer(-1, period=OPEN_MS, mode=machine.Timer.ONE_SHOT, callback=leave))
                return
            sys.stdin.buffer.readinto(byte)
    leave()


def stay():
    """Keep the prompt until somebody resets the board."""
    while _kept:
        _kept.pop().deinit()


def leave(_timer=None):
    """Back to the drone, whatever it has done before: another three starts."""
    try:
        now = slots.load()
        if record.is_exhausted(now):
            slots.keep(record.forgive(now))
    except OSError:
        pass  # a flash that cannot be written: start all the same
    machine.reset()


def is_paired():
    """Whether the drone has a host of its own, so that no other may have its prompt."""
    return bool(twins.read(twins.PAIRING)[1])
