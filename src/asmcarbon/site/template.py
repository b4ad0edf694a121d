"""A commented site file to fill in."""

from pathlib import Path


def template() -> str:
    """Return the text of the template: a complete, valid site whose every figure is to be replaced."""
    return Path(__file__).with_name("template.yaml").read_text(encoding="utf-8")
