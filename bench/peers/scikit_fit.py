"""scikit-learn's LogisticRegression (L-BFGS, multinomial) on the data sets of bench/fit.mjs.

    python scikit_fit.py '{"folder": "…", "data": true}'
    python scikit_fit.py '{"folder": "…", "name": "digits", "rows": 1797, "features": 64, "classes": 10,
                           "C": 1, "tolerance": 1e-9, "repeats": 5, "enough": 1}'

The first writes digits (scikit-learn's) and poor-health (statsmodels' randhie: 20,190 people, of whom 1.5 % call their
health poor) to the folder, standardised, as NAME.features (float64) and NAME.labels (int32), and prints their shapes.
The second prints the best seconds of so many fits in at least so many seconds, the coefficients and the intercepts as JSON.
Prints {"skipped": reason} where scikit-learn is absent.
"""

import json
import sys
import warnings
from time import perf_counter

request = json.loads(sys.argv[1])
try:
    import numpy as np
    import sklearn
    from sklearn.linear_model import LogisticRegression
except ImportError as error:
    print(json.dumps({"skipped": f"scikit-learn is not installed ({error})"}))
    sys.exit(0)

folder = request["folder"]


def write(name, features, labels):
    features = np.asarray(features, dtype=np.float64)
    spread = features.std(0)
    features = (features - features.mean(0)) / np.where(spread > 0, spread, 1)
    features.tofile(f"{folder}/{name}.features")
    np.asarray(labels, dtype=np.int32).tofile(f"{folder}/{name}.labels")
    print(
        json.dumps(
            {"name": name, "rows": features.shape[0], "features": features.shape[1], "classes": int(max(labels)) + 1}
        )
    )


if request.get("data"):
    from sklearn.datasets import load_digits

    digits = load_digits()
    write("digits", digits.data, digits.target)
    try:
        from statsmodels.datasets import randhie

        people = randhie.load_pandas().data
        write("poor-health", people.drop(columns="hlthp"), people["hlthp"].astype(int))
    except ImportError as error:
        print(json.dumps({"skipped": f"poor-health: statsmodels is not installed ({error})"}))
    sys.exit(0)

warnings.filterwarnings("ignore")  # where the tolerance is below what scipy's line search can reach
name = request["name"]
shape = (request["rows"], request["features"])
features = np.fromfile(f"{folder}/{name}.features").reshape(shape)
labels = np.fromfile(f"{folder}/{name}.labels", dtype=np.int32)
model = LogisticRegression(
    C=request["C"], tol=request["tolerance"], max_iter=100_000, class_weight=request.get("classWeight")
)
best = float("inf")
done = 0
until = perf_counter() + request["enough"]
while done < request["repeats"] or perf_counter() < until:
    start = perf_counter()
    model.fit(features, labels)
    best = min(best, perf_counter() - start)
    done += 1
print(
    json.dumps(
        {
            "library": f"scikit-learn {sklearn.__version__}",
            "seconds": best,
            "iterations": int(model.n_iter_[0]),
            "coefficients": model.coef_.tolist(),
            "intercepts": model.intercept_.tolist(),
        }
    )
)
