"""Lives stories in both worlds and prints what differs: `python -m kelex_host.proof.worlds --seeds 1-20`.

Without seeds, the story that is written by hand. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import sys

from kelex_sim.emulated.builds import KELEX_COMMAND, kelex_uf2

from kelex_host.proof.worlds.differences import compare
from kelex_host.proof.worlds.inputs import REFERENCE, made_from
from kelex_host.proof.worlds.lives import Emulated, Simulated, live


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m kelex_host.proof.worlds", description=__doc__)
    parser.add_argument("--seeds", help="one, or from-to; without it, the story written by hand")
    parser.add_argument("--inputs", type=int, default=20, help="how many each made story has")
    arguments = parser.parse_args()
    uf2 = kelex_uf2()
    if uf2 is None:
        print(f"There is no UF2 of this firmware; {KELEX_COMMAND} makes one.", file=sys.stderr)
        return 1
    stories = {"by hand": REFERENCE}
    if arguments.seeds:
        first, _, last = arguments.seeds.partition("-")
        seeds = range(int(first), int(last or first) + 1)
        stories = {f"seed {seed}": made_from(seed, arguments.inputs) for seed in seeds}
    differing = 0
    for name, story in stories.items():
        report = compare(live(Simulated(), story), live(Emulated(uf2), story))
        print(f"{name}: {report}" if not report.differences else f"{name}:\n{report}", flush=True)
        differing += bool(report.differences)
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
