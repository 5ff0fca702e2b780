"""What MicroPython's compiler takes for itself and another Python does not know.

There a function behind `@micropython.viper` becomes machine code, and `ptr8`, `ptr16` and `ptr32` in it are bare
addresses; one behind `@micropython.native` becomes machine code that handles objects as ever; in a file for a board
without our UF2 it stays byte code, for machine code is dear in heap (a UF2's takes none). Elsewhere both are called as
they stand.

Never index 16 or 32 bits by an argument as it stands, `ring[at]`: the compiler of MicroPython 1.26 shifts `at` itself
by that, where it lies in a register, and every later use of it is wrong (its issue 18800, mended in February 2026).
`ring[at & 1023]` and `ring[at + i]` are sound. tests/test_architecture.py keeps that rule, and
tests/emulated/test_machine_code.py compares what the board computes.

Same results: bytes and words of 16 bits have no sign, those of 32 bits have one, and no number leaves 32 bits.
"""

try:
    import micropython

    micropython.const  # noqa: B018 - a simulated board has the module without its compiler
    ptr8 = ptr16 = ptr32 = None
except (ImportError, AttributeError):

    class micropython:
        """Its compilers, idle."""

        @staticmethod
        def viper(function):
            """The function itself."""
            return function

        @staticmethod
        def native(function):
            """The function itself."""
            return function

    def ptr8(buffer):
        """The bytes of a buffer."""
        return buffer

    def ptr16(buffer):
        """The 16-bit words of a buffer, each without a sign."""
        return memoryview(buffer).cast("B").cast("H")

    def ptr32(buffer):
        """The 32-bit words of a buffer, each with a sign."""
        return memoryview(buffer).cast("B").cast("i")
