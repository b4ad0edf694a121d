"""Reports in a browser: nothing is fetched, nothing spills, no word of a chart is cut or stands on another."""

from pathlib import Path

import pytest

from asmcarbon.factors.tables import read_tables
from asmcarbon.messages import LANGUAGES, speaking
from asmcarbon.reports.page.page import page_of
from asmcarbon.reports.planned import planned_report
from asmcarbon.site.read import read_site

EXAMPLES = [
    "andean_gold/site",
    "alluvial_gold/site",
    "copper_cobalt/site",
    "milling_centre/site",
    "andean_gold/financed",
]
# Words of a chart that reach out of it, or that overlap by more than a hair.
LOOK = """() => {
  const found = [];
  for (const svg of document.querySelectorAll("svg")) {
    const frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("text")].filter((one) => one.textContent.trim());
    const boxes = words.map((one) => one.getBoundingClientRect());
    boxes.forEach((box, n) => {
      const isCut = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1;
      if (isCut || box.bottom > frame.bottom + 1)
        found.push(`cut: ${words[n].textContent}`);
      boxes.slice(0, n).forEach((other, m) => {
        const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        if (wide > 2 && high > 3) found.push(`overlap: ${words[n].textContent} | ${words[m].textContent}`);
      });
    });
  }
  return found;
}"""


@pytest.fixture(scope="session")
def reports(root: Path, tmp_path_factory: pytest.TempPathFactory):
    """The report of an example in a language, as a file."""
    folder, made = tmp_path_factory.mktemp("reports"), {}

    def report(example: str, language: str) -> Path:
        path = folder / f"{example.replace('/', '-')}-{language}.html"
        if path not in made:
            file = root / "examples" / f"{example}.yaml"
            with speaking(language):
                rows = planned_report(read_site(file), read_tables(), file.parent, None, lambda _text: None)
                path.write_text(page_of(rows), encoding="utf-8")
            made[path] = True
        return path

    return report


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_report_is_whole_and_no_word_of_its_charts_is_cut(reports, walk, example: str, language: str):
    if language != "en" and example not in ("andean_gold/site", "copper_cobalt/site"):
        pytest.skip("its charts are of the same kinds")
    path = reports(example, language)
    for width in (360, 1280):
        one = walk(path.as_uri(), width)
        assert not one.spills
        assert one.page.evaluate(LOOK) == []
        assert one.faults == []
        assert [url for url in one.outside if not url.startswith("file:")] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_serious_fault_in_a_report(reports, faults, width: int):
    assert faults(reports("andean_gold/site", "en").as_uri(), width) == []
