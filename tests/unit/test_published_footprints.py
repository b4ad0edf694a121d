"""Published footprints: one of a product and period is active, whoever publishes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from asmcarbon.jobs.published import Criteria, footprint_of, footprints_of, publish
from asmcarbon.jobs.store import Store

COMPANY, GOLD = "urn:company:example:1", "urn:pact:example.com:product-id:gold-1"


def content(comment="", **changed):
    pcf = {"referencePeriodStart": "2024-01-01T00:00:00Z", "referencePeriodEnd": "2025-01-01T00:00:00Z"}
    found = {"id": str(uuid4()), "created": "2026-01-01T00:00:00Z", "status": "Active", "comment": comment, "pcf": pcf}
    return {**found, "companyIds": [COMPANY], "productIds": [GOLD], **changed}


@pytest.fixture
def store(tmp_path):
    opened = Store(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def test_of_those_that_are_published_at_once_one_is_active_and_each_names_the_one_before(store):
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: publish(store, "coop", content(str(n)))[0], range(8)))
    rows, is_more = footprints_of(store, "coop", Criteria(), 100)
    assert [one.status for one in rows] == ["Deprecated"] * 7 + ["Active"] and not is_more
    assert {one.id for one in rows} == {one.id for one in found}
    chain = [one.row().get("precedingPfIds") for one in rows]
    assert chain == [None, *([one.id] for one in rows[:-1])]


def test_one_that_joins_two_products_takes_the_place_of_both(store):
    first, _new = publish(store, "coop", content())
    second, _new = publish(store, "coop", content(productIds=["urn:gtin:1"]))
    both, is_new = publish(store, "coop", content(productIds=["URN:GTIN:1", GOLD]))
    assert is_new and both.row()["precedingPfIds"] == [first.id, second.id]
    active, _more = footprints_of(store, "coop", Criteria(status=("active",)), 100)
    assert [one.id for one in active] == [both.id]


def test_what_was_published_stays_as_it_was(store):
    kept = publish(store, "coop", content("first"))[0]
    publish(store, "coop", content("second"))
    found = footprint_of(store, "coop", kept.id)
    assert found is not None
    assert found.content == kept.content and found.row() == {**kept.row(), "status": "Deprecated"}
    assert footprint_of(store, "other", kept.id) is None
    assert footprint_of(store, "coop", "' or 1=1") is None


def test_a_period_of_its_own_counts_before_the_three_years_after_the_reference_period(store):
    stated = {"validityPeriodStart": "2025-06-01T00:00:00Z", "validityPeriodEnd": "2026-06-01T00:00:00Z"}
    publish(store, "coop", content(**stated))
    june_2027, january_2026 = 1_812_000_000.0, 1_767_225_600.0
    assert footprints_of(store, "coop", Criteria(valid_on=(june_2027,)), 9)[0] == ()
    assert len(footprints_of(store, "coop", Criteria(valid_on=(january_2026,)), 9)[0]) == 1
