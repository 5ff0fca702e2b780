"""All rules, and what they find: each finding is one sentence that names both parts that do not fit, and the mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kelex_host.hardware import bus_rules, firmware_rules, joint_rules, level_rules, net_rules, pin_rules, power_rules
from kelex_host.hardware.board import Board
from kelex_host.hardware.firmware_rules import Constants
from kelex_host.hardware.nets import elements_of

Rule = Callable[[Board], Iterator[str]]
RULES: tuple[Rule, ...] = (
    pin_rules.pins_are_not_shared,
    pin_rules.pins_are_free_on_a_pico,
    pin_rules.analogue_parts_are_on_adc_pins,
    pin_rules.bus_pins_are_of_the_bus,
    pin_rules.pulses_do_not_disturb_each_other,
    bus_rules.addresses_differ,
    bus_rules.addresses_are_possible,
    bus_rules.lines_rise_in_time,
    level_rules.supplies_fit,
    level_rules.regulators_get_what_they_need,
    level_rules.inputs_are_within_the_picos,
    level_rules.dividers_divide_as_stated,
    level_rules.levels_are_understood,
    level_rules.ends_of_lines_are_felt,
    power_rules.rails_begin_somewhere,
    power_rules.rails_give_enough,
    power_rules.sources_are_rated,
    power_rules.shunts_survive,
    power_rules.pins_give_enough,
    net_rules.wires_have_two_ends,
    net_rules.parts_are_wired_to_their_rail,
    net_rules.signals_are_wired,
    joint_rules.joints_are_the_wires,
    joint_rules.servos_can_turn_so_far,
    joint_rules.joints_hang_together,
    joint_rules.servos_can_carry,
)
FIRMWARE_RULES: tuple[Callable[[Board, Constants], Iterator[str]], ...] = (
    firmware_rules.pins_are_the_firmwares,
    firmware_rules.addresses_are_the_firmwares,
    firmware_rules.every_signal_is_the_firmwares,
    firmware_rules.joints_are_the_firmwares,
)


def check(board: Board, firmware: Constants) -> list[str]:
    """What is wrong with a board, in the order of the rules; `firmware` is `firmware_rules.constants_in` its file.

    Raises ConfigError for a terminal or an element that cannot be understood.
    """
    for name in board.parts:
        elements_of(board, name)  # what cannot be understood is told first
    findings = [finding for rule in RULES for finding in rule(board)]
    return findings + [finding for rule in FIRMWARE_RULES for finding in rule(board, firmware)]
