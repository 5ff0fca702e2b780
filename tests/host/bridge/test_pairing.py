"""The bridge pairs its drone: what it keeps, when it sends, and what becomes of it when anything goes wrong between."""

import pytest
from drone.drone_rig import TICKS, Rig
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Notice, Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_host.bridge.reply import Reply
from kelex_host.errors import TrustError
from kelex_wire import frame, schema

KEYS = [bytes([number] * 32) for number in range(1, 9)]


class Kept:
    """Pairings in memory. `log` is what was kept, and what else is put into it."""

    def __init__(self, *keys):
        self.now = keys
        self.log = []
        self.broken = False
        self._new = iter(KEYS)

    def keys(self, drone):
        if self.broken:
            raise TrustError("The pairing key is damaged.")
        return self.now

    def keep(self, drone, keys):
        if self.broken:
            raise TrustError("The disk is full.")
        self.now = keys
        self.log.append(keys)

    def draw(self):
        return next(self._new)


class Bench(Rig):
    """The rig's drone at a whole bridge. `lose(number)` drops the drone's frames of that number."""

    def __init__(self, kept=None):
        self.kept_here = kept if kept is not None else Kept()
        self.answers = []
        self.notices = []
        self.published = []
        self.sent = []
        self.lost = set()
        super().__init__()

    def run(self, ms):
        if not hasattr(self, "bridge"):
            self.new_bridge()
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            self.bridge.drones["kelex"].receive(self.now(), self._up())
            self.bridge.step(self.now())
            self._carry_out()
            self.now_ms += max(self.drone.step(self.now_ms % TICKS), 1)
        return self

    def now(self):
        return Now(self.now_ms / 1000 + 10, 1e9 + self.now_ms / 1000)

    def new_bridge(self):
        """The host's process starts, again."""
        nonces = iter(range(self.now_ms % TICKS % 1_000_000 * 100 + 1, 1 << 31))
        self.bridge = Bridge(
            base="kelex", version="1", drones=["kelex"], nonce=lambda: next(nonces), pairings=self.kept_here
        )
        self.bridge.start(self.now())
        self.bridge.broker_connected(self.now())
        self.bridge.drones["kelex"].opened(self.now())

    def _up(self):
        frames = [run for run in bytes(self.drone.link.tx).split(b"\0") if run]
        self.drone.link.tx[:] = b""
        return b"".join(run + b"\0" for run in frames if frame.decode(run)[0] not in self.lost)

    def _carry_out(self):
        for effect in self.bridge.take():
            match effect:
                case Write(_, data):
                    for run in filter(None, data.split(b"\0")):
                        if frame.decode(run)[0] in (schema.ORDER_PAIR, schema.ORDER_UNPAIR):
                            self.kept_here.log.append("sent")
                    self.drone.receive(self.now_ms % TICKS, data)
                case Publish(handle, message):
                    self.published.append(message)
                    if message.qos:
                        self.bridge.acknowledged(self.now(), handle)
                case Notice(text):
                    self.notices.append(text)

    def ask(self, verb, **fields):
        """A request's answer: `ok`, or the code of the error."""
        answers = []
        reply = Reply("t", lambda now, data: answers.append("ok"), lambda now, error: answers.append(error.code))
        self.bridge.drones["kelex"].request(self.now(), verb, fields, reply)
        for _ in range(300):
            if answers:
                break
            self.run(10)
        self.run(300)
        [answer] = answers
        return answer


@pytest.fixture
def bench():
    return Bench().run(200)


def test_the_bridge_pairs_its_drone_and_keeps_the_key_before_it_sends_it(bench):
    assert bench.ask("pair") == "ok"
    assert bench.kept_here.log == [(KEYS[0],), "sent", (KEYS[0],)]
    assert bench.kept == [KEYS[0]]
    assert bench.drone.link.gate.pairing == KEYS[0]
    assert bench.ask("quiet", on=True) == "ok"
    assert bench.drone.link.gate.forged == 0


def test_the_key_is_in_nothing_that_is_published_or_told(bench):
    assert bench.ask("pair") == "ok"
    told = b"".join(message.payload for message in bench.published) + repr(bench.notices).encode()
    assert KEYS[0] not in told
    assert KEYS[0].hex().encode() not in told
    assert b'"event_type":"paired"' in told


