"""The flash file system of a simulated board: files by name, written whole when they are closed."""

from __future__ import annotations

from binascii import crc32
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

_ENOENT, _EEXIST = 2, 17
_FOLDER, _FILE = 0x4000, 0x8000


class Disk:
    """Files of one board; they outlive its resets."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})
        self.folders: set[str] = set()

    @classmethod
    def with_boots(cls, count: int) -> Disk:
        """The flash of a board that has started `count` times already (the file is `kelex_drone/store.py`'s)."""
        data = count.to_bytes(4, "little")
        return cls({"/kelex_boot_a": data + crc32(data).to_bytes(4, "little")})

    def open(self, name: str, mode: str = "rb") -> BytesIO:
        """MicroPython's `open`, for whole binary files. Raises OSError(ENOENT)."""
        if mode == "wb":
            return _Writing(self.files, name)
        assert mode == "rb", f"the simulated flash opens files as rb or wb, not {mode}"
        if name not in self.files:
            raise OSError(_ENOENT)
        return BytesIO(self.files[name])

    def os(self) -> SimpleNamespace:
        """What MicroPython's `os` offers for files and folders, by full paths."""
        return SimpleNamespace(ilistdir=self._ilistdir, mkdir=self._mkdir, remove=self._remove, stat=self._stat)

    def _ilistdir(self, folder: str) -> Iterator[tuple[str, int, int]]:
        inside = folder.rstrip("/") + "/"
        names = [*self.files, *self.folders]
        found = {name[len(inside) :].partition("/")[0] for name in names if name.startswith(inside)}
        if not found and inside[:-1] not in self.folders:
            raise OSError(_ENOENT)
        return iter([(name, _FILE if inside + name in self.files else _FOLDER, 0) for name in sorted(found)])

    def _mkdir(self, folder: str) -> None:
        if folder in self.folders:
            raise OSError(_EEXIST)
        self.folders.add(folder)

    def _remove(self, name: str) -> None:
        if name not in self.files:
            raise OSError(_ENOENT)
        del self.files[name]

    def _stat(self, name: str) -> tuple[int, ...]:
        if name not in self.folders and name not in self.files:
            raise OSError(_ENOENT)
        return (_FOLDER if name in self.folders else _FILE, *[0] * 9)


class _Writing(BytesIO):
    def __init__(self, files: dict[str, bytes], name: str) -> None:
        super().__init__()
        self._files = files
        self._name = name

    def close(self) -> None:
        if not self.closed:
            self._files[self._name] = self.getvalue()
        super().close()

    def __exit__(self, *failure: Any) -> None:
        self.close()
