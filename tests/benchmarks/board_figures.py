"""The board's figures, from the emulated board: `uv run python tests/benchmarks/board_figures.py`.

All times are the board's own. The emulator runs up to 1.6 times faster than silicon: it has no flash cache to miss.
"""

import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from emulated.emulated_drone import EmulatedDrone  # noqa: E402
from emulated.story import Story  # noqa: E402
from kelex_sim.emulated import IS_FAST  # noqa: E402
from kelex_sim.emulated.builds import KELEX_COMMAND, kelex_uf2, newest_build  # noqa: E402


def order_latency_ms(drone: EmulatedDrone) -> tuple[float, float]:
    """From a request at the bridge to its answer there, and to the first other pulse at a pin."""
    asked_s, answers, pulses = drone.pico.seconds, len(drone.messages("response/look")), len(drone.pulses)
    drone.ask("look", {"pan": 20, "tilt": 5})
    assert drone.run(1.0, until=lambda: len(drone.messages("response/look")) > answers)
    answered_ms = (drone.pico.seconds - asked_s) * 1000
    assert drone.run(1.0, until=lambda: len(drone.pulses) > pulses)
    return answered_ms, (drone.pulses[pulses][0] - asked_s) * 1000


def main() -> int:
    """The exit code."""
    build = newest_build()
    uf2 = kelex_uf2()
    if build is None or uf2 is None:
        print(f"There is no UF2 of this firmware; {KELEX_COMMAND} makes one.", file=sys.stderr)
        return 1
    began_s = time.process_time()
    story = Story(build, uf2)
    drone = story.drone
    assert drone.run(7.0, until=lambda: bool(drone.stats))
    answered_ms, moved_ms = order_latency_ms(drone)
    longest = {
        phase: max((longest_us, label) for (of, label), (_, longest_us, _) in story.costs.items() if of == phase)
        for phase, _ in story.costs
    }
    print(f"online after a reset     {story.online_after_s * 1000:.0f} ms")
    print(f"heap free                {story.heap_free} bytes after the start, {drone.stats['heap_free']} in stats")
    print(f"idle                     {', '.join(f'{idle / 10:.1f} % {phase}' for phase, idle in story.idle.items())}")
    print(f"bytes per quiet turn     {', '.join(f'{count} {phase}' for phase, count in story.allocated.items())}")
    for phase, (longest_us, label) in longest.items():
        print(f"longest turn, {phase:10} {longest_us / 1000:.1f} ms ({label})")
    print(f"an order                 answered after {answered_ms:.0f} ms, at the pins after {moved_ms:.0f} ms")
    took_s = time.process_time() - began_s
    fast = "" if IS_FAST else "; `python -m kelex_sim.emulated.faster` makes it ten times as fast"
    print(f"emulated                 {drone.pico.seconds:.1f} s in {took_s:.0f} s of one core{fast}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