def test_a_new_process_with_the_key_goes_on_and_one_without_is_refused_at_once(bench):
    assert bench.ask("pair") == "ok"
    bench.new_bridge()
    assert bench.run(500).ask("quiet", on=True) == "ok"
    bench.kept_here = Kept()
    bench.new_bridge()
    assert bench.run(500).ask("quiet", on=False) == "not_allowed"
    assert bench.drone.signals.quiet == 1
    bench.run(6000)
    assert any("paired with another host" in notice for notice in bench.notices)


def test_a_house_whose_key_is_another_one_is_refused(bench):
    assert bench.ask("pair") == "ok"
    bench.kept_here = Kept(KEYS[7])
    bench.new_bridge()
    assert bench.run(500).ask("quiet", on=True) == "not_allowed"
    assert bench.drone.signals.quiet == 0


def test_a_key_is_changed_by_pairing_again(bench):
    assert [bench.ask("pair"), bench.ask("pair"), bench.ask("quiet", on=True)] == ["ok"] * 3
    assert bench.kept_here.log[3:] == [(KEYS[1], KEYS[0]), "sent", (KEYS[1],)]
    assert bench.drone.link.gate.pairing == KEYS[1]


def test_unpairing_forgets_the_key_on_both_sides(bench):
    assert [bench.ask("pair"), bench.ask("unpair"), bench.ask("quiet", on=True)] == ["ok"] * 3
    assert bench.kept == [KEYS[0], None]
    assert bench.kept_here.now == ()


@pytest.mark.parametrize("rotation", [False, True])
@pytest.mark.parametrize("taken", [False, True])
def test_when_no_answer_comes_the_right_key_is_found_whether_the_drone_took_it_or_not(bench, rotation, taken):
    if rotation:
        assert bench.ask("pair") == "ok"
    if taken:
        bench.lost = {schema.ACCEPTED}
    else:
        bench.drone.link.gate._closed = True  # it hears nothing more in this session
    assert bench.ask("pair") == "offline"
    bench.lost = set()
    bench.run(5000)
    assert bench.ask("quiet", on=True) == "ok"
    if rotation:
        assert bench.kept_here.now == (bench.drone.link.gate.pairing,)
    assert bench.ask("pair") == "ok"
    assert bench.kept_here.now == (bench.drone.link.gate.pairing,)


@pytest.mark.parametrize("taken", [False, True])
def test_a_process_killed_in_the_midst_of_a_rotation_finds_the_right_key(bench, taken):
    assert bench.ask("pair") == "ok"
    bench.kept_here.keep("kelex", (KEYS[5], KEYS[0]))
    if taken:
        bench.drone.link.gate.pairing = KEYS[5]
    bench.new_bridge()
    bench.run(5000)
    assert bench.kept_here.now == (bench.drone.link.gate.pairing,)
    assert bench.ask("quiet", on=True) == "ok"


def test_a_key_that_cannot_be_kept_is_not_sent(bench):
    bench.kept_here.broken = True
    with pytest.raises(Exception, match="cannot be kept"):
        bench.ask("pair")
    assert bench.kept_here.log == []


def test_a_drone_that_refuses_leaves_everything_as_it_was(bench):
    def full(key):
        raise OSError(28)

    assert bench.ask("pair") == "ok"
    bench.drone.pairing._keep = full
    assert bench.ask("pair") == "busy"
    assert bench.kept_here.now == (KEYS[0],)
    assert bench.ask("quiet", on=True) == "ok"


def test_a_damaged_key_is_told_and_the_house_goes_on():
    kept = Kept()
    kept.broken = True
    bench = Bench(kept).run(500)
    assert any("damaged" in notice for notice in bench.notices)
    assert bench.ask("quiet", on=True) == "ok"


def test_a_drone_that_lost_its_key_is_told_of_once(bench):
    bench.kept_here.now = (KEYS[3],)
    bench.new_bridge()
    bench.run(20_000)
    assert len([notice for notice in bench.notices if "not paired any more" in notice]) == 1
    assert bench.ask("quiet", on=True) == "ok"


def test_without_a_place_for_keys_nothing_is_paired(bench):
    bench.kept_here = None
    bench.new_bridge()
    bench.run(500)
    with pytest.raises(Exception, match="keeps no pairing keys"):
        bench.ask("pair")
