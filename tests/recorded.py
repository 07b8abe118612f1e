"""The runs that were recorded from teaching sources, each beside the package's replay of it."""

from pathlib import Path

import numpy as np

import optviz
from optviz.replays import REPLAYS

RECORDED = np.load(Path(__file__).parent / "references" / "seeds.npz")
NOISE = ["003.SantaE.noise", "003.SantaSSS.noise"]
KEYS = [key for key in RECORDED.files if key not in NOISE]

# The file and the package have the runs in the same order.
REPLAYED = dict(zip(KEYS, (run for source in REPLAYS for run in optviz.replay(source).values()), strict=True))
