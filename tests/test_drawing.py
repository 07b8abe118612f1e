"""The explorer's pictures in numbers: what is drawn where, on real landscapes, by real rules, in a real browser."""

import itertools
import json

import numpy as np
import pytest

import optviz
from optviz import OBJECTIVES, RULES, look, train
from optviz.javascript import noise_rows

from .drawing_page import FONT, draw, drawing_page, objective_of, pixels, rule_of
from .jupyterlab import CHROMIUM
from .skipping import skip

SIZES = [(432, 346), (704, 563), (370, 296)]
OWN = [OBJECTIVES[name] for name in optviz.objectives.__all__]
PLANES = [one.name for one in OWN if one.n == 2]
LINES = [one.name for one in OWN if one.n == 1]
RACE = [
    "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop_graves", "adadelta", "smorms3", "adam", "adamax",
    "nadam", "amsgrad", "adabound", "amsbound", "eve", "santa_sss", "adasecant",
]  # fmt: skip
RATE = [{"lr": 0.06} if "lr" in RULES[name].parameters else {} for name in RACE]
CONTRACT = "same start · same 100 steps · same learning rate for all"


@pytest.fixture(scope="module")
def page():
    if CHROMIUM is None:
        skip("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    with drawing_page() as page:
        yield page
        assert page.complaints == []


def frame_of(objective, width, height):
    """Return (left, right, bottom, top) of the view widened to the panel's shape, computed anew."""
    (left, right), (bottom, top) = objective.view
    if (right - left) / width > (top - bottom) / height:
        middle, half = (bottom + top) / 2, (right - left) * height / width / 2
        return left, right, middle - half, middle + half
    middle, half = (left + right) / 2, (top - bottom) * width / height / 2
    return middle - half, middle + half, bottom, top


def pixel_points(objective, width, height, ratio=1):
    """Return the points (2, rows, columns) at the middles of a panel's pixels, from the top left."""
    left, right, bottom, top = frame_of(objective, width, height)
    columns, rows = round(width * ratio), round(height * ratio)
    x = left + (np.arange(columns) + 0.5) / columns * (right - left)
    y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
    return np.stack(np.meshgrid(x, y))


def colours(theme, **other):
    return look.page_colours(look.THEMES[theme]) | other


def luminance(image):
    return image[..., :3] @ np.array([0.2126, 0.7152, 0.0722])


def luminance_of(colour):
    return luminance(np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]))


def clear(shape, ratio=1):
    """Return where nothing is written: away from the numbers of the axes."""
    mask = np.ones(shape, dtype=bool)
    mask[:, : int(40 * ratio)] = mask[-int(26 * ratio) :] = mask[: int(26 * ratio), : int(60 * ratio)] = False
    return mask


# --- where things are ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLANES)
def test_a_path_is_drawn_at_the_points_of_the_run_and_a_unit_is_equally_long_on_both_axes(page, name, size):
    width, height = size
    told = draw(page, ["momentum"], name, *size, settings=[{"lr": 1e-4}])
    points = train("momentum", name, lr=1e-4).points
    left, right, bottom, top = frame_of(OBJECTIVES[name], *size)
    assert (right - left) / width == pytest.approx((top - bottom) / height)
    expected = np.column_stack(
        [(points[:, 0] - left) / (right - left) * width, (top - points[:, 1]) / (top - bottom) * height]
    )
    np.testing.assert_allclose(np.reshape(told["paths"][0]["points"], (-1, 2)), expected, atol=1e-6)


@pytest.mark.parametrize("name", LINES)
def test_a_ball_lies_on_its_curve(page, name):
    told = draw(page, ["sgd"], name, settings=[{"lr": 1e-3}])
    frame = told["frame"]
    x, y = np.reshape(told["paths"][0]["points"], (-1, 2)).T
    at = frame["left"] + x / frame["width"] * (frame["right"] - frame["left"])
    f = frame["top"] - y / frame["height"] * (frame["top"] - frame["bottom"])
    np.testing.assert_allclose(f, OBJECTIVES[name](at), atol=1e-9 * np.abs(f).max() + 1e-12)
    assert (frame["left"], frame["right"]) == OBJECTIVES[name].view[0]


