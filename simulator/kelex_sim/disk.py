"""The flash file system of a simulated board: files by name, written whole when they are closed."""

from __future__ import annotations

from binascii import crc32
from io import BytesIO
from typing import Any

_ENOENT = 2


class Disk:
    """Files of one board; they outlive its resets."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = dict(files or {})

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
