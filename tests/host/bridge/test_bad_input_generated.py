"""Bad input on every topic, from the declarations: one answer each, nothing goes further, the desk goes on."""

import json

import pytest
from host.bridge.bad_requests import NO_REQUESTS, bad_requests, good_fields
from host.bridge.desk_bench import DRONES, DeskBench, request_topic
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge import verbs
from kelex_host.bridge.requests import ERROR_CODES
from kelex_host.bridge.verbs import VERBS

LOOK = "kelex/drone/kelex/request/look"
SCOPES = {"drone": "drone/kelex", "house": "house", "world": "world"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def goes_on(bench):
    """The desk still takes a good request."""
    assert bench.accepted(LOOK, b'{"pan": 1, "tilt": -0.0}')[:2] == ("kelex", "look")


@pytest.fixture
def bench():
    return DeskBench()


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.scope}-{verb.name}")
def test_everything_bad_that_a_verb_can_be_asked_gets_one_error_and_goes_no_further(bench, verb):
    count = 0
    for what, payload, code in bad_requests(verb):
        error = bench.refused(request_topic(verb), payload)["error"]
        assert error["code"] == code, f"{verb.name}, {what}: {error}"
        count += 1
    assert count >= len(NO_REQUESTS) + 20
    goes_on(bench)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.scope}-{verb.name}")
def test_the_least_that_a_verb_can_be_asked_with_is_good_unless_it_has_to_be_signed(bench, verb):
    payload = json.dumps(good_fields(verb)).encode()
    if verb.guarded:
        assert bench.refused(request_topic(verb), payload)["error"]["code"] == "unsigned"
        return
    who, name, fields = bench.accepted(request_topic(verb), payload)
    assert (who, name) == ("kelex" if verb.scope == "drone" else verb.scope, verb.name)
    assert {field: value for field, value in fields.items() if value is not None} == good_fields(verb)


def test_a_whole_number_is_an_integer_however_json_writes_it_and_nothing_else_is(bench):
    for number in (b"2", b"2.0", b"20e-1"):
        _, _, fields = bench.accepted("kelex/drone/kelex/request/gesture", b'{"name": "bow", "repeat": %b}' % number)
        assert repr(fields["repeat"]) == "2"
    for number in (b"2.5", b"true", b'"2"', b"1e300"):
        bench.refused("kelex/drone/kelex/request/gesture", b'{"name": "bow", "repeat": %b}' % number)


@pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if not verb.guarded], ids=lambda verb: f"{verb.scope}-{verb.name}"
)
def test_a_bad_request_with_a_transaction_is_answered_with_it_again_and_again(bench, verb):
    fields = {**good_fields(verb), "nonsense": 1, "transaction": "t1"}
    first = bench.refused(request_topic(verb), json.dumps(fields).encode())
    assert (first["error"]["code"], first["transaction"]) == ("unknown_field", "t1")
    assert [answer for _, answer in bench.send(request_topic(verb), json.dumps(fields).encode())] == [first]
    other = bench.refused(request_topic(verb), json.dumps(good_fields(verb) | {"transaction": "t1"}).encode())
    assert (other["error"]["code"], other["transaction"]) == ("not_allowed", "t1")
    assert [answer for _, answer in bench.send(request_topic(verb), json.dumps(fields).encode())] == [first]
    assert bench.desk.refused == {"unknown_field": 1, "not_allowed": 1}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: f"{verb.scope}-{verb.name}")
def test_a_retained_request_is_reported_and_goes_no_further(bench, verb):
    payload = json.dumps({**good_fields(verb), "transaction": "t1"}).encode()
    assert bench.refused(request_topic(verb), payload, retained=True)["error"]["code"] == "retained"
    for bad in list(NO_REQUESTS)[1:]:
        assert bench.refused(request_topic(verb), bad, retained=True)["error"]["code"] == "retained"
    assert bench.send(request_topic(verb), b"", retained=True) == []
    if not verb.guarded:
        bench.accepted(request_topic(verb), payload)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_verb_that_its_scope_does_not_know_is_unknown(bench, scope):
    known = {verb.name for verb in VERBS if verb.scope == scope}
    others = sorted({verb.name for verb in VERBS} - known)
    strange = ["", "frobnicate", "look/now", "/look", "look/", "LOOK", " ", "$SYS", "\u202e", "a\nb", "set", "x" * 200]
    for name in others + strange:
        topic = f"kelex/{SCOPES[scope]}/request/{name}".removesuffix("/" if not name else "\0")
        for payload in (b"{}", b'{"pan": 0, "tilt": 0, "transaction": "t"}'):
            assert bench.refused(topic, payload)["error"]["code"] == "unknown_verb", name
        assert bench.refused(topic, b"junk")["error"]["code"] == "not_json"
    goes_on(bench)


