"""Sentences that stand beside a plan of one year and beside one over stages; nothing of the optimiser is imported."""

from asmcarbon.messages import _


def straight_line() -> str:
    """Return what is said where no generator has a fuel curve."""
    return _("generators are a straight line, without minimum load or idling fuel, as the site gives no fuel curve")


def too_many_units() -> str:
    """Return what is said where there are more generators than are switched on and off."""
    return _("more than three generators: dispatched without minimum load and idling fuel")


def standing(*, solar: bool, battery: bool) -> list[str]:
    """Return what is said of equipment that stands already, and whose remaining life nothing in the plan ends."""
    text = _("the {name} that stands already is taken to serve for as long as the plan")
    return [text.format(name=name) for name, stands in ((_("array"), solar), (_("battery"), battery)) if stands]


def without_products() -> str:
    """Return what is said where a site states who pays, and that is not reckoned."""
    return _("finance.products, own money and debt cover are left out: costs are before any product pays")


def as_assumed() -> str:
    """Return what is said of data that nothing stands behind."""
    return _("every datum that the site marks 'assumed', or does not mark, is as good as the assumption")
