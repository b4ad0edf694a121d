"""A large activity table by its sites: pieces on disk, so that all rows of a site are worked on together.

The rows of a site may stand anywhere in the table. Each part of it is cut into pieces by a hash of the site's name; a
part of the run is then the pieces of one hash, in the order of the table.
"""

from pathlib import Path

import numpy as np
import polars as pl

from asmcarbon.batch.files import written
from asmcarbon.batch.read import frame_of
from asmcarbon.batch.sources import PART_BYTES, PART_ROWS, Part, Source
from asmcarbon.batch.stated import Refusal, text_in

# Columns of a piece beside those of the table: the number of a row in it, and how many cells a bad row has.
ROW, CELLS = "\x00row", "\x00cells"


def pieces_in(source: Source) -> int:
    """Return into how many pieces the sites of an activity table go: 1 where it is small enough to be read whole."""
    if source.spoken is None:
        rows = int(pl.scan_parquet(source.path).select(pl.len()).collect().item())
        return -(-rows // (8 * PART_ROWS))
    return -(-source.path.stat().st_size // (4 * PART_BYTES))


def cut(source: Source, part: Part, pieces: int, folder: Path) -> None:
    """Write the rows of a part of a table into its pieces."""
    frame, refused = frame_of(source, part)
    reasons: list[str | None] = [None] * frame.height
    for one in refused:
        reasons[one.row] = one.reason
    site = next(name for name in frame.columns if name.strip().lower() == "site")
    marked = frame.with_columns(
        pl.Series(ROW, np.arange(frame.height) + part.first + 1), pl.Series(CELLS, reasons, dtype=pl.String)
    )
    number = text_in(frame[site]).hash().to_numpy() % np.uint64(pieces)
    for piece in range(pieces):
        some = marked.filter(pl.Series(number == piece))
        written(piece_of(folder, part, piece), lambda file, some=some: some.write_ipc(file))


def piece_of(folder: Path, part: Part, piece: int) -> Path:
    """Return where a piece of a part is."""
    return folder / f"{part.source:04}-{part.number:06}-{piece:04}.piece"


def joined(part: Part) -> tuple[pl.DataFrame, list[Refusal], np.ndarray]:
    """Return the rows of a part of a run that is made of pieces, those that are refused, and their numbers."""
    frame = pl.concat([pl.read_ipc(file) for file in part.pieces])
    bad = frame[CELLS]
    refused = [
        Refusal(row, "", "", reason) for row, reason in enumerate(bad.to_list()) if reason is not None
    ] if bad.null_count() < len(bad) else []  # fmt: skip
    return frame.drop(ROW, CELLS), refused, frame[ROW].to_numpy()
