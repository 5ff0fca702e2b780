"""What can be asked of the simulated world that it cannot do."""


class WorldError(Exception):
    """An order to the world that names what it does not have. `code` is one of the contract's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class EmulatorError(Exception):
    """The emulated board cannot be made: one sentence for a person, with the mend."""
