"""From `main.py` to the drone: which version it is, and what becomes of one that does not get well."""

import sys

import machine

from kelex_boot import imports, maintenance, record, slots

# The RP2040's watchdog counts to 8388 ms at most and cannot be stopped. A version that hangs is started again.
WATCHDOG_MS = 8000
# So long a version on trial has from its start, to have a host and be well.
TRIAL_MS = 60000


def run(held):
    """Be the drone until the board is reset. Returns only where the prompt is to follow.

    `held` is whether somebody held the touch pad while the board started.
    """
    if held:
        maintenance.enter("the touch pad was held at power-up", True)
        return
    if maintenance.was_ordered():
        maintenance.enter("its host ordered it", True)
        return
    now = record.begin(slots.load(), slots.is_whole)
    try:
        slots.keep(now)
    except OSError as error:
        sys.print_exception(error)  # a flash that cannot be written: better a drone that does not count
    if record.is_exhausted(now):
        maintenance.enter("no version of the drone starts any more", not maintenance.is_paired())
        return
    _running.append(Running(now))
    machine.WDT(timeout=WATCHDOG_MS)
    if now.slot != record.FROZEN:
        slot = record.SLOTS[now.slot]
        imports.prepare("/" + slot, slots.sources(slot))
    from kelex_drone import app

    app.run()
    machine.reset()


class Running:
    """The version that runs, as the drone asks after it: `slot` and `why` are places in the rows of `record.py`."""

    def __init__(self, now):
        self._timer = None
        self._now = now
        self.slot = now.slot
        self.version = slots.version(record.SLOTS[now.slot])
        self.trial = now.trial
        self.why = now.why
        self.given_up = now.given_up
        self.told = now.told
        if now.trial:
            self._timer = machine.Timer(-1, period=TRIAL_MS, mode=machine.Timer.ONE_SHOT, callback=_again)

    def well(self, told):
        """It is well; `told`: and its host knows what was given up. Blocks for one flash write, if there is news."""
        now = record.well(self._now, told)
        if now == self._now:
            return
        try:
            slots.keep(now)
        except OSError:
            return  # a flash that cannot be written: it stays on trial
        self._now = now
        self.trial = 0
        if self._timer:
            self._timer.deinit()

    def order_maintenance(self):
        """Have the next reset lead to maintenance."""
        maintenance.order()


def _again(_timer):
    machine.reset()


_running = []  # type: list[Running]


def running():
    """The one version that runs. Without a start (at the prompt, on the bench) it is taken for that in flash."""
    if not _running:
        _running.append(Running(slots.load()))
    return _running[0]
