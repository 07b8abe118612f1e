"""What a classroom notebook does at every slider move, as the thing to be faster than: a new figure each time."""

import io
import math

import matplotlib.pyplot as plt
import numpy as np


def adam_path(lr, steps=50, beta1=0.9, beta2=0.999, eps=1e-6):
    """Return Adam's path on 0.1 x1^2 + 2 x2^2 from (-5, -2), in plain Python, as tuples."""
    point, moments = [-5.0, -2.0], [[0.0, 0.0], [0.0, 0.0]]
    path = [tuple(point)]
    for t in range(1, steps + 1):
        for i, gradient in enumerate((0.2 * point[0], 4 * point[1])):
            m, v = moments[i]
            m = beta1 * m + (1 - beta1) * gradient
            v = beta2 * v + (1 - beta2) * gradient**2
            point[i] -= lr * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + eps)
            moments[i] = [m, v]
        path.append(tuple(point))
    return path


def draw(lr):
    """Draw the path as the notebook does: 10 x 6 inches, filled contours on 50 x 100 points, words in white."""
    xs, ys = zip(*adam_path(lr), strict=True)
    figure = plt.figure(figsize=(10, 6))
    plt.plot(xs, ys, "-o", color="#ff7f0e")
    plt.plot([0], [0], "r*", ms=15)
    plt.plot(xs[0], ys[0], "ro", ms=10)
    plt.plot(xs[-1], ys[-1], "wo")
    for x, y, word in ((0, 0.25, "minimum"), (xs[0] + 0.1, ys[0] + 0.2, "start"), (xs[-1], ys[-1] - 0.25, "end")):
        plt.text(x, y, word, color="w")
    grid = np.meshgrid(np.linspace(-5.5, 3, 50), np.linspace(min(-3.0, min(ys) - 1), max(3.0, max(ys) + 1), 100))
    plt.contourf(*grid, grid[0] ** 2 + grid[1] ** 2, cmap="rainbow")
    plt.xlabel("x")
    plt.ylabel("y")
    plt.title("adam")
    return figure


def inline_png(figure):
    """Return what the inline backend sends of a figure: a PNG cut to its content."""
    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=100, bbox_inches="tight")
    plt.close(figure)
    return png.getvalue()
