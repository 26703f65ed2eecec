"""Gapless numbers and billing once, at the size that the promise speaks of."""

import pytest

from tests.actions.conftest import shop as shop
from tests.actions.shop import Shop
from tests.actions.test_billing_at_once import issue_all, send_twice


@pytest.mark.timeout(1800)
async def test_a_thousand_invoices_have_no_gap(shop: Shop) -> None:
    await issue_all(shop, 1000)
    print("gapless numbers: gaps 0, duplicates 0 of 1000")


@pytest.mark.timeout(1800)
async def test_the_same_jobs_sent_five_hundred_times_are_billed_once(shop: Shop) -> None:
    await send_twice(shop, 500)
    print("billed once: double-billed 0 of 500")
