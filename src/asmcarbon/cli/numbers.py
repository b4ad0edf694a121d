"""Numbers on the command line."""

import math
from typing import Any

import click

from asmcarbon.messages import _


class FiniteRange(click.FloatRange):
    """A range without nan and infinity: click takes nan for inside any range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number; the command ends where it is none."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(_("{value} is not a number that can be counted to").format(value=value), param, ctx)
        return number
