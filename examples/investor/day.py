"""An investor's day with an asmcarbon server: submit sites, follow their plans, rank them, ask where a figure is from.

asmcarbon check SITE.yaml --json -o site.json
ASMCARBON_KEY=… python day.py http://127.0.0.1:8421 site.json other.json …

The key is one that `asmcarbon keys create` printed; a server without keys, on this machine, needs none.
"""

import json
import os
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx


def answer_of(response: httpx.Response) -> Any:
    """Return the JSON of an answer; say its problems and stop where it is an error."""
    if response.is_error:
        response.read()
        sys.exit(f"{response.status_code}: {response.text}")
    return response.json()


def wait_for(client: httpx.Client) -> None:
    """Wait until the server is up, 30 s at most."""
    for _attempt in range(150):
        try:
            answer_of(client.get("/health"))
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"no answer from {client.base_url}")


def submitted(client: httpx.Client, site: bytes) -> str:
    """Return where the job of a site's plan is.

    Sent again with the same key, after a line that broke, the request gets the job of the first.
    """
    key = {"Idempotency-Key": sha256(site).hexdigest()}
    response = client.post("/v1/plans", content=site, headers=key)
    answer_of(response)
    return response.headers["Location"]


def followed(client: httpx.Client, job: str) -> None:
    """Print what a job tells, as it tells it, on stderr."""
    with client.stream("GET", f"{job}/events") as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                print(f"… {line.removeprefix('data: ')}", file=sys.stderr)


def plan_of(client: httpx.Client, job: str) -> Any:
    """Return the plan of a job, once it has ended; say why there is none and stop."""
    while True:
        found = answer_of(client.get(job, params={"wait": 30}))
        if found["job"]["status"] == "done":
            return found["result"]
        if found["job"]["status"] in ("failed", "cancelled"):
            sys.exit(f"{job}: {json.dumps(found['problem'], indent=2)}")


def per_job(footprint: Any) -> float:
    """Return tonnes a full-time job and year, scopes 1 to 3."""
    return next(one["value"] for one in footprint["intensities"] if one["per"] == "job" and one["scopes"] == [1, 2, 3])


def published(client: httpx.Client, site: bytes, product: str) -> str:
    """Return where the footprint of a site's product is, published by PACT for buyers' systems to read."""
    given = {
        "site": json.loads(site),
        "company": "A cooperative",
        "company_ids": ["urn:company:example.org:a-cooperative"],
        "product_ids": [f"urn:product:example.org:{product}"],
        "product": product,
    }
    response = client.post("/v1/pact/publish", json=given)
    answer_of(response)
    return response.headers["Location"]


def read_by_a_buyer(client: httpx.Client, key: str, footprint: str) -> Any:
    """Return a footprint as a buyer's system reads it: a token for the key, then the footprint.

    For a buyer's system a key is made with `asmcarbon keys create --opens footprints`.
    """
    pair = key.split("_")[1], key
    token = answer_of(client.post("/auth/token", data={"grant_type": "client_credentials"}, auth=pair))
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    return answer_of(client.get(footprint, headers=headers))["data"]


def main() -> None:
    """Print what an investor asks first."""
    server, *files = sys.argv[1:]
    sites = [Path(file).read_bytes() for file in files]
    key = os.environ.get("ASMCARBON_KEY")
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    with httpx.Client(base_url=server, headers=headers, timeout=60) as client:
        wait_for(client)
        jobs = [submitted(client, site) for site in sites]
        footprints = [answer_of(client.post("/v1/footprints", content=site)) for site in sites]
        followed(client, jobs[0])
        plans = [plan_of(client, job) for job in jobs]
        rows = sorted(zip(footprints, plans, strict=True), key=lambda row: row[1]["cost_per_tonne_avoided"] or 0.0)
        print("site                            tCO2e/job  avoids t/year  invest USD  USD/tonne avoided")
        for footprint, plan in rows:
            print(
                f"{footprint['site']['name'][:30]:30s}{per_job(footprint):11.2f}{plan['avoided']['value']:15.1f}"
                f"{plan['capital_cost']:12,.0f}{plan['cost_per_tonne_avoided'] or 0.0:19,.0f}"
            )
        factor = answer_of(client.get(f"/v1/factors/{rows[0][0]['lines'][0]['factor_id']}"))
        print(f"{factor['factor_id']} is {factor['value']:g} {factor['unit']}: {factor['source']}")
        if key is not None:
            product = next(iter(json.loads(sites[0])["processing"]["products"]))
            with httpx.Client(base_url=server, timeout=60) as buyer:
                found = read_by_a_buyer(buyer, key, published(client, sites[0], product))
            print(f"PACT: {found['pcf']['pcfExcludingBiogenicUptake']} kgCO2e a kg, {found['productDescription']}")


if __name__ == "__main__":
    main()