# --- the landscape -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PLANES)
def test_the_lower_the_brighter_and_the_minimum_is_the_brightest(page, name, theme):
    objective = OBJECTIVES[name]
    bare = colours(theme, contour="rgba(0, 0, 0, 0)", contour_label="rgba(0, 0, 0, 0)")
    told = draw(page, ["sgd"], objective, colours=bare, theme=theme)
    bright = luminance(pixels(page, "terrain"))
    mask = clear(bright.shape)
    values = objective(pixel_points(objective, 432, 346))
    order = np.argsort(values[mask])
    ranked = bright[mask][order]
    # Rounding of colours may turn neighbours; nothing that is clearly higher is brighter.
    assert (ranked <= np.minimum.accumulate(ranked) + 1.5).all()
    best = next(one["pixel"] for one in told["minima"] if not one["local"])
    assert bright[int(best[1]), int(best[0])] > bright[mask].max() - 3
    assert bright[mask].max() - bright[mask].min() > 0.8 * (
        luminance_of(bare["terrain"][0]) - luminance_of(bare["terrain"][-1])
    )


def coverage(page, name, width, height, ratio):
    """Return how much of each pixel a contour line covers: what a black line takes from the picture without one."""
    pictures = []
    for ink in ("rgba(0, 0, 0, 0)", "rgba(0, 0, 0, 1)"):
        told = draw(page, ["sgd"], name, width, height, ratio=ratio,
                    colours=colours("light", contour=ink, contour_label="rgba(0, 0, 0, 0)"))  # fmt: skip
        pictures.append(pixels(page, "terrain")[..., :3].astype(float).sum(axis=-1))
    empty, lined = pictures
    return 1 - lined / empty, told["labels"]


@pytest.mark.parametrize(("name", "ratio"), [*((name, 1) for name in PLANES), ("rosenbrock", 1.5), ("beale", 2)])
def test_every_contour_line_has_its_width_everywhere_and_lies_where_f_is_on_the_level(page, name, ratio):
    width, height = 432, 346
    objective = OBJECTIVES[name]
    cover, labels = coverage(page, name, width, height, ratio)
    with np.errstate(divide="ignore"):
        level = np.log10(objective(pixel_points(objective, width, height, ratio)) - objective.f_star)
    slope = np.stack(np.gradient(level)[::-1])
    steep = np.hypot(*slope)
    tens = np.arange(-12, 8)
    lines = np.sort(np.concatenate([tens.astype(float), tens + np.log10(3)]))
    # Pixels far from every level have no line: further than the line and a pixel, on the local slope.
    nearest = np.abs(level[..., None] - lines).min(axis=-1)
    mask = clear(level.shape, ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = nearest / steep
        curved = np.abs(np.gradient(steep)).max(axis=0) / np.maximum(steep, 1e-300) > 0.15
    assert cover[mask & ~curved & (away > 2.5 * ratio)].max() < 0.02

    measured = {1.1: [], 0.7: []}
    reach, around = int(np.ceil(2 * ratio)), int(np.ceil(5 * ratio))
    for line in lines:
        if (level < line).mean() < 0.01 or line > level.max():
            continue
        for axis in (0, 1):  # along rows where the line is steep, along columns where it is flat
            h, across, grid = (level, cover, mask) if axis == 0 else (level.T, cover.T, mask.T)
            gx, gy = (slope[0], slope[1]) if axis == 0 else (slope[1].T, slope[0].T)
            for row, column in np.argwhere((h[:, :-1] < line) != (h[:, 1:] < line))[::3]:
                near = slice(column - around, column + around + 2)
                if column < around or column + around + 2 > h.shape[1] or not grid[row, near].all():
                    continue
                share = abs(gx[row, column]) / np.hypot(gx[row, column], gy[row, column])
                x, y = ((column + 0.5) / ratio, (row + 0.5) / ratio)[:: 1 if axis == 0 else -1]
                alone = sum(((h[row, near][:-1] < one) != (h[row, near][1:] < one)).sum() for one in lines) == 1
                window = slice(column - reach, column + reach + 2)
                bent = np.abs(gx[row, window] - gx[row, column]).max() > 0.5 * abs(gx[row, column]) or share < 0.75
                named = any(np.hypot(one["x"] - x, one["y"] - y) < one["half"] + 8 for one in labels)
                if alone and not bent and not named:
                    kind = 1.1 if abs(line - round(line)) < 1e-9 else 0.7
                    measured[kind].append(across[row, window].sum() * share / ratio)
    assert len(measured[1.1]) + len(measured[0.7]) > 50
    for kind, widths in measured.items():
        if widths:
            assert np.median(widths) == pytest.approx(kind, abs=0.08)
            assert min(widths) > 0.5 * kind, "a line is broken"
            assert np.quantile(widths, 0.01) > 0.75 * kind, "a line is thin"
            assert np.quantile(widths, 0.99) < 1.25 * kind, "a line is thick"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLANES)
