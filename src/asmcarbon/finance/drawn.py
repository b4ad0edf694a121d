"""What products pay where things turn out otherwise than when they were agreed: at most what was agreed."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from asmcarbon.finance.cashflow import Placed
from asmcarbon.finance.financed import FinancedFlow
from asmcarbon.optimise.financing import Financing
from asmcarbon.optimise.terms import PayableKind, Terms

# A ratio this near to one is rounding: then all is as it was agreed.
_ROUNDING = 1e-6
# The inverter is paid for with its battery.
_PAID_AS: Mapping[str, PayableKind] = {"inverter": "battery"}


def drawn(
    agreed: Financing,
    terms: Terms,
    placed: Sequence[Placed],
    starts: Sequence[int],
    avoided_kgco2e: Sequence[float | None],
) -> Financing:
    """Return who pays for what is bought at other prices, and for tonnes of other years, under what was agreed.

        part[p, k, s] = agreed[p, k, s] * min(1, cost[k, s] / agreed_cost[k, s], payable[p, s] / agreed_payable[p, s])
        sold[c, s]    = agreed[c, s] * min(1, avoided[s] / Σ_c 1000 / kept[c] * agreed[c, s])

    A product never gives more than was agreed, nor a larger share of the bill of a kind, or of all bills that it may
    pay; the site pays the rest. Nor does a buyer pay for tonnes that are not avoided.

    placed          what is bought, at the prices of then
    starts          first year of each stage
    avoided_kgco2e  against today's equipment in a year of each stage; None where that cannot carry the load. [mass]

    What the financing costs is not told: it is left at nothing (`cost_of_financing`).
    """
    costs = costs_of(placed, terms, starts)
    kept = [1.0 - one.fee for one in terms.advances]
    planned = dict(agreed.own)
    for (p, kind, s), paid in agreed.parts.items():
        planned[kind, s] = planned.get((kind, s), 0.0) + kept[p] * paid
    parts: dict[tuple[int, PayableKind, int], float] = {}
    for (p, kind, s), paid in agreed.parts.items():
        kinds = terms.advances[p].pays_for
        was = sum(cost for (k, at), cost in planned.items() if at == s and k in kinds)
        now = sum(cost for (k, at), cost in costs.items() if at == s and k in kinds)
        of_kind = _at_most_one(costs.get((kind, s), 0.0), planned[kind, s])
        parts[p, kind, s] = paid * min(of_kind, _at_most_one(now, was))
    own = {
        (kind, s): cost - sum(kept[p] * paid for (p, k, at), paid in parts.items() if (k, at) == (kind, s))
        for (kind, s), cost in costs.items()
    }
    avoided = {
        (c, s): sold * _at_most_one(max(avoided_kgco2e[s] or 0.0, 0.0), _promised(agreed, terms, s))
        for (c, s), sold in agreed.avoided.items()
    }
    return replace(agreed, own=own, parts=parts, avoided=avoided, net_present_cost=0.0)


def costs_of(placed: Sequence[Placed], terms: Terms, starts: Sequence[int]) -> dict[tuple[PayableKind, int], float]:
    """Return what is paid up front for each kind in each stage, nominal."""
    costs: dict[tuple[PayableKind, int], float] = {}
    for one in placed:
        kind = one.purchase.asset.kind
        key = _PAID_AS.get(kind, kind), starts.index(one.start)
        costs[key] = costs.get(key, 0.0) + terms.price_level(one.start) * one.purchase.capital_cost  # type: ignore[index]
    return costs


def _promised(agreed: Financing, terms: Terms, stage: int) -> float:
    """Return the kilograms that the tonnes sold in a stage take, buffers included."""
    return sum(
        1000.0 / terms.tonnes[c].kept * sold for (c, s), sold in agreed.avoided.items() if s == stage
    )  # fmt: skip


def _at_most_one(now: float, was: float) -> float:
    """Return what share there is of what was planned; one where there is as much, or nothing was planned."""
    if was <= 0.0 or now >= was * (1.0 - _ROUNDING):
        return 1.0
    return now / was


def cost_of_financing(financing: Financing, flow: FinancedFlow, starts: Sequence[int]) -> float:
    """Return what financing adds to the net present cost: the last row of its program, by advance and not by year.

        Σ_t D[t] * (service[t] + early[t] + up_front[t] - income[t]) + Σ_t D[t] * more_tax[t]
        + Σ_p,s (D[n] * owed[p, n - y[s]] - D[y[s]] * (1 - fee[p])) * given[p, s]

    starts   y, first year of each stage
    """
    terms, horizon = flow.terms, len(flow.years) - 1
    discount = [(1.0 + flow.nominal_rate) ** -year for year in range(horizon + 1)]
    total = sum(
        d * (one.up_front - one.income + one.tax - one.tax_today) for d, one in zip(discount, flow.years, strict=True)
    )
    for (p, _kind, s), paid in financing.parts.items():
        one, start = terms.advances[p], starts[s]
        due = sum(
            discount[year] * (sum(one.due(year - start)) + one.paid_early(year - start))
            for year in range(start, horizon + 1)
        )
        total += paid * (due + discount[-1] * one.owed(horizon - start) - discount[start] * (1.0 - one.fee))
    return total
