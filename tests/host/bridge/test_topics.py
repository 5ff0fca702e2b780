"""Topic names, built and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge.topics import RequestTopic, Topics
from kelex_sim.broker import matches

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1, max_size=8)
bases = st.lists(words, min_size=1, max_size=3).map("/".join)
requests = st.builds(RequestTopic, st.just("drone"), words, words) | st.builds(
    RequestTopic, st.sampled_from(["house", "world"]), st.just(""), words
)


@given(bases, requests)
def test_a_request_topic_reads_as_the_request_that_it_was_built_from(base, request):
    topics = Topics(base)
    assert topics.read_request(topics.request(request)) == request


@given(bases, requests)
def test_the_bridge_hears_every_request_and_of_what_it_says_itself_only_whether_it_is_there(base, request):
    topics = Topics(base)

    def subscribed(topic):
        return any(matches(topic_filter, topic) for topic_filter, _ in topics.filters())

    assert subscribed(topics.request(request))
    assert subscribed(topics.house_availability)
    said = [topics.response(request), topics.house("info"), topics.house("health")]
    said += [topics.drone("kelex", "senses"), topics.event("kelex", request.verb)]
    assert not any(subscribed(topic) for topic in said)


@pytest.mark.parametrize(
    "topic",
    [
        "kelex", "kelex/", "other/drone/kelex/request/look", "kelexer/house/request/x",
        "kelex/drone/kelex/response/look",
        "kelex/drone/request/look",
        "kelex/moon/request/look", "kelex/house/x/request/look",
    ],
)  # fmt: skip
def test_any_other_topic_is_no_request(topic):
    assert Topics("kelex").read_request(topic) is None


def test_the_names_are_the_contracts():
    topics = Topics("kelex/el")
    look = RequestTopic("drone", "kelex", "look")
    assert topics.request(look) == "kelex/el/drone/kelex/request/look"
    assert topics.response(look) == "kelex/el/drone/kelex/response/look"
    assert topics.event("kelex", "body") == "kelex/el/drone/kelex/event/body"
    assert topics.response(RequestTopic("world", "", "truth")) == "kelex/el/world/response/truth"


@pytest.mark.parametrize("verb", ["", "look/more", "look/", "/look"])
def test_a_request_below_or_without_a_verb_is_answered_where_its_sender_may_look_for_it(verb):
    topics = Topics("kelex")
    topic = f"kelex/drone/kelex/request/{verb}" if verb else "kelex/drone/kelex/request"
    request = topics.read_request(topic)
    assert request == RequestTopic("drone", "kelex", verb)
    assert topics.response(request) == topic.replace("request", "response")


def test_a_topic_too_long_to_answer_is_no_request():
    assert Topics("kelex").read_request("kelex/drone/kelex/request/" + "x" * 300) is None
