"""The count of starts: kept in two files by turns, so that no power cut can lose it."""

import pytest
from drone.board_world import BoardWorld
from kelex_sim.disk import Disk

FILES = ("/kelex_boot_a", "/kelex_boot_b")


def count_start(disk):
    return BoardWorld(disk).load("kelex_drone.store").count_start()


def started(times):
    disk = Disk()
    for _ in range(times):
        count_start(disk)
    return disk


def test_starts_are_counted_from_one():
    disk = Disk()
    assert [count_start(disk) for _ in range(300)] == list(range(1, 301))


def test_the_two_files_take_turns():
    disk = started(2)
    written = []
    for _ in range(6):
        before = dict(disk.files)
        count_start(disk)
        written.append([name for name in FILES if disk.files[name] != before[name]])
    assert written in ([[FILES[0]], [FILES[1]]] * 3, [[FILES[1]], [FILES[0]]] * 3)


@pytest.mark.parametrize("length", range(8))
def test_a_write_torn_at_any_byte_leaves_the_start_before_it(length):
    disk = started(7)
    before = dict(disk.files)
    count_start(disk)
    [torn] = [name for name in FILES if disk.files[name] != before[name]]
    disk.files[torn] = disk.files[torn][:length]
    assert [count_start(disk) for _ in range(3)] == [8, 9, 10]


@pytest.mark.parametrize("bit", range(64))
def test_a_flipped_bit_in_the_newer_file_never_gives_a_wild_count(bit):
    disk = started(7)
    newer = max(FILES, key=lambda name: int.from_bytes(disk.files[name][:4], "little"))
    data = bytearray(disk.files[newer])
    data[bit // 8] ^= 1 << bit % 8
    disk.files[newer] = bytes(data)
    assert [count_start(disk), count_start(disk)] == [7, 8]


def test_a_disk_made_with_starts_goes_on_from_them():
    assert count_start(Disk.with_boots(41)) == 42


@pytest.mark.parametrize("name", FILES)
def test_one_file_alone_is_enough(name):
    disk = started(9)
    del disk.files[name]
    assert count_start(disk) >= 9
    assert count_start(disk) >= 10


# --- the pairing key ---

KEYS = [None, *[bytes([number] * 32) for number in range(1, 5)]]


def pairing(disk):
    return BoardWorld(disk).load("kelex_drone.store").pairing()


def keep(disk, key):
    BoardWorld(disk).load("kelex_drone.store").keep_pairing(key)


def kept(*keys):
    disk = Disk()
    for key in keys:
        keep(disk, key)
    return disk


def test_a_new_board_is_unpaired_and_a_key_stays_until_it_is_changed_or_forgotten():
    disk = Disk()
    assert pairing(disk) is None
    for key in KEYS[1:] * 3 + [None, KEYS[1], None, None]:
        keep(disk, key)
        count_start(disk)
        assert pairing(disk) == key


@pytest.mark.parametrize("old", KEYS[:2])
@pytest.mark.parametrize("new", [None, KEYS[2]])
@pytest.mark.parametrize("length", range(40))
def test_a_power_cut_at_any_byte_of_any_write_leaves_the_old_key_or_the_new_one(old, new, length):
    disk = kept(KEYS[3], old) if old else Disk()
    before = dict(disk.files)
    keep(disk, new)
    [written] = [name for name in disk.files if disk.files[name] != before.get(name)]
    whole = disk.files[written]
    disk.files[written] = whole[:length]
    assert pairing(disk) == (new if length >= len(whole) else old)
    keep(disk, KEYS[4])
    assert pairing(disk) == KEYS[4]


@pytest.mark.parametrize("bit", range(0, 40 * 8, 7))
def test_a_flipped_bit_never_makes_another_key(bit):
    disk = kept(KEYS[1], KEYS[2])
    newer = max(disk.files, key=lambda name: disk.files[name][0])
    data = bytearray(disk.files[newer])
    data[bit // 8] ^= 1 << bit % 8
    disk.files[newer] = bytes(data)
    assert pairing(disk) == KEYS[1]


def test_the_key_and_the_count_of_starts_leave_each_other_alone():
    disk = kept(KEYS[1])
    assert [count_start(disk), count_start(disk)] == [1, 2]
    assert pairing(disk) == KEYS[1]
