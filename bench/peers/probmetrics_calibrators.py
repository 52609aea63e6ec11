"""Fits probmetrics' calibrators to one half of each set and prints their losses on the other:

    python probmetrics_calibrators.py < SETS.json

A set is {name, fit: {probabilities, labels}, held: {probabilities, labels}}; what is printed is a line of JSON a set.
"""

import json
import sys
import time
import warnings

import numpy as np
import torch

warnings.filterwarnings("ignore")
from probmetrics.calibrators import get_calibrator  # noqa: E402
from probmetrics.calibrators.logistic import VectorScalingCalibrator  # noqa: E402

torch.set_num_threads(1)
makers = {
    "temperature": lambda: get_calibrator("ts-mix"),
    "vector": VectorScalingCalibrator,
    "structured-matrix": lambda: get_calibrator("sms"),
}


def arrays(part):
    # Double precision; each row divided by its sum, as single-precision files are off by 1e-7.
    p = np.asarray(part["probabilities"], dtype=np.float64)
    return p / p.sum(axis=1, keepdims=True), np.asarray(part["labels"])


for one in json.load(sys.stdin):
    p, y = arrays(one["fit"])
    q, truth = arrays(one["held"])
    found = {}
    for name, make in makers.items():
        start = time.perf_counter()
        calibrator = make()
        calibrator.fit(p, y)
        seconds = time.perf_counter() - start
        after = np.asarray(calibrator.predict_proba(q), dtype=np.float64)
        with np.errstate(divide="ignore"):
            loss = float(-np.log(after[np.arange(len(truth)), truth]).mean())
        found[name] = {"crossEntropy": loss if np.isfinite(loss) else None, "seconds": seconds}
    print(json.dumps({"name": one["name"], **found}), flush=True)
