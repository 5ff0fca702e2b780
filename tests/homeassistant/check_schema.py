"""Run in Home Assistant's own environment: hold discovery payloads (JSON lines) against its schemas.

Prints one line for each problem. Each entity is checked by its platform's own schema too, as Home Assistant does once
it has taken a device's message apart.
"""

import asyncio
import importlib
import json
import sys
import tempfile

from homeassistant.components.mqtt import abbreviations, device_trigger, discovery, schemas
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import frame
from voluptuous import Invalid


def problems(payload):
    discovery._replace_all_abbreviations(payload)
    try:
        schemas.DEVICE_DISCOVERY_SCHEMA(payload)
    except (Invalid, HomeAssistantError) as error:
        yield f"device: {error}"
        return
    shared = {name: payload[name] for name in ("device", "origin", "availability", "availability_mode")}
    for key, component in payload["components"].items():
        platform = component.pop("platform")
        merged = {**shared, **component}
        if platform == "device_automation":
            schema = device_trigger.TRIGGER_DISCOVERY_SCHEMA
        else:
            schema = importlib.import_module(f"homeassistant.components.mqtt.{platform}").DISCOVERY_SCHEMA
            if platform == "light":
                light = importlib.import_module("homeassistant.components.mqtt.light.schema_template")
                schema = light.DISCOVERY_SCHEMA_TEMPLATE
        try:
            checked = schema(merged)
        except (Invalid, HomeAssistantError) as error:
            yield f"{platform} {key}: {error}"
            continue
        ignored = set(component) - set(checked) - {"default_entity_id", "schema"}
        if ignored:
            yield f"{platform} {key}: {sorted(ignored)} mean nothing to it"


async def main(config):
    frame.async_setup(HomeAssistant(config))  # templates are parsed with it
    assert abbreviations.ABBREVIATIONS["cmps"] == "components"
    for line in sys.stdin:
        for problem in problems(json.loads(line)):
            print(problem)


with tempfile.TemporaryDirectory() as config:
    asyncio.run(main(config))