def test_labels_of_contours_say_the_error_there_and_keep_clear_of_each_other_and_of_what_is_drawn(page, name, size):
    objective = OBJECTIVES[name]
    told = draw(page, ["adam"], name, *size, settings=[{"lr": 0.1}])
    left, right, bottom, top = frame_of(objective, *size)
    for label in told["labels"]:
        x = left + label["x"] / size[0] * (right - left)
        y = top - label["y"] / size[1] * (top - bottom)
        assert float(label["text"].replace("−", "-")) == pytest.approx(
            float(objective(x, y)) - objective.f_star, rel=0.1
        )
        box = label["box"]
        assert inside(box, size)
        gaps = np.hypot(*(np.array(told["avoid"]) - (label["x"], label["y"])).T)
        assert gaps.min() > label["half"], "a label lies on the run, its start or a minimum"
        assert abs(label["angle"]) <= np.pi / 2, "a label stands on its head"
    assert not any(overlap(one["box"], other["box"]) for one, other in itertools.combinations(told["labels"], 2))
    if name not in ("rastrigin", "plateau"):  # nothing but small rings
        assert told["labels"]


def inside(box, size):
    return box["x0"] >= 0 and box["y0"] >= 0 and box["x1"] <= size[0] and box["y1"] <= size[1]


def overlap(one, other):
    return one["x0"] < other["x1"] and other["x0"] < one["x1"] and one["y0"] < other["y1"] and other["y0"] < one["y1"]


@pytest.mark.parametrize("name", LINES)
def test_the_ground_of_a_curve_ends_where_f_is(page, name):
    plain = colours("light", soft="#ffffff", second_ink="#000000", terrain=["#00ff00"] * 5, ink="#ffffff")
    frame = draw(page, ["sgd"], name, colours=plain)["frame"]
    image = pixels(page, "terrain")
    columns = np.arange(50, 380, 3)
    at = frame["left"] + (columns + 0.5) / frame["width"] * (frame["right"] - frame["left"])
    edge = (frame["top"] - OBJECTIVES[name](at)) / (frame["top"] - frame["bottom"]) * frame["height"]
    for column in columns[1:-1]:
        near = edge[np.abs(columns - column) <= 3]
        if near.min() > 20 and near.max() < 310:
            assert image[int(near.min()) - 6, column, :3].tolist() == [255, 255, 255]
            assert image[int(near.max()) + 6, column, :3].tolist() == [0, 255, 0]


# --- runs ----------------------------------------------------------------------------------------------------------


