"""Whatever charset a document is in and claims to be in, its text is right; and text for people is short and clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.household.feeds.text import decoded, key_of, plain

TEXT = "<rss>Zoë – Über</rss>"


def declared(charset, text=TEXT):
    return f"<?xml version='1.0' encoding='{charset}'?>\n{text}"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (declared("utf-8").encode(), "application/xml"),
        (declared("windows-1252").encode("cp1252"), "application/xml"),
        (TEXT.encode("cp1252"), "text/xml; charset=windows-1252"),
        (TEXT.encode("cp1252"), "text/xml; charset=utf-8"),  # it is not: neither reads, so what the web is mostly in
        (TEXT.encode(), "text/xml; charset=iso-8859-1"),  # it is not: UTF-8 hardly ever looks so by chance
        (declared("iso-8859-1").encode(), "text/xml"),
        (declared("x-unheard-of").encode(), "text/xml; charset=nonsense"),
        (declared("utf-16").encode("utf-16"), "application/xml"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), ""),
        (TEXT.encode("utf-8-sig"), "text/xml; charset=us-ascii"),
    ],
)
def test_the_text_is_right_whatever_is_claimed(data, content_type):
    assert decoded(data, content_type).strip() == TEXT


def test_another_charset_is_read_as_the_header_says():
    assert decoded("<a>Ж</a>".encode("koi8-r"), "text/xml; charset=KOI8-R") == "<a>Ж</a>"


def test_a_charset_that_hides_markup_is_not_used():
    assert "<!ENTITY" not in decoded(b"+ADwAIQ-ENTITY", "text/xml; charset=utf-7")


@given(data=st.binary(max_size=200), content_type=st.text(max_size=60))
def test_any_bytes_become_some_text(data, content_type):
    assert isinstance(decoded(data, content_type), str)


def test_plain_text_is_one_clean_line():
    assert plain("<p>Fire &amp; <b>smoke</b>\r\n\x07in\u202e Kandor</p>", 100, markup=True) == "Fire & smoke in Kandor"
    assert plain("&lt;p&gt;twice&lt;/p&gt;", 100, markup=True) == "twice"
    assert plain("2 < 3", 100) == "2 < 3"


@given(text=st.text(), most=st.integers(2, 40))
def test_plain_text_keeps_its_limit(text, most):
    for markup in (False, True):
        assert len(plain(text, most, markup=markup)) <= most


def test_a_long_text_is_cut_with_a_mark():
    assert plain("a" * 50, 10) == "a" * 9 + "…"


def test_a_key_is_the_id_or_a_digest_of_what_there_is():
    assert key_of("n1") == "n1"
    assert len(key_of("x" * 5000)) == 64
    assert key_of("a", "b") == key_of("a", "b") != key_of("a", "c")
    assert key_of("line\nend") != "line\nend"
