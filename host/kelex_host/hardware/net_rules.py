"""Rules about wires: each leads somewhere, and each part is wired to the rail that it is said to be on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kelex_host.hardware.board import Board
from kelex_host.hardware.nets import all_terminals, gpio_net, pico_pins, terminals_of


def wires_have_two_ends(board: Board) -> Iterator[str]:
    """A net with one terminal is a wire that leads nowhere."""
    terminals = all_terminals(board)
    ends = Counter(terminal.net for terminal in terminals) + Counter(set(pico_pins(board).values()))
    for terminal in terminals:
        if terminal.net and ends[terminal.net] < 2:
            yield (
                f"Terminal {terminal.label} of {board.called(terminal.part)} leads to "
                f"'{terminal.net}', where nothing else is, "
                f"not even {board.called('')}; give another part that net, or correct its name."
            )


def parts_are_wired_to_their_rail(board: Board) -> Iterator[str]:
    """A terminal on the rail and one on ground."""
    for name, part in board.parts.items():
        nets = [terminal.net for terminal in terminals_of(board, name)]
        rail = board.rails.get(part.rail)
        if rail is None:
            continue
        for net in (rail.net or part.rail, "gnd"):
            if net not in nets:
                yield (
                    f"{board.called(name)} is on rail {part.rail} of {board.called(rail.source)}, and "
                    "no terminal of it leads "
                    f"to {net}; wire one there, or correct its rail."
                )


def signals_are_wired(board: Board) -> Iterator[str]:
    """A part with a pin has a wire to it, its own or by what stands between; one on the bus has both lines."""
    for name, part in board.parts.items():
        nets = [terminal.net for terminal in terminals_of(board, name)]
        if part.through in board.parts:
            nets += [terminal.net for terminal in terminals_of(board, part.through)]
        wanted = ["sda", "scl"] if part.bus == "i2c" else [] if part.gpio is None else [gpio_net(part.gpio)]
        for net in wanted:
            if net not in nets:
                yield (
                    f"No terminal of {board.called(name)} leads to {net} of {board.called('')}; wire its signal there."
                )
