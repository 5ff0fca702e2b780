"""A name as it is said or typed finds whom it means; where that is not clear, it asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_host.household.phone_book import OFFERED_MOST, Entry, Found, Unsure, find, score, words

BOOK = [
    Entry("dru-zod", ("General Dru-Zod",)),
    Entry("jor-el", ("Jor-El",)),
    Entry("zor-el", ("Zor-El",)),
    Entry("lara", ("Lara Lor-Van",)),
    Entry("faora", ("Faora Hu-Ul",)),
    Entry("zoe", ("Dr. Zoë Müller", "the doctor")),
    Entry("anna", ("Anna Schmidt",)),
    Entry("hanna", ("Hanna Schmitt",)),
    Entry("nam-ek", ("Nam-Ek",)),
    Entry("bjorn", ("Bjørn Sørensen",)),
]


@pytest.mark.parametrize(
    ("spoken", "id"),
    [
        ("General Dru-Zod", "dru-zod"),
        ("dru-zod", "dru-zod"),
        ("DRU ZOD", "dru-zod"),
        ("Dru Zott", "dru-zod"),
        ("Drew Zod", "dru-zod"),
        ("Druzod", "dru-zod"),
        ("Dru Zodd", "dru-zod"),
        ("Dur Zod", "dru-zod"),
        ("Zod Dru", "dru-zod"),
        ("Zod, Dru", "dru-zod"),
        ("D. Zod", "dru-zod"),
        ("Zod", "dru-zod"),
        ("general zod", "dru-zod"),
        ("Gen. Sod", "dru-zod"),
        ("Captain Dru-Zod", "dru-zod"),
        ("Jor El", "jor-el"),
        ("Jorel", "jor-el"),
        ("zor-el", "zor-el"),
        ("Lara", "lara"),
        ("Lahra", "lara"),
        ("Lara Lorvan", "lara"),
        ("Van Lor Lara", "lara"),
        ("Phaora", "faora"),
        ("Faora Hewul", "faora"),
        ("Zoe Muller", "zoe"),
        ("Zoë Mueller", "zoe"),
        ("zoé müller", "zoe"),
        ("the doctor", "zoe"),
        ("Doctor", "zoe"),
        ("Z. Müller", "zoe"),
        ("Namek", "nam-ek"),
        ("Nameck", "nam-ek"),
        ("Bjorn Sorensen", "bjorn"),
        ("Björn", "bjorn"),
        ("Biorn Sorenson", "bjorn"),
        ("Anna Schmidt", "anna"),
        ("Hanna Schmitt", "hanna"),
    ],
)
def test_who_is_meant_is_found(spoken, id):
    found = find(spoken, BOOK)
    assert isinstance(found, Found), found
    assert found.entry.id == id


@pytest.mark.parametrize(
    ("spoken", "offered"),
    [
        ("El", ["jor-el", "zor-el"]),
        ("Schmidt", ["anna", "hanna"]),
        ("Anna Schmitt", ["anna", "hanna"]),
        ("Kor-El", ["jor-el", "zor-el"]),
        ("J. Zod", ["dru-zod"]),
        ("Dax Zod", ["dru-zod"]),
    ],
)
def test_where_it_is_not_clear_it_asks(spoken, offered):
    unsure = find(spoken, BOOK)
    assert isinstance(unsure, Unsure), unsure
    assert set(offered) <= {entry.id for entry in unsure.candidates}
    assert unsure.sentence.startswith(f"It is not clear who '{spoken}' is; did you mean ")
    assert unsure.sentence.endswith("?")


@pytest.mark.parametrize(
    "spoken", ["Brainiac", "Krypto", "x", "", "   ", "!!!", "General", "12345", "\u202e", "Kal-El's tutor Kelor"]
)
def test_who_is_not_there_is_not_called(spoken):
    unsure = find(spoken, BOOK)
    assert isinstance(unsure, Unsure), unsure


def test_one_wrong_letter_that_sounds_otherwise_is_another_name():
    unsure = find("Zor-El", [Entry("jor-el", ("Jor-El",))])
    assert isinstance(unsure, Unsure)
    assert unsure.sentence == "It is not clear who 'Zor-El' is; did you mean Jor-El?"


def test_the_same_name_twice_is_asked_about():
    unsure = find("Dru Zod", [Entry("a", ("Dru Zod",)), Entry("b", ("General Dru-Zod",))])
    assert isinstance(unsure, Unsure)
    assert len(unsure.candidates) == 2


def test_an_exact_name_is_found_however_close_another_is():
    found = find("Anne Els", [Entry("a", ("Anne Els",)), Entry("b", ("Anne Elz",))])
    assert isinstance(found, Found)
    assert found.entry.id == "a"


def test_an_empty_book_says_how_to_fill_it():
    assert find("Zod", []).sentence == "There is nobody in the phone book; add a [[contact]] to the configuration."


def test_a_stranger_is_told_who_is_there():
    sentence = find("Brainiac", BOOK[:2]).sentence
    assert sentence == "There is nobody called 'Brainiac' in the phone book; there are General Dru-Zod, Jor-El."


@pytest.mark.parametrize("entry", BOOK, ids=lambda entry: entry.id)
def test_everybody_answers_to_each_of_his_names(entry):
    for name in entry.names:
        assert find(name, BOOK) == Found(entry)


@given(spoken=st.text(max_size=300))
def test_anything_may_be_said(spoken):
    found = find(spoken, BOOK)
    if isinstance(found, Unsure):
        assert len(found.candidates) <= OFFERED_MOST
        assert found.sentence.isprintable()
        assert len(found.sentence) < 500


@given(name=st.text(min_size=1, max_size=60))
def test_a_name_fits_itself_whatever_it_is_made_of(name):
    if words(name):
        assert score(name, Entry("a", (name,))) >= 88.0


@given(said=st.sampled_from(BOOK), data=st.data())
def test_the_order_of_the_book_does_not_matter(said, data):
    book = data.draw(st.permutations(BOOK))
    assert find(said.names[0][:-1], book) == find(said.names[0][:-1], BOOK)
