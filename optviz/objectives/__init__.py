"""The landscapes: each a value, an exact gradient and what a picture needs."""

from ..objective_function import OBJECTIVES
from . import one_dimensional, bowls, valleys, many_minima

# The package's own objectives; OBJECTIVES also holds those that a learner adds later.
__all__ = list(OBJECTIVES)
globals().update(OBJECTIVES)
