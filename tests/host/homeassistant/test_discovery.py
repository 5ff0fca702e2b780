"""What is published for discovery, and that nothing of it outlives its cause. Payloads are checked by Home Assistant
itself in tests/homeassistant."""

import json

import pytest
from kelex_host.bridge import household_events, records, verbs
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Message, Outbox
from kelex_host.bridge.topics import Topics
from kelex_host.homeassistant.device import DroneCard, Estate, MemberCard
from kelex_host.homeassistant.devices import devices
from kelex_host.homeassistant.discovery import MOVE, MOVE_S, RECORD_WAIT_S, Discovery
from kelex_host.homeassistant.settings import HomeAssistantSettings
from kelex_wire import gestures, schema

MEMBERS = [MemberCard("jor-el", "Jor-El", True), MemberCard("kal-el", "Kal-El", False)]
HOUSE, DRONE = "homeassistant/device/kelex_house/config", "homeassistant/device/kelex_drone_kelex/config"
RECORD = "kelex/house/discovery"


def estate(*drones, base="kelex", watch=False):
    names = drones or ("kelex",)
    return Estate(Topics(base), "1.2.3", [DroneCard(name, "nursery") for name in names], MEMBERS, watch)


class Broker:
    """What is retained, and a discovery that starts beside it."""

    def __init__(self):
        self.retained = {}

    def start(self, an_estate=None, *, hears=True, **settings):
        self.outbox = Outbox()
        self.outbox.connected()
        self.discovery = Discovery(HomeAssistantSettings(**settings), an_estate or estate())
        self.discovery.attach(self.outbox)
        self.discovery.connected(Now(0.0, 0.0))
        if RECORD in self.retained and hears:
            self.discovery.hear(Now(0.1, 0.1), RECORD, self.retained[RECORD], True)
        self.discovery.step(Now(RECORD_WAIT_S, RECORD_WAIT_S))
        self.drain()
        self.moving = {topic for topic, payload in self.retained.items() if payload == MOVE}
        self.discovery.step(Now(RECORD_WAIT_S + MOVE_S, 0.0))
        self.drain()

    def drain(self):
        published = []
        while taken := self.outbox.take():
            for one in taken:
                self.outbox.acknowledged(one.handle)
                published.append(one.message.topic)
                if one.message.payload:
                    self.retained[one.message.topic] = one.message.payload
                else:
                    self.retained.pop(one.message.topic, None)
        return published

    def found(self):
        """The topics of discovery that stand."""
        return {topic for topic in self.retained if not topic.endswith("/house/discovery")}

    def components(self, topic):
        return json.loads(self.retained[topic])["cmps"]


@pytest.fixture
def broker():
    return Broker()


def test_house_and_drones_are_a_message_each(broker):
    broker.start(estate("kelex", "kryo"))
    assert broker.found() == {HOUSE, DRONE, DRONE.replace("drone_kelex", "drone_kryo")}
    drone = json.loads(broker.retained[DRONE])
    assert drone["dev"]["via_device"] == json.loads(broker.retained[HOUSE])["dev"]["ids"][0]
    assert drone["avty_mode"] == "all"
    assert [one["t"] for one in drone["avty"]] == ["kelex/house/availability", "kelex/drone/kelex/availability"]


def test_every_channel_joint_pose_gesture_and_event_is_there(broker):
    broker.start()
    drone, house = broker.components(DRONE), broker.components(HOUSE)
    assert {channel[0] for channel in schema.CHANNELS} <= drone.keys()
    for joint, (low, high) in verbs.RANGES.items():
        assert (drone[joint]["p"], drone[joint]["min"], drone[joint]["max"]) == ("number", low, high)
    assert {f"gesture_{name}" for name in gestures.NAMES} <= drone.keys()
    told = {kind[1] for kinds in records.EVENTS.values() for kind in kinds if kind[0] == "reflex"}
    assert set(drone["reflex"]["event_types"]) == told
    assert house["hazard"]["event_types"] == list(household_events.EVENTS["hazard"])
    assert {"notify_everyone", "notify_jor-el", "member_kal-el"} <= house.keys()
    assert "notify_kal-el" not in house


def test_no_entity_gives_what_home_assistant_deprecates_and_each_has_an_id_of_its_own():
    ids = []
    for device in devices(estate("kelex", "kryo")):
        for component in device.payload()["cmps"].values():
            assert "object_id" not in component
            if component["p"] != "device_automation":
                ids.append(component["unique_id"])
                assert component["default_entity_id"].split(".")[0] == component["p"]
    assert len(set(ids)) == len(ids)


def test_the_nursery_watch_is_a_switch_only_where_its_guard_is_lifted():
    def watch(an_estate):
        house = next(iter(devices(an_estate))).payload()
        return house["cmps"]["nursery_watch"]

    assert watch(estate())["p"] == "binary_sensor"
    assert "command_topic" not in watch(estate())
    assert watch(estate(watch=True))["p"] == "switch"


def test_two_households_at_one_broker_have_nothing_in_common(broker):
    broker.start()
    before = broker.found()
    broker.start(estate(base="kelex/el"))
    assert len(broker.found()) == 2 * len(before)


