"""What every test stands on: no window, no learner's rule left behind, no figure left open."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

import optviz

matplotlib.use("agg")
settings.register_profile("optviz", deadline=None, derandomize=True)
settings.load_profile("optviz")


@pytest.fixture(autouse=True)
def clean():
    """Forget the rules and objectives that a test has added, and close its figures."""
    before = [(registry, dict(registry)) for registry in (optviz.RULES, optviz.OBJECTIVES)]
    yield
    for registry, known in before:
        registry.clear()
        registry.update(known)
    plt.close("all")
