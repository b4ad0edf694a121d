"""Every command says what it does, and stands in README.md."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from asmcarbon.cli.main import main


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = {" ".join(path): command for path, command in commands(main)}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str):
    command = COMMANDS[name]
    assert command.help
    undescribed = [param.name for param in command.params if isinstance(param, click.Option) and not param.help]
    assert undescribed == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_mentioned_in_the_readme(root: Path, name: str):
    assert re.search(rf"\basmcarbon {name}\b", (root / "README.md").read_text(encoding="utf-8"))


def test_the_list_of_commands_says_what_each_says_of_itself():
    listed = main.get_help(click.Context(main, info_name="asmcarbon", terminal_width=200))
    for name, command in COMMANDS.items():
        if " " not in name:
            assert command.help is not None
            assert command.help.partition("\n")[0] in listed
