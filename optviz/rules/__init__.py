"""The optimisers, each a short function: read the files in this order, each from top to bottom."""

from ..rule import RULES
# Simple rules first: menus and pictures keep this order.
from . import descent, adaptive, adam_family, annealed, secant, learned_lstm, variants, mistakes

# The package's own rules; RULES also holds those that a learner adds later.
__all__ = list(RULES)
globals().update(RULES)