def test_a_run_that_diverges_leaves_at_the_step_that_train_says_and_its_tail_is_faint(page):
    told = draw(page, ["sgd"], "quadratic", settings=[{"lr": 0.561}], step=100)
    run = train("sgd", "quadratic", lr=0.561)
    left, right, bottom, top = frame_of(run.objective, 432, 346)
    x, y = run.points.T
    leaves = int(np.flatnonzero((x < left) | (x > right) | (y < bottom) | (y > top))[0])
    path = told["paths"][0]
    assert (path["leaves"], path["back"], told["diverged"][0]) == (leaves, None, run.diverged_at)
    # When it diverged stands in the time line and in the sentence: both would not fit beside the value.
    assert f"leaves the view at step {leaves}" in [word["text"] for word in told["words"]]
    # A head of the run's colour where it crosses the upper edge, and no solid bar where it bounces.
    full = np.array([int(look.LIGHT.run[1][i : i + 2], 16) for i in (1, 3, 5)])
    inside, outside = path["points"][2 * leaves - 2 : 2 * leaves], path["points"][2 * leaves : 2 * leaves + 2]
    share = inside[1] / (inside[1] - outside[1])
    crossing = inside[0] + share * (outside[0] - inside[0])
    image = pixels(page, "paths")
    assert np.abs(image[7, round(crossing), :3].astype(int) - full).max() < 30
    tail = image[60:130, 140:300, 3] / 255
    assert 0.05 < tail.max() < 0.75
    assert (tail > 0.5).mean() < 0.03


@pytest.mark.parametrize("steps", [100, 1000])
def test_dots_keep_apart_and_the_line_is_pale_first_and_full_last(page, steps):
    spy = """([steps]) => {
      const dots = [], arc = CanvasRenderingContext2D.prototype.arc;
      CanvasRenderingContext2D.prototype.arc = function (x, y, r, ...rest) {
        if (r === (steps > 300 ? 2 : 2.7)) dots.push([x, y]);
        return arc.call(this, x, y, r, ...rest);
      };
      modules.paths.drawPaths(last.over, last.scene, {});
      CanvasRenderingContext2D.prototype.arc = arc;
      return dots;
    }"""
    told = draw(page, ["adam"], "rosenbrock", 704, 563, settings=[{"lr": 0.05}], steps=steps)
    # The dot in the ring of the start has another radius; each dot is at a step of the run.
    points = np.reshape(told["paths"][0]["points"], (-1, 2))
    dots = np.array([dot for dot in page.evaluate(spy, [steps]) if np.hypot(*(points - dot).T).min() < 1e-9])
    assert len(dots) > 10
    assert np.hypot(*np.diff(dots, axis=0).T).min() >= (9 if steps > 300 else 7)
    assert sum(word["text"] in ("50", "100", "200", "500") for word in told["words"]) >= (2 if steps > 300 else 0)


def test_rules_that_walk_the_same_way_are_drawn_once(page):
    told = draw(page, RACE, "quadratic", 704, 563, settings=RATE, step=40)
    left, right, _, _ = frame_of(OBJECTIVES["quadratic"], 704, 563)
    points = [
        train(name, "quadratic", **own).points * 704 / (right - left) for name, own in zip(RACE, RATE, strict=True)
    ]
    expected = []
    for index, path in enumerate(points):
        same = [group for group in expected if np.abs(points[group[0]] - path).max() <= 0.06]
        if same:
            same[0].append(index)
        else:
            expected.append([index])
    assert told["groups"] == expected
    assert any(len(group) > 1 for group in expected)


def test_in_a_race_the_rule_that_is_looked_at_stands_out_and_the_contract_is_written(page):
    told = draw(page, RACE, "quadratic", 704, 563, settings=RATE, step=40, more={"contract": CONTRACT})
    marks = {name: told["paths"][RACE.index(name)]["points"][80:82] for name in ("nesterov", "adagrad")}
    assert CONTRACT in [word["text"] for word in told["words"]]

    def weight(name):
        x, y = marks[name]
        return pixels(page, "paths")[round(y), round(x), 3] / 255

    assert min(weight(name) for name in marks) > 0.95
    told = draw(page, RACE, "quadratic", 704, 563, settings=RATE, step=40, more={"lit": RACE.index("nesterov")})
    assert weight("nesterov") > 0.95
    assert weight("adagrad") < 0.7
    names = {RULES[name].label for name in RACE}
    assert [word["text"] for word in told["words"] if word["text"] in names] == [RULES["nesterov"].label]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*PLANES, "quartic", "cycle"])
