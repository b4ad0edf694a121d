"""What a site may state of its money, and what is refused in one sentence."""

import pytest

from asmcarbon.errors import InputError
from asmcarbon.optimise.plan import idle_year
from asmcarbon.optimise.site_terms import check_finance, mine_income, terms_of
from asmcarbon.planning.stage_finance import finance_notes
from asmcarbon.site.finance import ProductKind
from asmcarbon.site.read import site_from
from asmcarbon.site.site import Site

SITE = """name: A site
country: PER
year: 2024
people: {workers: 5 person, wages: 20000 USD/year}
processing: {products: {gold: 2 kg/year}, prices: {gold: 60000 USD/kg}}
finance:
  horizon: 6 year
  inflation: 2 %
  royalty: 5 %
  other_costs: 30000 USD/year
  cover_from: mine
  products:
    - """


def site(product: str) -> Site:
    return site_from(SITE + product + "\n", "site.yaml")


@pytest.mark.parametrize(
    ("product", "sentence"),
    [
        ("{name: a, kind: commercial_loan, rate: 10 %}", "a commercial_loan needs tenor"),
        ("{name: a, kind: grant, rate: 10 %}", "a grant has no rate"),
        (
            "{name: a, kind: commercial_loan, rate: 10 %, tenor: 12 month, grace: 12 month}",
            "a grace of 12 months in a tenor of 12",
        ),
        (
            "{name: a, kind: commercial_loan, rate: 10 %, tenor: 12 month, balloon: 20 %, repayment: bullet}",
            "a bullet is repaid at the end as it is",
        ),
        ("{name: a, kind: grant, minimum: 10 USD}", "a minimum without a ceiling above it"),
        ("{name: a, kind: carbon_credits, price_per_tonne: 5 USD/tCO2e, buffer: 100 %}", "leaves nothing to sell"),
        (
            "{name: a, kind: commercial_loan, rate: 10 %, tenor: 12 month, depreciation: 3 %}",
            "depreciation is given without currency",
        ),
        ("{name: a, kind: lease_to_own, rate: 10 %, tenor: 12 month}", "a lease_to_own needs deposit"),
    ],
)
def test_what_a_product_cannot_be_is_told_in_a_sentence(product: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        site(product)


@pytest.mark.parametrize("kind", ProductKind.__args__)
def test_the_example_of_an_error_is_of_the_kind_that_was_asked_for_and_is_one_that_is_taken(kind: str) -> None:
    # No kind has the keys of two others.
    with pytest.raises(InputError) as refused:
        site(f"{{name: a, kind: {kind}, rate: 10 %, buffer: 5 %}}")
    (problem,) = refused.value.problems
    assert f"kind: {kind}" in problem.example
    assert site(problem.example).finance.products[0].kind == kind


@pytest.mark.parametrize(
    ("product", "sentence"),
    [
        ("{name: a, kind: premium, price: 6000 USD/kg, of: gold, requires: a retort}", "no measure is called a retort"),
        ("{name: a, kind: mineral_credits, price: 5 USD/kg, of: cobalt}", "the site has no cobalt"),
        ("{name: a, kind: commercial_loan, rate: 9 %, tenor: 10.5 month}", r"10\.5 months; expected whole months"),
    ],
)
def test_what_does_not_fit_the_site_is_told_in_a_sentence(product: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check_finance(site(product))


def terms(product: str):
    given = site(product)
    year = idle_year(given)
    return terms_of([given, given], (), (0, 3), [year, year], [0.0, 0.0])


def test_the_mine_earns_its_sales_less_royalty_wages_and_other_costs() -> None:
    # 2 kg x 60,000 x 0.95 - 20,000 - 30,000 = 64,000
    given = site("{name: a, kind: grant}")
    assert mine_income(given) == pytest.approx(64_000.0)
    assert terms("{name: a, kind: grant}").mine_income == pytest.approx((64_000.0, 64_000.0))


def test_a_loan_of_another_currency_is_due_at_the_rate_of_then() -> None:
    # Two payments of half, without interest; the currency loses: 1.1 and 1.21 of it for a dollar.
    (loan,) = terms(
        "{name: a, kind: commercial_loan, rate: 0 %, tenor: 24 month, currency: PEN, depreciation: 10 %}"
    ).advances
    assert loan.principal == pytest.approx((0.5 / 1.1, 0.5 / 1.21))
    assert [loan.owed(age) for age in (1, 2, 3)] == pytest.approx([0.5 / 1.1, 0.0, 0.0])


def test_pay_as_you_go_adds_its_markup_to_equal_payments_and_leaves_the_deposit() -> None:
    (given,) = terms("{name: a, kind: pay_as_you_go, tenor: 18 month, markup: 30 %, deposit: 10 %}").advances
    assert given.share == pytest.approx(0.9)
    assert given.principal == pytest.approx((12 / 18, 6 / 18))
    assert given.interest == pytest.approx((0.3 * 12 / 18, 0.3 * 6 / 18))


def test_tonnes_are_paid_at_a_price_that_grows_for_as_long_as_they_are_bought() -> None:
    (given,) = terms(
        "{name: a, kind: carbon_credits, price_per_tonne: 10 USD/tCO2e, price_growth: 3 %, years: 2 year, buffer: 20 %}"
    ).tonnes
    assert given.prices == pytest.approx((0, 10 * 1.03 * 1.02, 10 * (1.03 * 1.02) ** 2, 0, 0, 0, 0))
    assert given.kept == pytest.approx(0.8)


def test_a_premium_pays_for_the_metal_by_the_year() -> None:
    (given,) = terms(
        "{name: a, kind: premium, price: 4000 USD/kg, of: gold, share: 50 %, yearly_cost: 500 USD/year}"
    ).premiums
    assert given.income == pytest.approx((0.0, *(4000 * 1.02**year for year in range(1, 7))))
    assert given.yearly_cost == 500.0


def test_money_of_another_currency_is_told_by_its_unit() -> None:
    with pytest.raises(InputError, match="'500 PEN' is in another currency; expected an amount in USD"):
        site("{name: a, kind: grant, ceiling: 500 PEN}")


def test_a_product_with_a_minimum_is_told_to_lead_to_more_being_bought() -> None:
    terms_of_loan = "{name: cheap, kind: concessional_loan, rate: 1 %, tenor: 24 month, ceiling: 9000 USD"
    told = finance_notes(site(terms_of_loan + ", minimum: 5000 USD}"))
    assert any(note.startswith("cheap gives 5,000 USD or more at a time") for note in told)
    assert not any("at a time" in note for note in finance_notes(site(terms_of_loan + "}")))
