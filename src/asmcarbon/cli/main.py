"""The command line: a group that imports a command only when it is called, and turns errors into exit codes.

Exit codes: 0 done; 1 cannot be answered (infeasible, no factor); 2 what was given cannot be used.
"""

import gc
import sys
from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "init": "Write a commented site file to fill in.",
    "check": "Check a site file: every problem at once.",
    "footprint": "Tell what a site emits, per tonne and per job.",
    "explain": "Tell where a figure comes from: equations, inputs, rows, sources.",
    "progress": "Tell what changed a site's footprint over the years, by cause.",
    "compare": "Set sites side by side, per mass of product and per job.",
    "replay": "Compute a footprint report again from its own content, and compare.",
    "statements": "Tell avoided, financed and sold emissions and social indicators, each on its own.",
    "optimise": "Plan solar and storage for a site: what to build, what it costs and saves.",
    "report": "Write a site's report to read and to print: one page with its charts.",
    "risk": "Find the one plan that is best over many scenarios of sun, load and prices, and what it risks.",
    "frontier": "Tell what fewer emissions cost: plans from the cheapest to the cleanest.",
    "portfolio": "Tell which sites a fund should pay for, at which point of their frontiers, in which year.",
    "export": "Write a site's results in the forms that other systems read.",
    "batch": "Footprints of many sites, a row each.",
    "factors": "List, show, check and compare the emission factors.",
    "units": "List the units that may be written, each with its source.",
    "schema": "Print the JSON Schema of a site file.",
    "serve": "Serve footprints and plans over HTTP.",
    "keys": "Make, list and revoke the keys of the server.",
}
ALIASES = {"optimize": "optimise"}


class Commands(click.Group):
    """Commands by name; the table above is all that `--help` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order that a user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that was asked for, and no other."""
        name = ALIASES.get(cmd_name, cmd_name)
        return _without_collecting(f"asmcarbon.cli.{name}").command if name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; say errors of ours as sentences, with their exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            from asmcarbon.errors import AsmcarbonError, BatchError, InputError

            if not isinstance(error, AsmcarbonError):
                raise
            click.echo(str(error), err=True)
            sys.exit(2 if isinstance(error, InputError | BatchError) else 1)


def _without_collecting(module: str) -> Any:
    """Import a module without looking for garbage: what is imported stays, and to look costs a tenth of a start."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def _print_version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"asmcarbon {version('asmcarbon')}")
        ctx.exit()


def _speak(ctx: click.Context, _param: click.Parameter, given: str | None) -> None:
    """Speak the language that is asked for, or that of the user's environment."""
    if ctx.resilient_parsing:
        return
    from asmcarbon.messages import LANGUAGES, known_language, language_of, speak

    if given is not None and known_language(given) is None:
        what = f"'{given}' is not spoken here; expected {', '.join(LANGUAGES)}, for example es"
        raise click.BadParameter(what)
    speak(language_of() if given is None else known_language(given) or "en")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Show the version."
)
@click.option(
    "--language",
    metavar="es",
    callback=_speak,
    is_eager=True,
    expose_value=False,
    help="Speak en, es, fr or pt (es_PE ...), whatever ASMCARBON_LANGUAGE or LANG say.",
)
def main() -> None:
    """Emissions per tonne and per job of artisanal and small-scale mines, and the investments that lower them."""