@pytest.mark.parametrize("rules", [["sgd"], RACE], ids=["sgd", "race"])
def test_words_are_in_the_picture_and_not_on_each_other(page, rules, name, size):
    hud = {"x0": 10, "y0": 10, "x1": 130, "y1": 62}
    told = draw(page, rules, name, *size, settings=RATE if len(rules) > 1 else [{"lr": 0.3}], more={"taken": [hud]})
    words = told["words"]
    for word in words:
        assert inside(word["box"], size), word["text"]
    for one, other in itertools.combinations(words, 2):
        assert not overlap(one["box"], other["box"]), (one["text"], other["text"])
    assert "start" in [word["text"] for word in words]


def test_words_stay_where_they_are_while_something_is_dragged(page):
    places = []
    script = """([lr, kept]) => {
      const { landscape, scene } = last;
      const run = modules.runOf(landscape, 0, { lr }, [-5, -2], 100, {});
      const drawn = modules.paths.drawPaths(last.over, { ...scene, runs: [run], dragging: true }, window.kept ??= {});
      return drawn.words.find((word) => word.text === "minimum").box;
    }"""
    draw(page, ["momentum"], "quadratic", settings=[{"lr": 0.01}])
    for lr in np.geomspace(0.005, 0.2, 40):
        box = page.evaluate(script, [float(lr), {}])
        places.append((box["x0"], box["y0"]))
    page.evaluate("delete window.kept")
    assert len(set(places)) <= 3  # it moves only where the present point would be under it


def test_a_pointer_finds_the_nearest_step(page):
    told = draw(page, ["adam"], "rosenbrock", settings=[{"lr": 0.3}])
    x, y = told["paths"][0]["points"][2 * 37 : 2 * 37 + 2]
    points = np.reshape(told["paths"][0]["points"], (-1, 2))
    nearest = int(np.hypot(*(points - (x + 1, y - 1)).T).argmin())
    find = "([x, y, reach]) => modules.paths.nearestStep(last.drawn.paths, x, y, reach)"
    assert page.evaluate(find, [x + 1, y - 1, 20]) == {"run": 0, "step": nearest}
    assert page.evaluate(find, [5, 340, 20]) is None


def test_what_lies_on_top_goes_to_a_corner_without_start_minimum_and_path(page):
    assert draw(page, ["adam"], "himmelblau", settings=[{"lr": 0.1}])["corner"] == "top right"  # a minimum at the left
    assert draw(page, ["adam"], "quadratic", settings=[{"lr": 0.1}])["corner"] == "top left"


def test_a_run_without_any_number_and_no_run_at_all_draw_the_rest(page):
    told = draw(page, ["sgd"], "quadratic", settings=[{"lr": 1e200}])
    assert told["paths"][0]["count"] == 1
    told = draw(page, ["sgd"], "quadratic", settings=[{"lr": 0.1}], more={"runs": []})
    assert {word["text"] for word in told["words"]} == {"start", "minimum"}


# Functions of the module: their code is read.
def rooted(x):
    x1, x2 = x
    return np.sqrt(x1) + x2**2


def rooted_gradient(x):
    x1, x2 = x
    return 0.5 / np.sqrt(x1), 2 * x2


def test_a_landscape_with_holes_and_without_minimum_is_drawn_and_a_run_into_a_hole_says_so(page):
    objective = optviz.Objective(rooted, rooted_gradient, start=(1, 1), view=((-2, 3), (-2, 2)))
    told = draw(page, ["adam"], objective, settings=[{"lr": 0.1}])
    run = train("adam", objective, lr=0.1)
    assert f"no number at step {run.diverged_at}" in [word["text"] for word in told["words"]]
    image = luminance(pixels(page, "terrain"))
    hole, floor = image[100:320, 60:150], image[150:190, 180:200]
    assert hole.max() < luminance_of(look.LIGHT.terrain[-1]) + 2  # as dark as can be: nothing is lower there
    assert floor.min() > hole.max() + 40
    # Without a known minimum the lines stand at equal steps of f.
    assert {float(label["text"]) for label in told["labels"]} <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert len(told["labels"]) > 1


