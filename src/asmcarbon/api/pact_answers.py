"""What the endpoints of PACT answer: fields and errors as its Technical Specifications 3.0 name them."""

from typing import Literal, NotRequired, TypedDict


class EmissionFactorSource(TypedDict):
    """A publication that secondary data come from."""

    name: str
    version: str


class DataQualityIndicators(TypedDict):
    """Emission-weighted means of ratings from 1, the best, to 5."""

    technologicalDQR: str
    geographicalDQR: str
    temporalDQR: str


class CarbonFootprint(TypedDict):
    """What a declared unit emits, in kgCO2e; numbers are decimals as text."""

    declaredUnitOfMeasurement: Literal["kilogram"]
    declaredUnitAmount: str
    productMassPerDeclaredUnit: str
    referencePeriodStart: str
    referencePeriodEnd: str
    geographyCountry: str
    boundaryProcessesDescription: str
    pcfExcludingBiogenicUptake: str
    pcfIncludingBiogenicUptake: str
    fossilCarbonContent: str
    biogenicCarbonContent: str
    fossilGhgEmissions: str
    landUseChangeGhgEmissions: NotRequired[str]
    landManagementBiogenicCO2Emissions: NotRequired[str]
    biogenicNonCO2Emissions: NotRequired[str]
    biogenicCO2Uptake: str
    packagingEmissionsIncluded: bool
    ccsTechnologicalCO2CaptureIncluded: bool
    ipccCharacterizationFactors: list[str]
    crossSectoralStandards: list[str]
    exemptedEmissionsPercent: str
    exemptedEmissionsDescription: str
    allocationRulesDescription: str
    secondaryEmissionFactorSources: NotRequired[list[EmissionFactorSource]]
    primaryDataShare: NotRequired[str]
    dqi: NotRequired[DataQualityIndicators]


class ProductFootprint(TypedDict):
    """The footprint of a product: never changed but for its status."""

    id: str
    specVersion: str
    precedingPfIds: NotRequired[list[str]]
    created: str
    status: Literal["Active", "Deprecated"]
    companyName: str
    companyIds: list[str]
    productDescription: str
    productIds: list[str]
    productClassifications: NotRequired[list[str]]
    productNameCompany: str
    comment: str
    pcf: CarbonFootprint


class FootprintData(TypedDict):
    """One footprint."""

    data: ProductFootprint


class FootprintsData(TypedDict):
    """Some footprints; where there are more, the `Link` header leads to them."""

    data: list[ProductFootprint]


Code = Literal["BadRequest", "AccessDenied", "TokenExpired", "NotFound", "InternalError", "NotImplemented"]


class PactError(TypedDict):
    """An error of the endpoints below /3."""

    code: Code
    message: str


OAuthCode = Literal[
    "invalid_request", "invalid_client", "unsupported_grant_type", "server_error", "temporarily_unavailable"
]


class TokenAnswer(TypedDict):
    """A token for `Authorization: Bearer`, and for how many seconds it opens anything."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int


class OAuthError(TypedDict):
    """An error of the token endpoint (RFC 6749, section 5.2)."""

    error: OAuthCode
    error_description: str
