"""One simulated board: the firmware's files, executed unchanged in a module world of their own.

Nothing of the interpreter around it is patched, so many boards live in one process. The firmware's loop (`app.run`)
is the only thing not executed: the kernel calls `App.turn` when it is due or when bytes have come.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from random import Random
from types import CodeType, ModuleType
from typing import Any

from kelex_sim.board import POWER_ON_RESET, WATCHDOG_RESET, Board
from kelex_sim.disk import Disk
from kelex_sim.kernel import Kernel
from kelex_sim.machine import BoardReset, make_machine
from kelex_sim.modules import Port, native_builtins, native_modules

# From a byte's arrival to the firmware's look at it: `poll` wakes at once, a USB frame takes up to 1 ms.
WAKE_US = 200
# From a reset to the firmware's start: MicroPython's own, and the imports.
RESTART_US = 150_000


def firmware_path() -> Path:
    """The folder that holds the firmware's packages, in a checkout as in an installed wheel."""
    spec = find_spec("kelex_drone")
    origin = spec.origin if spec else None
    assert origin, "kelex_drone is part of this distribution"
    return Path(origin).parent.parent


@cache
def _compiled(path: Path) -> CodeType | None:
    return compile(path.read_text(), str(path), "exec") if path.is_file() else None


class FirmwareWorld:
    """The modules of one running board."""

    def __init__(self, root: Path, natives: dict[str, Any], open_file: Callable[..., Any]) -> None:
        self._root = root
        self._modules: dict[str, ModuleType] = {}
        builtins = ModuleType("builtins")
        self._natives = {**natives, "builtins": builtins}
        self._builtins = builtins.__dict__
        self._builtins.update(native_builtins(), __import__=self._import, open=open_file)

    def load(self, name: str) -> ModuleType:
        """The firmware's module of that name, executed when first asked for. Raises ImportError."""
        if name in self._modules:
            return self._modules[name]
        parent, _, leaf = name.rpartition(".")
        if parent:
            self.load(parent)
        code, package = self._find(name)
        module = ModuleType(name)
        module.__dict__["__builtins__"] = self._builtins
        if package:
            module.__path__ = []
        self._modules[name] = module
        exec(code, module.__dict__)
        if parent:
            setattr(self._modules[parent], leaf, module)
        return module

    def _find(self, name: str) -> tuple[CodeType, bool]:
        path = self._root.joinpath(*name.split("."))
        code = _compiled(path.with_suffix(".py"))
        if code:
            return code, False
        code = _compiled(path / "__init__.py")
        if code:
            return code, True
        raise ImportError(f"no module named '{name}' on the board")

    def _import(self, name: str, _globals: Any = None, _locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        assert level == 0, "the firmware imports by full names"
        if name in self._natives:
            return self._natives[name]
        module = self.load(name)
        for attribute in fromlist or ():
            if not hasattr(module, attribute) and hasattr(module, "__path__"):
                self.load(f"{name}.{attribute}")
        return module if fromlist else self._modules[name.partition(".")[0]]


class Pico:
    """A board under the kernel. `output(data)` is called with what it sends to its host."""

    def __init__(
        self, kernel: Kernel, board: Board, disk: Disk, output: Callable[[bytes], None], random: Random | None = None
    ) -> None:
        self.board = board
        self.disk = disk
        self.crashes: list[str] = []
        self.turns = 0
        self._kernel = kernel
        self._output = output
        self._random = random or Random(0)
        self.app: Any = None  # the firmware's App while it runs
        self.started: Callable[[Any], None] = lambda app: None  # told of each new App
        self._port = Port(output)
        self._due_us = -1
        self._started_us = 0
        self._starts = 0  # powerings and starts so far: what was scheduled in an earlier one is void

    @property
    def running(self) -> bool:
        """Whether the firmware runs: the board has power and has not crashed."""
        return self.app is not None

    def power_on(self) -> None:
        """Start the firmware from cold."""
        self._start(POWER_ON_RESET)

    def power_off(self) -> None:
        """Cut the power: only the flash keeps what it holds."""
        self.app = None
        self._starts += 1
        self._due_us = -1
        self.board.reset(POWER_ON_RESET)

    def feed(self, data: bytes) -> None:
        """Bytes from the host arrive at the port."""
        if self.app is not None:
            self._port.waiting += data
            self._schedule(self._kernel.now_us + WAKE_US)

    def _start(self, cause: int) -> None:
        self.board.reset(cause)
        self._starts += 1
        self._started_us = self._kernel.now_us
        self._port = Port(self._output)
        natives = native_modules(self._uptime_us, self._port, make_machine(self.board), self._random, self.disk)
        world = FirmwareWorld(firmware_path(), natives, self.disk.open)
        maintenance = world.load("kelex_boot.maintenance")
        if maintenance.was_ordered():  # there is no prompt here: nobody comes, and it goes back to being a drone
            self._output(b"Kelex: maintenance. A simulated board has no prompt.\r\n")
            self.app = None
            self._kernel.after(maintenance.UNATTENDED_MS * 1000, self._restart, self._starts)
            return
        try:
            self.app = world.load("kelex_drone.app").App()
        except Exception:  # noqa: BLE001 - whatever the firmware raises is a crash of the board, not ours
            self._crash()
            return
        self.started(self.app)
        self._due_us = -1
        self._schedule(self._kernel.now_us)
        if self.board.watchdog_us:
            self._kernel.after(self.board.watchdog_us, self._watch, self._starts)

    def _uptime_us(self) -> int:
        return self._kernel.now_us - self._started_us

    def _schedule(self, at_us: int) -> None:
        if self._due_us < 0 or at_us < self._due_us:
            self._due_us = at_us
            self._kernel.at(at_us, self._turn, at_us)

    def _turn(self, at_us: int) -> None:
        if at_us != self._due_us or self.app is None:
            return  # an earlier turn made this one needless
        self._due_us = -1
        self.turns += 1
        try:
            wait_ms = self.app.turn()
        except BoardReset:
            self._start(WATCHDOG_RESET)  # the RP2040 resets by its watchdog, and says so
            return
        except Exception:  # noqa: BLE001 - as above
            self._crash()
            return
        self._schedule(self._kernel.now_us + max(wait_ms * 1000, WAKE_US))

    def _crash(self) -> None:
        """The firmware ended; `main.py` starts the board again."""
        self.crashes.append(traceback.format_exc())
        self.app = None
        self._kernel.after(RESTART_US, self._restart, self._starts)

    def _restart(self, start: int) -> None:
        if start == self._starts:
            self._start(WATCHDOG_RESET)

    def _watch(self, start: int) -> None:
        if start != self._starts or self.app is None:
            return
        if not self.board.fed:
            self._start(WATCHDOG_RESET)
            return
        self.board.fed = False
        self._kernel.after(self.board.watchdog_us, self._watch, start)
