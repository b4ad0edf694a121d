"""Ask an asmcarbon server about a site, with nothing but Python: footprint, plan, and where one factor comes from.

asmcarbon check SITE.yaml --json -o site.json
python ask.py http://127.0.0.1:8421 site.json
"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


def ask(url: str, body: bytes | None = None) -> Any:
    """Return the JSON answer of the server; wait up to 30 s for it to start; say its problems and stop."""
    request = Request(url, data=body, headers={"Content-Type": "application/json"})
    for _attempt in range(150):
        try:
            with urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except HTTPError as error:
            sys.exit(f"{error.code}: {error.read().decode()}")
        except URLError:
            time.sleep(0.2)
    sys.exit(f"no answer from {url}")


def result_of(server: str, answer: Any) -> Any:
    """Return what comes of a job, once it has; say why nothing does and stop."""
    while answer["job"]["status"] in ("queued", "running"):
        answer = ask(f"{server}/v1/jobs/{answer['job']['id']}?wait=30")
    if answer["result"] is None:
        sys.exit(f"{answer['job']['status']}: {answer['problem']}")
    return answer["result"]


def main() -> None:
    """Print what an investor asks first."""
    server, file = sys.argv[1:3]
    site = Path(file).read_bytes()
    ask(f"{server}/health")
    footprint = ask(f"{server}/v1/footprints", site)
    for one in footprint["intensities"]:
        if one["scopes"] == [1, 2, 3]:
            print(f"{one['value']:.3f} {one['unit']} per {one['per']}")
    plan = result_of(server, ask(f"{server}/v1/plans", site))
    print(f"invest {plan['capital_cost']:,.0f} {plan['currency']}, paid back in {plan['payback_years']:.1f} years")
    avoided, cost = plan["avoided"], plan["cost_per_tonne_avoided"]
    print(f"avoids {avoided['value']:.1f} {avoided['unit']} at {cost:,.0f} {plan['currency']} a tonne")
    factor = ask(f"{server}/v1/factors/{footprint['lines'][0]['factor_id']}")
    print(f"{factor['value']:g} {factor['unit']}: {factor['source']}")


if __name__ == "__main__":
    main()
