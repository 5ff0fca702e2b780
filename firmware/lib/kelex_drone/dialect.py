"""What MicroPython's compiler takes for itself and another Python does not know.

There a function behind `@micropython.viper` becomes machine code, and `ptr8` and `ptr16` in it are bare addresses; one
behind `@micropython.native` becomes machine code that handles objects as ever; in a file for a board without our UF2 it
stays byte code, for machine code is dear in heap (a UF2's takes none). Elsewhere both are called as they stand.
Same results: every element is read and written as an unsigned number, and no number leaves 32 bits.
"""

try:
    import micropython

    micropython.const  # noqa: B018 - a simulated board has the module without its compiler
    ptr8 = ptr16 = None
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
