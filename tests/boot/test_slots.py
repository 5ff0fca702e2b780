"""The two slots as `kelex flash` uses them: only what is new is sent, nothing damaged is ever chosen."""

from hashlib import sha256

import pytest
from boot.board import NEW, OLD, board, install, load, manifest, uf2_with
from kelex_sim.disk import Disk


def test_a_blank_board_says_that_it_runs_what_came_with_it():
    assert load(Disk()).status() == {
        "slot": "frozen", "previous": "frozen", "trial": False, "starts": 0, "spare": "slot_a",
        "versions": {"slot_a": "00000000", "slot_b": "00000000", "frozen": "00000000"}, "given_up": "", "why": "",
    }  # fmt: skip


def test_a_first_install_sends_everything():
    disk = Disk()
    assert install(disk, "slot_a", OLD) == sorted(OLD)
    slots = load(disk)
    assert slots.activate("slot_a") == ""
    status = load(disk).status()
    assert (status["slot"], status["trial"], status["spare"]) == ("slot_a", True, "slot_a")
    assert status["versions"]["slot_a"] == sha256(manifest(OLD).encode()).hexdigest()[:8]


def test_an_update_sends_only_what_the_board_does_not_have():
    disk = board(OLD)
    assert install(disk, "slot_b", NEW) == ["kelex_drone/app.mpy"]
    assert {path: disk.files[f"/slot_b/{path}"] for path in NEW} == NEW
    assert {path: disk.files[f"/slot_a/{path}"] for path in OLD} == OLD


def test_a_board_without_a_version_takes_it_into_both_slots_and_an_update_then_copies_nothing():
    disk = Disk()
    install(disk, "slot_a", OLD)
    assert install(disk, "slot_b", OLD) == []
    slots, record = load(disk), load(disk, "record")
    assert slots.activate("slot_a") == ""
    slots.keep(record.well(slots.load(), True))
    old = {f"/slot_a/{path}": disk.files.pop(f"/slot_a/{path}") for path in OLD}  # nothing to copy from
    assert install(disk, "slot_b", NEW) == ["kelex_drone/app.mpy"]
    disk.files |= old
    assert load(disk).verify("slot_a") == []


def test_what_the_uf2_has_of_a_version_is_neither_sent_nor_kept_twice():
    disk = Disk()
    uf2 = uf2_with(OLD)
    assert install(disk, "slot_a", NEW, kelex_frozen=uf2) == ["kelex_drone/app.mpy"]
    slots = load(disk, kelex_frozen=uf2)
    assert list(slots.hashes("slot_a")) == ["kelex_drone/app.mpy"]
    assert slots.sources("slot_a") == {path: path != "kelex_drone/app.mpy" for path in NEW}
    assert slots.hashes("frozen") == {path: sha256(data).hexdigest() for path, data in OLD.items()}
    assert slots.activate("slot_a") == ""


def test_a_version_that_took_modules_from_a_uf2_is_damaged_under_another_one():
    disk = Disk()
    install(disk, "slot_a", NEW, kelex_frozen=uf2_with(OLD))
    other = uf2_with(OLD | {"kelex_wire/frame.mpy": b"frame 3"})
    assert load(disk, kelex_frozen=other).verify("slot_a") == ["kelex_wire/frame.mpy"]


def test_a_whole_version_is_none_the_worse_for_a_uf2_that_has_it_too():
    assert load(board(OLD), kelex_frozen=uf2_with(OLD)).verify("slot_a") == []


def test_a_wrong_file_is_not_excused_by_the_uf2_having_the_right_one():
    disk = board(OLD)
    disk.files["/slot_a/kelex_wire/frame.mpy"] = b"frame ?"
    assert load(disk, kelex_frozen=uf2_with(OLD)).verify("slot_a") == ["kelex_wire/frame.mpy"]


def test_what_the_new_version_no_longer_has_goes():
    disk = board(OLD, NEW)
    install(disk, "slot_a", {"kelex_drone/app.mpy": b"app 3"})
    assert list(load(disk).hashes("slot_a")) == ["kelex_drone/app.mpy"]


def test_the_slot_that_runs_is_not_made_ready_for_another_version():
    disk = board(OLD)
    before = dict(disk.files)
    assert load(disk).prepare("slot_a", manifest(NEW)) == ["manifest"]
    assert disk.files == before


@pytest.mark.parametrize("path", sorted(OLD))
@pytest.mark.parametrize("change", [lambda data: data + b"!", lambda data: data[:-1], lambda data: b"", None])
def test_a_changed_a_truncated_and_a_missing_file_are_found_and_not_chosen(path, change):
    disk = Disk()
    install(disk, "slot_a", OLD)
    if change:
        disk.files[f"/slot_a/{path}"] = change(disk.files[f"/slot_a/{path}"])
    else:
        del disk.files[f"/slot_a/{path}"]
    assert load(disk).verify("slot_a") == [path]
    assert load(disk).activate("slot_a") == f"slot_a is damaged: {path}"
    assert load(disk).status()["slot"] == "frozen"


def test_a_file_too_many_is_found_because_it_would_be_imported():
    disk = Disk()
    install(disk, "slot_a", OLD)
    disk.files["/slot_a/kelex_drone/app.py"] = b"import this"
    assert load(disk).verify("slot_a") == ["kelex_drone/app.py"]


@pytest.mark.parametrize("text", [b"", b"app.py\n", b"app.py 12\n", b"\xff\xff", manifest(OLD).encode()[:-9]])
def test_a_slot_without_a_sound_manifest_is_damaged(text):
    disk = Disk()
    install(disk, "slot_a", OLD)
    disk.files["/slot_a/manifest"] = text
    assert load(disk).verify("slot_a")
    assert not load(disk).is_whole(0)


@pytest.mark.parametrize("path", ["/etc/passwd", "../main.py", "kelex_drone/../../main.py"])
def test_a_manifest_leads_nowhere_else(path):
    assert load(Disk()).parse(manifest({path: b""})) == {}


def test_back_to_the_version_before_and_from_there_to_what_came_with_the_uf2():
    disk = board(OLD, NEW)
    assert load(disk).rollback("asked") == ""
    status = load(disk).status()
    assert (status["slot"], status["given_up"], status["why"], status["trial"]) == ("slot_a", "slot_b", "asked", False)
    assert load(disk).rollback("unhealthy") == ""
    assert load(disk).status()["slot"] == "frozen"
    assert load(disk).rollback("asked") == "what came with the UF2 runs already"


def test_one_does_not_go_back_to_a_damaged_version_nor_without_a_reason():
    disk = board(OLD, NEW)
    disk.files["/slot_a/kelex_drone/app.mpy"] = b""
    assert load(disk).rollback("asked") == "slot_a, the version before, is damaged"
    assert "take one of asked" in load(disk).rollback("")
    assert load(disk).status()["slot"] == "slot_b"


@pytest.mark.parametrize("length", range(15))
def test_a_write_of_the_choice_torn_at_any_byte_leaves_the_choice_before_it(length):
    disk = board(OLD)
    install(disk, "slot_b", NEW)
    before = dict(disk.files)
    assert load(disk).activate("slot_b") == ""
    [written] = [name for name in disk.files if disk.files[name] != before.get(name)]
    disk.files[written] = disk.files[written][:length]
    assert load(disk).status()["slot"] == "slot_a"
