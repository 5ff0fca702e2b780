"""The firmware's drivers as they run on a simulated board: real files, a fake `machine`, chips at their registers."""

from random import Random

from kelex_sim.board import Board
from kelex_sim.disk import Disk
from kelex_sim.machine import make_machine
from kelex_sim.modules import Port, native_modules
from kelex_sim.pico import FirmwareWorld, firmware_path


class BoardWorld:
    """`load` gives a module of the firmware; `machine` is what it imports under that name.

    `modules` are others that it imports instead of those that it has.
    """

    def __init__(self, disk=None, **modules):
        self.now_us = 0
        disk = disk or Disk()
        self.board = Board()
        self.machine = make_machine(self.board)
        natives = native_modules(lambda: self.now_us, Port(lambda data: None), self.machine, Random(0), disk)
        natives.update(modules)
        self._world = FirmwareWorld(firmware_path(), natives, disk.open)

    def load(self, name):
        return self._world.load(name)

    def i2c(self, *chips):
        self.board.wire_i2c(0, chips)
        return self.machine.I2C(0, sda=self.machine.Pin(4), scl=self.machine.Pin(5))
