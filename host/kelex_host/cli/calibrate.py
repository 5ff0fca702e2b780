"""`kelex calibrate`: what the drone keeps of a joint, as it was measured; without measurements, led through it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kelex_host.bridge import verbs
from kelex_host.cli.request import ask_house, exchange_request, house_owner
from kelex_host.cli.target import AsOption, BrokerOption, DroneOption, JsonOption
from kelex_host.errors import ConfigError

if TYPE_CHECKING:
    from kelex_host.hardware.board import Joint

# So far it is turned to see which way that is, and so exact people measure.
NUDGE_DEG = 10.0
EXACT_DEG = 0.25
BUSY_S = 15.0
ASK_AGAIN_S = 0.2
TRIM_MOST_DEG = next(field.high for field in verbs.BY_NAME["drone", "calibrate"].fields if field.name == "trim")


def calibrate(
    joint: Annotated[str | None, typer.Argument(help="Which joint; without it, all of them in turn.")] = None,
    trim: Annotated[float | None, typer.Option(help="What is added to its angle for its servo, degrees.")] = None,
    low: Annotated[float | None, typer.Option(help="Its lowest angle, degrees.")] = None,
    high: Annotated[float | None, typer.Option(help="Its highest angle, degrees.")] = None,
    broker: BrokerOption = None,
    drone: DroneOption = None,
    member: AsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find a joint's 0 degrees, and how far it may go; the drone keeps it. Asks, unless you say what it is."""
    if joint is not None and joint not in verbs.RANGES:
        raise typer.BadParameter(f"There is no joint '{joint}'; there are {', '.join(verbs.RANGES)}.")
    measured = {name: value for name, value in (("trim", trim), ("low", low), ("high", high)) if value is not None}
    if measured:
        if joint is None:
            raise typer.BadParameter("Name the joint that this is of, such as head_pan.")
        exchange_request("drone", "calibrate", {"joint": joint, **measured}, broker, drone, member, as_json)
        return
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter(
            "Somebody has to look at the joints: run it in a terminal, or say what was measured: "
            "kelex calibrate head_pan --trim 2.5"
        )
    from kelex_host.cli.hardware import read_board

    signer = member or house_owner()
    ask = partial(_ask, broker=broker, drone=drone, signer=signer)
    joints = [one for one in read_board(None).joints if joint in (None, one.joint)]
    kept = ask("calibration")["joints"]
    for one in joints:
        Guide(one, kept[one.joint]["trim"], ask).run()
    typer.echo("The drone keeps it, whatever firmware it gets: kelex calibration")


def _ask(verb: str, broker: str | None, drone: str | None, signer: str, **fields: Any) -> dict[str, Any]:
    """What the drone answers; while it is busy, as it is in a move, it is asked again. Raises ConfigError."""
    end_s = time.monotonic() + BUSY_S
    while True:
        answer = ask_house("drone", verb, dict(fields), broker, drone, signer)
        is_busy = answer["status"] != "ok" and answer["error"]["code"] == "busy"
        if not is_busy or time.monotonic() >= end_s:
            break
        time.sleep(ASK_AGAIN_S)
    if answer["status"] != "ok":
        raise ConfigError(answer["error"]["message"])
    data: dict[str, Any] = answer["data"]
    return data


@dataclass(slots=True)
class Guide:
    """Leads through one joint, whose trim is now `trim_deg`; `ask` asks the drone, and raises KelexError."""

    joint: Joint
    trim_deg: float
    ask: Any

    def run(self) -> None:
        """Its middle, its direction, its ends; then back to its middle."""
        typer.echo(f"\n{self.joint.joint}: at 0 degrees it is {self.joint.zero}; more degrees: {self.joint.positive}.")
        self._find_zero()
        self._move(NUDGE_DEG)
        if typer.confirm(f"It turned by {NUDGE_DEG:g} degrees. Was that {self.joint.positive}?", default=True):
            self._find_end("low", self.joint.low)
            self._find_end("high", self.joint.high)
        else:
            typer.echo("Its servo sits the wrong way round: turn the servo, not the horn, then calibrate it again.")
        self._move(0)

    def _find_zero(self) -> None:
        off_deg = None
        while off_deg is None or abs(off_deg) >= EXACT_DEG:
            self._move(0)
            off_deg = typer.prompt(
                f"How many degrees is it off now ({self.joint.positive}: more than 0)?", type=float, default=0.0
            )
            trim_deg = round(self.trim_deg - off_deg, 2)
            if abs(trim_deg) > TRIM_MOST_DEG:
                typer.echo(f"A trim is {TRIM_MOST_DEG:g} degrees at most: put its horn on a tooth further, then go on.")
            elif trim_deg != self.trim_deg:
                self.ask("calibrate", joint=self.joint.joint, trim=trim_deg)
                self.trim_deg = trim_deg

    def _find_end(self, end: str, limit_deg: float) -> None:
        """Try one end; where the joint does not get there freely, keep how far it may go."""
        self.ask("calibrate", **{"joint": self.joint.joint, end: limit_deg})
        self._move(limit_deg)
        while not typer.confirm(f"It turns to {limit_deg:g}. Is it there, free and silent?", default=True):
            limit_deg = typer.prompt("How far may it go, in degrees?", type=float)
            self.ask("calibrate", **{"joint": self.joint.joint, end: limit_deg})
            self._move(limit_deg)

    def _move(self, angle_deg: float) -> None:
        self.ask("move", joints={self.joint.joint: angle_deg})
