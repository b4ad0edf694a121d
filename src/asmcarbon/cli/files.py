"""Where commands read from and write to: a file or `-`; never a half-written file."""

import json
import os
import sys
from pathlib import Path
from typing import Any, get_args

import click

from asmcarbon.errors import InputError, Problem
from asmcarbon.messages import _
from asmcarbon.site.files import LARGEST_FILE
from asmcarbon.site.read import read_site, site_from
from asmcarbon.site.site import GwpSet, Site

site_argument = click.argument("site", metavar="SITE.yaml")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
csv_option = click.option("--csv", "as_csv", is_flag=True, help="Print one CSV table instead of text.")
gwp_option = click.option(
    "--gwp-set", type=click.Choice(get_args(GwpSet)), help="Count by this set of GWPs instead of the site's own."
)
factors_option = click.option(
    "--factors",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Take the factors of another release.",
)


def in_a_folder(_context: click.Context, option: click.Parameter, path: str | None) -> str | None:
    """Return where to write, or refuse it before long work: its folder is not there."""
    if path is None or Path(path).absolute().parent.is_dir():
        return path
    what, expected = _("is in a folder that does not exist"), _("a file in a folder that does")
    raise InputError(Problem(option.opts[-1], what, expected, file=path))


output_option = click.option(
    "-o", "--output", metavar="FILE", callback=in_a_folder, help="Write to a file instead of standard output."
)


page_option = click.option(
    "--page",
    metavar="FILE.html",
    callback=in_a_folder,
    help="Write it as a page with charts too, to read and to print.",
)


def site_at(path: str) -> Site:
    """Return the site of a file, or of standard input for `-`."""
    if path != "-":
        return read_site(Path(path))
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InputError(Problem("", _("is larger than 1 MB"), _("a site"), file="-"))
    try:
        return site_from(content.decode("utf-8-sig"), "-", folder_of(path))
    except UnicodeDecodeError as error:
        raise InputError(Problem("", _("is not text"), _("a site in UTF-8"), file="-")) from error


def folder_of(path: str) -> Path:
    """Return the folder in which files that the site names are looked for."""
    return Path() if path == "-" else Path(path).parent


def one_form(as_json: bool, as_csv: bool) -> None:
    """Refuse two forms of one answer."""
    if as_json and as_csv:
        raise InputError(Problem("--json", _("and --csv are both given"), _("one of them")))


def as_json_text(rows: Any) -> str:
    """Return rows as JSON text."""
    return json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(text: str, output: str | None) -> None:
    """Print a text, or write it to a file under a temporary name that is then renamed."""
    if output is None or output == "-":
        click.echo(text, nl=False)
    else:
        write_bytes(text.encode(), output)


def write_bytes(content: bytes, output: str) -> None:
    """Write a file under a temporary name that is then renamed."""
    path = Path(output)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        what = _("cannot be written: {reason}").format(reason=error.strerror or error)
        raise InputError(Problem("", what, file=output)) from error


def progress(message: str) -> None:
    """Say on standard error what is under way."""
    click.echo(f"… {message}", err=True)
