"""What an update keeps, copies, sends and removes, and when there is no room for it."""

import pytest
from kelex_host.errors import FlashError
from kelex_host.flashing.image import Image
from kelex_host.flashing.plan import check_room, make_plan

FILES = {"kelex_wire/codec.mpy": b"codec", "kelex_drone/app.mpy": b"app", "kelex_drone/eye.mpy": b"eye"}
STARTER = {"/lib/kelex_boot/slots.mpy": b"slots", "/main.py": b"main"}
IMAGE = Image(FILES, STARTER)


def hashes(**changed):
    """The image's own hashes, some of them others: by file name, None for a file that is not there."""
    found = {path: changed.get(path.rsplit("/")[-1][:-4], digest) for path, digest in IMAGE.hashes.items()}
    return {path: digest for path, digest in found.items() if digest is not None}


def test_a_version_is_named_by_its_manifest_which_lists_every_file_by_its_path():
    lines = IMAGE.manifest.splitlines()
    assert [line.split(" ")[0] for line in lines] == sorted(FILES)
    assert all(len(line.split(" ")[1]) == 64 for line in lines)
    other = Image({**FILES, "kelex_drone/eye.mpy": b"eyE"}, STARTER)
    assert len(IMAGE.version) == 8
    assert other.version != IMAGE.version
    assert Image(dict(reversed(FILES.items())), {}).version == IMAGE.version


def test_a_blank_board_gets_everything_and_its_main_last():
    plan = make_plan(IMAGE, "slot_a", {}, {}, starter={})
    assert plan.sent == tuple(sorted(FILES))
    assert plan.starter == tuple(STARTER)
    assert plan.starter[-1] == "/main.py"
    assert plan.send_bytes == 5 + 3 + 3 + 5 + 4
    assert str(plan) == f"Kelex {IMAGE.version} into slot_a: 5 files to send (0.0 kB)"


def test_only_what_changed_is_sent_and_the_rest_is_copied_from_the_other_slot():
    plan = make_plan(IMAGE, "slot_b", {}, hashes(eye="old"), starter=None)
    assert plan.sent == ("kelex_drone/eye.mpy",)
    assert plan.copied == ("kelex_drone/app.mpy", "kelex_wire/codec.mpy")
    assert (plan.kept, plan.removed, plan.starter, plan.send_bytes) == ((), (), (), 3)


def test_what_the_uf2_has_stays_there():
    plan = make_plan(IMAGE, "slot_a", {}, {}, frozen=hashes(eye="old"), starter=None, twin="slot_b")
    assert (plan.sent, plan.copied, plan.kept) == (("kelex_drone/eye.mpy",), (), ())
    assert plan.borrowed == ("kelex_drone/app.mpy", "kelex_wire/codec.mpy")
    assert str(plan) == f"Kelex {IMAGE.version} into slot_a: 1 files to send (0.0 kB), 2 run from its UF2"
    check_room(plan, IMAGE, (1 + 1 + 2 * 4 + 8) * 4096)  # one file in each slot, which is two folders


def test_a_board_without_a_version_gets_it_into_both_slots_and_needs_room_for_both():
    plan = make_plan(IMAGE, "slot_a", {}, {}, starter=None, twin="slot_b")
    check_room(plan, IMAGE, (3 + 3 + 2 * 6 + 8) * 4096)  # each slot is three folders
    with pytest.raises(FlashError, match="100 KiB free, and 104 are needed"):
        check_room(plan, IMAGE, (3 + 3 + 2 * 6 + 7) * 4096)


def test_what_the_slot_has_already_stays_and_what_is_of_no_use_goes():
    there = {**hashes(app="half", codec=None), "kelex_drone/app.mpy.old": "x"}
    plan = make_plan(IMAGE, "slot_b", there, hashes(app="older"), starter=dict.fromkeys(STARTER, ""))
    assert plan.kept == ("kelex_drone/eye.mpy",)
    assert plan.copied == ("kelex_wire/codec.mpy",)
    assert plan.sent == ("kelex_drone/app.mpy",)
    assert plan.removed == ("kelex_drone/app.mpy.old",)
    assert plan.starter == ()


def test_a_starter_that_was_cut_off_is_completed():
    plan = make_plan(IMAGE, "slot_b", hashes(), {}, starter={"/lib/kelex_boot/slots.mpy": ""})
    assert (plan.sent, plan.starter) == ((), ("/main.py",))


def test_a_full_filesystem_is_told_before_anything_is_written():
    plan = make_plan(IMAGE, "slot_a", {}, {}, starter={})
    check_room(plan, IMAGE, 23 * 4096)
    with pytest.raises(FlashError, match=r"has 91 KiB free, and 92 are needed; remove .* Nothing was changed\."):
        check_room(plan, IMAGE, 23 * 4096 - 1)
