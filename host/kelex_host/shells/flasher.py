"""Putting firmware on a board: finds out what is there, carries the plan out, and waits until the new version is well.

Wherever it is interrupted, the board starts what it ran before: nothing that runs is written to, and the one write that
chooses what starts next comes last (`kelex_boot`). Until a new version has had a host for a while it is on trial.
"""

from __future__ import annotations

import asyncio
import time

import msgspec

from kelex_host.errors import FlashError
from kelex_host.flashing.board_report import SlotStatus, check_suitable
from kelex_host.flashing.image import Firmware
from kelex_host.flashing.outcome import PLANNED, ROLLED_BACK, UNCHANGED, UPDATED, Outcome, Standing
from kelex_host.flashing.plan import Plan
from kelex_host.shells import maintenance
from kelex_host.shells.board_repl import BoardRepl
from kelex_host.shells.installer import Installer, Watcher
from kelex_host.shells.pico_finder import BoardPort

# So long a board may take until a drone or a prompt answers at its open port.
ANSWER_S = 10.0
# From the order for maintenance until the prompt answers: an emulated board is slower than a real one.
PROMPT_S = 20.0
PROMPT_AGAIN_S = 0.2


class Flasher:
    """For the board at one port; `keys` are the pairing keys that a drone there may have."""

    def __init__(self, port: str, keys: tuple[bytes, ...], watcher: Watcher) -> None:
        self._port = BoardPort(port)
        self._keys = keys
        self._watcher = watcher
        self._began_s = time.monotonic()

    def update(self, firmware: Firmware, *, dry_run: bool = False) -> Outcome:
        """Have the board run this firmware. Raises FlashError; what ran before then still runs."""
        told = asyncio.run(maintenance.standing(self._port, self._keys))
        if told is not None and firmware.is_called(told.version) and not told.trial:
            return self._unchanged(told)
        with self._prompt() as repl:
            began_s = time.monotonic()
            try:
                report = repl.probe()
                self._watcher.say(f"On the board: {report}.")
                check_suitable(report)
                installer = Installer(repl, report, firmware, self._watcher)
                plan = installer.plan()
                if dry_run:
                    repl.reset()
                    return self._outcome(PLANNED, f"Would do: {plan}.", repl, plan, began_s)
                self._watcher.say(f"{plan}.")
                installer.install(plan)
                repl.reset()
            except BaseException:  # Ctrl-C too
                repl.abandon()  # the drone that was there goes on
                raise
            outcome = self._outcome(UPDATED, "", repl, plan, began_s)
        self._watcher.say("It starts the new version, on trial until it has had a host for a while.")
        return self._await_well(plan.version, outcome)

    def roll_back(self) -> Outcome:
        """Have the board run the version that it ran before. Raises FlashError."""
        with self._prompt() as repl:
            report = repl.probe()
            if report.kelex is None:
                raise FlashError(f"There is no Kelex at {self._port.name}; `kelex flash` puts one there.")
            self._watcher.say(f"On the board: {report}.")
            if why_not := repl.call("rollback", "asked"):
                repl.reset()
                raise FlashError(f"It cannot go back: {why_not}.")
            status = msgspec.convert(repl.call("status"), SlotStatus)
            repl.reset()
        text = f"The board goes back to Kelex {status.running} in {status.slot}."
        outcome = Outcome(result=ROLLED_BACK, text=text, port=self._port.name, version=status.running)
        outcome.slot, outcome.seconds = status.slot, round(time.monotonic() - self._began_s, 2)
        return outcome

    # The way to the prompt

    def _prompt(self) -> BoardRepl:
        """The board's prompt; a drone that runs there is ordered to it. Raises FlashError."""
        end_s = time.monotonic() + ANSWER_S
        while True:
            online = asyncio.run(maintenance.greet(self._port))
            if online is not None:
                self._watcher.say(f"{online.welcome.identity} answers at {self._port.name}; it goes to maintenance.")
                asyncio.run(maintenance.enter_maintenance(self._port, self._keys))
                return self._open_prompt(PROMPT_S)
            try:
                return self._open_prompt(0)
            except FlashError:
                if time.monotonic() >= end_s:  # it may only just have been started
                    raise

    def _open_prompt(self, limit_s: float) -> BoardRepl:
        end_s = time.monotonic() + limit_s
        while True:
            try:
                return BoardRepl(self._port.now())
            except FlashError:
                if time.monotonic() >= end_s:
                    raise
            time.sleep(PROMPT_AGAIN_S)

    def _await_well(self, version: str, outcome: Outcome) -> Outcome:
        told = asyncio.run(maintenance.await_well(self._port, self._keys, version))
        if told is None:
            told = self._at_the_prompt()
        outcome.seconds = round(time.monotonic() - self._began_s, 2)
        outcome.judge(version, told)
        return outcome

    def _at_the_prompt(self) -> Standing | None:
        """What a board tells that runs no drone any more; None where it tells nothing."""
        try:
            with self._open_prompt(0) as repl:
                status = repl.probe().kelex
        except FlashError:
            return None
        # At the prompt nothing runs: a version that is still the chosen one has not been well.
        return None if status is None else Standing("", "", False, status.why or "unhealthy", runs=False)

    def _unchanged(self, told: Standing) -> Outcome:
        return Outcome(
            result=UNCHANGED,
            text=f"It runs Kelex {told.version} already.",
            port=self._port.name,
            version=told.version,
            slot=told.slot,
            seconds=round(time.monotonic() - self._began_s, 2),
        )

    def _outcome(self, result: str, text: str, repl: BoardRepl, plan: Plan, began_s: float) -> Outcome:
        now_s = time.monotonic()
        return Outcome(
            result=result,
            text=text,
            port=self._port.name,
            version=plan.version,
            slot=plan.slot,
            files_sent=len(plan.sent) + len(plan.starter) if result == UPDATED else 0,
            bytes_sent=repl.sent,
            bytes_received=repl.received,
            transfer_s=round(now_s - began_s, 2),
            seconds=round(now_s - self._began_s, 2),
        )
