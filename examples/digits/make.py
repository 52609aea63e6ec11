"""Out-of-fold predictions of three classifiers for scikit-learn's handwritten digits.

    pip install numpy==2.4.6 scikit-learn==1.9.1 pandas==3.1.1 pyarrow==26.0.1
    python examples/digits/make.py

in a virtual environment outside this repository. Writes predictions.parquet and reference.json
beside this file. Every seed is fixed; another processor or BLAS may still move the last digits
of the logistic regression, so the two files are always written together.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
SEED = 0
FOLDS = 5
BINS = 15
# The worst row is off by 1.4e-14 (naive Bayes), so nothing is normalised: a zero in the file is a
# zero the classifier said.
ROW_SUM_TOLERANCE = 1e-12

MODELS = {
    "logistic regression": lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)),
    # Ten trees, the library's default before 0.22. Grown to pure leaves, each tree gives one class
    # all of its vote: a class that no tree chose has probability exactly 0. With today's default of
    # 100 trees no true label gets a zero.
    "random forest": lambda: RandomForestClassifier(n_estimators=10, random_state=SEED),
    # The default smoothing of 1e-9 is meant for rounding only; pixels that are constant within a
    # class then give 19 true labels a probability that underflows to 0. At 1e-2 every true label
    # is above 1e-115: overconfident beyond reason, but finite, so it can be compared in pairs.
    "naive bayes": lambda: GaussianNB(var_smoothing=1e-2),
}


def predictions() -> pd.DataFrame:
    images, labels = load_digits(return_X_y=True)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(images, labels))
    fold = np.empty(len(labels), dtype=np.int32)
    for number, (_, test) in enumerate(folds):
        fold[test] = number
    frames = []
    for model, build in MODELS.items():
        p = np.empty((len(labels), 10), dtype=np.float64)
        for train, test in folds:
            p[test] = build().fit(images[train], labels[train]).predict_proba(images[test])
        off = np.abs(p.sum(axis=1) - 1).max()
        assert np.isfinite(p).all() and off <= ROW_SUM_TOLERANCE, f"{model}: a row is off by {off}"
        columns = {"model": model, "image": np.arange(len(labels), dtype=np.int32), "fold": fold}
        columns |= {"label": labels.astype(np.int32)} | {f"p_{k}": p[:, k] for k in range(10)}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def write(frame: pd.DataFrame) -> None:
    integers = [pa.field(name, pa.int32()) for name in ("image", "fold", "label")]
    doubles = [pa.field(f"p_{k}", pa.float64()) for k in range(10)]
    schema = pa.schema([pa.field("model", pa.string()), *integers, *doubles])
    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)
    pq.write_table(table, HERE / "predictions.parquet", compression="zstd", compression_level=19)


def losses(rows: pd.DataFrame) -> np.ndarray:
    p = rows[[f"p_{k}" for k in range(10)]].to_numpy()
    with np.errstate(divide="ignore"):
        return -np.log(p[np.arange(len(rows)), rows["label"]])


def standard_error(x: np.ndarray) -> float:
    return x.std(ddof=1) / np.sqrt(len(x))


def standard_error_clustered(x: np.ndarray, cluster: np.ndarray) -> float:
    """sqrt(C/(C-1) sum_c (sum_{i in c} (x_i - mean))^2) / n."""
    sums = pd.Series(x - x.mean()).groupby(cluster).sum()
    return np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum()) / len(x)


def expected_calibration_error(confidence: np.ndarray, correct: np.ndarray) -> float:
    bins = np.minimum(np.floor(confidence * BINS), BINS - 1).astype(int)
    gaps = [abs((confidence - correct)[bins == b].sum()) for b in range(BINS)]
    return sum(gaps) / len(confidence)


def figures(rows: pd.DataFrame) -> dict:
    """Nats, float64, nothing clipped. Of tied top classes the first is the prediction."""
    p = rows[[f"p_{k}" for k in range(10)]].to_numpy()
    label = rows["label"].to_numpy()
    loss = losses(rows)
    finite = np.isfinite(loss)
    correct = p.argmax(axis=1) == label
    log_p = np.log(p, out=np.zeros_like(p), where=p > 0)  # 0 ln 0 = 0
    return {
        "model": rows["model"].iloc[0],
        "rows": len(rows),
        "crossEntropy": loss.mean() if finite.all() else "Infinity",
        "standardError": standard_error(loss) if finite.all() else None,
        "standardErrorClustered": standard_error_clustered(loss, rows["fold"].to_numpy()) if finite.all() else None,
        "crossEntropyFinite": loss[finite].mean(),
        "zeroProbabilities": int((~finite).sum()),
        "accuracy": correct.mean(),
        "tiedRows": int(((p == p.max(axis=1, keepdims=True)).sum(axis=1) > 1).sum()),
        "brierScore": ((p - np.eye(10)[label]) ** 2).sum(axis=1).mean(),
        "predictedEntropy": -(p * log_p).sum(axis=1).mean(),
        "expectedCalibrationError": expected_calibration_error(p.max(axis=1), correct),
    }


def comparison(model: pd.DataFrame, baseline: pd.DataFrame) -> dict:
    """model - baseline, paired by image."""
    pairs = model.assign(loss=losses(model)).merge(
        baseline.assign(loss=losses(baseline))[["image", "loss"]], on="image", suffixes=("", "_baseline")
    )
    difference = (pairs["loss"] - pairs["loss_baseline"]).to_numpy()
    return {
        "model": model["model"].iloc[0],
        "baseline": baseline["model"].iloc[0],
        "rows": len(pairs),
        "difference": difference.mean(),
        "standardError": standard_error(difference),
        "standardErrorClustered": standard_error_clustered(difference, pairs["fold"].to_numpy()),
    }


def main() -> None:
    frame = predictions()
    write(frame)
    by_model = {model: frame[frame["model"] == model].reset_index(drop=True) for model in MODELS}
    reference = {
        "unit": "nats",
        "cluster": "fold",
        "models": [figures(rows) for rows in by_model.values()],
        # the random forest has zeros, so its differences are infinite
        "comparisons": [comparison(by_model["naive bayes"], by_model["logistic regression"])],
    }
    (HERE / "reference.json").write_text(json.dumps(reference, indent=2) + "\n")


if __name__ == "__main__":
    main()
