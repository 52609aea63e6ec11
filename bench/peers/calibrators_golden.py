"""Fits the calibrators of scikit-learn, netcal and probmetrics to two small made-up sets and writes what they learn:

    python bench/peers/calibrators_golden.py > packages/xent/test/golden/calibrators.json

packages/xent/test/calibrators-golden.test.ts must reproduce it. Made with scikit-learn 1.9.1, netcal 1.4.0 and
probmetrics 1.3.0 (which needs numba); the sets are in the file, so that nothing but the file is needed.
"""

import json
import sys
import warnings

import numpy as np
import torch
from netcal.binning import HistogramBinning
from netcal.scaling import BetaCalibration
from probmetrics.calibrators import SMSCalibrator
from scipy.special import log_softmax
from sklearn.calibration import _SigmoidCalibration, _TemperatureScaling
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
random = np.random.default_rng(20)


def two_classes(rows):
    """Overconfident logits of two classes, a few of them equal, and integer weights."""
    truth = random.normal(0.5, 1.5, rows)
    labels = (random.random(rows) < 1 / (1 + np.exp(-truth))).astype(int)
    logits = np.round(2.2 * truth + random.normal(0, 1, rows) - 0.7, 1)
    weights = random.integers(1, 4, rows).astype(float)
    return logits, labels, weights


def classes(rows, count):
    truth = random.normal(0, 1.4, (rows, count)) + np.linspace(0.5, -0.5, count)
    shares = np.exp(log_softmax(truth, axis=1))
    labels = np.array([random.choice(count, p=share) for share in shares])
    logits = 1.8 * truth + random.normal(0, 0.5, (rows, count)) + np.linspace(-0.4, 0.4, count)
    return log_softmax(np.round(logits, 3), axis=1), labels


logits, labels, weights = two_classes(120)
p = 1 / (1 + np.exp(-logits))
pair = np.stack([-np.logaddexp(0, logits), -np.logaddexp(0, -logits)], axis=1)
many, many_labels = classes(150, 3)
grid = np.linspace(0.005, 0.995, 40)


def sigmoid(weights=None):
    fit = _SigmoidCalibration().fit(logits, labels, weights)
    return {"slope": -fit.a_, "intercept": -fit.b_}


def isotonic(weights=None):
    fit = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(p, labels, weights)
    return {"at": grid.tolist(), "values": fit.predict(grid).tolist()}


def temperature(values, own, weights=None):
    return 1 / float(_TemperatureScaling().fit(values, own, weights).beta_)


def isotonic_of_many():
    columns = [
        IsotonicRegression(out_of_bounds="clip").fit(np.exp(many[:, k]), many_labels == k).predict(np.exp(many[:, k]))
        for k in range(3)
    ]
    values = np.stack(columns, axis=1)
    return (values / values.sum(axis=1, keepdims=True)).tolist()


def beta():
    fit = BetaCalibration(method="mle", detection=False)
    fit.fit(p, labels)
    return {"values": fit.transform(grid).tolist()}


def regression(features, own):
    """The unpenalised optimum: a multinomial logistic regression, its loss and probabilities."""
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=100000, solver="newton-cg").fit(features, own)
    q = fit.predict_proba(features)
    return {"loss": float(-np.log(q[np.arange(len(own)), own]).mean()), "probabilities": q[:20].tolist()}


def structured(calibrator):
    """It minimises to 1e-5 of a gradient in its own way: its loss is near the least, and not below ours."""
    calibrator.fit(np.exp(many), many_labels)
    return {"probabilities": calibrator.predict_proba(np.exp(many)).tolist()}


def histogram():
    fit = HistogramBinning(bins=7)
    fit.fit(p, labels)
    return {"values": np.asarray(fit.transform(p)).ravel().tolist()}


json.dump(
    {
        "two": {
            "logits": logits.tolist(),
            "labels": labels.tolist(),
            "weights": weights.tolist(),
            "sigmoid": sigmoid(),
            "sigmoidWeighted": sigmoid(weights),
            "isotonic": isotonic(),
            "isotonicWeighted": isotonic(weights),
            "temperature": temperature(pair, labels),
            "temperatureWeighted": temperature(pair, labels, weights),
            "beta": beta(),
            "betaRegression": regression(np.stack([np.log(p), -np.log1p(-p)], axis=1), labels),
            "histogram": histogram(),
        },
        "many": {
            "logProbabilities": many.tolist(),
            "labels": many_labels.tolist(),
            "temperature": temperature(many, many_labels),
            "isotonic": isotonic_of_many(),
            "matrix": regression(many, many_labels),
            "structuredMatrix": structured(SMSCalibrator()),
        },
    },
    sys.stdout,
)
