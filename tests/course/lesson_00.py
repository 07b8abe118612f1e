"""Lesson 00, the first race: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

HEIGHTS = "dict(zip(['GD', 'Momentum', 'AdaGrad', 'Adam'], heights[:, {}]))"
WINNER = "['GD', 'Momentum', 'AdaGrad', 'Adam'][heights[:, {}].argmin()]"
MEASURED = {
    **{f"00.0{2 * i + 1}": HEIGHTS.format(i) for i in range(4)},
    **{f"00.0{2 * i + 2}": WINNER.format(i) for i in range(4)},
    "00.09": "first",
}
FINGERPRINTS = {"00.10": "walk"}
PROBED = {
    "walk": "np.ravel(walk(lambda x: np.array([3 * x[0] + 2 * x[1], 2 * x[0] + 6 * x[1]]), np.ones(2), 0.1, 3))",
}

WALK = """\
def walk(grad, x0, lr, n):
    x = np.array(x0, float)
    points = [x]
    for _ in range(n):
        x = x - lr * grad(x)
        points.append(x)
    return points
"""


EXERCISES = {
    "overshoot": Exercise("overshoot", "my_rate", "my_rate = 3", {
        "+ a blank": ("my_rate = ...", "A blank is still open"),
        "+ as far as the valley": ("my_rate = 1.9", "stays on its side of the valley"),
    }, {"+ along the valley too": ("my_rate = 6", "and past the minimum along it")}),
    "walk": Exercise(
        "walk",
        "walk",
        WALK,
        {
            "same array appended (all points equal)": (
                WALK.replace("x = x - lr", "x -= lr"),
                "The list holds one array several times",
            ),
            "sign: uphill": (WALK.replace("x - lr", "x + lr"), "You walk uphill"),
            "gradient computed once": (
                WALK.replace("points = [x]", "points = [x]\n    g = grad(x)").replace("lr * grad(x)", "lr * g"),
                "The gradient was computed once, outside of the loop",
            ),
            "y updated with the new x": (
                WALK.replace(
                    "x = x - lr * grad(x)",
                    "x = np.array([x[0] - lr * grad(x)[0], x[1]])\n"
                    "        x = np.array([x[0], x[1] - lr * grad(x)[1]])",
                ),
                "updated with the new first one: compute the whole gradient",
            ),
            "start point not stored": (
                WALK.replace("points = [x]", "points = []").replace("range(n)", "range(n + 1)"),
                "The start was not stored",
            ),
            "+ n points": (WALK.replace("points = [x]", "points = []"), "The start was not stored"),
            "+ integer start": (
                WALK.replace("np.array(x0, float)", "np.array(x0)").replace(
                    "x = x - lr * grad(x)", "x = x.copy()\n        x -= lr * grad(x)"
                ),
                "cannot begin at whole numbers",
            ),
            "+ kept as integers": (
                WALK.replace("points = [x]", "points = np.array([x0] * (n + 1))").replace(
                    "for _ in", "for i in"
                ).replace("points.append(x)", "points[i + 1] = x"),
                "what is behind the point is cut off",
            ),
            "+ the caller's start": (
                WALK.replace("np.array(x0, float)", "x0")
                .replace("[x]", "[x.copy()]")
                .replace("x = x -", "x -=")
                .replace("x -= lr", "x -= lr")
                .replace("append(x)", "append(x.copy())"),
                "also moved the caller's x0",
            ),
            "+ nothing returned": (WALK.replace("return points", "pass"), "returns nothing"),
            "+ an error": (WALK.replace("grad(x)", "gradient(x)"), "raised NameError: name 'gradient'"),
            "+ one coordinate": (WALK.replace("append(x)", "append(x[0])").replace("[x]", "[x[0]]"), "shape (4,)"),
            "+ a number": (WALK.replace("return points", "return 3"), "has to return a list of points; it returned 3"),
            "+ ragged": (WALK.replace("return points", "return [*points, x[0]]"), "has to return a list of points"),
            "+ by name only": (WALK.replace("(grad, x0", "(grad, *, x0"), "leave the line with `def` as it was"),
            "+ no function": ("walk = 3", "Hand over the function itself"),
            "+ a blank": (WALK.replace("lr * grad(x)", "..."), "A blank is still open: `x = x - ...`"),
            "+ not finite": (WALK.replace("lr * grad(x)", "lr * grad(x) / 0.0"), "Step 1 gives"),
            "+ every step from the start": (
                WALK.replace("x = x - lr * grad(x)", "x = x0 - lr * grad(x0)"), "Every step begins at the start again",
            ),
            "+ the bowl's gradient": (WALK.replace("grad(x)", "bowl.grad(x)"), "You took the gradient of the bowl"),
            "+ a word": (WALK.replace("return points", "return 'points'"), "of points; it returned 'points'"),
            "+ something else": (WALK.replace("lr *", "2 * lr *"), "First difference after step 1, coordinate 1"),
        },
    ),
    "tie": Exercise("check-tie", "lr", "lr = 0.1565", {
        "+ no tie": ("lr = 0.1", "not within 1 %"),
        "+ nobody moves": ("lr = 1e-9", "none of the four come down to half"),
        "+ all fly away": ("lr = 1e308", "none of the four come down to half"),
        "+ no number": ("lr = 'a'", "This needs a number"),
        "+ negative": ("lr = -1", "a finite number above 0"),
    }),
}  # fmt: skip
