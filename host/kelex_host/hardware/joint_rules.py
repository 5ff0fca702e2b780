"""Rules about joints: those that the wire knows, within what a servo can turn and carry."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_wire import schema

from kelex_host.hardware.board import Board, Joint

_GRAVITY = 9.81
# Of its stall torque: above it, a servo that holds gets hot and hums (a rule of thumb).
_HOLDS = 0.5


def joints_are_the_wires(board: Board) -> Iterator[str]:
    """The same names in the same order, with the same ends."""
    wire = {name: (low / 100, high / 100) for name, low, high in schema.JOINTS}
    ours = [joint.joint for joint in board.joints]
    for joint in board.joints:
        if joint.joint not in wire:
            yield f"{board.called(joint.joint)} is no joint of the wire (schema.JOINTS); use {', '.join(wire)}."
        elif (joint.low, joint.high) != wire[joint.joint]:
            low, high = wire[joint.joint]
            yield (
                f"{board.called(joint.joint)} turns from {joint.low:g} to {joint.high:g} degrees, and the wire "
                f"(schema.JOINTS) says {low:g} to {high:g}; make low and high the same in both."
            )
    for name in wire:
        if name not in ours:
            yield (
                f"The wire (schema.JOINTS) has a joint {name}, and {board.called('')} no servo for it; "
                "add its [[servos]]."
            )
    if sorted(ours) == sorted(wire) and ours != list(wire):
        one, other = next((ours[i], name) for i, name in enumerate(wire) if ours[i] != name)
        yield (
            f"{board.called(one)} stands where the wire has {board.called(other)}; put [[servos]] in the "
            "order of schema.JOINTS."
        )


def servos_can_turn_so_far(board: Board) -> Iterator[str]:
    """The pulses of both ends are among those that the servo understands."""
    low_us, high_us = board.servo.pulse_us
    for joint in board.joints:
        for angle in (joint.low, joint.high):
            pulse_us = board.servo.centre_us + angle * board.servo.us_per_quarter_turn / 90
            if not low_us <= pulse_us <= high_us:
                yield (
                    f"{joint.joint} at {angle:g} degrees needs a pulse of {pulse_us:.0f} us, and the servo "
                    f"({board.servo.model}) takes {low_us} to {high_us}; narrow its range."
                )


def joints_hang_together(board: Board) -> Iterator[str]:
    """Each joint's parent stands before it, so there is no ring."""
    before: set[str] = set()
    for joint in board.joints:
        if joint.parent and joint.parent not in before:
            yield (
                f"{board.called(joint.joint)} turns on '{joint.parent}', which is no joint before it; "
                f"use {', '.join(sorted(before)) or 'none'}, or put that one first."
            )
        before.add(joint.joint)


def servos_can_carry(board: Board) -> Iterator[str]:
    """Stretched out level, what hangs on a joint needs no more than half its servo's stall torque."""
    if any(joints_hang_together(board)):
        return
    for joint in board.joints:
        if joint.axis == "z":
            continue  # it turns level, against no weight
        torque_mnm = _moment_gmm(board, joint, 0) * _GRAVITY / 1000
        most_mnm = board.servo.stall_torque_mnm * _HOLDS
        if torque_mnm > most_mnm:
            last = _tip(board, joint)
            yield (
                f"{board.called(joint.joint)} carries {torque_mnm:.0f} mN m with the arm to "
                f"{board.called(last.joint)} stretched "
                f"out, and its servo should hold {most_mnm:.0f} at most; make the links shorter or lighter."
            )


def _moment_gmm(board: Board, joint: Joint, out_mm: float) -> float:
    """Mass times distance of all that hangs on a joint that is that far out."""
    after = [child for child in board.joints if child.parent == joint.joint]
    own = joint.mass_g * (out_mm + joint.link_mm / 2)
    if not after and joint.axis == "z":
        own += board.limits.payload_g * (out_mm + joint.link_mm)  # a gripper holds something
    return own + sum(_moment_gmm(board, child, out_mm + joint.link_mm) for child in after)


def _tip(board: Board, joint: Joint) -> Joint:
    after = next((child for child in board.joints if child.parent == joint.joint), None)
    return _tip(board, after) if after else joint