@pytest.mark.parametrize("drone", ["ghost", "KELEX", "", "kelex ", "x" * 150, "a\nb", "\u202e"])
def test_a_drone_that_is_not_there_is_named_and_no_other_obeys(bench, drone):
    for verb in VERBS:
        if verb.scope == "drone":
            topic = f"kelex/drone/{drone}/request/{verb.name}"
            assert bench.refused(topic, json.dumps(good_fields(verb)).encode())["error"]["code"] == "unknown_id"
    goes_on(bench)


@pytest.mark.parametrize("drone", DRONES)
def test_a_request_reaches_the_drone_that_it_names_and_no_other(bench, drone):
    for verb in VERBS:
        if verb.scope == "drone" and not verb.guarded:
            reached = bench.accepted(f"kelex/drone/{drone}/request/{verb.name}", json.dumps(good_fields(verb)).encode())
            assert reached[:2] == (drone, verb.name)


@pytest.mark.parametrize(
    "topic",
    ["", "kelex", "kelex/moon/request/look", "moon/drone/kelex/request/look", "kelex/drone/kelex/response/look",
     "kelex/drone/request/look", "kelex//request/look", "kelex/drone/kelex/request" + "/x" * 200, "\u202e",
     "kelex/house/set/quiet", "kelex/world/set/light", "kelex/drone/kelex/event/body"],
)  # fmt: skip
def test_what_is_no_topic_of_requests_is_left_alone(bench, topic):
    for payload in (b"", b"{}", b'{"pan": 0, "tilt": 0}', b"\xff", b"ON"):
        for retained in (False, True):
            assert bench.send(topic, payload, retained=retained) == []
    assert bench.reached == []
    assert bench.desk.refused.total() == 0
    goes_on(bench)


def test_without_a_simulated_house_no_verb_of_the_world_is_known():
    bench = DeskBench(simulated=False)
    for verb in VERBS:
        if verb.scope == "world":
            error = bench.refused(request_topic(verb), json.dumps(good_fields(verb)).encode())["error"]
            assert error["code"] == "unknown_verb"
            assert "kelex up" in error["message"]
    goes_on(bench)


@given(st.sampled_from(VERBS), st.data())
def test_whatever_is_asked_gets_one_answer_and_only_what_is_accepted_goes_further(verb, data):
    bench = DeskBench()
    names = [field.name for field in verb.fields]
    changed = data.draw(st.dictionaries(st.sampled_from([*names, "nonsense"]) | st.text(max_size=3), anything))
    payload = json.dumps({**good_fields(verb), **changed}).encode("utf-8", "surrogatepass")
    cut = data.draw(st.sampled_from([None, None, None, -1, 3]))
    [(topic, document)] = bench.send(request_topic(verb), payload[:cut])
    assert topic == request_topic(verb).replace("request", "response")
    if document["status"] == "ok":
        [(_, name, fields)] = bench.reached
        assert name == verb.name
        assert list(fields) == names
    else:
        assert document["error"]["code"] in ERROR_CODES
        assert document["error"]["message"].endswith(".")
        assert bench.reached == []
    goes_on(bench)


@given(st.lists(st.tuples(st.sampled_from(["look", "move", "tone", "x", ""]), st.binary(max_size=40)), max_size=8))
def test_any_bytes_in_any_order_leave_the_desk_at_work(messages):
    bench = DeskBench()
    for name, payload in messages:
        [(_, document)] = bench.send(f"kelex/drone/kelex/request/{name}", payload)
        assert document["status"] in ("ok", "error")
    assert len(bench.reached) + bench.desk.refused.total() == len(messages)
    goes_on(bench)


def test_every_verb_is_asked_with_every_code_that_its_declaration_can_give():
    """The generator itself: it must not have gone blind for a kind of mistake."""
    codes = {verb.name: {code for _, _, code in bad_requests(verb)} for verb in VERBS if not verb.guarded}
    always = {"not_json", "wrong_type", "unknown_field", "too_large"}
    assert all(always <= given for given in codes.values())
    assert codes["look"] == codes["battery"] == always | {"missing_field", "out_of_range"}
    assert codes["move"] == always | {"missing_field", "out_of_range", "unknown_joint"}
    assert codes["hand"] == always | {"missing_field", "out_of_range", "unknown_joint"}
    assert codes["eye"] == always | {"missing_field", "unknown_id"}
    assert verbs.BY_NAME["drone", "tone"].one_of
