"""The countries of ISO 3166-1 by their three-letter codes, and the continent that a row may speak for."""

from functools import cache

# UN Statistics Division, Standard country or area codes for statistical use (M49), as of June 2024: the regions, and
# of the Americas their parts 005 South America and 003 North America, which holds Central America and the Caribbean.
# Read in github.com/lukes/ISO-3166-Countries-with-Regional-Codes at 145f1ad. M49 places neither Antarctica nor Taiwan.
_M49 = {
    "Africa": """
        AGO ATF BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI DZA EGY ERI ESH ETH GAB GHA GIN GMB GNB GNQ IOT KEN
        LBR LBY LSO MAR MDG MLI MOZ MRT MUS MWI MYT NAM NER NGA REU RWA SDN SEN SHN SLE SOM SSD STP SWZ SYC TCD TGO
        TUN TZA UGA ZAF ZMB ZWE""",
    "Asia": """
        AFG ARE ARM AZE BGD BHR BRN BTN CHN CYP GEO HKG IDN IND IRN IRQ ISR JOR JPN KAZ KGZ KHM KOR KWT LAO LBN LKA
        MAC MDV MMR MNG MYS NPL OMN PAK PHL PRK PSE QAT SAU SGP SYR THA TJK TKM TLS TUR UZB VNM YEM""",
    "Europe": """
        ALA ALB AND AUT BEL BGR BIH BLR CHE CZE DEU DNK ESP EST FIN FRA FRO GBR GGY GIB GRC HRV HUN IMN IRL ISL ITA
        JEY LIE LTU LUX LVA MCO MDA MKD MLT MNE NLD NOR POL PRT ROU RUS SJM SMR SRB SVK SVN SWE UKR VAT""",
    "North_America": """
        ABW AIA ATG BES BHS BLM BLZ BMU BRB CAN CRI CUB CUW CYM DMA DOM GLP GRD GRL GTM HND HTI JAM KNA LCA MAF MEX
        MSR MTQ NIC PAN PRI SLV SPM SXM TCA TTO USA VCT VGB VIR""",
    "Oceania": """
        ASM AUS CCK COK CXR FJI FSM GUM HMD KIR MHL MNP NCL NFK NIU NRU NZL PCN PLW PNG PYF SLB TKL TON TUV UMI VUT
        WLF WSM""",
    "South_America": """
        ARG BOL BRA BVT CHL COL ECU FLK GUF GUY PER PRY SGS SUR URY VEN""",
}
_UNPLACED = "ATA TWN"

# The IPCC splits some rows of Asia into continental and insular and lists no countries. Insular are the states of Asia
# that lie wholly on islands; Malaysia lies on both, so that neither speaks for it.
_INSULAR = frozenset("BHR BRN CYP IDN JPN LKA MDV PHL SGP TLS".split())  # noqa: SIM905 (as the lists above)
_BOTH = frozenset({"MYS"})

_CONTINENT_OF = {country: continent for continent, codes in _M49.items() for country in codes.split()}

COUNTRIES = frozenset({*_CONTINENT_OF, *_UNPLACED.split()})

# The two-letter codes that are not the first two of the three letters, from the same place.
_TWO_LETTERS = """
    ABW:AW AGO:AO ALA:AX AND:AD ARE:AE ARM:AM ATA:AQ ATF:TF ATG:AG AUT:AT BDI:BI BEN:BJ BES:BQ BGD:BD BHS:BS
    BIH:BA BLR:BY BLZ:BZ BRB:BB BRN:BN CAF:CF CHL:CL CHN:CN COD:CD COG:CG COK:CK COM:KM CPV:CV CUW:CW CYM:KY
    DNK:DK ESH:EH EST:EE FLK:FK FRO:FO FSM:FM GIN:GN GLP:GP GNB:GW GNQ:GQ GRD:GD GRL:GL GUF:GF GUY:GY IRL:IE
    IRQ:IQ ISR:IL JAM:JM KAZ:KZ KOR:KR LBR:LR LBY:LY MAC:MO MAF:MF MDG:MG MDV:MV MEX:MX MLT:MT MNE:ME MNP:MP
    MOZ:MZ MTQ:MQ MYT:YT NIU:NU PAK:PK PCN:PN PLW:PW PNG:PG POL:PL PRK:KP PRT:PT PRY:PY PYF:PF SEN:SN SGS:GS
    SLB:SB SLV:SV SPM:PM SRB:RS SUR:SR SVK:SK SVN:SI SWE:SE SWZ:SZ SYC:SC TCD:TD TKM:TM TUN:TN TUR:TR TUV:TV
    UKR:UA URY:UY WLF:WF"""
