"""The planner against an independent search through everything, and what it says of its choice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_host.household.planner import (
    PlanError,
    Variant,
    parts_for_step,
    plan,
    read_variants,
    steps_left,
)

SHIP = Variant("ship", 10, {"hull": 6, "engine": 4}, ["hull", "engines", "cabin"])
ROCKET = Variant("rocket", 5, {"hull": 2, "engine": 1}, ["hull", "engine"])
POD = Variant("pod", 5, {"hull": 2}, ["pod"])
ALL = [SHIP, ROCKET, POD]


# --- the story ---


def test_as_long_as_parts_can_be_bought_the_most_valuable_is_built():
    found = plan(ALL, {"hull": 3}, {}, set(), purchases=True)
    assert found.variant == "ship"
    assert found.reasons["to_buy"] == {"hull": 3, "engine": 4}
    assert found.why == (
        "ship (value 10) has the highest value of those that can be built; it keeps no used parts, and 3 steps are "
        "left; to buy: 3 hull, 4 engine."
    )


def test_cut_off_midway_the_rocket_is_built_of_what_the_ship_has():
    found = plan(ALL, {"hull": 1, "engine": 1}, {"hull": 2, "engine": 1}, {"hull"}, purchases=False)
    assert found.variant == "rocket"
    assert found.why == (
        "ship lacks 3 hull, 2 engine and purchases are forbidden, so rocket (value 5) keeps more of the used parts "
        "than pod of the same value; it keeps 3 used parts, and 1 step is left."
    )
    assert found.reasons == {
        "rule": "parts",
        "value": 5,
        "kept_parts": {"hull": 2, "engine": 1},
        "kept_steps": ["hull"],
        "steps_left": ["engine"],
        "to_buy": {},
        "rejected": {"ship": {"hull": 3, "engine": 2}},
    }


def test_where_nothing_can_be_built_the_nearest_is_named_with_what_it_lacks():
    found = plan(ALL, {}, {"engine": 1}, set(), purchases=False)
    assert found.variant is None
    assert found.why == ("Purchases are forbidden, and no variant can be built: rocket, the nearest, lacks 2 hull.")
    assert set(found.reasons["rejected"]) == {"ship", "rocket", "pod"}


@pytest.mark.parametrize(
    ("variants", "used", "done", "rule", "chosen"),
    [
        ([ROCKET], {}, set(), "only", "rocket"),
        ([POD, Variant("best", 6, {}, ["a", "b"])], {"hull": 2}, {"pod"}, "value", "best"),
        ([POD, ROCKET], {"engine": 1}, {"pod"}, "parts", "rocket"),
        ([ROCKET, POD], {}, set(), "steps", "pod"),
        ([POD, Variant("twin", 5, {"hull": 2}, ["x"])], {}, set(), "order", "pod"),
    ],
)
def test_each_rule_decides_where_those_before_it_do_not(variants, used, done, rule, chosen):
    found = plan(variants, {"hull": 9, "engine": 9}, used, done, purchases=False)
    assert (found.variant, found.reasons["rule"]) == (chosen, rule)
    assert found.why.endswith(".")
    assert found.why.count(".") == 1


# --- what a step takes ---


def test_a_variants_parts_are_spread_evenly_over_its_steps_and_all_are_built_in_with_the_last():
    used, done, taken = {}, set(), []
    for step in SHIP.steps:
        takes = parts_for_step(SHIP, used, done)
        taken.append(takes)
        for part, count in takes.items():
            used[part] = used.get(part, 0) + count
        done.add(step)
    assert taken == [{"hull": 2, "engine": 1}, {"hull": 2, "engine": 1}, {"hull": 2, "engine": 2}]
    assert used == SHIP.parts
    assert parts_for_step(SHIP, used, done) == {}
    assert steps_left(SHIP, done) == []


def test_a_step_takes_nothing_where_enough_is_built_in_already():
    assert parts_for_step(ROCKET, {"hull": 2, "engine": 1}, {"hull"}) == {}
    assert parts_for_step(ROCKET, {"hull": 2}, {"hull"}) == {"engine": 1}


# --- every small case ---

PARTS = ("a", "b", "c")
counts = st.dictionaries(st.sampled_from(PARTS), st.integers(0, 3))
steps = st.lists(st.sampled_from(("s", "t", "u", "v")), min_size=1, max_size=4, unique=True)
cases = st.lists(st.tuples(st.integers(0, 2), counts, steps), min_size=1, max_size=4).map(
    lambda found: [Variant(f"v{i}", value, parts, names) for i, (value, parts, names) in enumerate(found)]
)


def buildable(variant, stock, used):
    """Take part after part from what lies there and what is built in."""
    heap = [part for pile in (stock, used) for part, count in pile.items() for _ in range(count)]
    for part, count in variant.parts.items():
        for _ in range(count):
            if part not in heap:
                return False
            heap.remove(part)
    return True


def better(one, other, variants, used, done):
    """Whether one beats the other, by the rules as the issue has them."""
    if one.value != other.value:
        return one.value > other.value
    kept = [sum(1 for part in PARTS for n in range(3) if n < used.get(part, 0) and n < v.parts.get(part, 0))
            for v in (one, other)]  # fmt: skip
    if kept[0] != kept[1]:
        return kept[0] > kept[1]
    left = [len(set(v.steps) - done) for v in (one, other)]
    if left[0] != left[1]:
        return left[0] < left[1]
    return variants.index(one) < variants.index(other)


@settings(max_examples=600, deadline=None)
@given(cases, counts, counts, st.sets(st.sampled_from(("s", "t", "u", "v"))), st.booleans())
def test_the_plan_is_the_one_that_no_other_beats(variants, stock, used, done, purchases):
    found = plan(variants, stock, used, done, purchases)
    feasible = [v for v in variants if purchases or buildable(v, stock, used)]
    best = [v for v in feasible if not any(better(o, v, variants, used, done) for o in feasible if o is not v)]
    assert [found.variant] == ([v.name for v in best] or [None])
    assert set(found.reasons["rejected"]) == {v.name for v in variants if not purchases} - {v.name for v in feasible}


@settings(max_examples=200, deadline=None)
@given(cases, counts, st.data())
def test_building_a_feasible_variant_to_its_end_never_needs_what_is_not_there(variants, stock, data):
    """Steps in any order, and from where another variant's steps have led."""
    used, done = {}, set()
    for _ in range(6):
        found = plan(variants, stock, used, done, purchases=False)
        if found.variant is None:
            return
        variant = next(v for v in variants if v.name == found.variant)
        for part, count in parts_for_step(variant, used, done).items():
            assert stock.get(part, 0) >= count
            stock = stock | {part: stock[part] - count}
            used[part] = used.get(part, 0) + count
        left = steps_left(variant, done)
        if not left:
            return
        done.add(data.draw(st.sampled_from(left)))
        if len(left) == 1:
            assert all(used.get(part, 0) >= count for part, count in variant.parts.items())