def test_classic_is_a_message_for_each_entity_with_its_device(broker):
    broker.start(discovery="classic")
    assert DRONE not in broker.found()
    pan = json.loads(broker.retained["homeassistant/number/kelex_drone_kelex/head_pan/config"])
    assert pan["dev"]["ids"] == ["kelex_drone_kelex"]
    assert len(pan["avty"]) == 2
    trigger = "homeassistant/device_automation/kelex_drone_kelex/trigger_doorbell_pressed/config"
    assert json.loads(broker.retained[trigger])["automation_type"] == "trigger"


@pytest.mark.parametrize("before", ["device", "classic"])
@pytest.mark.parametrize("after", ["device", "classic", "off"])
def test_a_changed_configuration_leaves_nothing_of_the_old(broker, before, after):
    broker.start(discovery=after, prefix="elsewhere")
    wanted = dict(broker.retained)
    broker.retained.clear()
    broker.start(estate("kelex", "kryo"), discovery=before)
    broker.start(discovery=after, prefix="elsewhere")
    assert broker.retained == wanted


def test_what_is_told_in_the_other_way_now_moves_first_and_is_not_forgotten(broker):
    broker.start(discovery="classic")
    stood = broker.found()
    broker.start(discovery="device")
    assert broker.moving == stood
    assert broker.found() == {HOUSE, DRONE}
    broker.start(discovery="classic")
    assert broker.moving == {HOUSE, DRONE}
    assert broker.found() == stood


def test_what_is_gone_does_not_move_as_home_assistant_would_keep_it_for_ever(broker):
    broker.start(discovery="classic")
    kryo = estate("kelex", "kryo")
    broker.start(kryo, discovery="classic")
    broker.start(discovery="device")
    assert broker.moving
    assert not any("kryo" in topic for topic in broker.moving)
    record = json.loads(broker.retained[RECORD])
    record["published"][DRONE]["antenna"] = "switch"
    broker.retained[RECORD] = json.dumps(record).encode()
    broker.start(discovery="classic")
    assert broker.moving == {HOUSE}


def test_an_entity_that_another_version_had_is_taken_away_by_its_platform_and_then_no_more_told(broker):
    broker.start()
    record = json.loads(broker.retained[RECORD])
    record["published"][DRONE]["antenna"] = "switch"
    broker.retained[RECORD] = json.dumps(record).encode()
    broker.start()
    assert broker.components(DRONE)["antenna"] == {"p": "switch"}
    broker.start()
    assert "antenna" not in broker.components(DRONE)


def test_a_forgotten_drone_is_gone_and_is_back_when_it_answers(broker):
    broker.start(estate("kelex", "kryo"))
    stood = dict(broker.retained)
    availability = "kelex/drone/kryo/availability"
    broker.outbox.put(Message(availability, b"", retain=True))
    broker.discovery.update()
    broker.drain()
    assert broker.found() == {HOUSE, DRONE}
    broker.outbox.put(Message(availability, b"online", retain=True))
    broker.discovery.update()
    broker.drain()
    assert {topic: broker.retained[topic] for topic in stood} == stood


def test_the_old_record_stands_until_all_that_it_lists_is_dealt_with(broker):
    broker.start(discovery="classic")
    outbox = Outbox()
    discovery = Discovery(HomeAssistantSettings(), estate())
    discovery.attach(outbox)
    discovery.connected(Now(0.0, 0.0))
    discovery.hear(Now(0.1, 0.1), RECORD, broker.retained[RECORD], True)
    discovery.step(Now(discovery.due_s(), 0.0))
    assert list(outbox.retained)[-1] == RECORD
    assert sum(not message.payload for message in outbox.retained.values()) == len(broker.found())


def test_nothing_is_published_before_the_record_had_its_chance(broker):
    discovery = Discovery(HomeAssistantSettings(), estate())
    outbox = Outbox()
    discovery.attach(outbox)
    discovery.connected(Now(5.0, 5.0))
    discovery.step(Now(5.0 + RECORD_WAIT_S - 0.01, 5.0))
    assert not outbox.retained
    assert discovery.due_s() == 5.0 + RECORD_WAIT_S
    discovery.step(Now(discovery.due_s(), 5.0))
    assert HOUSE in outbox.retained


@pytest.mark.parametrize(
    "record",
    [
        b"", b"[]", b"{", b"\xff", b'{"published": 3}', b'{"published": {"a/b/config": {"x": 4}}}',
        b'{"published": {"homeassistant/light/hue/lamp/config": {}, "kelex/house/info": {}, "o/device/x/config": {},'
        b' "homeassistant/device/kelex_drone_#/config": {}, "homeassistant/device/other_kelex_house/config": {}}}',
    ],
)  # fmt: skip
def test_a_false_record_has_nothing_of_others_cleared(broker, record):
    broker.retained[RECORD] = record
    broker.start()
    assert all(message.payload for message in broker.outbox.retained.values())


def test_home_assistants_birth_is_heard_once_it_happens():
    discovery = Discovery(HomeAssistantSettings(), estate())
    now = Now(0.0, 0.0)
    assert discovery.hear(now, "homeassistant/status", b"online", False)
    assert not discovery.hear(now, "homeassistant/status", b"online", True)
    assert not discovery.hear(now, "homeassistant/status", b"offline", False)
