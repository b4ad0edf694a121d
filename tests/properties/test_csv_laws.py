"""Rows of a CSV table, however they are quoted: those of Python's own reader."""

import csv
import io
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from asmcarbon.batch import read
from asmcarbon.batch.sources import Part, Source, Spoken

HEADER = ("site", "b", "c")
CELLS = st.text(alphabet='ab1 ",\n', max_size=5)


def read_by_python(text):
    """Each row's cells, of as many columns as the header; and the rows that have another number."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return [[*row[:3], *[""] * (3 - len(row))] for row in rows], [n for n, row in enumerate(rows) if len(row) != 3]


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=12), st.data())
def test_rows_are_those_of_pythons_reader(tmp_path_factory, rows, data):
    lines = []
    for row in rows:
        text = io.StringIO()
        as_it_is = data.draw(st.booleans())
        if as_it_is:  # with stray quotes and ends of lines
            text.write(",".join(row) + "\n")
        else:
            csv.writer(text, lineterminator="\n").writerow(row)
        lines.append(text.getvalue())
    path: Path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text("".join(lines), encoding="utf-8", newline="")
    size = path.stat().st_size
    source = Source(str(path), "t.csv", HEADER, Spoken())
    with patch.object(read, "_MOST_QUOTED", 1.0):
        frame, refused = read.frame_of(source, Part(0, 0, 0, size, 1))
    expected, miscounted = read_by_python("".join(lines))
    assert [list(row) for row in frame.rows()] == expected
    assert sorted(one.row for one in refused) == miscounted