# --- bad input ---


def raw(**changes):
    return {"name": "v", "value": 1, "parts": {"a": 1}, "steps": ["s"]} | changes


def test_variants_are_read_as_the_verb_has_them():
    assert read_variants([raw(), raw(name="w", value=2.5)]) == [
        Variant("v", 1, {"a": 1}, ["s"]),
        Variant("w", 2.5, {"a": 1}, ["s"]),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "cannot be read"),
        ([], "give 1 to"),
        ([raw()] * 65, "give 1 to"),
        ([{"name": "v"}], "each has name, value, parts and steps"),
        ([raw(more=1)], "cannot be read"),
        ([raw(value="high")], "cannot be read"),
        ([raw(value=float("nan"))], "finite"),
        ([raw(value=float("inf"))], "finite"),
        ([raw(parts={"a": 1.5})], "cannot be read"),
        ([raw(parts={"a": -1})], "give 0 to"),
        ([raw(parts={"a": 10**7})], "give 0 to"),
        ([raw(parts={str(n): 1 for n in range(257)})], "256 parts at most"),
        ([raw(steps=[])], "1 to 256 steps"),
        ([raw(steps=["s", "s"])], "step twice"),
        ([raw(steps=[""])], "empty or longer"),
        ([raw(name="x" * 65)], "empty or longer"),
        ([raw(), raw()], "there twice"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(data, says):
    with pytest.raises(PlanError, match=says):
        read_variants(data)
