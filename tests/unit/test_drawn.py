"""What products pay where things turn out otherwise than agreed: by hand."""

import pytest

from asmcarbon.finance.cashflow import Placed
from asmcarbon.finance.drawn import drawn
from asmcarbon.optimise.assets import Asset, Purchase
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.terms import Advance, Terms, Tonnes

# Panels of 10,000 and a battery of 4,000 (3,000 of cells, 1,000 of inverter): a grant of a fifth of the panels, a loan
# of 7,000 of both, of which a fiftieth is kept as a fee, the site the rest.
TERMS = Terms(
    inflation=0.0, lifetimes={}, today_cost=(None,), today_kgco2e=(50_000.0,),
    advances=(Advance("grant", ("solar",), 0.2), Advance("loan", ("solar", "battery"), 0.5, fee=0.02)),
    tonnes=(Tonnes("buyer", (0.0, 10.0), kept=0.8),),
)  # fmt: skip
AGREED = Financing(
    own={("solar", 0): 10_000 - 2_000 - 0.98 * 5_000, ("battery", 0): 4_000 - 0.98 * 2_000},
    parts={(0, "solar", 0): 2_000.0, (1, "solar", 0): 5_000.0, (1, "battery", 0): 2_000.0},
    avoided={(0, 0): 24.0}, removed={}, accepted=(True,), agreed={}, net_present_cost=0.0,
)  # fmt: skip


def bought(panels: float, cells: float, inverter: float = 1_000.0) -> list[Placed]:
    costs = (("solar", panels), ("battery", cells), ("inverter", inverter))
    return [Placed(Purchase(Asset(kind, "-", cost, 0.0, 10.0, kind), 1.0), 0, 10) for kind, cost in costs]


def paid(panels: float, cells: float, avoided_kgco2e: float = 40_000.0) -> Financing:
    return drawn(AGREED, TERMS, bought(panels, cells), (0,), (avoided_kgco2e,))


def test_at_the_prices_of_the_plan_all_is_as_it_was_agreed():
    found = paid(10_000.0, 3_000.0)
    assert found.parts == AGREED.parts
    assert found.own == pytest.approx(AGREED.own)
    assert found.avoided == AGREED.avoided


def test_dearer_panels_are_paid_by_the_site():
    found = paid(11_500.0, 3_000.0)
    assert found.parts == AGREED.parts
    assert found.own["solar", 0] == pytest.approx(AGREED.own["solar", 0] + 1_500.0)


def test_cheaper_panels_are_paid_by_all_at_the_same_shares():
    # 8,000 / 10,000 of the bill for panels; the loan pays the battery too, of which it gives no larger share of all it
    # may pay: (8,000 + 4,000) / 14,000.
    found = paid(8_000.0, 3_000.0)
    assert found.parts[0, "solar", 0] == pytest.approx(1_600.0)
    assert found.parts[1, "solar", 0] == pytest.approx(4_000.0)
    assert found.parts[1, "battery", 0] == pytest.approx(2_000.0 * 12 / 14)
    assert found.own["solar", 0] == pytest.approx(8_000 - 1_600 - 0.98 * 4_000)
    assert found.own["battery", 0] == pytest.approx(4_000 - 0.98 * 2_000 * 12 / 14)


def test_a_buyer_pays_for_no_tonnes_that_are_not_avoided():
    # 24 t of 1,000 kg and a buffer of a fifth take 30,000 kg.
    assert paid(10_000.0, 3_000.0, 30_000.0).avoided[0, 0] == pytest.approx(24.0)
    assert paid(10_000.0, 3_000.0, 20_000.0).avoided[0, 0] == pytest.approx(16.0)
    assert paid(10_000.0, 3_000.0, -5_000.0).avoided[0, 0] == 0.0
