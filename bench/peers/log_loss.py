"""Reads a Parquet file of predictions and prints scikit-learn's log_loss: python log_loss.py FILE"""

import sys

import pandas as pd
from sklearn.metrics import log_loss

frame = pd.read_parquet(sys.argv[1])
probabilities = frame[[f"p_{k}" for k in range(10)]].to_numpy()
print(log_loss(frame["label"].to_numpy(), probabilities, labels=list(range(10))))
