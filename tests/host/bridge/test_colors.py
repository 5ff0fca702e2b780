"""Colours of the eye, by number and by name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.bridge.colors import COLORS, PATTERN, color_number, is_color


@pytest.mark.parametrize("name", COLORS)
def test_every_name_is_a_colour_of_its_own_and_a_plain_word(name):
    assert is_color(name)
    assert re.fullmatch(PATTERN, COLORS[name])
    assert color_number(name) == int(COLORS[name][1:], 16)
    assert re.fullmatch("[a-z]+", name)
    assert list(COLORS.values()).count(COLORS[name]) == 1


@given(st.integers(0, 0xFFFFFF))
def test_every_number_of_24_bits_is_a_colour_in_small_and_in_capital_letters(number):
    for text in (f"#{number:06x}", f"#{number:06X}"):
        assert is_color(text)
        assert color_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "#", "#fff", "#fffffff", "ffffff", "#ggghhh", "#ffffff\n", " #ffffff", "Blue", "ultraviolet", "#١٢٣٤٥٦",
     "# fffff", "0xffffff", "#-fffff", "#+12345"],
)  # fmt: skip
def test_anything_else_is_none(text):
    assert not is_color(text)


@given(st.text(max_size=9))
def test_whatever_is_a_colour_has_a_number(text):
    if is_color(text):
        assert 0 <= color_number(text) <= 0xFFFFFF
