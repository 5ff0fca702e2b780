"""The files of one version of the firmware, as a slot of the board holds them, and the manifest that names it.

What a slot and its manifest are says `kelex_boot/__init__.py`; both sides have to agree on the text to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

# What lies in a slot, and what starts it, which lies outside of them.
SLOT_PACKAGES = ("kelex_wire", "kelex_drone")
BOOT_PACKAGE = "kelex_boot"
VERSION_DIGITS = 8
# So much of modules with machine code may lie in files. Loaded from there, all of them (77 kB) take 27 kB more of the
# heap than their byte code does: a stock MicroPython has none left then. In a UF2 neither takes any.
MACHINE_CODE_MOST_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Image:
    """`files` by path: those of a slot. `starter`: those that go beside the slots of a board without Kelex in its UF2,
    in their order; the last one is what makes the board start by itself.

    `frozen_version` is what the same firmware is called inside a UF2, where it is named after its sources.
    """

    files: Mapping[str, bytes]
    starter: Mapping[str, bytes] = field(default_factory=dict)
    frozen_version: str = ""

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file, in hexadecimal."""
        return {path: sha256(data).hexdigest() for path, data in self.files.items()}

    @property
    def manifest(self) -> str:
        """A line for each file: path, space, SHA-256; in the order of the paths."""
        return "".join(f"{path} {digest}\n" for path, digest in sorted(self.hashes.items()))

    @property
    def version(self) -> str:
        """The name of this version: it changes with every byte of it."""
        return sha256(self.manifest.encode()).hexdigest()[:VERSION_DIGITS]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(map(len, self.files.values()))


@dataclass(frozen=True, slots=True)
class Firmware:
    """One version, compiled twice: `fast` with the machine code that its sources ask for, as it is frozen into a UF2;
    `lean` with byte code in its place. What has none of that is the same in both.
    """

    fast: Image
    lean: Image

    @property
    def version(self) -> str:
        """Its name wherever it runs: that of its sources, as in a UF2."""
        return self.fast.frozen_version

    def is_called(self, version: str) -> bool:
        """Whether this is that version, in a slot in either form, or in a UF2."""
        return version in (self.fast.version, self.lean.version, self.version)

    def for_board(self, frozen: Mapping[str, str]) -> Image:
        """The form for a board with these hashes of files in its UF2; on a stock MicroPython there are none."""
        hashes = self.fast.hashes
        loaded = [path for path in self.fast.files if frozen.get(path) != hashes[path]]
        machine_code = [path for path in loaded if self.fast.files[path] != self.lean.files[path]]
        size = sum(len(self.fast.files[path]) for path in machine_code)
        return self.fast if size <= MACHINE_CODE_MOST_BYTES else self.lean
