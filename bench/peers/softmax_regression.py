"""Fits of scikit-learn and statsmodels that the tests of xent/fit must reproduce:

    python bench/peers/softmax_regression.py > packages/xent/test/golden/softmax-regression.json

scikit-learn: iris (standardised), penalised, to a gradient of 1e-12 or so; the data are in the file, so that the
tests need nothing else. statsmodels: Spector and Mazzeo's 32 students (Logit) and the 944 voters of anes96 (MNLogit),
without a penalty, with standard errors by the observed information and clustered ones. Features are columns without
the constant.
"""

import json
import sys
import warnings

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")

iris = load_iris()
X = (iris.data - iris.data.mean(0)) / iris.data.std(0)
y = iris.target
weights = 0.5 + (np.arange(150) * 7 % 11) / 10


def penalised(features, labels, sample_weight=None, **options):
    options = {"solver": "newton-cg", "tol": 1e-13, "max_iter": 100_000, **options}
    model = LogisticRegression(**options).fit(features, labels, sample_weight=sample_weight)
    return {"coefficients": model.coef_.tolist(), "intercepts": np.ravel(model.intercept_).tolist()}


two = y > 0
scikit = {
    "features": X.tolist(),
    "labels": y.tolist(),
    "weights": weights.tolist(),
    "cases": {
        "C = 1": penalised(X, y),
        "C = 0.1, balanced": penalised(X, y, C=0.1, class_weight="balanced"),
        "C = 10, weights": penalised(X, y, sample_weight=weights, C=10),
        "C = 1, no intercept": penalised(X, y, fit_intercept=False),
        "C = 0.2, l1_ratio = 0.5": penalised(X, y, C=0.2, l1_ratio=0.5, solver="saga"),
        "C = 0.2, l1_ratio = 1": penalised(X, y, C=0.2, l1_ratio=1, solver="saga"),
        "two classes, C = 1": penalised(X[two], y[two] - 1),
        "two classes, C = 0.2, l1_ratio = 1": penalised(X[two], y[two] - 1, C=0.2, l1_ratio=1, solver="saga"),
    },
}


def table(result, classes):
    """Coefficients in order of class, feature, with the constant last."""
    as_rows = lambda values: np.asarray(values).reshape(-1, classes - 1, order="F").T.tolist()
    interval = np.asarray(result.conf_int()).reshape(classes - 1, -1, 2)
    return {
        "coefficients": as_rows(result.params),
        "standardErrors": as_rows(result.bse),
        "z": as_rows(result.tvalues),
        "p": as_rows(result.pvalues),
        "lower": interval[:, :, 0].tolist(),
        "upper": interval[:, :, 1].tolist(),
    }


def statsmodels_fits(name, features, labels, clusters, make):
    design = np.column_stack([features, np.ones(len(labels))])
    classes = int(labels.max()) + 1
    options = {"disp": 0, "maxiter": 200, "method": "newton", "tol": 1e-14}
    plain = make(labels, design).fit(**options)
    clustered = make(labels, design).fit(
        **options, cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    return {
        "name": name,
        "features": features.tolist(),
        "labels": labels.tolist(),
        "clusters": clusters.tolist(),
        "classes": classes,
        "logLikelihood": float(plain.llf),
        "plain": table(plain, classes),
        # Without statsmodels' small-sample factor: the tests put ours there.
        "clustered": table(clustered, classes),
    }


spector = sm.datasets.spector.load_pandas()
anes = sm.datasets.anes96.load_pandas()
anes_features = anes.exog[["logpopul", "selfLR", "age", "educ", "income"]].to_numpy(dtype=float)
json.dump(
    {
        "libraries": {"scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__},
        "scikit": scikit,
        "statsmodels": [
            statsmodels_fits(
                "spector",
                spector.exog.to_numpy(dtype=float),
                spector.endog.to_numpy(dtype=int),
                np.arange(32) // 4,
                sm.Logit,
            ),
            statsmodels_fits(
                "anes96",
                anes_features,
                anes.endog.to_numpy(dtype=int),
                anes.exog["age"].to_numpy(dtype=int) if "age" in anes.exog else None,
                sm.MNLogit,
            ),
        ],
    },
    sys.stdout,
)
print()
