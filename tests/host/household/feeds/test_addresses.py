"""Only what the configuration names is asked, and what that leads to on the same host."""

import pytest
from kelex_host.errors import ConfigError
from kelex_host.household.feeds.addresses import checked, may_link, redirected


@pytest.mark.parametrize("url", ["http://h", "https://h:8443/a?b=c", "http://[::1]:8080/x", "http://127.0.0.1/"])
def test_an_address_of_the_web_is_fine(url):
    assert checked(url).hostname


@pytest.mark.parametrize(
    "url",
    ["", "h/x", "file:///etc/passwd", "ftp://h/", "http://", "http://:80/", "http://h:99999/", "http://h:0/", "http://[::1",
     "http://u:s3cr3t@h/", "http://u@h/", "http://h/a b", "http://h/\r\nx: y", "http://hé/", "http://h/" + "x" * 3000],
)  # fmt: skip
def test_another_is_refused_with_a_mend_and_not_quoted(url):
    with pytest.raises(ConfigError) as caught:
        checked(url)
    assert "; " in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://h/a/b", "c?d", "http://h/a/c?d"),
        ("http://h/a", "/x", "http://h/x"),
        ("http://h:8080/a", "http://h:8080/b", "http://h:8080/b"),
        ("http://h/a", "https://h/a", "https://h/a"),
        ("http://H/a", "//h/b", "http://h/b"),
    ],
)
def test_a_redirect_leads_on_within_the_host(url, location, target):
    assert redirected(url, location) == target


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("http://h/", "http://other/"),
        ("http://h/", "http://h.other/"),
        ("http://h/", "//other/x"),
        ("http://h/", "http://h:22/"),
        ("https://h/", "http://h/"),
        ("http://h:8080/", "https://h/"),
        ("http://h/", "file:///etc/passwd"),
        ("http://h/", "http://u:p@h/"),
        ("http://h/", "http://h@other/"),
        ("http://h/", "http://[::1"),
    ],
)
def test_no_redirect_leads_elsewhere(url, location):
    with pytest.raises(ConfigError):
        redirected(url, location)


@pytest.mark.parametrize(
    ("link", "may"),
    [
        ("https://h/a.xml", True),
        ("http://h/a.xml", False),
        ("https://cap.example/a.xml", True),
        ("https://cap.example:8443/a.xml", False),
        ("https://other/a.xml", False),
        ("https://127.0.0.1/a.xml", False),
        ("file:///a", False),
    ],
)
def test_an_alert_is_fetched_from_the_feeds_host_or_from_one_that_is_named(link, may):
    assert may_link("https://h/feed", link, ["cap.example"]) is may
