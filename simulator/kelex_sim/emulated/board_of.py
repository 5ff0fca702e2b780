"""Makes an emulated Pico from what there is: a UF2, the firmware's files, a flash that an earlier run left."""

from __future__ import annotations

from pathlib import Path

from kelex_sim.emulated.builds import BUILD_COMMAND, KELEX_COMMAND, UF2_NAME, kelex_uf2, newest_build
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import FlashFile, flash_with, load_uf2
from kelex_sim.emulated.littlefs_image import littlefs_image
from kelex_sim.emulated.mpy import compiled
from kelex_sim.errors import EmulatorError
from kelex_sim.pico import firmware_path

# A UF2 with this in it brings the drone along: the package that starts it.
BOOT_PACKAGE = "kelex_boot"
PACKAGES = ("kelex_wire", "kelex_drone", BOOT_PACKAGE)  # of the firmware: a wheel has its others beside them


def firmware_files() -> dict[str, bytes]:
    """`main.py` and all of `lib/`, by path on the board."""
    lib = firmware_path()
    paths = [path for package in PACKAGES for path in (lib / package).rglob("*.py")]
    files = {f"lib/{path.relative_to(lib).as_posix()}": path.read_bytes() for path in paths}
    main = lib.parent / "main.py"
    return files | ({"main.py": main.read_bytes()} if main.is_file() else {})


def make_board(*, uf2: Path | None, blank: bool, flash: Path | None) -> tuple[EmulatedPico, str]:
    """A board, and what it holds, for a person. Raises EmulatorError.

    `uf2` is loaded, or the one with this firmware inside, or the newest MicroPython. Unless the board is to be `blank`,
    or that UF2 brings the drone along, the firmware's files are put beside it. `flash` is a file that keeps everything
    for the next run; where it is there already, the board goes on with it, after `uf2` was loaded into it if one is
    given.
    """
    kept = FlashFile.read(flash) if flash else None
    if kept is not None:
        if blank:
            raise EmulatorError(f"{flash} holds a board already; delete it for a blank one, or leave out --blank.")
        if uf2:
            load_uf2(kept, uf2)
        return _keeping(flash, kept), f"the flash of {flash}" + (f" and {uf2.name}" if uf2 else "")
    build = newest_build()
    image = uf2 or (None if blank else kelex_uf2()) or (build / UF2_NAME if build else None)
    if image is None:
        raise EmulatorError(f"There is no MicroPython build here; {KELEX_COMMAND} makes one, or name a UF2 with --uf2.")
    contents = flash_with(image)
    if blank or BOOT_PACKAGE.encode() in contents:
        return _keeping(flash, contents), "MicroPython alone" if blank else "Kelex inside its UF2"
    if build is None:
        raise EmulatorError(f"{image} holds no drone, and only {BUILD_COMMAND} makes what puts one beside it; --blank?")
    files = littlefs_image(build / "micropython", compiled(build, firmware_files()))
    return _keeping(flash, flash_with(image, files)), "the firmware of this version"


def _keeping(path: Path | None, contents: bytearray) -> EmulatedPico:
    if path is None:
        return EmulatedPico(flash=contents)
    file = FlashFile(path, contents)
    pico: EmulatedPico
    pico = EmulatedPico(flash=contents, flash_changed=lambda at, size: file.update(at, pico.mcu.flash[at : at + size]))
    return pico
