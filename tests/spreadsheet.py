"""LibreOffice, where it is installed: a program of others that opens workbooks and calculates their formulas anew."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

# Formulas are calculated anew as a file is opened, whatever values it keeps.
ALWAYS_CALCULATED = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# A table in UTF-8 of what the cells show, not of what they hold.
AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,true"


def reopened(book: Path, folder: Path, form: str = "xlsx") -> Path:
    """A workbook as LibreOffice opens it and saves it again, in a folder; skips where there is no LibreOffice."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: Debian's package is libreoffice-calc")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_CALCULATED, encoding="utf-8")
    made = folder / "reopened"
    command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
    done = subprocess.run([*command, "--outdir", made, book], capture_output=True, text=True, timeout=120, check=False)
    found = made / book.with_suffix(f".{form.partition(':')[0]}").name
    assert found.exists(), done.stdout + done.stderr
    return found


def numbers(book: Path) -> dict[str, float]:
    """Every number of a workbook by its sheet and cell, formulas by the values that the file keeps."""
    opened = openpyxl.load_workbook(book, data_only=True)
    return {
        f"{page.title}!{cell.coordinate}": float(cell.value)
        for page in opened.worksheets
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }
