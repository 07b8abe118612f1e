"""What a benchmark prints: each figure with its bound, and whether it is met."""

from collections.abc import Iterable

Figure = tuple[str, float, str, float]  # name, value, ">=", "<=" or "<", bound


def report(figures: Iterable[Figure]) -> bool:
    """Print the figures; return whether a bound is missed."""
    missed = False
    for name, value, sign, bound in figures:
        met = {">=": value >= bound, "<=": value <= bound, "<": value < bound}[sign]
        missed |= not met
        print(f"{name:66} {value:8.2f}   {sign} {bound:g}   {'met' if met else 'MISSED'}", flush=True)
    return missed
