"""Commented site files to fill in, one for each type of mine."""

from pathlib import Path

TYPES = {
    "underground": "an underground mine that makes its electricity from diesel",
    "alluvial": "an alluvial unit with engine-driven pumps, that opens land",
    "base_metal": "a copper, cobalt or tin mine, up to the mine gate",
    "milling": "a processing centre that mills its own or others' ore, with a weak grid on offer",
}


def template(kind: str = "underground") -> str:
    """Return the text of a template: a complete, valid site whose every figure is to be replaced."""
    return (Path(__file__).with_name("templates") / f"{kind}.yaml").read_text(encoding="utf-8")
