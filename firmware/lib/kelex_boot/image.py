"""What came with the UF2: its version, and each of its modules as a slot's manifest would name it."""

try:
    from kelex_frozen import MANIFEST, VERSION  # type: ignore[import-not-found] # the image's build writes it
except ImportError:  # a stock MicroPython
    MANIFEST, VERSION = "\n", 0


def has(path, hashed):
    """Whether this very file is in the UF2. Each line of MANIFEST has a newline before it and one behind."""
    return "\n%s %s\n" % (path, hashed) in MANIFEST
