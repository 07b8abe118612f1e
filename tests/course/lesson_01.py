"""Lesson 01, gradient descent: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

SERIES = "series[[1, 2, 3, 20], {}]"
MEASURED = {
    **{f"01.0{i + 1}": SERIES.format(i) for i in range(5)},
    "01.06": "below.points[-1]",
    "01.07": "above.points[-1]",
    "01.08": "limit",
    "01.09": "needed[20]",
    "01.10": "needed[100]",
    "01.11": "needed[1000]",
    "01.12": "share[0.03]",
    "01.13": "share[0.06]",
    "01.14": "share[0.08]",
    "01.15": "[curvature(2.5), curvature(-1.5), 2 / curvature(2.5), 2 / curvature(-1.5)]",
    "01.16": "left[0]",
    "01.17": "left[1]",
    "01.19": "places",
}
FINGERPRINTS = {"01.18": "largest"}
PROBED = {
    "largest": "largest",
}


EXERCISES = {
    "fastest": Exercise("fastest", "my_rate", "my_rate = 0.4673", {
        "+ a blank": ("my_rate = ...", "A blank is still open"),
        "+ flat direction slow": ("my_rate = 0.25", "the flat direction is slow, its factor is 0.95"),
        "+ equal factors": ("my_rate = 2 / 4.2", "In the long run this rate is the best"),
        "+ steep direction swings": ("my_rate = 0.49", "left of the steep direction, whose factor is −0.96"),
    }, {"+ near enough": ("my_rate = 0.46", "not far from equal in size")}),
    "largest": Exercise("answer", "largest", "largest = 2 / 7", {
        "1/L": ("largest = 1 / 7", "half of the limit"),
        "fastest rate 2/(L+m) or trace": ("largest = 2 / 9", "the fastest rate, 2/(L + m)"),
        "largest diagonal entry": ("largest = 1 / 3", "takes the largest entry on the diagonal"),
        "forgot the 2 of the derivative": ("largest = 4 / 7", "A 2 of the derivative is missing"),
        "smallest eigenvalue": ("largest = 1", "belongs to the smallest eigenvalue"),
        "upside down L/2": ("largest = 3.5", "Upside down: L/2 instead of 2/L"),
        "+ a blank": ("largest = ...", "A blank is still open"),
        "+ too small": ("largest = 0.25", "it can be larger"),
        "+ too large": ("largest = 0.4", "it must be smaller"),
        "+ very large": ("largest = 1.76e308", "it must be smaller"),
    }),
}  # fmt: skip
