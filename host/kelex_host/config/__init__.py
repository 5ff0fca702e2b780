"""The configuration: `kelex.toml`, what the environment overrides of it, and its secrets.

With no file at all there is a complete example household. A new section is a Struct in `settings.py`: reading,
overriding, secrets and the JSON Schema follow from it.
"""

from kelex_host.config.environment import variables_in
from kelex_host.config.json_schema import json_schema
from kelex_host.config.outside import ConsoleSettings, NewsSettings, PhoneSettings, SpeechSettings
from kelex_host.config.parsing import parse
from kelex_host.config.reading import file_of, home, load
from kelex_host.config.settings import (
    BrokerSettings,
    DroneSettings,
    HouseSettings,
    MemberSettings,
    RoomSettings,
    Settings,
    public,
)

__all__ = [
    "BrokerSettings",
    "ConsoleSettings",
    "DroneSettings",
    "HouseSettings",
    "MemberSettings",
    "NewsSettings",
    "PhoneSettings",
    "RoomSettings",
    "Settings",
    "SpeechSettings",
    "file_of",
    "home",
    "json_schema",
    "load",
    "parse",
    "public",
    "variables_in",
]
