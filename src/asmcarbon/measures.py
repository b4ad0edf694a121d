"""Pydantic types that hold a quantity with what is known about it: its range, its basis, its source.

A datum is written as text, `36500 L/year`, or with what stands behind it:

    diesel: {value: 36500 L/year, range: ± 5 %, basis: measured, source: fuel receipts of 2024}
    diesel: {value: 36500 L/year, range: 34000..38000 L/year}

What is not marked is `assumed`. `{"value": 36500, "unit": "L/year"}`, as reports print it, is read as well.

A unit may use containers that the site defines, `30 sack/week`: the datum is what they hold, 1350 kg/week, and its
source says what was counted. Validation is told of them in its context, `{"containers": {"sack": <datum of 45 kg>}}`.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Annotated, Any, Literal, NoReturn, get_args

import pint
from msgspec import Struct
from msgspec.structs import replace
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from asmcarbon.errors import Problem, UnitError
from asmcarbon.messages import _
from asmcarbon.units import (
    EXAMPLE,
    LONGEST_TEXT,
    container_example,
    dimension_name,
    is_of,
    number_of,
    quantity,
    quantity_of,
    split,
    text_of,
    unit_of,
    words_in,
)

Basis = Literal["measured", "sourced", "assumed"]

# Far beyond any mine on both sides, and far from where arithmetic overflows or loses its digits.
LARGEST, SMALLEST = 1e15, 1e-12

LONGEST_SOURCE = 500

_KEYS = {"value", "unit", "range", "basis", "source"}


class Datum(Struct, frozen=True):
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


# What each container of a site holds, by its word; None where the site's definition cannot be read.
Containers = Mapping[str, Datum | None]


def weakest(bases: Iterable[Basis]) -> Basis:
    """Return the basis that a figure made of several has: one assumption makes it assumed."""
    found = set(bases)
    return next(basis for basis in ("assumed", "sourced", "measured") if basis in found)


def counted(number: float, unit: str, containers: Containers) -> Datum:
    """Return a number of a unit as a measured datum; of containers, what they hold.

    The range is that of the containers, whose number is taken as counted, and the basis the weakest of theirs.
    UnitError where the unit is not known, or the size of a container cannot be read.
    """
    if not containers:
        return Datum(quantity(number, unit), basis="measured")
    broken = words_in(unit, {word: quantity(1.0, "1") for word, datum in containers.items() if datum is None})
    if broken:
        what = _("'{word}' is a container whose size cannot be read").format(word=broken[0])
        raise UnitError(Problem("", what, _("a mass or a volume under containers"), container_example(broken[0])))
    words = words_in(unit, {word: datum.quantity for word, datum in containers.items() if datum is not None})
    if not words:
        return Datum(quantity(number, unit), basis="measured")
    held = {word: datum for word in words if (datum := containers[word]) is not None}
    value = quantity(number, unit, {word: datum.quantity for word, datum in held.items()})
    ranges = [(one.low, one.high) if one.low is not None else (one.quantity,) for one in held.values()]
    limits = [quantity(number, unit, dict(zip(held, sizes, strict=True))) for sizes in product(*ranges)]  # type: ignore[arg-type]
    told = f"{number:.15g} {unit}"
    for word, datum in held.items():
        told = _("{counted}, a {word} of {size}").format(counted=told, word=word, size=text_of(datum.quantity))
    low, high = (min(limits), max(limits)) if len(limits) > 1 else (None, None)
    return Datum(value, low, high, weakest(one.basis for one in held.values()), told)


class Measure(Struct, frozen=True):
    """What a field of the site accepts: any quantity of the dimension of `unit`, from `minimum` to `maximum`.

    also    a unit of another dimension that will do as well
    units   the only units that may be written, where the dimension alone misleads: a price of power for each month has
            that of a price of energy, and 0.12 USD/kWh would be taken for 88 USD/kW/month
    plain   containers may not be used: what a container holds is not told in containers
    """

    unit: str
    example: str
    minimum: float | None = 0.0
    maximum: float | None = None
    above_minimum: bool = False
    whole: bool = False
    units: tuple[str, ...] = ()
    also: str = ""
    plain: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Validate with `read`, write back as text or as a mapping."""
        serialization = core_schema.plain_serializer_function_ser_schema(written, when_used="always")
        return core_schema.with_info_plain_validator_function(self._validate, serialization=serialization)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the two accepted forms."""
        text = {
            "type": "string",
            "maxLength": LONGEST_TEXT,
            "pattern": r"^\s*[-+.0-9][-+.0-9eE]*\s*[A-Za-z%1][-A-Za-z0-9_%/*^·²³ ]*$",
            "description": f"a quantity of the dimension of {' or '.join(self._units())}",
            "examples": [self.example],
        }
        mapping = {
            "type": "object",
            "properties": {
                "value": {"anyOf": [{"type": "number"}, text]},
                "unit": {"type": "string", "maxLength": LONGEST_TEXT},
                "range": {"type": "string", "maxLength": 2 * LONGEST_TEXT, "examples": ["± 5 %", "90..110 L/year"]},
                "basis": {"enum": list(get_args(Basis))},
                "source": {"type": "string", "maxLength": LONGEST_SOURCE, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"},
            },
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [text, mapping]}

    def _validate(self, given: object, info: core_schema.ValidationInfo) -> Datum:
        return self.read(given, (info.context or {}).get("containers"))

    def read(self, given: object, containers: Containers | None = None) -> Datum:
        """Return the datum that a text or mapping states, or raise what pydantic collects."""
        try:
            return self._read(given, {} if self.plain or containers is None else containers)
        except UnitError as error:
            problem = error.problems[0]
            self._refuse(problem.what, problem.expected, "" if problem.example == EXAMPLE else problem.example)

    def _read(self, given: object, containers: Containers) -> Datum:
        if isinstance(given, Datum):
            return self._checked(given)
        if isinstance(given, str):
            return self._checked(replace(counted(*split(given), containers), basis="assumed"))
        if isinstance(given, dict):
            return self._read_mapping({str(key): value for key, value in given.items()}, containers)
        what = _("{given} has no unit") if isinstance(given, int | float) else _("{given} is not a quantity")
        shown = str(given)[:LONGEST_TEXT]
        return self._refuse(what.format(given=f"'{shown}'"), self._expected())

    def _read_mapping(self, given: dict[str, Any], containers: Containers) -> Datum:
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
        if not isinstance(source, str) or not source.isprintable():
            self._refuse(_("source is not a text"), _("one line"), "source: fuel receipts of 2024")
        datum = self._value(given, containers)
        source = "; ".join(part for part in (source, datum.source) if part)
        if len(source) > LONGEST_SOURCE:
            what = _("source has {n} characters, those about containers included").format(n=len(source))
            self._refuse(what, _("at most {n}").format(n=LONGEST_SOURCE), "source: fuel receipts of 2024")
        low, high = self._range(given.get("range"), datum, containers)
        return self._checked(Datum(datum.quantity, low, high, weakest((basis, datum.basis)), source))

    def _value(self, given: dict[str, Any], containers: Containers) -> Datum:
        value, unit = given["value"], given.get("unit")
        if isinstance(value, str) and unit is None:
            return counted(*split(value), containers)
        if isinstance(value, int | float) and not isinstance(value, bool) and isinstance(unit, str):
            return counted(number_of(repr(value)), unit, containers)
        if isinstance(value, str):
            self._refuse(
                _("the unit stands twice, in value and in unit"), _("one of the two"), f"{{value: {self.example}}}"
            )
        return self._refuse(
            _("value '{value}' has no unit").format(value=str(value)[:LONGEST_TEXT]),
            self._expected(),
            f"'{self.example}'",
        )

    def _range(self, given: object, datum: Datum, containers: Containers) -> tuple[Any, Any]:
        if given is None:
            return datum.low, datum.high
        value = datum.quantity
        words = {word: one.quantity for word, one in containers.items() if one is not None}
        text = given.strip() if isinstance(given, str) else ""
        if text.startswith(("±", "+-")):
            share = quantity_of(text.removeprefix("±").removeprefix("+-").strip())
            if share.dimensionless and 0 <= share.m_as("") < 1:
                part = share.m_as("")
                return value * (1 - part), value * (1 + part)
        elif ".." in text:
            first, _dots, second = text.partition("..")
            number, unit = split(second.strip())
            high = quantity(number, unit, words)
            low = quantity_of(first, words) if " " in first.strip() else quantity(number_of(first.strip()), unit, words)
            if low.dimensionality == high.dimensionality == value.dimensionality and low <= value <= high:
                return low, high
        return self._refuse(
            _("range '{range}' does not hold the value").format(range=str(given)[:LONGEST_TEXT]),
            _("a share or two limits around the value"),
            "'± 10 %' or '900..1100 L/year'",
        )

    def _checked(self, datum: Datum) -> Datum:
        value = datum.quantity
        text = next((one for one in self._units() if is_of(value, one)), None)
        if self.units and value.units not in [unit_of(one) for one in self.units]:
            what = _("'{given}' is in another unit").format(given=text_of(value))
            self._refuse(what, " | ".join(self.units), f"'{self.example}'")
        if text is None:
            dimension, expected = dimension_name(value.units), self._expected()
            if dimension == expected:  # money, of which each currency is a dimension
                dimension, expected = _("in another currency"), _("an amount in {unit}").format(unit=self.unit)
            what = _("'{given}' is {dimension}").format(given=text_of(value), dimension=dimension)
            return self._refuse(what, expected, f"'{self.example}'")
        for one in (value, datum.low, datum.high):
            if one is not None:
                self._check_size(one, one.m_as(unit_of(text)), text)
        return datum

    def _units(self) -> tuple[str, ...]:
        return (self.unit, self.also) if self.also else (self.unit,)

    def _check_size(self, value: "pint.Quantity[Any]", plain: float, unit: str) -> None:
        if not math.isfinite(plain) or abs(plain) > LARGEST or 0 < abs(plain) < SMALLEST:
            what = _("'{given}' is beyond any site").format(given=text_of(value))
            self._refuse(what, _("between {low:g} and {high:g} {unit}").format(low=SMALLEST, high=LARGEST, unit=unit))
        if self.minimum is not None and (plain < self.minimum or (self.above_minimum and plain == self.minimum)):
            expected = _("more than {limit}") if self.above_minimum else _("at least {limit}")
            self._refuse(
                _("'{given}' is too small").format(given=text_of(value)),
                expected.format(limit=f"{self.minimum:g} {unit}"),
                f"'{self.example}'",
            )
        if self.maximum is not None and plain > self.maximum:
            self._refuse(
                _("'{given}' is too large").format(given=text_of(value)),
                _("at most {limit}").format(limit=f"{self.maximum:g} {unit}"),
                f"'{self.example}'",
            )
        if self.whole and plain != round(plain):
            self._refuse(
                _("'{given}' is not whole").format(given=text_of(value)),
                _("a whole number of {unit}").format(unit=unit),
            )

    def _expected(self) -> str:
        return _(" or ").join(dimension_name(unit_of(one)) for one in self._units())

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


class SpreadMeasure(Measure, frozen=True):
    """A share to both sides of a figure, which may be written as ranges are: `± 30 %`."""

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> Any:
        """Describe the two accepted forms."""
        described = super().__get_pydantic_json_schema__(schema, handler)
        text = described["anyOf"][0]
        text["pattern"] = text["pattern"].replace(r"^\s*", r"^\s*(±|\+-)?\s*", 1)
        return described

    def _read(self, given: object, containers: Containers) -> Datum:
        if isinstance(given, str):
            return super()._read(_without_sign(given), containers)
        if isinstance(given, dict) and isinstance(given.get("value"), str):
            return super()._read({**given, "value": _without_sign(given["value"])}, containers)
        return super()._read(given, containers)


def _without_sign(text: str) -> str:
    return text.strip().removeprefix("±").removeprefix("+-").strip()


Volume = Annotated[Datum, Measure("L", "200 L")]
CONTENTS = Measure("kg", "45 kg", above_minimum=True, also="L", plain=True)
Contents = Annotated[Datum, CONTENTS]
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
Spread = Annotated[Datum, SpreadMeasure("%", "± 30 %", maximum=99.0)]
Growth = Annotated[Datum, Measure("%", "4 %", minimum=-50.0, maximum=50.0)]
LossShare = Annotated[Datum, Measure("%", "15 %", maximum=90.0)]
Lifetime = Annotated[Datum, Measure("year", "20 year", above_minimum=True, maximum=100.0, whole=True)]
Area = Annotated[Datum, Measure("ha", "2 ha")]
AreaRate = Annotated[Datum, Measure("ha/year", "4 ha/year")]
PitDepth = Annotated[Datum, Measure("m", "4 m", above_minimum=True, maximum=500.0)]
MatterDensity = Annotated[Datum, Measure("t/ha", "250 t/ha")]
CarbonLossRate = Annotated[Datum, Measure("tC/ha/year", "5 tC/ha/year")]
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
# Work is counted in person-days alone: an hour would be a 24th of one, where a working day has eight.
Labour = Annotated[Datum, Measure("day", "30 day", units=("day",))]
LabourRate = Annotated[Datum, Measure("day/year", "60 day/year", units=("day/year", "day/month", "day/week"))]
LabourPerArea = Annotated[Datum, Measure("day/ha", "120 day/ha", units=("day/ha",))]
LabourRatePerArea = Annotated[Datum, Measure("day/ha/year", "12 day/ha/year", units=("day/ha/year", "day/ha/month"))]
LabourRatePerPower = Annotated[Datum, Measure("day/kW/year", "0.5 day/kW/year", units=("day/kW/year",))]
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
InterestRate = Annotated[Datum, Measure("%", "18 %", maximum=300.0)]
Tenor = Annotated[Datum, Measure("month", "24 month", above_minimum=True, maximum=480.0)]
MoneyPerEmission = Annotated[Datum, Measure("USD/tCO2e", "10 USD/tCO2e")]
YearlyCost = Annotated[Datum, Measure("USD/year", "50 USD/month")]
Speed = Annotated[Datum, Measure("m/s", "3 m/s", maximum=30.0)]
