"""Putting a version into a board's spare slot, at its open prompt: look, plan, send, activate; see flasher.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol

from kelex_host.errors import FlashError
from kelex_host.flashing import board_code
from kelex_host.flashing.board_report import BoardReport
from kelex_host.flashing.image import Firmware
from kelex_host.flashing.plan import Plan, check_room, make_plan
from kelex_host.shells.board_repl import BoardRepl

MAIN = "/main.py"


class Watcher(Protocol):
    """Who is told what goes on."""

    def say(self, text: str) -> None:
        """One sentence."""

    def begin(self, what: str, size: int) -> None:
        """So many bytes will now be sent."""

    def advance(self, size: int) -> None:
        """So many of them have arrived."""

    def end(self) -> None:
        """That is done."""


class Installer:
    """For one board at its prompt, which is what `report` says, and one firmware, in the form that is for this board.

    All of it may raise FlashError.
    """

    def __init__(self, repl: BoardRepl, report: BoardReport, firmware: Firmware, watcher: Watcher) -> None:
        self._repl = repl
        self._report = report
        self._frozen: dict[str, str] = repl.call("hashes", "frozen") if report.kelex else {}
        self._image = firmware.for_board(self._frozen)
        self._watcher = watcher

    def plan(self) -> Plan:
        """What is to be done, by what the board has already."""
        plan = self._compare()
        check_room(plan, self._image, self._report.free_bytes)
        return plan

    def install(self, plan: Plan) -> None:
        """Do it. Until the last write of all, the board starts what it started before."""
        image = self._image
        self._watcher.begin("sending", plan.send_bytes)
        starter = [path for path in plan.starter if path != MAIN]
        if starter:
            self._repl.run(board_code.make_folders(starter))
            self._put({path: image.starter[path] for path in starter})
        missing = self._repl.call("prepare", plan.slot, image.manifest)
        if not set(missing) <= image.files.keys():
            raise FlashError(f"The board does not take a version into {plan.slot} now; reset it and try again.")
        self._repl.send_files({f"/{plan.slot}/{path}": image.files[path] for path in missing}, self._watcher.advance)
        self._watcher.end()
        if plan.twin:
            self._watcher.say(f"All of it has arrived; the board copies it to {plan.twin} too, for the next update.")
            self._repl.call("prepare", plan.twin, image.manifest)
        if why_not := self._repl.call("activate", plan.slot):
            raise FlashError(f"What arrived is not what was sent ({why_not}); what ran before still runs: try again.")
        if MAIN in plan.starter:  # from now on the board starts by itself
            self._put({MAIN: image.starter[MAIN]}, keep=self._report.kelex is None)

    def _compare(self) -> Plan:
        kelex = self._report.kelex
        if kelex is None:
            return make_plan(self._image, "slot_a", {}, {}, starter={}, twin="slot_b")
        other = "slot_b" if kelex.spare == "slot_a" else "slot_a"
        there, copies = self._repl.call("hashes", kelex.spare), self._repl.call("hashes", other)
        starter = None
        if not self._report.frozen:
            starter = dict.fromkeys(json.loads(self._repl.run(board_code.existing(self._image.starter))), "")
        twin = other if kelex.slot == "frozen" and not copies else ""
        return make_plan(self._image, kelex.spare, there, copies, frozen=self._frozen, starter=starter, twin=twin)

    def _put(self, files: Mapping[str, bytes], keep: bool = False) -> None:
        """Put files beside the slots, each of them in one step; `keep` what had its name before."""
        self._repl.send_files({path + board_code.NEW: data for path, data in files.items()}, self._watcher.advance)
        for path in files:
            self._repl.run(board_code.put_in_place(path, keep))
