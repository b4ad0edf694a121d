"""Pydantic types that hold a quantity with what is known about it: its range, its basis, its source.

A datum is written as text, `36500 L/year`, or with what stands behind it:

    diesel: {value: 36500 L/year, range: ± 5 %, basis: measured, source: fuel receipts of 2024}
    diesel: {value: 36500 L/year, range: 34000..38000 L/year}

What is not marked is `assumed`. `{"value": 36500, "unit": "L/year"}`, as reports print it, is read as well.
"""

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NoReturn, get_args

import pint
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from asmcarbon.errors import UnitError
from asmcarbon.messages import _
from asmcarbon.units import LONGEST_TEXT, dimension_name, number_of, quantity, quantity_of, text_of, unit_of

Basis = Literal["measured", "sourced", "assumed"]

# Far beyond any mine on both sides, and far from where arithmetic overflows or loses its digits.
LARGEST, SMALLEST = 1e15, 1e-12

_KEYS = {"value", "unit", "range", "basis", "source"}


@dataclass(frozen=True, slots=True)
class Datum:
    """One figure of a site: a quantity, the 95 % range it lies in where known, and what stands behind it."""

    quantity: "pint.Quantity[Any]"
    low: "pint.Quantity[Any] | None" = None
    high: "pint.Quantity[Any] | None" = None
    basis: Basis = "assumed"
    source: str = ""

    def to(self, unit: str) -> float:
        """Return the plain number of the quantity in a unit, where pint has to let go."""
        return float(self.quantity.m_as(unit_of(unit)))

    def with_quantity(self, new: "pint.Quantity[Any]", source: str) -> "Datum":
        """Return the datum with another value, derived by us: its range no longer holds."""
        return replace(self, quantity=new, low=None, high=None, source=source)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a field of the site accepts: any quantity of the dimension of `unit`, from `minimum` to `maximum`.

    units   the only units that may be written, where the dimension alone misleads: a price of power for each month has
            that of a price of energy, and 0.12 USD/kWh would be taken for 88 USD/kW/month
    """

    unit: str
    example: str
    minimum: float | None = 0.0
    maximum: float | None = None
    above_minimum: bool = False
    whole: bool = False
    units: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Validate with `read`, write back as text or as a mapping."""
        serialization = core_schema.plain_serializer_function_ser_schema(written, when_used="always")
        return core_schema.no_info_plain_validator_function(self.read, serialization=serialization)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the two accepted forms."""
        text = {
            "type": "string",
            "maxLength": LONGEST_TEXT,
            "pattern": r"^\s*[-+.0-9][-+.0-9eE]*\s*[A-Za-z%1][-A-Za-z0-9_%/*^·²³ ]*$",
            "description": f"a quantity of the dimension of {self.unit}",
            "examples": [self.example],
        }
        mapping = {
            "type": "object",
            "properties": {
                "value": {"anyOf": [{"type": "number"}, text]},
                "unit": {"type": "string", "maxLength": LONGEST_TEXT},
                "range": {"type": "string", "maxLength": 2 * LONGEST_TEXT, "examples": ["± 5 %", "90..110 L/year"]},
                "basis": {"enum": list(get_args(Basis))},
                "source": {"type": "string", "maxLength": 500, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"},
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [text, mapping]}

    def read(self, given: object) -> Datum:
        """Return the datum that a text or mapping states, or raise what pydantic collects."""
        try:
            return self._read(given)
        except UnitError as error:
            problem = error.problems[0]
            self._refuse(problem.what, problem.expected, problem.example)

    def _read(self, given: object) -> Datum:
        if isinstance(given, Datum):
            return self._checked(given)
        if isinstance(given, str):
            return self._checked(Datum(quantity_of(given)))
        if isinstance(given, dict):
            return self._read_mapping({str(key): value for key, value in given.items()})
        what = _("{given} has no unit") if isinstance(given, int | float) else _("{given} is not a quantity")
        shown = str(given)[:LONGEST_TEXT]
        return self._refuse(what.format(given=f"'{shown}'"), self._expected())

    def _read_mapping(self, given: dict[str, Any]) -> Datum:
        empty = sorted(key for key, value in given.items() if value is None)
        if empty:
            self._refuse(_("'{key}' is empty").format(key=empty[0]), _("a value, or the key left out"))
        unknown = sorted(given.keys() - _KEYS)
        if unknown or "value" not in given:
            what = _("has the key '{key}'").format(key=unknown[0]) if unknown else _("has no 'value'")
            self._refuse(
                what, _("the keys value, unit, range, basis, source"), f"{{value: {self.example}, basis: measured}}"
            )
        basis = given.get("basis", "assumed")
        if basis not in get_args(Basis):
            self._refuse(
                _("basis '{basis}' is not known").format(basis=str(basis)[:LONGEST_TEXT]),
                " | ".join(get_args(Basis)),
                "basis: measured",
            )
        source = given.get("source", "")
        if not isinstance(source, str) or len(source) > 500 or not source.isprintable():
            self._refuse(
                _("source is not a text"), _("one line of at most 500 characters"), "source: fuel receipts of 2024"
            )
        value = self._value(given)
        low, high = self._range(given.get("range"), value)
        return self._checked(Datum(value, low, high, basis, source))

    def _value(self, given: dict[str, Any]) -> "pint.Quantity[Any]":
        value, unit = given["value"], given.get("unit")
        if isinstance(value, str) and unit is None:
            return quantity_of(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(unit, str):
            return quantity(number_of(repr(value)), unit)
        if isinstance(value, str):
            self._refuse(
                _("the unit stands twice, in value and in unit"), _("one of the two"), f"{{value: {self.example}}}"
            )
        return self._refuse(
            _("value '{value}' has no unit").format(value=str(value)[:LONGEST_TEXT]),
            self._expected(),
            f"'{self.example}'",
        )

    def _range(self, given: object, value: "pint.Quantity[Any]") -> tuple[Any, Any]:
        if given is None:
            return None, None
        text = given.strip() if isinstance(given, str) else ""
        if text.startswith(("±", "+-")):
            share = quantity_of(text.removeprefix("±").removeprefix("+-").strip())
            if share.dimensionless and 0 <= share.m_as("") < 1:
                part = share.m_as("")
                return value * (1 - part), value * (1 + part)
        elif ".." in text:
            first, _dots, second = text.partition("..")
            high = quantity_of(second.strip())
            low = quantity_of(first) if " " in first.strip() else quantity(number_of(first.strip()), "1") * high.units
            if low.dimensionality == high.dimensionality == value.dimensionality and low <= value <= high:
                return low, high
        return self._refuse(
            _("range '{range}' does not hold the value").format(range=str(given)[:LONGEST_TEXT]),
            _("a share or two limits around the value"),
            "'± 10 %' or '900..1100 L/year'",
        )

    def _checked(self, datum: Datum) -> Datum:
        value = datum.quantity
        unit = unit_of(self.unit)
        if self.units and value.units not in [unit_of(one) for one in self.units]:
            what = _("'{given}' is in another unit").format(given=text_of(value))
            self._refuse(what, " | ".join(self.units), f"'{self.example}'")
        if value.dimensionality != unit.dimensionality:
            what = _("'{given}' is {dimension}").format(given=text_of(value), dimension=dimension_name(value.units))
            self._refuse(what, self._expected(), f"'{self.example}'")
        for one in (value, datum.low, datum.high):
            if one is not None:
                self._check_size(one, one.m_as(unit))
        return datum

    def _check_size(self, value: "pint.Quantity[Any]", plain: float) -> None:
        if not math.isfinite(plain) or abs(plain) > LARGEST or 0 < abs(plain) < SMALLEST:
            what = _("'{given}' is beyond any site").format(given=text_of(value))
            self._refuse(
                what, _("between {low:g} and {high:g} {unit}").format(low=SMALLEST, high=LARGEST, unit=self.unit)
            )
        if self.minimum is not None and (plain < self.minimum or (self.above_minimum and plain == self.minimum)):
            expected = _("more than {limit}") if self.above_minimum else _("at least {limit}")
            self._refuse(
                _("'{given}' is too small").format(given=text_of(value)),
                expected.format(limit=f"{self.minimum:g} {self.unit}"),
                f"'{self.example}'",
            )
        if self.maximum is not None and plain > self.maximum:
            self._refuse(
                _("'{given}' is too large").format(given=text_of(value)),
                _("at most {limit}").format(limit=f"{self.maximum:g} {self.unit}"),
                f"'{self.example}'",
            )
        if self.whole and plain != round(plain):
            self._refuse(
                _("'{given}' is not whole").format(given=text_of(value)),
                _("a whole number of {unit}").format(unit=self.unit),
            )

    def _expected(self) -> str:
        return dimension_name(unit_of(self.unit))

    def _refuse(self, what: str, expected: str = "", example: str = "") -> NoReturn:
        fields = {"what": what, "expected": expected, "example": example or f"'{self.example}'"}
        kind = "quantity"
        raise PydanticCustomError(kind, "{what}", fields)


def written(datum: Datum) -> str | dict[str, str]:
    """Return a datum as the text or mapping that reads back to it."""
    text = text_of(datum.quantity)
    more = {"basis": datum.basis, "source": datum.source} if datum.basis != "assumed" or datum.source else {}
    if datum.low is not None and datum.high is not None:
        unit = datum.quantity.units
        more["range"] = f"{text_of(datum.low.to(unit))}..{text_of(datum.high.to(unit))}"
    return {"value": text, **more} if more else text


Volume = Annotated[Datum, Measure("L", "200 L")]
FuelVolume = Annotated[Datum, Measure("L/year", "1200 L/month")]
FuelPrice = Annotated[Datum, Measure("USD/L", "1.20 USD/L")]
Density = Annotated[Datum, Measure("kg/L", "0.84 kg/L", above_minimum=True)]
CalorificValue = Annotated[Datum, Measure("GJ/t", "43 GJ/t", above_minimum=True)]
MassRate = Annotated[Datum, Measure("t/year", "1200 t/year")]
MetalRate = Annotated[Datum, Measure("kg/year", "12 kg/year")]
EnergyRate = Annotated[Datum, Measure("kWh/year", "12000 kWh/year")]
EnergyCapacity = Annotated[Datum, Measure("kWh", "200 kWh")]
EnergyPrice = Annotated[Datum, Measure("USD/kWh", "0.16 USD/kWh")]
Power = Annotated[Datum, Measure("kW", "15 kW")]
KitPower = Annotated[Datum, Measure("kW", "5 kW", above_minimum=True)]
KitEnergy = Annotated[Datum, Measure("kWh", "5 kWh", above_minimum=True)]
FuelPerEnergy = Annotated[Datum, Measure("L/kWh", "0.33 L/kWh", above_minimum=True)]
Length = Annotated[Datum, Measure("m", "3900 m", minimum=-430.0, maximum=6000.0)]
People = Annotated[Datum, Measure("person", "120 person")]
WorkingTime = Annotated[Datum, Measure("h/year", "2080 h/year", above_minimum=True, maximum=8760.0)]
HoursPerDay = Annotated[Datum, Measure("h/day", "12 h/day", maximum=24.0)]
DaysPerYear = Annotated[Datum, Measure("day/year", "300 day/year", maximum=365.0)]
Share = Annotated[Datum, Measure("%", "75 %", maximum=100.0)]
Growth = Annotated[Datum, Measure("%", "4 %", minimum=-50.0, maximum=50.0)]
LossShare = Annotated[Datum, Measure("%", "15 %", maximum=90.0)]
Lifetime = Annotated[Datum, Measure("year", "20 year", above_minimum=True, maximum=100.0, whole=True)]
Area = Annotated[Datum, Measure("ha", "2 ha")]
AreaRate = Annotated[Datum, Measure("ha/year", "4 ha/year")]
CarbonDensity = Annotated[Datum, Measure("tC/ha", "47.4 tC/ha")]
EmissionPerMass = Annotated[Datum, Measure("kgCO2e/kg", "1.2 kgCO2e/kg")]
EmissionPerEnergy = Annotated[Datum, Measure("kgCO2e/kWh", "0.4 kgCO2e/kWh")]
EmissionRate = Annotated[Datum, Measure("tCO2e/year", "50 tCO2e/year")]
RemovalRate = Annotated[Datum, Measure("tCO2e/ha/year", "5 tCO2e/ha/year")]
FuelPerTime = Annotated[Datum, Measure("L/h", "4 L/h")]
FreightRate = Annotated[Datum, Measure("t*km/year", "12000 t*km/year")]
VolumeRate = Annotated[Datum, Measure("m3/year", "500 m3/year")]
Duration = Annotated[Datum, Measure("h", "2.5 h", above_minimum=True)]
OutageRate = Annotated[Datum, Measure("1/month", "11 1/month")]
MoneyRate = Annotated[Datum, Measure("USD/year", "3000 USD/year", minimum=None)]
MoneyPerMass = Annotated[Datum, Measure("USD/kg", "60000 USD/kg")]
MoneyPerArea = Annotated[Datum, Measure("USD/ha", "2500 USD/ha")]
MoneyRatePerArea = Annotated[Datum, Measure("USD/ha/year", "100 USD/ha/year", minimum=None)]
LabourPerArea = Annotated[Datum, Measure("day/ha", "120 day/ha")]
Money = Annotated[Datum, Measure("USD", "150000 USD")]
CostPerPower = Annotated[Datum, Measure("USD/kW", "1100 USD/kW")]
YearlyCostPerPower = Annotated[Datum, Measure("USD/kW/year", "15 USD/kW/year")]
CostPerEnergyCapacity = Annotated[Datum, Measure("USD/kWh", "300 USD/kWh")]
YearlyCostPerEnergyCapacity = Annotated[Datum, Measure("USD/kWh/year", "5 USD/kWh/year")]
DemandCharge = Annotated[
    Datum, Measure("USD/kW/month", "12 USD/kW/month", units=("USD/kW/month", "USD/kW/year", "USD/MW/month"))
]
Efficiency = Annotated[Datum, Measure("%", "90 %", above_minimum=True, maximum=100.0)]
AreaPerPower = Annotated[Datum, Measure("m2/kW", "10 m2/kW", above_minimum=True)]
CriticalTime = Annotated[Datum, Measure("h", "2 h")]
Payback = Annotated[Datum, Measure("year", "2 year", above_minimum=True, maximum=100.0)]
YearlyCost = Annotated[Datum, Measure("USD/year", "50 USD/month")]
Speed = Annotated[Datum, Measure("m/s", "3 m/s", maximum=30.0)]
