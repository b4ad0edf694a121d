"""Files that are whole or not there."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def written(path: Path, write: Callable[[Any], object]) -> None:
    """Write a file under another name, and give it its own when it is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with part.open("wb") as file:
            write(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
