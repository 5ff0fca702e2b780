"""What an update does to a board: which files stay, which are copied on the board, which go over the cable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kelex_host.errors import FlashError
from kelex_host.flashing.image import Image

# littlefs gives each file a block of its own (4 KiB of the Pico's flash) and each folder a pair (its SPEC.md, "Metadata
# pairs"), and needs some for itself.
BLOCK_BYTES = 4096
FOLDER_BLOCKS = 2
BLOCKS_SPARE = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """Paths in the slot that is written, sorted. `starter` are those beside the slots, in their order.

    `borrowed` are in the board's UF2, and run from there. `twin` is the other slot, where that gets the same version,
    copied on the board; else empty.
    """

    slot: str
    version: str
    borrowed: tuple[str, ...]
    kept: tuple[str, ...]
    copied: tuple[str, ...]
    sent: tuple[str, ...]
    removed: tuple[str, ...]
    starter: tuple[str, ...]
    send_bytes: int
    twin: str = ""

    def __str__(self) -> str:
        parts = [f"{len(self.sent) + len(self.starter)} files to send ({self.send_bytes / 1000:.1f} kB)"]
        parts += [f"{len(self.borrowed)} run from its UF2"] if self.borrowed else []
        parts += [f"{len(self.copied)} to copy on the board"] if self.copied else []
        parts += [f"{len(self.kept)} are there"] if self.kept else []
        parts += [f"{len(self.removed)} to remove"] if self.removed else []
        return f"Kelex {self.version} into {self.slot}: {', '.join(parts)}"


def make_plan(
    image: Image,
    slot: str,
    there: Mapping[str, str],
    other: Mapping[str, str],
    *,
    frozen: Mapping[str, str] = MappingProxyType({}),
    starter: Mapping[str, str] | None,
    twin: str = "",
) -> Plan:
    """`there`, `other` and `frozen` are the hashes of the files in the slot to write, in the other one and in the UF2.

    `starter` are those of what lies beside the slots; None where it came with the board's UF2 and stays. `twin` is the
    other slot, if that is to have the same: then the next update finds there all but what changed.
    """
    wanted = image.hashes
    kept = {path for path, digest in wanted.items() if there.get(path) == digest}
    borrowed = {path for path, digest in wanted.items() if path not in kept and frozen.get(path) == digest}
    rest = wanted.keys() - kept - borrowed
    copied = {path for path in rest if other.get(path) == wanted[path]}
    sent = rest - copied
    beside = [] if starter is None else [path for path in image.starter if path not in starter]
    return Plan(
        slot=slot,
        version=image.version,
        borrowed=tuple(sorted(borrowed)),
        kept=tuple(sorted(kept)),
        copied=tuple(sorted(copied)),
        sent=tuple(sorted(sent)),
        removed=tuple(sorted(there.keys() - wanted.keys())),
        starter=tuple(beside),
        send_bytes=sum(len(image.files[path]) for path in sent) + sum(len(image.starter[path]) for path in beside),
        twin=twin,
    )


def check_room(plan: Plan, image: Image, free_bytes: int) -> None:
    """Raise FlashError where the board's filesystem cannot take what the plan puts into it."""
    new = {f"/{plan.slot}/{path}": image.files[path] for path in (*plan.sent, *plan.copied)}
    new |= {path: image.starter[path] for path in plan.starter}
    own = image.files.keys() - set(plan.borrowed)
    new |= {f"/{plan.twin}/{path}": image.files[path] for path in own} if plan.twin else {}
    folders = {path[:at] for path in new for at, letter in enumerate(path) if letter == "/" and at}
    blocks = sum(-(-len(data) // BLOCK_BYTES) for data in new.values()) + FOLDER_BLOCKS * len(folders) + BLOCKS_SPARE
    if blocks * BLOCK_BYTES > free_bytes:
        raise FlashError(
            f"The board's filesystem has {free_bytes // 1024} KiB free, and {blocks * BLOCK_BYTES // 1024} are needed; "
            "remove what is not Kelex's with `mpremote rm`, then try again. Nothing was changed."
        )
