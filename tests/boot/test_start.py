"""From `main.py` to the drone: counted starts, versions that are given up, and who gets the prompt."""

from types import SimpleNamespace

import pytest
from boot.board import NEW, OLD, B, board, install, load
from drone.board_world import BoardWorld
from kelex_boot import record
from kelex_sim.disk import Disk
from kelex_sim.machine import BoardReset

KEY = bytes(range(32))


class Crash(Exception):
    """A version that does not get far."""


class Start:
    """One start of a board: `ran` is what became of it, `said` all that it told its host."""

    def __init__(self, disk, held=False, heard=False, scratch=None, drone=lambda: None):
        self.said, self.timers, self.path = [], [], [".frozen", "/lib", ""]
        self.now_ms = 0
        self.waited_ms = 0
        self._heard = heard
        self.world = BoardWorld(
            disk,
            sys=SimpleNamespace(
                path=self.path,
                stdin=SimpleNamespace(buffer=SimpleNamespace(readinto=lambda byte: self.said.append("swallowed"))),
                stdout=SimpleNamespace(write=self.said.append),
                print_exception=lambda error: self.said.append(repr(error)),
            ),
            select=SimpleNamespace(poll=self.poll, POLLIN=1, POLLOUT=4),
            time=SimpleNamespace(ticks_ms=lambda: self.now_ms, ticks_diff=lambda a, b: a - b),
            kelex_drone=SimpleNamespace(app=SimpleNamespace(run=drone)),
        )
        self.world.board.scratch = self.scratch = self.world.board.scratch if scratch is None else scratch
        self.world.machine.mem32 = self.scratch
        self.world.machine.Timer = self.timer
        self.ran = self.run(held)

    def run(self, held):
        try:
            self.world.load("kelex_boot.start").run(held)
        except BoardReset:
            return "reset"
        except Crash:
            return "crash"
        return "prompt"

    def poll(self):
        events = []

        def poll(timeout_ms):
            if events == [4]:
                return [1]
            self.now_ms += timeout_ms
            return [1] if self._heard else []

        return SimpleNamespace(register=lambda stream, event: events.append(event), poll=poll)

    def timer(self, number, *, period, mode, callback):
        timer = SimpleNamespace(period=period, callback=callback, is_on=True)
        timer.deinit = lambda: setattr(timer, "is_on", False)
        self.timers.append(timer)
        return timer

    @property
    def running(self):
        return self.world.load("kelex_boot.start").running()


Start.timer.ONE_SHOT = 0


def crash():
    raise Crash


def on_trial():
    disk = board(OLD)
    install(disk, "slot_b", NEW)
    assert load(disk).activate("slot_b") == ""
    return disk


def test_a_slot_that_is_chosen_comes_before_everything_else_on_the_path():
    assert Start(board(OLD, NEW)).path[0] == "/slot_b"
    assert Start(Disk()).path == [".frozen", "/lib", ""]


def test_a_version_that_crashes_is_given_up_within_three_starts_and_the_drone_that_follows_knows():
    disk = on_trial()
    starts = [Start(disk, drone=crash) for _ in range(3)]
    assert [(start.ran, start.path[0]) for start in starts] == [("crash", "/slot_b")] * 3
    after = Start(disk)
    assert after.path[0] == "/slot_a"
    now = after.running
    assert (record.REASONS[now.why], now.given_up, now.told, now.trial) == ("bad_starts", B, 0, 0)


def test_a_version_on_trial_that_does_not_get_well_in_time_is_started_again_and_one_that_does_is_good():
    disk = on_trial()
    first = Start(disk)
    [timer] = first.timers
    assert timer.period == first.world.load("kelex_boot.start").TRIAL_MS
    with pytest.raises(BoardReset):
        timer.callback(timer)
    first.running.well(True)
    assert not timer.is_on
    assert [Start(disk).path[0] for _ in range(3)] == ["/slot_b"] * 3
    assert not load(disk).status()["trial"]


def test_being_well_is_written_only_where_that_is_news():
    disk = board(OLD)
    running = Start(disk).running
    running.well(True)
    before = dict(disk.files)
    running.well(True)
    assert disk.files == before


def test_a_version_that_hangs_before_the_drone_runs_is_under_the_watchdog():
    start = Start(on_trial())
    assert start.world.board.watchdog_us > 0


def test_with_no_version_left_the_board_says_so_and_gives_the_prompt():
    disk = Disk()
    assert [Start(disk, drone=crash).ran for _ in range(3)] == ["crash"] * 3
    start = Start(disk, heard=True, drone=crash)
    assert start.ran == "prompt"
    assert "no version of the drone starts any more" in start.said[0]


def test_but_never_to_anybody_where_the_drone_is_paired():
    disk = Disk()
    BoardWorld(disk).load("kelex_drone.store").keep_pairing(KEY)
    for _ in range(3):
        Start(disk, drone=crash)
    start = Start(disk, heard=True, drone=crash)
    assert start.ran == "reset"
    assert "hold the touch pad" in start.said[0]
    assert "swallowed" in start.said


def test_whom_nobody_talks_to_tries_to_be_a_drone_again():
    disk = Disk()
    for _ in range(3):
        Start(disk, drone=crash)
    waited = Start(disk, drone=crash)
    assert (waited.ran, waited.now_ms) == ("reset", waited.world.load("kelex_boot.maintenance").UNATTENDED_MS)
    assert Start(disk).path == [".frozen", "/lib", ""]


def test_an_order_leads_to_the_prompt_once():
    disk = board(OLD)
    first = Start(disk)
    first.running.order_maintenance()
    second = Start(disk, heard=True, scratch=first.scratch)
    assert second.ran == "prompt"
    assert "its host ordered it" in second.said[0]
    assert second.world.board.watchdog_us == 0
    assert Start(disk, heard=True, scratch=first.scratch).path[0] == "/slot_a"


def test_the_prompt_ends_too_unless_somebody_says_that_he_stays():
    start = Start(Disk(), held=True, heard=True)
    assert start.ran == "prompt"
    [timer] = start.timers
    maintenance = start.world.load("kelex_boot.maintenance")
    assert timer.period == maintenance.OPEN_MS
    with pytest.raises(BoardReset):
        timer.callback(timer)
    maintenance.stay()
    assert not timer.is_on


def test_the_pad_held_at_power_up_gives_the_prompt_of_a_paired_drone_too():
    disk = Disk()
    BoardWorld(disk).load("kelex_drone.store").keep_pairing(KEY)
    assert Start(disk, held=True, heard=True).ran == "prompt"


def test_a_flash_that_cannot_be_written_keeps_no_drone_from_starting():
    disk = board(OLD)

    def refuse(name, mode="rb"):
        if mode == "wb":
            raise OSError(28)
        return Disk.open(disk, name, mode)

    disk.open = refuse
    start = Start(disk)
    assert start.path[0] == "/slot_a"
    assert start.said == ["OSError(28)"]
    start.running.well(True)