def steep(x):
    x1, x2 = x
    return np.exp(200 * x1**2) + x2**2


def steep_gradient(x):
    x1, x2 = x
    return 400 * x1 * np.exp(200 * x1**2), 2 * x2


def test_a_landscape_of_hundreds_of_decades_has_few_lines_all_over_it(page):
    objective = optviz.Objective(steep, steep_gradient, start=(1, 1), view=((-3, 3), (-2, 2)), minima=[(0, 0)])
    draw(page, ["sgd"], objective)
    cover, _ = coverage(page, objective, 432, 346, 1)
    row = cover[120, 60:-40]
    assert 10 < (np.diff((row > 0.1).astype(int)) == 1).sum() < 40


# --- the time line -------------------------------------------------------------------------------------------------

STRIP = """([colours, font, more]) => {
  const { runs, landscape } = last, zero = landscape.f_star;
  const curves = runs.map((run) => ({ values: modules.errorsOf(run, zero), diverged: run.diverged }));
  document.querySelector("#panel").replaceChildren();
  const canvas = modules.canvasOf("strip", 624, 112, colours.panel);
  const strip = { width: 624, height: 112, ratio: 1, colours, font, curves, steps: 100, step: 100, log: true,
    range: modules.strips.rangeOf(curves.map((one) => one.values), true), label: "error f − f*", floor: 2e-16,
    ...more };
  modules.strips.drawStrip(canvas, strip);
  const places = [...curves[0].values].map((value, k) => modules.strips.place(strip, k, value));
  return { places, range: strip.range, steps: places.map(([x]) => modules.strips.stepAt(strip, x)) };
}"""


def test_the_curve_of_the_time_line_passes_through_the_errors_of_the_run(page):
    draw(page, ["momentum"], "quadratic", settings=[{"lr": 0.01}])
    told = page.evaluate(STRIP, [colours("light"), FONT, {"step": 60}])
    error = train("momentum", "quadratic", lr=0.01).error
    low, high = told["range"]
    assert low <= error.min() < error.max() <= high
    assert [np.log10(low) % 1, np.log10(high) % 1] == [0, 0], "whole powers of ten"
    x = 44 + np.arange(101) / 100 * (624 - 44 - 58)
    y = 112 - 20 - (np.log(error) - np.log(low)) / (np.log(high) - np.log(low)) * (112 - 40)
    np.testing.assert_allclose(told["places"], np.column_stack([x, y]), atol=1e-6)
    assert told["steps"] == list(range(101))
    image = pixels(page, "strip").astype(int)
    full = np.array([int(look.LIGHT.run[1][i : i + 2], 16) for i in (1, 3, 5)])
    for k in range(5, 55, 7):  # up to the present step in full, later in pale
        assert np.abs(image[round(y[k] - 0.5), round(x[k]), :3] - full).max() < 25
        assert image[round(y[k] - 0.5), round(x[k]), 3] > 240
    assert image[round(y[80] - 0.5), round(x[80]), 3] < 160


def test_a_curve_that_diverges_leaves_through_the_top(page):
    draw(page, ["sgd"], "quadratic", settings=[{"lr": 0.561}])
    told = page.evaluate(STRIP, [colours("light"), FONT, {"step": 17}])
    error = train("sgd", "quadratic", lr=0.561).error
    assert told["range"][1] <= 1000 * error[0] < 1e6
    image = pixels(page, "strip").astype(int)
    assert image[30:90, 200:560].max(axis=(0, 1))[3] > 0  # the lines of the axis
    warm = (image[..., 0] > image[..., 2] + 60) & (image[..., 3] > 120)
    assert not warm[40:, 160:].any(), "nothing of the run after it has left"
    assert warm[:40, 44:160].any()


