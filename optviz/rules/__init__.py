"""The optimisers, each a short function: read the files in this order, each from top to bottom."""

from ..rule import RULES
from . import descent, adaptive, adam_family, variants  # noqa: F401, I001 (the order of the lesson)

# The package's own rules; RULES also holds those that a learner adds later.
__all__ = list(RULES)
globals().update(RULES)
