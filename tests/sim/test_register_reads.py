"""A read of registers at once is the byte protocol's, to the last bit and in all that it leaves behind."""

from random import Random

import pytest
from kelex_sim.chips.fault import KINDS, Fault
from kelex_sim.chips.ina219 import Ina219Chip
from kelex_sim.chips.mpu6050 import Mpu6050Chip
from kelex_sim.chips.vl53l0x import Vl53l0xChip

# How to make each, the writes after which it measures (as far as it does without an initialisation of dozens of
# steps), and its registers.
KINDS_OF_CHIPS = {
    "ina219": (
        lambda now_us, fault, random: Ina219Chip(0x40, now_us, lambda: (0.4, 5.0), fault, random),
        [b"\x00\x1e\xef"],
        6,
    ),
    "mpu6050": (
        lambda now_us, fault, random: Mpu6050Chip(0x68, now_us, lambda: (1.0, 2.0, 9.8), fault, random),
        [b"\x6b\x01", b"\x38\x01"],
        128,
    ),
    "vl53l0x": (
        lambda now_us, fault, random: Vl53l0xChip(0x29, now_us, lambda: 500.0, fault, random),
        [b"\x0a\x04", b"\x01\x01", b"\x00\x41"],
        256,
    ),
}


class Twin:
    def __init__(self, make, writes):
        self.now_us = 0
        self.fault = Fault(self.now, Random(1))
        self.chip = make(self.now, self.fault, Random(2))
        self.now_us = 5000
        for data in writes:
            self.chip.begin(False)
            for byte in data:
                self.chip.write(byte)
            self.chip.end()

    def now(self):
        return self.now_us

    def by_bytes(self, register, count):
        if not self.chip.begin(False):
            return None
        self.chip.write(register)
        self.chip.begin(True)
        data = bytes(self.chip.read() for _ in range(count))
        self.chip.end()
        return data

    def next_byte(self):
        """What a read without a register gives: the pointer has to be the same too."""
        return self.chip.begin(True) and self.chip.read()


@pytest.mark.parametrize("kind", ["", *KINDS])
@pytest.mark.parametrize("name", KINDS_OF_CHIPS)
def test_both_ways_of_reading_are_one(name, kind):
    make, writes, registers = KINDS_OF_CHIPS[name]
    one, other = Twin(make, writes), Twin(make, writes)
    random = Random(name + kind)
    for step in range(300):
        if kind and step in (100, 200):
            for twin in (one, other):
                twin.fault.begin(kind, 0.5)
        us = random.choice([0, 100, 10_000, 40_000])
        register, count = random.randrange(registers), random.randrange(1, 14)
        one.now_us += us
        other.now_us += us
        assert one.by_bytes(register, count) == other.chip.read_registers(register, count), (step, register, count)
        assert one.next_byte() == other.next_byte(), (step, register, count)