# --- the map -------------------------------------------------------------------------------------------------------

MAP = """async ([rule, objective, keys, values, steps, noise, requests]) => {
  const text = modules.join([rule], objective);
  const about = { n: objective.n, f_star: objective.f_star, errors: true, far: 1000 };
  const answers = [];
  let finish;
  const finished = new Promise((done) => { finish = done; });
  const map = modules.maps.startMap(text, 0, about, (answer) => {
    answers.push(answer);
    if (answer.state === "complete" && answer.id === requests) finish();
  });
  const wish = { settings: {}, keys, values, start: objective.start, steps, noise };
  for (let k = 0; k < requests; k++) map.request(wish);
  await finished;
  map.close();
  window.answer = answers[answers.length - 1];
  const tell = (one) => ({ ...one, losses: [...one.losses].map(String), diverged: [...one.diverged] });
  return answers.map(tell);
}"""
ACROSS, UP = np.geomspace(1e-3, 2, 64), np.linspace(0, 0.99, 48)


def the_map(page, rule, objective, keys, steps=100, requests=1):
    about, n = rule_of(rule, "light"), OBJECTIVES[objective].n
    noise = noise_rows(0, about["draws"], steps, n).ravel().tolist()
    values = [ACROSS.tolist(), UP.tolist()]
    return page.evaluate(MAP, [about, objective_of(objective), keys, values, steps, noise, requests])


@pytest.mark.parametrize(
    ("rule", "objective", "key"),
    [("momentum", "quadratic", "momentum"), ("momentum", "quartic", "momentum"), ("santa_sss", "dlfs", "sigma")],
)
def test_a_map_ends_where_train_ends_and_diverges_where_it_diverges(page, rule, objective, key):
    last = the_map(page, rule, objective, ["lr", key])[-1]
    grid = train(rule, objective, **{"lr": ACROSS, key: UP[:, np.newaxis]})
    losses = np.array([float(one) for one in last["losses"]]).reshape(48, 64)
    diverged = np.reshape(last["diverged"], (48, 64))
    np.testing.assert_array_equal(diverged, grid.diverged_at >= 0)
    # Where a difference in the last digit of the start grows, the end is no measure.
    moved = train(rule, objective, start=grid.start * (1 + 1e-13), **{"lr": ACROSS, key: UP[:, np.newaxis]})
    calm = np.isclose(moved.losses[-1], grid.losses[-1], rtol=1e-9, atol=1e-11) & np.isfinite(grid.losses[-1])
    assert calm.mean() > 0.2
    np.testing.assert_allclose(losses[calm], grid.losses[-1][calm], rtol=1e-8, atol=1e-10)


def test_the_latest_request_wins_and_every_one_gets_a_coarse_picture_or_gives_way(page):
    answers = the_map(page, "adam", "rosenbrock", ["lr", "beta1"], steps=400, requests=6)
    assert [one["id"] for one in answers if one["state"] == "complete"] == [6]
    ids = [one["id"] for one in answers]
    assert ids == sorted(ids), "nothing that is older comes after something newer"
    coarse = next(one for one in answers if one["id"] == 6 and one["state"] == "coarse")
    complete = answers[-1]
    squares = np.array(coarse["losses"]).reshape(12, 4, 16, 4)
    assert (squares == squares[:, :1, :, :1]).all(), "a run stands for a square of runs"
    same = (
        np.array(coarse["losses"]).reshape(48, 64)[2::4, 2::4]
        == np.array(complete["losses"]).reshape(48, 64)[2::4, 2::4]
    )
    assert same.all(), "and it is the run of the middle"


