"""Skip a test with a printed reason, unless everything must be tested."""

import os

import pytest

EVERYTHING = bool(os.environ.get("OPTVIZ_TEST_EVERYTHING"))


def skip(reason: str) -> None:
    """Skip the running test; with OPTVIZ_TEST_EVERYTHING set, fail instead."""
    if EVERYTHING:
        pytest.fail(reason)
    pytest.skip(reason)
