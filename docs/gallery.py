"""Draw every rule on every landscape and every kind of picture, to be looked at before a release.

    uv run python docs/gallery.py FOLDER

writes contact sheets into FOLDER: one of all rules for each landscape, and one of all kinds of pictures for each of
light, dark and talk. Without FOLDER it draws anew the pictures of the README, in this folder.
"""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image
from tqdm import tqdm

from optviz import (
    OBJECTIVES,
    RULES,
    animate,
    describe,
    plot_1d,
    plot_2d,
    plot_error,
    plot_family,
    plot_race,
    plot_state,
    plot_sweep,
    race,
    replay,
    train,
)

ORIGINALS = [rule for rule in RULES.values() if rule.variant_of is None]
DPI = 100  # as a notebook shows it


def everyone(objective: str, steps: int = 100, lr: float = 0.05) -> list:
    """Run all originals that can run there, those with a learning rate at the same."""
    known = OBJECTIVES[objective].f_star is not None
    return [
        train(rule, objective, steps=steps, **({"lr": lr} if "lr" in rule.parameters else {}))
        for rule in ORIGINALS
        if known or "f_star" not in rule.parameters
    ]


def kinds() -> dict[str, Callable[..., Any]]:
    """Return a picture of each kind, in the cases that are hard to draw."""
    seeds = np.arange(21)
    noisy = [train(name, "noisy_parabola", lr=lr, seed=seeds) for name, lr in (("sgd", 0.1), ("adam", 0.3))]
    bowl = [train(name, lr=0.06) for name in ("sgd", "momentum", "rmsprop", "adam", "amsgrad")]
    rates = [train("sgd", lr=lr, steps=40) for lr in (0.05, 0.2, 0.45, 0.51)]
    tuned = race(["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"], "rosenbrock", tune="best", steps=300)
    return {
        "zigzag": lambda **o: plot_2d(train("momentum", lr=0.05, steps=50), **o),
        "thousand": lambda **o: plot_2d(train("adam", "rosenbrock", lr=0.03, steps=1000), **o),
        "diverged": lambda **o: plot_2d(train("sgd", lr=0.51), **o),
        "returns": lambda **o: plot_2d(train("momentum", lr=0.3), view=((-6, 2), (-2, 2)), **o),
        "rates": lambda **o: plot_2d(rates, **o),
        "five": lambda **o: plot_2d(bowl, **o),
        "all": lambda **o: plot_2d(everyone("quadratic"), **o),
        "minima": lambda **o: plot_2d(train("nesterov", "himmelblau", lr=0.005), **o),
        "ball": lambda **o: plot_1d(train("momentum", "quartic", lr=0.002), **o),
        "balls": lambda **o: plot_1d([train(n, "quartic", lr=0.01) for n in ("sgd", "momentum", "nesterov")], **o),
        "error": lambda **o: plot_error(train("momentum", lr=0.05), **o),
        "trapped": lambda **o: plot_error(train("sgd", "quartic", lr=0.02), **o),
        "exact": lambda **o: plot_error(train("sgd", "quartic", start=3, lr=0.02), **o),
        "error_rates": lambda **o: plot_error(rates, **o),
        "error_five": lambda **o: plot_error(bowl, **o),
        "error_all": lambda **o: plot_error(everyone("quadratic"), **o),
        "seeds": lambda **o: plot_error(noisy, **o),
        "one_noisy": lambda **o: plot_error(noisy[0], **o),
        "race": lambda **o: plot_race(bowl, **o),
        "race_all": lambda **o: plot_race(everyone("rosenbrock", lr=0.002), **o),
        "race_1d": lambda **o: plot_race([train(n, "quartic", lr=0.01) for n in ("sgd", "momentum", "adam")], **o),
        "race_best": lambda **o: plot_race(tuned, **o),
        "sweep": lambda **o: plot_sweep(tuned, **o),
        "sweep_one": lambda **o: plot_sweep(train("sgd", lr=np.geomspace(0.01, 1, 41)), **o),
        "sweep_all": lambda **o: plot_sweep(race(ORIGINALS, tune="best"), **o),
        "state": lambda **o: plot_state(train("adam", "rosenbrock", lr=0.05), **o),
        "state_eve": lambda **o: plot_state(train("eve", lr=0.1), **o),
        "state_adasecant": lambda **o: plot_state(train("adasecant"), **o),
        "state_learned": lambda **o: plot_state(train("learned"), **o),
        "family": lambda **o: plot_family(**o),
        "family_adam": lambda **o: plot_family("adam", **o),
    }


