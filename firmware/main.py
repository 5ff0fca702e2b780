import micropython

# Before anything else: a byte 3 from the host would be Ctrl-C, and stop the imports below for good.
micropython.kbd_intr(-1)

from kelex_drone import app  # noqa: E402

app.run()
