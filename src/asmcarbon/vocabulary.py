"""What people call the things that keys, items and equipment are named by: `word("waste_rock")`."""

from asmcarbon.messages import _, marked

_WORDS = {
    "gold": marked("gold"), "silver": marked("silver"), "copper": marked("copper"), "cobalt": marked("cobalt"),
    "tin": marked("tin"), "tantalum": marked("tantalum"), "tungsten": marked("tungsten"), "ore": marked("ore"),
    "diesel": marked("diesel"), "petrol": marked("petrol"),
    "generator": marked("generator"), "engines": marked("engines"), "machinery": marked("machinery"),
    "vehicles": marked("vehicles"),
    "measured": marked("measured"), "sourced": marked("sourced"), "assumed": marked("assumed"),
    "convention": marked("convention"), "factor": marked("factor"),
    "solar array": marked("solar array"), "battery": marked("battery"), "battery inverter": marked("battery inverter"),
    "solar": marked("solar"), "grid": marked("grid"), "measure": marked("measure"),
    "rehabilitation": marked("rehabilitation"), "connection": marked("grid connection"),
    "grid connection": marked("grid connection"),
    "operational_control": marked("operational control"), "financial_control": marked("financial control"),
    "equity_share": marked("equity share"),
    "mine_gate": marked("mine gate"), "processing_gate": marked("processing gate"), "refined": marked("refined metal"),
    "mass": marked("mass"), "economic": marked("value"), "none": marked("none"),
    "above_ground": marked("above ground"), "below_ground": marked("below ground"), "dead_wood": marked("dead wood"),
    "litter": marked("litter"), "soil": marked("soil"),
    "pits_and_ponds": marked("pits and ponds"), "overburden": marked("overburden"),
    "waste_rock": marked("waste rock"), "tailings": marked("tailings"), "cleared": marked("cleared land"),
    "open_pit": marked("open pit"), "underground": marked("underground"), "non_refractory": marked("non refractory"),
    "with_contractors": marked("with contractors"), "highest_route": marked("highest route"),
    "lowest_route": marked("lowest route"),
    "business_loans_and_unlisted_equity": marked("business loans and unlisted equity"),
    "project_finance": marked("project finance"),
}  # fmt: skip


def word(name: str) -> str:
    """Return what people call something that is named by a key; a name of the user's own as it stands.

    >>> word("waste_rock"), word("my_pump")
    ('waste rock', 'my pump')
    """
    known = _WORDS.get(name)
    return name.replace("_", " ") if known is None else _(known)
