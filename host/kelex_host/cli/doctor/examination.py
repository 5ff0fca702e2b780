"""The checks, one after the other."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from kelex_sim.emulated.builds import newest_build
from serial.tools import list_ports

from kelex_host import config, running
from kelex_host.cli.doctor import broker, firmware, machine, ports
from kelex_host.cli.doctor.finding import Finding, ok, wrong
from kelex_host.config import Settings
from kelex_host.errors import ConfigError
from kelex_host.shells.pico_finder import bootsel_drives, usb_ids


async def examine(config_file: Path | None) -> AsyncIterator[Finding]:
    """Examine this machine. Where the configuration is wrong, only what does not depend on it."""
    yield machine.python(sys.version_info[:3])
    settings, finding = _configuration(config_file)
    yield finding
    yield machine.home(config.home())
    yield machine.clock(datetime.now())
    yield machine.time_zone(os.environ.get("TZ"), Path("/etc/localtime"))
    house = running.find()
    drones = settings.drone if settings else []
    for finding in ports.plugged_in(list_ports.comports(), usb_ids(), drones):
        yield finding
    for finding in firmware.drives(bootsel_drives()):
        yield finding
    yield firmware.compiler(newest_build())
    for finding in await ports.answers(drones, house):
        yield finding
    for finding in await firmware.versions(drones, house, config.home()):
        yield finding
    async for finding in broker.examine(settings, house):
        yield finding


def _configuration(config_file: Path | None) -> tuple[Settings | None, Finding]:
    about = "configuration"
    try:
        settings = config.load(config_file)
    except ConfigError as error:
        return None, wrong(about, str(error))
    except OSError as error:
        return None, wrong(about, f"The system refuses ({error}); see whose {config.home()} is.")
    file = config.file_of(config_file)
    found = f"{file} is valid" if file else f"There is no {config.home() / 'kelex.toml'}: the example household is used"
    variables = ", ".join(sorted(config.variables_in(os.environ)))
    return settings, ok(about, f"{found}, with {variables} from the environment." if variables else f"{found}.")
