# ruff: noqa: SIM105
"""Runs under MicroPython's Unix port: files from stdin, each after a line "size path"; a littlefs to stdout.

Arguments: block size in bytes, number of blocks. The image has no modification times: it depends on the files
alone.
"""

import sys

import vfs

BLOCK_COUNT, BLOCK_SIZE, BLOCK_ERASE = 4, 5, 6  # operations of a block device's ioctl


class Ram:
    """A flash in memory."""

    def __init__(self, size, count):
        self.size, self.data = size, bytearray(b"\xff" * (size * count))

    def readblocks(self, block, buffer, offset=0):
        start = block * self.size + offset
        buffer[:] = memoryview(self.data)[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=None):
        start = block * self.size + (offset or 0)
        self.data[start : start + len(buffer)] = buffer

    def ioctl(self, operation, block):
        if operation == BLOCK_ERASE:
            self.data[block * self.size : (block + 1) * self.size] = b"\xff" * self.size
        return {BLOCK_COUNT: len(self.data) // self.size, BLOCK_SIZE: self.size, BLOCK_ERASE: 0}.get(operation)


ram = Ram(int(sys.argv[1]), int(sys.argv[2]))
vfs.VfsLfs2.mkfs(ram, progsize=256)
fs = vfs.VfsLfs2(ram, progsize=256, mtime=False)
while True:
    header = sys.stdin.buffer.readline()
    if not header:
        break
    size, path = header.decode().rstrip("\n").split(" ", 1)
    parts = path.split("/")
    for depth in range(1, len(parts)):
        try:
            fs.mkdir("/".join(parts[:depth]))
        except OSError:
            pass  # it is there
    with fs.open(path, "wb") as file:
        file.write(sys.stdin.buffer.read(int(size)))
sys.stdout.buffer.write(ram.data)
