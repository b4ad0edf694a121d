"""A site file to a `Site`, or every problem of the file with its line: what people and attackers write."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from asmcarbon.errors import InputError, Problem
from asmcarbon.site.read import read_site, site_from

HEAD = "name: A site\ncountry: PER\nyear: 2024\n"
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/site.yaml"))


def problems_in(folder: Path, content: str | bytes) -> tuple[Problem, ...]:
    path = folder / "site.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        read_site(path)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert problem.file == str(path)
        assert problem.what
        assert problem.sentence() in str(caught.value)
        assert len(problem.sentence()) < 400 + len(problem.file)
    return caught.value.problems


def the_problem_in(folder: Path, content: str | bytes) -> Problem:
    (problem,) = problems_in(folder, content)
    return problem


def test_the_smallest_site_is_a_name_a_country_and_a_year() -> None:
    site = site_from(HEAD, "site.yaml")
    assert (site.name, site.country, site.year) == ("A site", "PER", 2024)
    assert site.energy.machines == []
    assert site.finance.discount_rate.to("1") == pytest.approx(0.10)  # the default


@pytest.mark.parametrize(
    ("content", "where", "line", "meant"),
    [
        (HEAD + "enrgy: {}\n", "enrgy", 4, "energy"),
        (HEAD + "energy:\n  diesel:\n    generatr: 1 L/year\n", "energy.diesel.generatr", 6, "generator"),
        (HEAD + "energy:\n  grid:\n    availabilty: [1]\n", "energy.grid.availabilty", 6, "availability"),
        (HEAD + "options:\n  solar: {capital_costs: 1 USD/kW}\n", "options.solar.capital_costs", 5, "capital_cost"),
    ],
)
def test_an_unknown_key_brings_the_nearest(tmp_path: Path, content: str, where: str, line: int, meant: str) -> None:
    problem = the_problem_in(tmp_path, content)
    assert (problem.where, problem.line) == (where, line)
    assert f"did you mean '{meant}'" in problem.sentence()


def test_an_unknown_key_in_a_list_brings_the_nearest(tmp_path: Path) -> None:
    machine = "{nam: mill, name: mill, rated_power: 15 kW, hours: 12 h/day, days: 300 day/year}"
    problem = the_problem_in(tmp_path, f"{HEAD}energy:\n  machines:\n    - {machine}\n")
    assert (problem.where, problem.line) == ("energy.machines.0.nam", 6)
    assert "did you mean 'name'" in problem.sentence()


def test_a_key_like_no_other_brings_the_keys_there_are(tmp_path: Path) -> None:
    sentence = the_problem_in(tmp_path, HEAD + "xyzzy: 1\n").sentence()
    assert "name, country, year" in sentence


@pytest.mark.parametrize(
    ("content", "where", "line"),
    [
        (HEAD + "year: 2025\n", "year", 4),
        (HEAD + "people:\n  workers: 1 person\n  workers: 2 person\n", "people.workers", 6),
    ],
)
def test_a_key_given_twice_is_refused(tmp_path: Path, content: str, where: str, line: int) -> None:
    problem = the_problem_in(tmp_path, content)
    assert (problem.where, problem.line) == (where, line)
    assert f"first on line {line - 1}" in problem.what


def test_an_alias_bomb_is_refused_at_its_first_anchor(tmp_path: Path) -> None:
    levels = [
        f"{here}: &{here} [{', '.join([f'*{below}'] * 10)}]"
        for below, here in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    problem = the_problem_in(tmp_path, "\n".join(["a: &a [lol, lol]", *levels, HEAD]))
    assert problem.line == 1
    assert "anchor or alias" in problem.what


@pytest.mark.parametrize(
    "content", [HEAD + "about: &x hi\n", HEAD + "about: *x\n", HEAD + "people: &p {workers: 1 person}\n"]
)
def test_anchors_and_aliases_are_refused(tmp_path: Path, content: str) -> None:
    problem = the_problem_in(tmp_path, content)
    assert problem.line == 4
    assert "anchor or alias" in problem.what


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system ['ls']", "!!binary aGk=", "!mine text"])
def test_custom_tags_are_refused(tmp_path: Path, tag: str) -> None:
    assert the_problem_in(tmp_path, f"{HEAD}about: {tag}\n").line == 4


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"# only a comment\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_to_be_empty(tmp_path: Path, content: bytes) -> None:
    the_problem_in(tmp_path, content)


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 40, b"\x7fELF" + bytes(500), "name: é".encode("latin-1"), b"name: a\0b\n"]
)
def test_a_binary_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "text" in the_problem_in(tmp_path, content).sentence()


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(HEAD, encoding="utf-8-sig")
    assert read_site(path).name == "A site"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(InputError) as caught:
        read_site(path)
    (problem,) = caught.value.problems
    assert "50 MB" in problem.what
    assert "1 MB" in problem.expected


@pytest.mark.parametrize("name", ["", "missing.yaml"])
def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_site(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))


def test_a_file_that_never_ends_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    path = tmp_path / "site.yaml"
    path.symlink_to("/dev/zero")
    program = (
        "import resource, sys; from pathlib import Path;"
        "from asmcarbon.errors import InputError; from asmcarbon.site.read import read_site;"
        "resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000,) * 2)\n"
        "try: read_site(Path(sys.argv[1]))\n"
        "except InputError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert done.stdout.startswith(str(path)), done.stderr[-300:]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("name: A site\n\tcountry: PER\n", 2),
        ("name: [A site\ncountry: PER\n", 2),
        ("name: 'A site\ncountry: PER\n", 3),
        (HEAD + "about: a: b\n", 4),
        (HEAD + "about: " + "[" * 50 + "]" * 50, 4),
        ("".join(f"{' ' * depth}k:\n" for depth in range(300)), 22),
        (HEAD + "? [a]\n: b\n", 4),
    ],
)
def test_what_is_not_a_plain_mapping_is_refused_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    assert the_problem_in(tmp_path, content).line == line


def test_a_file_of_brackets_is_refused(tmp_path: Path) -> None:
    assert "nested" in the_problem_in(tmp_path, "[" * 60_000 + "]" * 60_000).what


@pytest.mark.parametrize("content", ["hello", "- a\n- b\n", "~", "5"])
def test_what_is_not_a_site_is_refused(tmp_path: Path, content: str) -> None:
    assert "keys" in the_problem_in(tmp_path, content).what


@pytest.mark.parametrize("text", ["\ud800", HEAD + "about: \ud800\n"])
def test_text_that_cannot_be_written_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        site_from(text, "site.yaml")


def test_several_documents_are_refused(tmp_path: Path) -> None:
    assert "more than one document" in the_problem_in(tmp_path, HEAD + "---\n" + HEAD).what


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1200 kWh/month", "'1200 kWh/month' is energy per time; expected"),
        ("1200 kWh/month", "volume per time, for example '1200 L/month'"),
        ("12 litrs/month", "did you mean 'litre'"),
        ("2 gal/day", "gal_us (3.785 L) or gal_uk (4.546 L)"),
        ("1200", "'1200' has no unit"),
        ("nan L/month", "finite number"), ("1e400 L/month", "finite number"),
        ("9**9**9**9 L", "'9**9**9**9' is not a number"),
        ("1 L**9**9**9", "is not a unit"), ("L**9**9**9", "is not a number"),
        ("-5 L/year", "too small; expected at least 0"),
        ("[]", "not a quantity"), ("{value: 5 L/year, range: 6..7 L/year}", "does not hold the value"),
        ("{value: 1e400, unit: L/year}", "finite number"), ("{value: -5, unit: L/year}", "too small"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_used_says_what_instead(tmp_path: Path, value: str, said: str) -> None:
    problem = the_problem_in(tmp_path, f"{HEAD}energy:\n  diesel:\n    generator: {value}\n")
    assert (problem.where, problem.line) == ("energy.diesel.generator", 6)
    assert said in problem.sentence()


@pytest.mark.parametrize("country", ["Peru", "NO", "per", "'PER\\n'", '"PER\\n"', "P3R", "World"])
def test_a_country_is_three_capital_letters(tmp_path: Path, country: str) -> None:
    problem = the_problem_in(tmp_path, f"name: A site\ncountry: {country}\nyear: 2024\n")
    assert (problem.where, problem.line) == ("country", 2)
    assert "PER" in problem.example


@pytest.mark.parametrize("year", ["abc", "2024.5", "1989", "2101", "2024-01-01", "9" * 5000, "1e400", "[2024]"])
def test_a_year_is_a_whole_number(tmp_path: Path, year: str) -> None:
    problem = the_problem_in(tmp_path, f"name: A site\ncountry: PER\nyear: {year}\n")
    assert (problem.where, problem.line) == ("year", 3)
    assert problem.expected


def test_women_are_among_the_workers(tmp_path: Path) -> None:
    problem = the_problem_in(tmp_path, HEAD + "people:\n  workers: 10 person\n  women: 11 person\n")
    assert problem.where == "people"
    assert "women are more than workers" in problem.what


@pytest.mark.parametrize(
    ("hours", "window"),
    [("7 h/day", "06:00-12:00"), ("7 h/day", "22:00-04:00"), ("1 h/day", "25:00-26:00"), ("1 h/day", "06:60-07:30"),
     ("1 h/day", "06:00-24:30"), ("1 h/day", "6-18"), ("25 h/day", "00:00-24:00")],
)  # fmt: skip
def test_hours_that_do_not_fit_their_window_are_refused(tmp_path: Path, hours: str, window: str) -> None:
    machine = f"{{name: mill, rated_power: 15 kW, hours: {hours}, days: 300 day/year, window: '{window}'}}"
    problem = the_problem_in(tmp_path, f"{HEAD}energy:\n  machines:\n    - {machine}\n")
    assert problem.where.startswith("energy.machines.0")
    assert problem.line == 6


def test_hours_that_fill_their_window_are_read() -> None:
    machine = "{name: mill, rated_power: 15 kW, hours: 6 h/day, days: 300 day/year, window: '22:00-04:00'}"
    site = site_from(f"{HEAD}energy:\n  machines:\n    - {machine}\n", "site.yaml")
    assert site.energy.machines[0].window_hours == (22, 4)


def test_availability_has_a_value_for_each_hour(tmp_path: Path) -> None:
    problem = the_problem_in(tmp_path, f"{HEAD}energy:\n  grid:\n    availability: {[1] * 8759}\n")
    assert "8759" in problem.what
    assert "8,760" in problem.expected
    text = f"{HEAD}energy:\n  grid:\n    availability: {[1] * 8760}\n"
    assert site_from(text, "site.yaml").energy.grid.availability == [1.0] * 8760


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    content = (
        "name: A site\ncountry: Peru\nyear: abc\nenrgy: 1\nyear: 2020\n"
        "people:\n  workers: 10 L\n  women: -1 person\n"
        "energy:\n  diesel: {generator: 5 kg/year}\n  machines:\n    - {name: mill}\n"
    )
    problems = problems_in(tmp_path, content)
    lines = [problem.line for problem in problems]
    assert lines == sorted(lines)
    assert {(problem.line, problem.where) for problem in problems} >= {
        (2, "country"), (4, "enrgy"), (5, "year"), (7, "people.workers"), (8, "people.women"),
        (10, "energy.diesel.generator"), (12, "energy.machines.0.rated_power"), (12, "energy.machines.0.hours"),
    }  # fmt: skip


def test_the_list_of_problems_ends_somewhere(tmp_path: Path) -> None:
    problems = problems_in(tmp_path, HEAD + "".join(f"k{number}: 1\n" for number in range(5000)))
    assert 10 <= len(problems) <= 200


def test_only_true_false_null_and_numbers_are_other_than_text() -> None:
    site = site_from("name: NO\ncountry: NOR\nyear: 2024\nabout: no\n", "site.yaml")
    assert (site.name, site.about) == ("NO", "no")
    assert site_from("name: 'true'\ncountry: PER\nyear: 2024\nabout: 12:30:00\n", "site.yaml").about == "12:30:00"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_reads_the_same_as_yaml(tmp_path: Path, example: Path, indent: int | str | None) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(yaml.safe_load(example.read_text(encoding="utf-8")), indent=indent), encoding="utf-8")
    assert read_site(path) == read_site(example)


def test_json_escapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps({"name": "Mina Ñaupa ⛏ 🪨", "country": "PER", "year": 2024}), encoding="ascii")
    assert read_site(path).name == "Mina Ñaupa ⛏ 🪨"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_site_reads_back_from_what_it_writes(example: Path) -> None:
    site = read_site(example)
    assert site_from(json.dumps(site.model_dump(mode="json"), ensure_ascii=False), "again") == site


def test_a_group_without_keys_is_told_to_be_filled_or_left_out(tmp_path: Path) -> None:
    assert (
        the_problem_in(tmp_path, HEAD + "finance:\n")
        .sentence()
        .endswith("finance  is empty; expected keys with values below it, or the key left out")
    )
    assert "'5 USD' is not a group of keys" in the_problem_in(tmp_path, HEAD + "finance: 5 USD\n").what
