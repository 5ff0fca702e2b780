"""`[console]`: where the page is, and that it is nowhere else without a password."""

from __future__ import annotations

import msgspec
import pytest
from kelex_host.config import ConsoleSettings, Settings, public
from kelex_host.config.settings import check
from kelex_host.errors import ConfigError

HASH = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"


def checked(**console: object) -> None:
    check(Settings(console=msgspec.convert(console, ConsoleSettings)))


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2", "::1"])
def test_a_console_for_this_computer_alone_needs_no_password(address: str) -> None:
    checked(address=address)


@pytest.mark.parametrize("console", [{"address": "0.0.0.0"}, {"address": "::"}, {"hosts": ["kelex.lan"]}])
def test_a_console_that_is_reached_from_elsewhere_needs_a_password(console: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="console-password"):
        checked(**console)
    checked(**console, password=HASH)


def test_a_password_in_clear_is_none() -> None:
    with pytest.raises(ConfigError, match="console-password"):
        checked(password="krypton")


def test_an_address_that_is_none_is_said_to_be_none() -> None:
    with pytest.raises(ConfigError, match="999"):
        checked(address="999.1.1.1")


def test_nothing_shows_the_hash() -> None:
    settings = Settings(console=ConsoleSettings(password=HASH))
    assert public(settings)["console"]["password"] == "***"
    assert HASH not in repr(settings)
