"""`kelex service install`: its unit and its rule, as systemd itself reads them where there is one."""

import shutil
import subprocess

import pytest
from acceptance.household import run
from kelex_host.cli.service_files import RULE, UNIT, rule, unit


def test_dry_run_prints_both_files_and_changes_nothing(tmp_path):
    done = run(tmp_path, "service", "install", "--dry-run", "--user", "kelex", "--", "--broker", "mqtts://10.0.0.2")
    assert done.returncode == 0
    assert f"# {UNIT}" in done.stdout
    assert f"# {RULE}" in done.stdout
    assert "-m kelex_host up --broker mqtts://10.0.0.2\n" in done.stdout
    assert "User=kelex\n" in done.stdout
    assert not list(tmp_path.iterdir())


def test_it_writes_below_a_root(tmp_path):
    done = run(tmp_path / "home", "service", "install", "--root", str(tmp_path / "image"), "--user", "kelex")
    assert done.returncode == 0, done.stderr
    assert f"KELEX_HOME={tmp_path / 'home'}" in (tmp_path / "image" / UNIT.relative_to("/")).read_text()
    assert 'SYMLINK+="kelex-' in (tmp_path / "image" / RULE.relative_to("/")).read_text()


def test_odd_paths_are_quoted_as_unit_files_have_it(tmp_path):
    text = unit(["/opt/my python/bin/python", "100%", "$HOME"], "kelex", tmp_path)
    assert 'ExecStart="/opt/my python/bin/python" 100%% "$$HOME"\n' in text


def test_systemd_has_nothing_to_complain_of(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd-analyze here: install systemd")
    file = tmp_path / "kelex.service"
    file.write_text(unit(["/bin/true", "up"], "root", tmp_path))
    done = subprocess.run([tool, "verify", "--man=no", file], capture_output=True, text=True, check=False)
    assert "kelex.service" not in done.stderr


def test_the_rule_names_a_picos_port_by_its_serial_number():
    assert 'ATTRS{idVendor}=="2e8a"' in rule()
    assert 'SYMLINK+="kelex-$attr{serial}"' in rule()
