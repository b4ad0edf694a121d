"""What every part of a site has in common: frozen, and no key that is not known."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Mark = Literal["measured", "sourced", "assumed"]


class Part(BaseModel):
    """A part of a site: frozen; unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, arbitrary_types_allowed=True)
