"""What every test stands on: no window, no learner's rule left behind, no figure left open."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from hypothesis import settings

import optviz

from .jupyterlab import CHROMIUM, running_lab
from .skipping import skip

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


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A running JupyterLab, for all tests of a file."""
    if CHROMIUM is None:
        skip("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    with running_lab(tmp_path_factory.mktemp("home")) as lab:
        yield lab