def test_a_map_is_bright_where_the_error_is_low_and_hatched_where_runs_diverge(page):
    the_map(page, "momentum", "quadratic", ["lr", "momentum"])
    script = """([colours, font, across, up, here]) => {
      document.querySelector("#panel").replaceChildren();
      const canvas = modules.canvasOf("map", 432, 346, colours.panel);
      const axes = [{ label: "learning rate", symbol: "η", values: across, ticks: [] },
        { label: "momentum", symbol: "μ", values: up, ticks: [] }];
      const scene = { width: 432, height: 346, ratio: 1, colours, font, axes, here, answer: window.answer, zero: 0,
        first: 10.5 };
      modules.maps.drawMap(canvas, scene);
      const cells = [];
      for (let row = 0; row < up.length; row++) {
        for (let column = 0; column < across.length; column++) {
          const centre = modules.maps.centreOf(scene, [column, row]);
          cells.push([...centre, ...modules.maps.cellAt(scene, ...centre)]);
        }
      }
      return [cells, modules.maps.cellAt(scene, 3, 100), modules.maps.cellAt(scene, 200, 345)];
    }"""
    own = colours("light", contour_label="rgba(0, 0, 0, 0)")
    cells, left, below = page.evaluate(script, [own, FONT, ACROSS.tolist(), UP.tolist(), None])
    assert left is below is None
    assert [cell[2:] for cell in cells] == [[column, row] for row in range(48) for column in range(64)]
    image = pixels(page, "map")
    grid = train("momentum", "quadratic", lr=ACROSS, momentum=UP[:, np.newaxis])
    gone = (grid.diverged_at >= 0).ravel()
    bright = luminance(image)[[int(cell[1]) for cell in cells], [int(cell[0]) for cell in cells]]
    errors = np.maximum(grid.losses[-1].ravel(), 1e-16)
    ranked = bright[~gone][np.argsort(errors[~gone])]
    assert (ranked <= np.minimum.accumulate(ranked) + 1.5).all()
    assert ranked[0] - ranked[-1] > 50
    # Hatching: in the diverged part both the ground and the lines are found, elsewhere neither.
    warm = image[..., 0].astype(int) - image[..., 2] > 60
    columns, rows = np.array([[int(cell[0]), int(cell[1])] for cell in cells]).T
    assert 0.1 < warm[rows[gone], columns[gone]].mean() < 0.5
    assert not warm[rows[~gone], columns[~gone]].any()


def test_a_map_is_computed_on_a_page_that_was_opened_from_disk(page, tmp_path):
    about, objective = rule_of("momentum", "light"), objective_of("quadratic")
    write = """([rule, objective]) => modules.worker.workerText(modules.join([rule], objective), 0,
      { n: 2, f_star: 0, errors: true, far: 1000 })"""
    text = page.evaluate(write, [about, objective])
    wish = {
        "id": 1,
        "settings": {},
        "keys": ["lr", "momentum"],
        "values": [[0.05], [0.9]],
        "start": [-5, -2],
        "steps": 100,
    }
    (tmp_path / "map.html").write_text(
        f"""<script>
        const worker = new Worker(URL.createObjectURL(new Blob([{json.dumps(text)}], {{ type: "text/javascript" }})));
        worker.onmessage = ({{ data }}) => {{ document.title = data.failed ?? data.losses[0]; }};
        worker.onerror = () => {{ document.title = "refused"; }};
        worker.postMessage({json.dumps(wish)});
        </script>"""
    )
    other = page.context.browser.new_page()
    other.goto((tmp_path / "map.html").as_uri())
    other.wait_for_function("document.title !== ''", timeout=10_000)
    assert float(other.title()) == train("momentum", "quadratic", lr=0.05).losses[-1]
    other.close()


def test_a_map_that_cannot_be_computed_says_so_in_one_sentence(page):
    script = """([rule, objective]) => new Promise((done) => {
      const about = { n: 2, f_star: 0, errors: true, far: 1000 };
      const map = modules.maps.startMap("no module", 0, about, () => done("answered"), done);
      map.request({ settings: {}, keys: ["lr", "momentum"], values: [[1], [1]], start: [1, 1], steps: 1 });
    })"""
    assert page.evaluate(script, [None, None]).startswith("The map cannot be computed here: SyntaxError")
