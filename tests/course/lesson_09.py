"""Lesson 09, the article's race: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

NAMES = "{'RMSpropGraves': 'Graves'}.get(label, label)"
MEASURED = {
    "09.01": f"{{{NAMES}: run.points[-1, 0] for label, run in fifteen.items()}}",
    **{f"09.0{i + 2}": f"' '.join(arrived[{start}])" for i, start in enumerate((-3.0, -2.8, -2.5, -2.0))},
    "09.06": f"{{{NAMES}: int(hits.sum()) for label, hits in reached.items()}}",
    "09.07": f"{{{NAMES}: rate for label, rate in best_rate.items()}}",
    "09.08": "len(tuned[-3.0])",
    "09.09": "len(tuned[-2.5])",
    "09.10": "len(tuned[-2.0])",
    "09.11": "[run.points[-1, 0] for run in race(faster, 'quartic', steps=100)]",
    "09.12": "[number for run in forms for number in (run.losses[-1], run.settings['lr'])]",
    "09.13": """(lambda tried, runs: [
        tune_sgd(), tried[runs.losses[1].argmin()], tried[runs.diverged_at < 0].max(), tried[0],
        tried[runs.losses[-1][tried < 0.101].argmin()],
    ])(*(lambda tried: (tried, train('sgd', bowl, lr=tried, steps=50)))(np.geomspace(1e-3, 10, 41)))""",
}
FINGERPRINTS: dict[str, str] = {}
PROBED: dict[str, str] = {}

TUNE = """\
def tune_sgd():
    tried = np.geomspace({})
    runs = train("sgd", bowl, lr=tried, steps=50)
    return {}
"""


def tune(which="tried[runs.losses[-1].argmin()]", grid="0.001, 10, 41"):
    return TUNE.format(grid, which)


def sgd(arguments, names="['sgd', 'adam']"):
    return f"for_sgd = race({names}, {arguments})"


def adam(arguments):
    return sgd(arguments).replace("for_sgd", "for_adam")


EXERCISES = {
    "best": Exercise("pick", "tune_sgd", tune(), {
        "+ after one step": (tune("tried[runs.losses[1].argmin()]"), "lowest after one step only"),
        "+ largest that stays": (tune("tried[runs.diverged_at < 0].max()"), "does not fly away at once"),
        "+ the first": (tune("tried[0]"), "the first of the rates"),
        "+ the edge": (tune(grid="0.001, 0.1, 21"), "a best rate on the edge says: go further"),
        "+ another grid": (tune(grid="0.001, 10, 400"), "your grid is another"),
        "+ another rate": (tune("tried[22]"), "With 0.158 the run ends at f = "),
        "+ the index": (tune("runs.losses[-1].argmin()"), "26 is the place of the best rate"),
        "+ equal distances": (tune().replace("geomspace", "linspace"), "Your rates lie at equal distances"),
        "+ a blank": (tune("tried[...]"), "A blank is still open: `return tried[...]`"),
        "+ called": ("tune_sgd = 0.398107", "Hand over the function itself"),
        "+ an error": (tune("tried[runs.argmin()]"), "raised AttributeError"),
        "+ all of them": (tune("tried"), "has to return one of the rates; it returned numbers of the shape (41,)"),
        "+ nothing returned": (tune().replace("return ", "best = "), "returns nothing"),
    }),
    "fragile": Exercise("drag", "rate", "rate = 0.0016", {
        "+ too slow": ("rate = 0.0005", "too slow for the hump"),
        "+ not at rest": ("rate = 0.0008", "100 steps are too few to come to rest"),
        "+ too fast": ("rate = 0.02", "comes back over the hump, so it is too fast"),
        "+ from both": ("rate = 0.004", "it reaches 2.5 from both"),
        "+ far too fast": ("rate = 1", "it flies away from −3"),
    }),
    "sgd_wins": Exercise("sgd-wins", "for_sgd", sgd("'parabola', tune='best'"), {
        "+ no race": ("for_sgd = train('sgd')", "This needs a race"),
        "+ not in": (sgd("'parabola', tune='best'", "['sgd', 'momentum']"), "adam is not in your race"),
        "+ defaults": (sgd("'parabola'"), "The contract says `published defaults`: no sweep for SGD"),
        "+ same": (sgd("'parabola', tune='same', lr=0.5"), "same lr 0.5`: no sweep"),
        "+ lost": (sgd("'rosenbrock', tune='best'"), "On Rosenbrock valley in 100 steps SGD does not win"),
        "+ the edge": (sgd("'parabola', tune='best', rates=np.geomspace(1e-3, 1, 25)"),
                       "SGD's best rate, 1, is the edge of its sweep"),
    }, {"+ a third": (sgd("'parabola', tune='best'", "['sgd', 'adadelta', 'adam']"), "SGD wins on")}),
    "adam_wins": Exercise("adam-wins", "for_adam", adam("'rosenbrock', tune='best'"), {
        "+ lost": (adam("'quadratic', tune='best'"), "On Long bowl in 100 steps Adam does not win"),
        "+ the edge": (adam("'plateau', tune='best'"), "SGD's best rate, 10, is the edge of its sweep"),
    }),
}  # fmt: skip