_ALPHA_2 = {pair[:3]: pair[4:] for pair in _TWO_LETTERS.split()}

# M49 from the same place: the parts of each region, but for one of each, which has the rest.
_PARTS = {
    "Northern Africa": "DZA EGY ESH LBY MAR SDN TUN",
    "Northern America": "BMU CAN GRL SPM USA",
    "Central Asia": "KAZ KGZ TJK TKM UZB",
    "Eastern Asia": "CHN HKG JPN KOR MAC MNG PRK",
    "South-eastern Asia": "BRN IDN KHM LAO MMR MYS PHL SGP THA TLS VNM",
    "Southern Asia": "AFG BGD BTN IND IRN LKA MDV NPL PAK",
    "Eastern Europe": "BGR BLR CZE HUN MDA POL ROU RUS SVK UKR",
    "Southern Europe": "ALB AND BIH ESP GIB GRC HRV ITA MKD MLT MNE PRT SMR SRB SVN VAT",
    "Western Europe": "AUT BEL CHE DEU FRA LIE LUX MCO NLD",
    "Australia and New Zealand": "AUS CCK CXR HMD NFK NZL",
    "Melanesia": "FJI NCL PNG SLB VUT",
    "Micronesia": "FSM GUM KIR MHL MNP NRU PLW UMI",
}  # fmt: skip
_PART_OF = {country: part for part, codes in _PARTS.items() for country in codes.split()}
_REST = {
    "Africa": "Sub-Saharan Africa", "Americas": "Latin America and the Caribbean", "Asia": "Western Asia",
    "Europe": "Northern Europe", "Oceania": "Polynesia",
}  # fmt: skip

# A part of a continent and the whole that it belongs to.
_WHOLE = {
    "Asia_continental": "Asia", "Asia_insular": "Asia", "North_America": "Americas", "South_America": "Americas",
}  # fmt: skip

CONTINENTS = frozenset({*_M49, *_WHOLE, *_WHOLE.values()})


@cache
def regions_of(region: str) -> tuple[str, ...]:
    """Return the regions whose rows speak for a region, nearest first: itself, its part of a continent, the continent.

    >>> regions_of("PER")
    ('PER', 'South_America', 'Americas')
    >>> regions_of("IDN")
    ('IDN', 'Asia_insular', 'Asia')
    >>> regions_of("any")
    ('any',)
    """
    found = [region]
    continent = _CONTINENT_OF.get(region)
    if continent == "Asia" and region not in _BOTH:
        found.append("Asia_insular" if region in _INSULAR else "Asia_continental")
    if continent is not None:
        found.append(continent)
    if found[-1] in _WHOLE:
        found.append(_WHOLE[found[-1]])
    return tuple(found)


def alpha_2(country: str) -> str:
    """Return the two-letter code of a country, by its three letters.

    >>> alpha_2("PER"), alpha_2("COD")
    ('PE', 'CD')
    """
    return _ALPHA_2.get(country, country[:2])


def un_regions(country: str) -> tuple[str, ...]:
    """Return the region and the subregion of M49 that a country is in; none where M49 places it nowhere.

    >>> un_regions("PER"), un_regions("ATA")
    (('Americas', 'Latin America and the Caribbean'), ())
    """
    region = regions_of(country)[-1]
    return (region, _PART_OF.get(country, _REST[region])) if region in _REST else ()
