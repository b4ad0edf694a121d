"""Land whose area is stated, or is that of a polygon."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, ValidationInfo, ValidatorFunctionWrapHandler, field_validator, model_validator

from asmcarbon.measures import Datum
from asmcarbon.messages import _
from asmcarbon.site.model import Part, refuse
from asmcarbon.site.polygons import GeoJSON, Parcel
from asmcarbon.units import quantity

# A surveyed and a stated area of one parcel agree to this, or one of them is wrong.
MOST_APART = 0.05

_UNSTATED = object()


def _area_or_polygon(schema: dict[str, Any]) -> None:
    """Say in the JSON schema that either will do."""
    schema["required"] = [name for name in schema.get("required", []) if name != "area"]
    schema["anyOf"] = [{"required": ["area"]}, {"required": ["polygon"]}]


class Parcelled(Part):
    """Land with an area: stated, or that of its polygon, which the site keeps to itself."""

    model_config = ConfigDict(json_schema_extra=_area_or_polygon)
    area_unit: ClassVar[str] = "ha"

    polygon: Annotated[Parcel, GeoJSON()] | None = Field(
        default=None,
        exclude=True,  # sensitive: where informal miners work
        description="a GeoJSON file beside the site file, or GeoJSON itself: its area counts, and no report has the"
        " polygon",
    )

    @model_validator(mode="before")
    @classmethod
    def _area_is_asked_for(cls, given: Any) -> Any:
        """Let the validator of the area run where none is stated."""
        return {"area": _UNSTATED, **given} if isinstance(given, dict) else given

    @field_validator("area", mode="wrap", check_fields=False)
    @classmethod
    def _area_of_polygon(cls, given: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Datum:
        """Return the area of the polygon; a stated one beside it has to agree, and lends it its range."""
        stated: Datum | None = None if given is _UNSTATED else handler(given)
        if "polygon" not in info.data:  # it was refused: one problem is enough
            return stated or Datum(quantity(0.0, cls.area_unit))
        parcel: Parcel | None = info.data["polygon"]
        if parcel is None:
            if stated is None:
                expected, example = _("an area, or the polygon that it is of"), "polygon: parcel.geojson"
                refuse("area", _("is not given"), expected, example)
            return handler(given)
        area = quantity(parcel.hectares, cls.area_unit)
        if stated is None:
            return Datum(area, basis="measured", source=parcel.source)
        if abs(stated.quantity - area) > MOST_APART * area:
            what = _("the polygon has {found:.4g} ha, and {stated:.4g} are stated")
            what = what.format(found=parcel.hectares, stated=stated.to(cls.area_unit))
            expected = _("the polygon alone, or an area within {most:.0%} of it").format(most=MOST_APART)
            refuse("area", what, expected, f"area: {parcel.hectares:.4g} {cls.area_unit}")
        low, high = stated.low, stated.high
        holds = low is not None and high is not None and low <= area <= high
        return Datum(area, low if holds else None, high if holds else None, "measured", parcel.source)