def image(drawn: Any) -> Image.Image:
    """Return what a picture function has drawn as an image, and close its figure."""
    figure = np.ravel(drawn)[0].figure
    png = io.BytesIO()
    figure.savefig(png, dpi=DPI)
    plt.close(figure)
    return Image.open(png).convert("RGB")


def contact_sheet(images: list[Image.Image], width: int) -> Image.Image:
    """Return the images in rows of about this width, at their own size."""
    rows: list[list[Image.Image]] = [[]]
    for one in images:
        if rows[-1] and sum(each.width for each in rows[-1]) + one.width > width:
            rows.append([])
        rows[-1].append(one)
    heights = [max(one.height for one in row) for row in rows]
    sheet = Image.new("RGB", (max(sum(one.width for one in row) for row in rows), sum(heights)), "#888888")
    for row, top in zip(rows, np.cumsum([0, *heights]), strict=False):
        for one, left in zip(row, np.cumsum([0, *(each.width for each in row)]), strict=False):
            sheet.paste(one, (int(left), int(top)))
    return sheet


def sheets() -> Iterator[tuple[str, Image.Image]]:
    """Yield name and image of each contact sheet."""
    for look in ({"theme": "light"}, {"theme": "dark"}, {"theme": "light", "context": "talk"}):
        drawn = [image(draw(**look)) for draw in tqdm(kinds().values(), desc=" ".join(look.values()))]
        yield "kinds-" + "-".join(look.values()), contact_sheet(drawn, 2200)
        moving = [frames_of(race(**look)) for race in tqdm(races().values(), desc="animations")]
        yield "animations-" + "-".join(look.values()), contact_sheet([one for each in moving for one in each], 3900)
    for name, objective in tqdm(OBJECTIVES.items(), desc="landscapes"):
        plot = plot_1d if objective.n == 1 else plot_2d
        drawn = [image(plot(run, theme="light")) for run in everyone(name)]
        yield f"rules-on-{name}", contact_sheet(drawn, 3600)


def races() -> dict[str, Any]:
    """Return the animations to be looked at frame by frame: first, tenth, middle and last step."""
    rates = {"sgd": 1e-3, "momentum": 2e-4, "nesterov": 2e-4, "adagrad": 0.3, "rmsprop": 0.02, "adam": 0.05}
    valley = [train(rule, "rosenbrock", lr=lr, steps=200) for rule, lr in rates.items()]
    minima = [train(rule, "rastrigin", lr=0.3 if rule == "adam" else 0.01) for rule in ("sgd", "momentum", "adam")]
    return {
        "article": lambda **o: animate(replay("article"), **o),
        "article_both": lambda **o: animate(replay("article"), panels="both", **o),
        "valley": lambda **o: animate(valley, **o),
        "minima": lambda **o: animate(minima, trail=10, **o),
        "diverged": lambda **o: animate([train("sgd", lr=lr, steps=40) for lr in (0.1, 0.52, 0.6)], panels="both", **o),
        "single": lambda **o: animate(train("momentum", lr=0.05), **o),
    }


def frames_of(animation: Any) -> list[Image.Image]:
    """Return some frames of an animation, as its GIF has them."""
    with tempfile.TemporaryDirectory() as folder, Image.open(animation.save(Path(folder) / "race.gif")) as gif:
        chosen = []
        for number in (0, 10, gif.n_frames // 2, gif.n_frames - 1):
            gif.seek(number)
            chosen.append(gif.convert("RGB"))
    return chosen


def pictures_of_the_readme(folder: Path) -> None:
    """Write the pictures that the README shows, in few colours so that a clone stays small."""
    bowl = [train(name, lr=0.06) for name in ("sgd", "momentum", "rmsprop", "adam", "amsgrad")]
    long = train("adam", "rosenbrock", lr=0.03, steps=1000)
    pictures = {
        "path": (lambda: plot_2d(long, theme="light"), describe(long)),
        "race": (lambda: plot_race(bowl, theme="dark"), describe(bowl)),
        "family": (lambda: plot_family(theme="light"), "The update rules as a tree, each with what it adds."),
    }
    for name, (draw, words) in pictures.items():
        small = image(draw()).quantize(256, dither=Image.Dither.NONE)
        small.save(folder / f"{name}.png", optimize=True)
        print(f"{name}.png: {words}")
    race = animate(replay("article"), theme="light", size=(600, 420))
    print(f"{race.save(folder / 'race.gif').name}: {race.alt}")


if __name__ == "__main__":
    matplotlib.use("agg")
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        for name, sheet in sheets():
            sheet.save(folder / f"{name}.png")
    else:
        pictures_of_the_readme(Path(__file__).parent)
