"""How near the kept speakers come to the exact agent, and how near they would have to: one record, one table."""

import argparse
from typing import Any

import numpy as np

from companion.bench import record
from companion.lab.streams import Streams
from companion.plasticity.conversation.culture import culture
from companion.plasticity.conversation.world import STRENGTH
from companion.plasticity.schooling.gate import AGREEMENT, DISTANCE, Nearness, nearness
from companion.plasticity.schooling.kept import speaker
from companion.plasticity.schooling.recipe import FULL, PASSED

STRENGTHS = sorted(set(STRENGTH.tolist()))


def found() -> dict[float, list[Nearness]]:
    """Every kept speaker at every strength."""
    return {
        strength: [
            nearness(speaker(FULL, number, which), culture(number), strength, Streams(seed).numpy("gate"))
            for number, seeds in PASSED.items()
            for which, seed in enumerate(seeds)
        ]
        for strength in STRENGTHS
    }


def measured() -> dict[str, Any]:
    """The record."""
    by_strength = found()
    heads = ["prevailing view", "agreement, mean", "lowest", "distance, mean", "largest"]
    rows = []
    for strength, each in by_strength.items():
        agreements, distances = np.array(each).T
        shares = (agreements.mean(), agreements.min(), distances.mean(), distances.max())
        rows.append([str(strength), *(round(float(share), 3) for share in shares)])
    rows.append(["the gate", None, AGREEMENT, None, DISTANCE])
    speakers = sum(map(len, PASSED.values()))
    caption = (
        f"{speakers} speakers and the exact agent with the prior of training, by the strength of the prevailing "
        "view: how often their answers agree where it has an opinion, and how far the probabilities lie apart"
    )
    return {
        "machine": {**record.machine(("torch", "transformers", "numpy")), "load": None},
        "settings": {
            "cultures": len(PASSED),
            "speakers": speakers,
            "trained": sum(max(seeds) + 1 for seeds in PASSED.values()),
        },
        "tables": {"gate": {**record.table(caption, heads, rows), "digits": 3}},
        "passes": all(each.passes for group in by_strength.values() for each in group),
        "nearness": {
            str(strength): [list(each) for each in group] for strength, group in by_strength.items()
        },
    }


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    document = measured()
    print(record.printed(document["tables"]["gate"]))
    print(f"written to {record.write('speakers', document).relative_to(record.paths.ROOT)}")
