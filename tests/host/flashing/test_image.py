"""One firmware in two forms: which of them a board gets, and that it is one version."""

from kelex_host.flashing.image import MACHINE_CODE_MOST_BYTES, Firmware, Image

APP, EYE, EAR = "kelex_drone/app.mpy", "kelex_drone/eye.mpy", "kelex_drone/ear.mpy"
FAST = Image({APP: b"app", EYE: b"eye, fast", EAR: bytes(MACHINE_CODE_MOST_BYTES)}, frozen_version="0f0f0f0f")
LEAN = Image({APP: b"app", EYE: b"eye", EAR: b"ear"}, frozen_version="0f0f0f0f")
FIRMWARE = Firmware(FAST, LEAN)


def frozen(**others: str) -> dict[str, str]:
    """The hashes in a UF2 with the fast form, some of them others."""
    return {path: others.get(path.rsplit("/")[-1][:-4], digest) for path, digest in FAST.hashes.items()}


def test_a_stock_micropython_gets_byte_code() -> None:
    assert FIRMWARE.for_board({}) is LEAN


def test_with_its_uf2_a_board_runs_the_machine_code_from_there_and_a_changed_module_or_two_brings_its_own() -> None:
    assert FIRMWARE.for_board(frozen()) is FAST
    assert FIRMWARE.for_board(frozen(ear="older")) is FAST
    assert FIRMWARE.for_board(frozen(app="older", ear="older")) is FAST  # in app there is none


def test_over_a_uf2_that_has_too_little_of_it_a_board_gets_byte_code() -> None:
    assert FIRMWARE.for_board(frozen(ear="older", eye="older")) is LEAN


def test_it_is_one_version_whichever_form_a_board_has() -> None:
    assert FIRMWARE.version == "0f0f0f0f"
    assert len({FAST.version, LEAN.version, FIRMWARE.version}) == 3
    assert all(map(FIRMWARE.is_called, (FAST.version, LEAN.version, FIRMWARE.version)))
    assert not FIRMWARE.is_called("00000000")
