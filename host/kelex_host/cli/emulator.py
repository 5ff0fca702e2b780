"""Whether there is an emulated board here."""

from kelex_host.errors import ConfigError


def need_emulator() -> None:
    """Raise ConfigError, which names the mend, where the emulator is missing."""
    try:
        import rp2040py  # noqa: F401
    except ImportError:
        raise ConfigError("The emulated board needs rp2040py; install it with: pip install 'kelex[emulated]'") from None
