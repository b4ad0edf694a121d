"""The sites that asmcarbon comes with: the examples of a checkout, and installed without them the templates."""

from pathlib import Path

from asmcarbon.messages import _
from asmcarbon.site.read import read_site, site_from
from asmcarbon.site.site import Site
from asmcarbon.site.template import TYPES, template


def example_folder() -> Path | None:
    """Return the folder of the examples; None where asmcarbon is installed without it."""
    package = Path(__file__).resolve().parent.parent
    folder = package.parent.parent / "examples"
    return folder if package.parent.name == "src" and folder.is_dir() else None


def example_sites() -> dict[str, Site]:
    """Return the examples, or the templates of `asmcarbon init`, each by what a report calls it."""
    folder = example_folder()
    if folder is not None:
        paths = sorted(folder.glob("*/site.yaml"))
        return {path.relative_to(folder.parent).as_posix(): read_site(path) for path in paths}
    named = {_("template {kind}").format(kind=kind): template(kind) for kind in TYPES}
    return {name: site_from(text, name) for name, text in named.items()}
