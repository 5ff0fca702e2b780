"""Runs under MicroPython's Unix port: a board's flash and its raw REPL, for tests of what is sent to one.

Arguments: the file that is its flash, and perhaps code to run instead of the REPL. Bytes from the host come on stdin,
those for it go to stdout; Ctrl-C comes as the signal, as the kernel of a terminal sends it. Like a board, it outlives
its host. The filesystem is the littlefs of a Pico; the Unix port's own cannot rename below a root of its own.
"""

import os
import sys

import vfs

BLOCK_BYTES, BLOCKS = 4096, 352  # as on a Pico
BLOCK_COUNT, BLOCK_SIZE, BLOCK_ERASE = 4, 5, 6  # operations of a block device's ioctl
CTRL_A, CTRL_D = b"\x01", b"\x04"


class Flash:
    """A flash in a file."""

    def __init__(self, name):
        self.file = open(name, "r+b")  # noqa: SIM115

    def readblocks(self, block, buffer, offset=0):
        self.file.seek(block * BLOCK_BYTES + offset)
        self.file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        self.file.seek(block * BLOCK_BYTES + offset)
        self.file.write(buffer)

    def ioctl(self, operation, block):
        if operation == BLOCK_ERASE:
            self.writeblocks(block, b"\xff" * BLOCK_BYTES)
        return {BLOCK_COUNT: BLOCKS, BLOCK_SIZE: BLOCK_BYTES, BLOCK_ERASE: 0}.get(operation)


def run(code):
    sys.stdout.write("OK")
    try:
        exec(code, {"__name__": "__main__"})
        sys.stdout.write("\x04")
    except BaseException as error:  # noqa: BLE001
        sys.stdout.write("\x04")
        sys.print_exception(error)
    sys.stdout.write("\x04>")


def serve():
    code = b""
    while True:
        byte = sys.stdin.buffer.read(1)
        if not byte:
            return
        if byte == CTRL_A:
            code = b""
            sys.stdout.write("raw REPL; CTRL-B to exit\r\n>")
        elif byte == CTRL_D:
            run(code)
            code = b""
        elif code or byte not in b"\r\x02":
            code += byte


def live():
    """Serve for ever. Ctrl-C may come at any moment: what it interrupts outside of `serve` begins anew."""
    told = False
    while True:
        try:
            while True:
                try:
                    if not told:
                        told = True
                        print("ready")
                    serve()
                    return
                except KeyboardInterrupt:
                    pass
        except KeyboardInterrupt:
            pass


def mount(flash):
    try:
        return vfs.VfsLfs2(flash)
    except OSError:
        vfs.VfsLfs2.mkfs(flash)
        return vfs.VfsLfs2(flash)


disk = mount(Flash(sys.argv[1]))
vfs.umount("/")
vfs.mount(disk, "/")
os.chdir("/")
sys.path[:] = [".frozen", "/lib", ""]
if len(sys.argv) > 2:
    exec(sys.argv[2], {"__name__": "__main__"})
else:
    live()
