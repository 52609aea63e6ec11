"""Makes the small NumPy files of this folder: pip install numpy==2.4.6; python make.py"""

from pathlib import Path

import numpy as np

here = Path(__file__).parent
probabilities = np.array([[0.75, 0.25], [0.5, 0.5], [0.125, 0.875]])
labels = np.array([0, 1, 0])
arrays = {
    "f2": probabilities.astype("<f2"),
    "f4": probabilities.astype("<f4"),
    "f8": probabilities.astype("<f8"),
    "i4": labels.astype("<i4"),
    "i8": labels.astype("<i8"),
    "u1": labels.astype("u1"),
    "flag": labels.astype(bool),
    "name": np.array(["a", "b😀", "a"]),
    "column": probabilities[:, 1:],
    "fortran": np.asfortranarray(probabilities),
    "objects": np.array([{"a": 1}, None, 2], dtype=object),
    "big": probabilities.astype(">f8"),
    "cube": np.zeros((3, 2, 2)),
    "short": labels[:2],
}
np.savez(here / "stored.npz", **arrays)
np.savez_compressed(here / "deflated.npz", **arrays)
np.save(here / "probabilities.npy", probabilities)
np.save(here / "labels.npy", labels)
