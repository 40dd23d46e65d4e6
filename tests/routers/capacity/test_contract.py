"""Contracts and targets are checked when they are built, and the error names the field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routers.capacity import CapacityPlanner, ContractError, Sla, VendorContract
from routers.capacity.contract import request_name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor", "Flex Inc"),
        ("group", ""),
        ("pool", "a/b"),
        ("skills", "cards"),
        ("skills", ["Cards"]),
        ("languages", [""]),
        ("lead_time_s", -1),
        ("lead_time_s", "900"),
        ("commitment_s", 0),
        ("step_seats", 0),
        ("step_seats", 1.5),
        ("cap_seats", 7),
        ("cap_seats", True),
        ("price_per_seat_hour", float("nan")),
        ("aht_multiplier", 0),
        ("ack_timeout_s", float("inf")),
        ("slots_per_seat", 0),
    ],
)
def test_a_contract_that_cannot_work_names_its_field(field: str, value: Any) -> None:
    fields = {"vendor": "flex", "group": "shop", "step_seats": 2, "cap_seats": 8} | {field: value}
    with pytest.raises(ContractError, match=f"^{field}: ") as caught:
        VendorContract(**fields)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [("target", 1), ("within_s", -1), ("patience_s", 0), ("recover_s", 0), ("occupancy_cap", 1.1)],
)
def test_a_target_that_cannot_be_reached_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(ContractError, match=f"^{field}: "):
        Sla(**{field: value})


def test_long_names_of_skills_are_shortened_and_stay_apart() -> None:
    skills = [f"skill-{number:03d}" for number in range(200)]
    one, other = VendorContract("a", "shop", skills=skills), VendorContract("a", "shop", skills=skills[:-1])
    assert len(one.skill) == len(other.skill) == 200
    assert one.skill != other.skill
    names = {request_name("shop", "a", contract.skill) for contract in (one, other)}
    assert len(names) == 2
    assert {len(name) for name in names} == {183}


def test_contracts_are_planned_together_for_one_group_only() -> None:
    with pytest.raises(ContractError, match=r"^group: "):
        CapacityPlanner([VendorContract("a", "shop"), VendorContract("b", "bank")], Sla())


def test_two_contracts_of_one_vendor_need_different_skills_and_pools() -> None:
    with pytest.raises(ContractError, match=r"^skills: two contracts have 'a/any'"):
        CapacityPlanner([VendorContract("a", "shop"), VendorContract("a", "shop", pool="a2")], Sla())
    with pytest.raises(ContractError, match=r"^pool: two contracts have 'a'"):
        CapacityPlanner([VendorContract("a", "shop"), VendorContract("a", "shop", skills=["law"])], Sla())


def test_the_order_of_skills_does_not_matter() -> None:
    one, other = (VendorContract("a", "shop", skills=skills) for skills in (["law", "cards"], ["cards", "law", "law"]))
    assert one == other
    assert one.key == "a/cards+law"


@given(st.floats(-100, 1_000), st.integers(1, 7), st.integers(1, 20))
def test_seats_come_in_whole_steps_up_to_the_cap(wanted: float, step: int, steps: int) -> None:
    contract = VendorContract("a", "shop", step_seats=step, cap_seats=step * steps)
    seats = contract.seats_for(wanted)
    assert seats % step == 0
    assert 0 <= seats <= contract.cap_seats
    assert seats == contract.cap_seats or wanted - 1e-5 <= seats < max(wanted, 0) + step
