"""A simulated board: the real firmware in a module world of its own, its crashes, its watchdog, its power."""

from random import Random

import pytest
from kelex_sim.board import POWER_ON_RESET, WATCHDOG_RESET
from kelex_sim.body import Body
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.pico import FirmwareWorld
from kelex_wire import codec, frame, schema
from wire.joints import targets

WATCHDOG_US = 8_000_000


class Rig:
    """One drone in the nursery; `heard` is what it sent, decoded."""

    def __init__(self):
        self.kernel = Kernel()
        self.sent = bytearray()
        self.body = Body(self.kernel, example_house(), "nursery", random=Random(1), output=self.sent.extend)
        self.pico = self.body.pico

    def run(self, seconds):
        self.kernel.run_until(self.kernel.now_us + round(seconds * 1e6))
        return self

    def frames(self):
        return list(filter(None, bytes(self.sent).split(b"\0")))

    def beacons(self):
        return [codec.decode(n, payload) for n, _, payload in map(frame.decode, self.frames())]

    def send(self, number, *values):
        self.pico.feed(frame.encode(number, 0, codec.encode(number, *values)))

    def crash(self):
        def broken(now_ms):
            raise MemoryError("memory allocation failed")

        self.pico.app.drone.step = broken
        self.run(0.1)


@pytest.fixture
def rig():
    rig = Rig()
    rig.pico.power_on()
    return rig.run(1)


def files(root, **sources):
    for name, source in sources.items():
        (root / f"{name}.py").write_text(source)
    return FirmwareWorld(root, {"struct": "the board's struct"}, open)


def test_the_firmware_runs_and_says_which_boot_it_is(rig):
    assert rig.pico.running
    assert rig.pico.crashes == []
    assert [(beacon.boot, beacon.session) for beacon in rig.beacons()] == [(1, 0), (1, 0), (1, 0)]


def test_it_answers_a_greeting(rig):
    rig.sent.clear()
    rig.send(schema.HELLO, schema.SCHEMA_CRC, 77, 0, 5)
    rig.run(0.01)
    number, _, payload = frame.decode(rig.frames()[0])
    welcome = codec.decode(number, payload)
    assert (welcome.nonce, welcome.boot, welcome.schema_crc) == (77, 1, schema.SCHEMA_CRC)


@pytest.mark.parametrize("name", ["dataclasses", "os", "enum", "typing", "nonsense"])
def test_a_module_that_the_board_does_not_have_cannot_be_imported(tmp_path, name):
    with pytest.raises(ImportError, match=name):
        files(tmp_path, main=f"import {name}").load("main")


def test_builtins_that_micropython_does_not_have_are_missing(tmp_path):
    with pytest.raises(NameError):
        files(tmp_path, main="breakpoint()").load("main")


def test_listed_modules_come_from_the_board_and_packages_from_its_files(tmp_path):
    (tmp_path / "body").mkdir()
    (tmp_path / "body" / "__init__.py").write_text("")
    (tmp_path / "body" / "arm.py").write_text("import struct\nlength = 3")
    arm = files(tmp_path, main="from body import arm\nimport body.arm\nfrom body.arm import length").load("main")
    assert (arm.arm.struct, arm.length, arm.body.arm is arm.arm) == ("the board's struct", 3, True)


def test_two_boards_share_no_module():
    one, other = Rig(), Rig()
    one.pico.power_on()
    other.pico.power_on()
    assert type(one.pico.app) is not type(other.pico.app)
    assert type(one.pico.app.drone.link) is not type(other.pico.app.drone.link)


def test_a_power_cycle_counts_a_boot_and_forgets_all_but_the_flash(rig):
    rig.pico.power_off()
    assert not rig.run(5).pico.running
    rig.sent.clear()
    rig.pico.power_on()
    rig.run(1)
    assert {beacon.boot for beacon in rig.beacons()} == {2}
    assert rig.body.board.reset_cause == POWER_ON_RESET


def test_a_crashed_board_starts_itself_again(rig):
    rig.crash()
    assert not rig.pico.running
    assert "memory allocation failed" in rig.pico.crashes[0]
    rig.run(0.2)
    assert rig.pico.running
    assert (rig.pico.app.drone.link.boot, rig.body.board.reset_cause) == (2, WATCHDOG_RESET)


def test_the_watchdog_starts_a_board_that_hangs(rig):
    rig.pico.app._watchdog.feed = lambda: None
    rig.run(2 * WATCHDOG_US / 1e6)
    assert rig.pico.app.drone.link.boot == 2
    assert rig.pico.crashes == []


def test_a_healthy_board_is_never_restarted(rig):
    rig.run(60)
    assert rig.pico.app.drone.link.boot == 1


def test_a_crashed_board_without_power_stays_dark(rig):
    rig.crash()
    rig.pico.power_off()
    assert not rig.run(20).pico.running


def test_outputs_go_quiet_when_the_power_goes(rig):
    rig.send(schema.HELLO, schema.SCHEMA_CRC, 77, 0, 5)
    rig.run(0.1)
    rig.send(schema.ORDER_MOVE, rig.pico.app.drone.link.session, 5, 0, *targets(head_pan=9000))
    rig.run(0.5)
    servo = rig.body.servos["head_pan"]
    assert servo.attached
    rig.pico.power_off()
    angle = servo.angle()
    rig.run(1)
    assert not servo.attached
    assert servo.angle() == angle


def test_bytes_for_a_board_without_power_are_lost(rig):
    rig.pico.power_off()
    rig.send(schema.HELLO, schema.SCHEMA_CRC, 77, 0, 5)
    rig.pico.power_on()
    rig.run(1)
    assert rig.pico.app.drone.link.session == 0


def test_an_order_to_reboot_is_answered_and_starts_the_firmware_again_as_the_watchdog_does(rig):
    rig.send(schema.HELLO, schema.SCHEMA_CRC, 77, 0, 5)
    rig.run(0.1)
    rig.body.parts.holodisk.drive(1)
    app = rig.pico.app
    rig.sent.clear()
    rig.send(schema.ORDER_REBOOT, app.drone.link.session, 5)
    rig.run(0.1)
    assert schema.ACCEPTED in [frame.decode(coded)[0] for coded in rig.frames()]
    assert rig.pico.app is app
    rig.run(3.2)  # nobody takes its events, so it waits for that as long as it does at most
    assert rig.pico.app is not app
    assert (rig.pico.app.drone.link.boot, rig.body.board.reset_cause) == (2, WATCHDOG_RESET)
    assert not rig.body.parts.holodisk.on
    assert rig.pico.crashes == []


def test_two_orders_that_arrive_together_turn_the_head_no_faster_than_one(rig):
    rig.send(schema.HELLO, schema.SCHEMA_CRC, 77, 0, 5)
    rig.run(0.1)
    session = rig.pico.app.drone.link.session
    rig.send(schema.ORDER_MOVE, session, 5, 0, *targets(head_pan=-9000))
    rig.run(3)
    servo = rig.body.servos["head_pan"]
    rig.send(schema.ORDER_MOVE, session, 6, 0, *targets(head_pan=9000))
    rig.send(schema.ORDER_MOVE, session, 7, 0, *targets(head_pan=8000))
    rig.run(0.1)
    assert servo.angle() < -80
    rig.run(3)
    assert servo.angle() == pytest.approx(80, abs=0.5)
