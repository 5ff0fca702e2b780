import sys

import machine
import micropython

# Before anything else: a byte 3 from the host would be Ctrl-C, and stop what follows for good.
micropython.kbd_intr(-1)

TOUCH_PIN = 15  # as in kelex_drone/board.py, which may be missing: a half-copied firmware must leave a way in

if machine.Pin(TOUCH_PIN, machine.Pin.IN, machine.Pin.PULL_DOWN).value():
    micropython.kbd_intr(3)
    print("Kelex: maintenance, the touch pad was held at power-up. Reset to start the drone.")
else:
    # Whatever happens, the REPL must not follow: every host on the cable could have it.
    try:
        from kelex_drone import app

        app.run()
    except BaseException as error:  # noqa: BLE001
        sys.print_exception(error)
    machine.reset()
