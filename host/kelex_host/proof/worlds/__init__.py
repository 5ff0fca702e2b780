"""One story, two worlds: the simulator and the emulated board under the real MicroPython say the same on the wire.

inputs.py       what happens when: orders, the world around, the cable
lives.py        a story lived in one world, the real host's link at the end of the cable
trace.py        what the drone said, record by record
differences.py  what differs between two traces, beyond stated tolerances

`python -m kelex_host.proof.worlds --seeds 1-20` lives stories made from seeds.
"""
