"""Forty sites that differ from the four examples by a seed, and a fund over all forty-four: to try a fund's size.

    python examples/fund/variants.py FOLDER [--seed 1] [--count 40]
    asmcarbon portfolio FOLDER/fund.yaml --frontiers FOLDER/frontiers

Every figure that is changed is drawn, and marked assumed; no variant is a real site.
"""

import argparse
import random
import re
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent.parent
NAMES = ("andean_gold", "alluvial_gold", "copper_cobalt", "milling_centre")
# What is drawn: the price of fuel, and the up-front cost of solar, each by up to so large a share to both sides.
DRAWN = {r"price: (\{value: )?(\d+\.\d+) USD/L": 0.25, r"capital_cost: ()(\d+) USD/kW, op": 0.2}
SPREAD_WOMEN = (0.1, 0.4)


def variant(text: str, number: int, draw: random.Random) -> str:
    """Return a site file with another name, fuel price, solar price, and share of women."""
    for pattern, share in DRAWN.items():
        factor = draw.uniform(1 - share, 1 + share)
        text = re.sub(
            pattern, lambda found, by=factor: found[0].replace(found[2], f"{float(found[2]) * by:.2f}", 1), text
        )
    text = re.sub(r"^name: (.*)$", rf"name: \1, variant {number}", text, count=1, flags=re.M)
    text = re.sub(r"^about: .*$", "about: A variant drawn by a seed; what was changed is assumed.", text, flags=re.M)
    workers = re.search(r"workers: (?:\{value: )?(\d+) person", text)
    if workers and "women:" not in text:
        women = round(int(workers[1]) * draw.uniform(*SPREAD_WOMEN))
        text = text.replace("\n  hours: 2080 h/year", f"\n  women: {women} person # assumed\n  hours: 2080 h/year", 1)
    return text


def main() -> None:
    """Write the variants and their fund into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    draw = random.Random(given.seed)
    texts = {name: (EXAMPLES / name / "site.yaml").read_text(encoding="utf-8") for name in NAMES}
    files = {f"{name}.yaml": text for name, text in texts.items()}
    for number in range(1, given.count + 1):
        name = NAMES[number % len(NAMES)]
        files[f"{name}_{number:02}.yaml"] = variant(texts[name], number, draw)
    for name, text in files.items():
        (given.folder / name).write_text(text, encoding="utf-8")
    fund = [
        "name: A fund of variants",
        "goal: most_tonnes_avoided",
        "budget: {2025: 600000 USD, 2026: 500000 USD, 2027: 400000 USD}",
        "points: 3",
        "countries: {PER: 50 %}",
        "floors: {jobs: 2000 job, women: 500 job}",
        "sites:",
        *(f"  - {name}" for name in files),
    ]
    (given.folder / "fund.yaml").write_text("\n".join(fund) + "\n", encoding="utf-8")
    print(f"{len(files)} sites and fund.yaml in {given.folder}")


if __name__ == "__main__":
    main()
