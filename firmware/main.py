import sys

import machine
import micropython

# Before anything else: a byte 3 from the host would be Ctrl-C, and stop what follows for good.
micropython.kbd_intr(-1)
# What is frozen comes first: a file in flash must not take the place of what picks the files.
sys.path[:] = [".frozen", "/lib", ""]

TOUCH_PIN = 15  # as in kelex_drone/board.py, which may be missing: a half-copied firmware must leave a way in

held = bool(machine.Pin(TOUCH_PIN, machine.Pin.IN, machine.Pin.PULL_DOWN).value())
# Whatever happens, the REPL must not follow: every host on the cable could have it.
try:
    from kelex_boot import start

    start.run(held)
except BaseException as error:  # noqa: BLE001
    sys.print_exception(error)
    if not held:
        machine.reset()
