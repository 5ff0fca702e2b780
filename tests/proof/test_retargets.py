"""A minute of moves that interrupt each other: no limit is broken at the servos' pins, and quiet mode holds."""

import json
from pathlib import Path

import pytest
from kelex_host.proof.retargets import Limit, Way, trace
from typer.testing import CliRunner

LIMIT = Limit(speed=180, acceleration=1800, jerk=45000, quiet=60)


def way(*angles: float) -> Way:
    return Way(0.0, list(angles))


def test_a_jump_breaks_all_three_limits() -> None:
    broken = way(0, 0, 0, 5, 5, 5).broken(LIMIT, quiet=False)
    assert all(broken.values())


@pytest.mark.parametrize(
    ("step", "quiet", "count"), [(3.6, False, 0), (3.62, False, 4), (1.2, True, 0), (1.3, True, 4)]
)
def test_speed_is_held_against_the_limit_of_its_mode(step: float, quiet: bool, count: int) -> None:
    assert way(*[i * step for i in range(5)]).broken(LIMIT, quiet=quiet)["speed"] == count


@pytest.mark.parametrize("quiet", [False, True])
def test_no_joint_breaks_a_limit_and_quiet_is_silent(quiet: bool) -> None:
    found = trace(7, quiet=quiet, seconds=12.0)
    assert len(found.ways) == 8
    assert found.granted > 10
    assert (found.loudest_hz > 0) is not quiet
    speed = {"head_tilt": 120.0}
    for joint, way in found.ways.items():
        most = speed.get(joint, 180.0)
        limit = Limit(most, most * 10, most * 250, most / 3)
        assert way.broken(limit, quiet=quiet) == {"speed": 0, "acceleration": 0, "jerk": 0}, joint
        assert max(map(abs, way.speeds())) > most / 10, f"{joint} hardly moved"


def test_a_thousand_orders_a_second_a_third_of_them_absurd_are_each_answered_and_none_makes_a_jerk() -> None:
    found = trace(5, quiet=False, seconds=1.0, apart_s=(0.001, 0.001), wild=True)
    assert found.orders == 1000
    assert found.granted + found.refused.total() == found.orders
    assert found.granted > 50
    assert set(found.refused) <= {"out_of_range", "wrong_type", "busy"}
    assert found.refused["out_of_range"] + found.refused["wrong_type"] == 333
    assert found.broken == []
    for joint, way in found.ways.items():
        most = 120.0 if joint == "head_tilt" else 180.0
        assert way.broken(Limit(most, most * 10, most * 250, most / 3), quiet=False) == {
            "speed": 0,
            "acceleration": 0,
            "jerk": 0,
        }, joint


def test_the_command_prints_it_and_draws_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    from kelex_host.cli.main import app
    from kelex_host.proof import retargets

    monkeypatch.setattr(retargets, "trace", lambda seed, quiet: trace(seed, quiet=quiet, seconds=3.0))
    picture = tmp_path / "motion.png"
    result = CliRunner().invoke(app, ["motion", "trace", "--json", "-o", str(picture)])
    assert result.exit_code == 0, result.output
    loud, quiet = json.loads(result.stdout)
    assert (loud["violations"], quiet["violations"], quiet["loudest_hz"]) == (0, 0, 0)
    assert picture.read_bytes().startswith(b"\x89PNG")
