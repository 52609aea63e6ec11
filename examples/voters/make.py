"""
The 944 voters of the American National Election Study of 1996 that statsmodels bundles (public domain), and the
figures that `xent fit` has to find, computed without xent: statsmodels' multinomial logit.

    pip install statsmodels==0.15.0
    python examples/voters/make.py

Writes voters.csv and reference.json beside this file. No test needs Python.
"""

import json
from pathlib import Path

import statsmodels
import statsmodels.api as sm

folder = Path(__file__).parent
parties = [
    "strong Democrat",
    "weak Democrat",
    "independent Democrat",
    "independent",
    "independent Republican",
    "weak Republican",
    "strong Republican",
]
data = sm.datasets.anes96.load_pandas().data
table = data[["selfLR", "age", "educ", "income"]].astype(int)
table.columns = ["ideology", "age", "education", "income"]
table["vote"] = ["Dole" if vote else "Clinton" for vote in data.vote]
table["party"] = [parties[int(party)] for party in data.PID]
table.to_csv(folder / "voters.csv", index=False)

names = ["ideology", "age", "education", "income"]
fit = sm.MNLogit(data.PID.astype(int).to_numpy(), sm.add_constant(table[names].to_numpy(float), prepend=False)).fit(
    method="newton", maxiter=100, tol=1e-13, disp=False
)
labels = table.party
reference = {
    "statsmodels": statsmodels.__version__,
    "crossEntropy": -fit.llf / len(table),
    "features": [*names, "(intercept)"],
    "classes": parties,
    # By class, from the second on, and feature.
    "coefficients": fit.params.T.tolist(),
    "standardErrors": fit.bse.T.tolist(),
}
(folder / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")
