"""One board's life before the live tests: measured from its prompt, then as the drone, then rebooted by an order."""

from pathlib import Path

from emulated.emulated_drone import EmulatedDrone
from kelex_sim.emulated.flash_image import flash_with
from kelex_sim.emulated.littlefs_image import littlefs_image
from kelex_sim.emulated.mpy import compiled

WORKBENCH = Path(__file__).with_name("workbench.py")


class Story:
    """`costs` is how often, longest and mean microseconds of a turn, by phase and label; `allocated` bytes by phase.

    The board is made by the UF2 with Kelex inside, `kelex`, and has the workbench beside it.
    """

    def __init__(self, micropython: Path, kelex: Path) -> None:
        workbench = compiled(micropython, {"lib/workbench.py": WORKBENCH.read_bytes()})
        flash = flash_with(kelex, littlefs_image(micropython / "micropython", workbench))
        self.drone = EmulatedDrone(micropython, flash)
        self.costs: dict[tuple[str, str], tuple[int, int, int]] = {}
        self.allocated: dict[str, int] = {}
        self.idle: dict[str, int] = {}
        self.heap_free = 0
        self.first_boot = 0
        self.reset_after_s = 0.0
        self.online_after_s = 0.0
        self._measure()
        self._reboot()

    def _measure(self) -> None:
        """Power up into maintenance and measure from the prompt."""
        drone, pico = self.drone, self.drone.pico
        drone.around.begin("touch", 10.0)
        assert pico.run(2.0, until=lambda: b"maintenance" in pico.received)
        drone.around.begin("touch", 0.0)
        self._take(pico.execute("import workbench; workbench.measure()"))
        drone.around.begin("cry", 60.0)
        self._take(pico.execute("workbench.measure_hearing()"))
        drone.around.begin("cry", 0.0)

    def _take(self, told: str) -> None:
        for line in told.splitlines():
            match line.split():
                case ["cost", phase, label, count, longest, mean]:
                    self.costs[phase, label] = int(count), int(longest), int(mean)
                case ["bytes", phase, allocated, _turns]:
                    self.allocated[phase] = int(allocated)
                case ["idle", phase, permille]:
                    self.idle[phase] = int(permille)
                case ["heap", free]:
                    self.heap_free = int(free)
                case _:
                    raise AssertionError(line)

    def _reboot(self) -> None:
        """Let it go online, order it to start again, and let it go online from its `main.py`."""
        drone = self.drone
        drone.pico.send(b"workbench.live()\r")
        drone.run_board_alone(0.05)  # the prompt's echo
        assert drone.run(1.0, until=lambda: drone.online)
        self.first_boot = drone.boot
        drone.order("reboot")
        began_s = drone.pico.seconds
        assert drone.run(1.0, until=lambda: drone.pico.resets == 1)
        self.reset_after_s = drone.pico.seconds - began_s
        del drone.retained["kelex/drone/kelex/senses"]  # of its earlier life
        began_s = drone.pico.seconds
        assert drone.run(2.0, until=lambda: drone.online), drone.notices
        self.online_after_s = drone.pico.seconds - began_s
