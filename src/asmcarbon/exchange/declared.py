"""What a product footprint states of company and product: the site does not know it, its publisher does."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, model_validator

from asmcarbon.errors import InputError
from asmcarbon.messages import _, marked
from asmcarbon.site.model import Form, Name, Part, Text, refuse
from asmcarbon.site.processing import Mineral
from asmcarbon.site.read import problems_of

# RFC 8141: a namespace of 2 to 32 letters, digits and hyphens, and what it names, in printable ASCII.
_URN = "[uU][rR][nN]:[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]:[A-Za-z0-9()+,.:=@;$_!*'&~/?#%-]+"
Urn = Annotated[
    str,
    StringConstraints(max_length=300),
    Form(_URN, marked("a URN (RFC 8141)"), "urn:pact:example.com:product-id:gold-1"),
]
# The standards that the specification lists.
Standard = Literal[
    "ISO14067", "ISO14083", "ISO14040-44", "GHGP-Product", "PEF", "PACT-1.0", "PACT-2.0", "PACT-3.0", "PAS2050"
]
MOST_IDS = 20


class Declared(Part):
    """Who publishes the footprint of a product, and how the product is called."""

    company: Name = Field(description="name of the company that owns the data")
    company_ids: list[Urn] = Field(min_length=1, max_length=MOST_IDS, description="URNs, each of which names it")
    product: Mineral | None = Field(
        default=None, description="metal of processing.products; the one that there is where not given"
    )
    product_ids: list[Urn] = Field(min_length=1, max_length=MOST_IDS, description="URNs, each of which names it")
    product_name: Name | None = Field(default=None, description="as the company calls it; the metal where not given")
    product_description: Text | None = Field(default=None, description="made from the site where not given")
    classifications: list[Urn] = Field(
        default_factory=list[Urn], max_length=MOST_IDS, description="URNs of classes that the product is in"
    )
    standards: list[Standard] = Field(
        default=["GHGP-Product"],
        min_length=1,
        description="that the footprint follows: the GHG Protocol Product Standard where not given; what else it"
        " follows is for its publisher to say",
    )
    exempted_percent: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="share of emissions that is left out, as far as known; 0 where the site excludes nothing, and"
        " needed where it does",
    )
    comment: Text = Field(default="", description="for those who read or verify the footprint")

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        for key in ("company_ids", "product_ids", "classifications", "standards"):
            names = [name.lower() for name in getattr(self, key)]
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                what = _("{key} has {name} twice").format(key=key, name=twice)
                refuse("unique", what, _("each once; capitals do not tell them apart"), "")
        return self


def declared_of(content: dict[str, Any]) -> Declared:
    """Return what plain values declare; InputError lists all that is wrong with them."""
    try:
        return Declared.model_validate(content)
    except ValidationError as error:
        raise InputError(problems_of(error)) from error
