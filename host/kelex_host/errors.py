"""The root of every error that the host raises on purpose.

`str(error)` is one sentence for a person, and it names the mend: the command line prints it as it stands.
"""


class KelexError(Exception):
    """Something a user or another program caused, or can mend; `str` is one sentence that names the mend."""


class ConfigError(KelexError):
    """A setting, an option or an address that cannot be used. It may quote it: control characters in it become `?`."""

    def __init__(self, message: str) -> None:
        super().__init__("".join(character if character.isprintable() else "?" for character in message))


class BrokerError(KelexError):
    """An MQTT broker that cannot be reached, refuses, or does not answer in time."""


class TrustError(KelexError):
    """A key, a keyring or what else trust rests on, that cannot be used."""


class JournalError(KelexError):
    """A journal that cannot be used, or a fact that it does not take."""


class JournalWriteError(JournalError):
    """Nothing of a batch was written; the journal can be used on, and what hindered it may pass."""


class CrystalError(KelexError):
    """A memory crystal that cannot be saved, read or restored."""


class FlashError(KelexError):
    """A board, an image or a cable that hinders putting firmware on a board. What ran there before still runs."""
