"""Members and forms of address, in virtual time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from host.household.bench import Bench
from kelex_host.bridge.requests import RequestError

BIG = {
    "room": [{"id": "hall"}],
    "drone": [{"id": "kelex", "room": "hall"}],
    "member": [
        {"id": "seyg-el", "address": "Master", "role": "owner", "room": "hall"},
        {"id": "lyta", "name": "Lyta", "address": "Ma'am", "room": "hall"},
        {"id": "kara", "name": "Kara", "role": "child", "room": "hall"},
        {"id": "kal-el", "role": "infant", "room": "hall"},
    ],
}


@pytest.mark.parametrize(("to", "address"), [
    (["lyta", "seyg-el"], "Master, ma'am"),
    (["kara", "seyg-el"], "Master, Kara"),
    (["kara"], "Kara"),
    (["kal-el"], "Kal-El"),
    (["everyone"], "Master, ma'am, Kara"),
    (["everyone", "kal-el"], "Master, ma'am, Kara, Kal-El"),
    (["lyta", "lyta"], "Ma'am"),
])  # fmt: skip
def test_each_is_addressed_rightly_and_in_the_households_order(
    make: Callable[..., Bench], to: list[str], address: str
) -> None:
    assert make(BIG).ask("announce", text="Dinner", to=to)["address"] == address


def test_the_example_household_is_sir_and_maam(bench: Bench) -> None:
    assert bench.ask("announce", text="Dinner", to="everyone")["address"] == "Sir, ma'am"
    found = bench.document("members")["members"]
    assert [(one["id"], one["name"], one["role"], one["room"]) for one in found] == [
        ("jor-el", "Jor-El", "owner", "study"), ("lara", "Lara", "adult", "study"),
        ("kal-el", "Kal-El", "infant", "nursery"),
    ]  # fmt: skip


def test_who_is_unknown_is_named_and_nothing_happens(bench: Bench) -> None:
    with pytest.raises(RequestError, match=r"'lra'; did you mean 'lara'\?"):
        bench.ask("brief", member="lra")
    with pytest.raises(RequestError, match=r"'zod'; there are jor-el, lara, kal-el\.") as error:
        bench.ask("announce", text="Dinner", to=["lara", "zod"])
    assert error.value.code == "unknown_member"
    assert not bench.events()


def test_a_member_who_leaves_the_configuration_is_forgotten_and_a_new_one_known(bench: Bench) -> None:
    bench.ask("presence", member="lara", room="hall")
    bench.settings = Bench(BIG).settings
    bench.restart()
    assert [one["id"] for one in bench.document("members")["members"]] == ["seyg-el", "lyta", "kara", "kal-el"]
    with pytest.raises(RequestError):
        bench.ask("announce", text="Dinner", to=["lara"])
