"""Lesson 11, maps: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

SHARES = "[*shares[{}], nearest_share[{}]]"
MEASURED = {
    "11.01": "[*curvatures.values(), *room.values()]",
    "11.02": SHARES.format(0.01, 0.01),
    "11.03": SHARES.format(0.015, 0.015),
    "11.04": SHARES.format(0.0175, 0.0175),
    "11.05": SHARES.format(0.02, 0.02),
    "11.06": SHARES.format("'momentum'", "'momentum'"),
    "11.07": "[agree.mean(), rates[fastest[1]], momenta[fastest[0]], settled[fastest]]",
    "11.08": "theory",
    "11.09": "[wrong, slow, on_the_line]",
    "11.10": "shares['adam']",
}
FINGERPRINTS: dict[str, str] = {}
PROBED: dict[str, str] = {}


EXERCISES = {
    "survive": Exercise("survivors", "survivors", 'survivors = "ABD"', {
        "+ all": ('survivors = "ABCD"', "Not all: that follows from the smallest eigenvalue"),
        "+ none": ('survivors = ""', "You compared with 1/λ"),
        "+ all, in a word": ('survivors = "all"', "Not all: that follows from the smallest eigenvalue"),
        "+ none, in a word": ('survivors = "None"', "You compared with 1/λ"),
        "+ that of 0.02": ('survivors = {"A", "B"}', "D survives too: its 2/λ is 0.01897"),
        "+ the lost one": ('survivors = ["C"]', "Look at A again: its 2/λ is 0.02431, above 0.0175"),
        "+ one too many": ('survivors = "a, b, c"', "Look at C again: its 2/λ is 0.01495, below 0.0175"),
        "+ a blank": ("survivors = ...", "A blank is still open"),
        "+ a number": ("survivors = 3", "This needs letters"),
        "+ other letters": ('survivors = "AX"', "This needs letters"),
        "+ numbers": ("survivors = [1, 2]", "This needs letters"),
    }, {"+ in words": ('survivors = "A, B and D"', "C is too curved for this rate")}),
}  # fmt: skip
