"""Whether there is an emulated board here."""

from importlib.util import find_spec

from kelex_host.errors import ConfigError


def need_emulator() -> None:
    """Raise ConfigError, which names the mend, where the emulator is missing."""
    # It is not imported yet: its faster build has to be put before it first (kelex_sim/emulated/faster).
    if find_spec("rp2040py") is None:
        raise ConfigError("The emulated board needs rp2040py; install it with: pip install 'kelex[emulated]'")
