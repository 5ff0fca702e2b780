"""What is changed in rp2040py's own sources, by file: pieces of their text, and what takes their place.

Each piece has to be there exactly once. Where a release of rp2040py has it no more, nothing is built.
"""

BITS = "from rp2040py.native._bits cimport"
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "_cortex_m0_core.pyx": (
        ("from rp2040py.native._bit cimport s32, u32", f"{BITS} holds, s32, u32"),
        # A call of a Python method at each conditional branch, of a Python function at each call.
        ("    return core.check_condition(cond)\n", "    return holds(cond, core.n, core.z, core.c, core.v)\n"),
        ("    core.bl_taken(core, False)\n", ""),
        ("    core.bl_taken(core, True)\n", ""),
    ),
    "_rp2040.pyx": (("from rp2040py.native._bit cimport", BITS),),
    # A class that nobody derives from needs no look at each access whether its methods were replaced.
    "_rp2040.pxd": (("cdef class RP2040:", "cimport cython\n\n@cython.final\ncdef class RP2040:"),),
    "_cortex_m0_core.pxd": (("cdef class CortexM0Core:", "cimport cython\n\n@cython.final\ncdef class CortexM0Core:"),),
}
MODULES = ("_cortex_m0_core", "_gpio_pin", "_pio", "_rp2040", "_simulation_clock", "_simulator", "_state_machine")
