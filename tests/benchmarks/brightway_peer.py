"""Footprints of sites by Brightway: run by an interpreter that has bw2data and bw2calc, and nothing of asmcarbon.

    python brightway_peer.py system.json scores.json

system.json is what `brightway_sites.system_of` returns. Writes the scores by site and total, in kg CO2e a year, and the
seconds of each step, two times over:

stored   as people use it: a database, which keeps amounts in single precision, and one site after the other
exact    the same exchanges handed over as arrays in double precision, all sites and totals in one call

The project stands in a folder that is removed.
"""

import json
import logging
import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

TOTALS = {"scopes_1_2": (1, 2), "scopes_1_2_3": (1, 2, 3)}
SCOPES = (1, 2, 3)


def main(source: Path, target: Path) -> None:
    warnings.simplefilter("ignore")  # it advises a solver
    logging.disable(logging.WARNING)
    given = json.loads(source.read_text(encoding="utf-8"))
    seconds, began = {}, time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        seconds[name] = time.perf_counter() - began
        began = time.perf_counter()

    with tempfile.TemporaryDirectory() as folder:
        os.environ["BRIGHTWAY2_DIR"] = folder
        import bw2calc
        import bw2data
        import bw_processing

        lap("imports")
        bw2data.projects.set_current("sites")
        write(bw2data, given)
        lap("writing the database")
        ids = {node["name"]: node.id for node in bw2data.Database("sites")}
        first = ("sites", next(iter(given["sites"])))
        demand, data, remapping = bw2data.prepare_lca_inputs({first: 1}, method=("GWP", "scopes_1_2_3"))
        lca = bw2calc.LCA(demand, data_objs=data, remapping_dicts=remapping)
        lca.lci(factorize=True)
        lca.lcia()
        lap("the first site")
        stored = {}
        for name in given["sites"]:
            lca.lcia({ids[name]: 1.0})
            stored[name] = lca.score
        lap("one site after the other")
        exact = in_doubles(bw2calc, bw_processing, given)
        lap("all sites in one call")
        versions = {one.__name__: version_of(one) for one in (bw2calc, bw2data)}
    answer = {"stored": stored, "exact": exact, "seconds": seconds, "versions": versions}
    target.write_text(json.dumps(answer), encoding="utf-8")


def version_of(module) -> str:
    version = module.__version__
    return version if isinstance(version, str) else ".".join(map(str, version))


def write(bw2data, given: dict) -> None:
    """Write gases by scope, processes and sites, and the method."""
    flows = {
        ("gases", f"{gas}|{scope}"): {"name": f"{gas}, scope {scope}", "type": "emission", "unit": "kg"}
        for gas in given["gwps"]
        for scope in SCOPES
    }
    bw2data.Database("gases").write(flows)
    nodes = {}
    for code, one in given["processes"].items():
        nodes["sites", code] = node(code, one["makes"], one["inputs"], one["emissions"])
    for name, taken in given["sites"].items():
        nodes["sites", name] = node(name, 1.0, taken, {})
    bw2data.Database("sites").write(nodes)
    method = bw2data.Method(("GWP", "scopes_1_2_3"))
    method.register()
    method.write([(("gases", f"{gas}|{scope}"), gwp) for gas, gwp in given["gwps"].items() for scope in SCOPES])


def node(name: str, makes: float, inputs: dict, emissions: dict) -> dict:
    exchanges = [{"input": ("sites", name), "amount": makes, "type": "production"}]
    exchanges += [{"input": ("sites", code), "amount": size, "type": "technosphere"} for code, size in inputs.items()]
    exchanges += [{"input": ("gases", flow), "amount": size, "type": "biosphere"} for flow, size in emissions.items()]
    return {"name": name, "unit": "unit", "location": "GLO", "exchanges": exchanges}


def in_doubles(bw2calc, bw_processing, given: dict) -> dict:
    """Return the scores by site and total from matrices in double precision."""
    everything = given["processes"] | {
        name: {"makes": 1.0, "inputs": taken, "emissions": {}} for name, taken in given["sites"].items()
    }
    ids = {code: number for number, code in enumerate(everything, 1)}
    flows = {
        f"{gas}|{scope}": len(ids) + 1 + number
        for number, (gas, scope) in enumerate((gas, scope) for gas in given["gwps"] for scope in SCOPES)
    }
    made = [(ids[code], ids[code], one["makes"]) for code, one in everything.items()]
    taken = [(ids[code], ids[name], n) for name, one in everything.items() for code, n in one["inputs"].items()]
    given_off = [(flows[gas], ids[name], n) for name, one in everything.items() for gas, n in one["emissions"].items()]
    package = bw_processing.create_datapackage(name="sites")
    add(bw_processing, package, "technosphere_matrix", made + taken, [False] * len(made) + [True] * len(taken))
    add(bw_processing, package, "biosphere_matrix", given_off)
    for total, scopes in TOTALS.items():
        cells = [(flows[f"{gas}|{n}"], flows[f"{gas}|{n}"], gwp) for gas, gwp in given["gwps"].items() for n in scopes]
        add(bw_processing, package, "characterization_matrix", cells, identifier=["GWP", total])
    demands = {name: {ids[name]: 1.0} for name in given["sites"]}
    config = {"impact_categories": [("GWP", total) for total in TOTALS]}
    lca = bw2calc.MultiLCA(demands=demands, method_config=config, data_objs=[package])
    lca.lci()
    lca.lcia()
    scores: dict = {name: {} for name in demands}
    for ((_gwp, total), name), score in lca.scores.items():
        scores[name][total] = float(score)
    return scores


def add(bw_processing, package, matrix: str, cells: list, flips=None, **attributes) -> None:
    import numpy as np

    package.add_persistent_vector(
        matrix=matrix,
        indices_array=np.array([cell[:2] for cell in cells], dtype=bw_processing.INDICES_DTYPE),
        data_array=np.array([cell[2] for cell in cells], dtype=np.float64),
        flip_array=None if flips is None else np.array(flips),
        **attributes,
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
