"""Objectives: value, exact gradient, minima, curvature, view and words belong together.

Expected numbers come from the papers and from the course's table (course/numbers.json, the ids are cited).
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optviz
from optviz import OBJECTIVES, Objective, noisy, objective, rotated, scaled, train
from optviz.objective_function import find_objective

PACKAGE = {name: OBJECTIVES[name] for name in optviz.objectives.__all__}
PLANE = {name: one for name, one in PACKAGE.items() if one.n == 2}
TRANSFORMED = {
    **{f"rotated {name}": rotated(one, 30) for name, one in PLANE.items()},
    **{f"noisy {name}": noisy(one, 0.5) for name, one in PACKAGE.items()},
    **{f"scaled f {name}": scaled(one, f=1000) for name, one in PACKAGE.items()},
    **{f"scaled x {name}": scaled(one, x=100) for name, one in PACKAGE.items()},
    "all three": noisy(scaled(rotated("beale", -50), f=1e-3, x=0.1), 2.0),
}
EVERY = {**PACKAGE, **TRANSFORMED}

every_objective = pytest.mark.parametrize("one", EVERY.values(), ids=EVERY.keys())
package_objective = pytest.mark.parametrize("one", PACKAGE.values(), ids=PACKAGE.keys())

# name: start, then for each minimum its coordinates, f, smallest and largest eigenvalue of the Hessian.
TABLE = {
    "parabola": (1, [(0, 0, 1, 1)]),  # objectives.01
    "noisy_parabola": (3, [(0, 0, 1, 1)]),
    "quartic": (-3, [(2.5, -43.229167, 48, 48), (-1.5, -0.5625, 16, 16)]),  # objectives.02
    "cycle": (3.3, [(0, 0, 25, 25)]),
    "quadratic": ((-5, -2), [(0, 0, 0, 0.2, 4)]),  # objectives.05
    "dlfs": ((-7, 2), [(0, 0, 0, 0.1, 2)]),  # objectives.06
    "tilted_ravine": ((0.366025, 1.366025), [(0, 0, 0, 1, 100)]),  # objectives.07; the start is (1, 1) turned by 30°
    "rosenbrock": ((-1.5, 2), [(1, 1, 0, 0.3994, 1001.6006)]),  # objectives.08
    "saddle": ((1, 1e-4), [(0, 1, -0.25, 1, 2), (0, -1, -0.25, 1, 2)]),  # objectives.09
    "himmelblau": (  # objectives.10
        (0, 0),
        [
            (3, 2, 0, 25.7157, 82.2843),
            (-2.805118, 3.131313, 0, 64.8404, 80.5501),
            (-3.77931, -3.283186, 0, 70.7144, 133.7856),
            (3.584428, -1.848127, 0, 28.6907, 105.4189),
        ],
    ),
    "beale": ((1, 1), [(3, 0.5, 0, 0.3015, 48.9798)]),  # objectives.11
    "three_hump_camel": (  # objectives.12
        (-2, 1),
        [
            (0, 0, 0, 1.5858, 4.4142),
            (1.747552, -0.873776, 0.298638, 1.9024, 12.2506),
            (-1.747552, 0.873776, 0.298638, 1.9024, 12.2506),
        ],
    ),
    "styblinski_tang": (  # objectives.14
        (0, 0),
        [
            (-2.903534, -2.903534, -78.332331, 34.5831, 34.5831),
            (2.746803, -2.903534, -64.195612, 29.2696, 34.5831),
            (-2.903534, 2.746803, -64.195612, 29.2696, 34.5831),
            (2.746803, 2.746803, -50.058893, 29.2696, 29.2696),
        ],
    ),
    "rastrigin": (  # objectives.15, those of the lattice that it names
        (2.3, -1.7),
        [
            (0, 0, 0, 396.7842, 396.7842),
            (0.994959, 0, 0.994959, 396.5861, 396.7842),
            (0.994959, 0.994959, 1.989918, 396.5861, 396.5861),
        ],
    ),
    "plateau": ((-5, 3), [(0, 0, 0, 0.25, 2.5)]),  # objectives.16
    "reddi": (0, [(-1, -2 / 3, None, None)]),
    "slope": (0, []),
}
REFERENCE = {
    one["id"]: one["expected"]
    for one in json.loads((Path(__file__).parent / "references" / "course.json").read_text(encoding="utf-8"))["numbers"]
    if one["lesson"] == "objectives"
}
CITED = {
    "01": "parabola", "02": "quartic", "05": "quadratic", "06": "dlfs", "07": "tilted_ravine", "08": "rosenbrock",
    "09": "saddle", "10": "himmelblau", "11": "beale", "12": "three_hump_camel", "14": "styblinski_tang",
    "15": "rastrigin", "16": "plateau",
}  # fmt: skip
# In no lesson, so not in the package.
NOT_BUILT = {
    "04": lambda x: np.sqrt(x**2 + 1) - 1,
    "13": lambda x, y: (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2,
}
FLAT = "03"  # x^4 / 4, not built either: its minimum has no curvature, and so no row
MEASURED = ["17", "18", "19", "20"]  # in tests of their own, with their ids


def test_every_number_of_an_objective_is_cited():
    assert sorted(REFERENCE) == sorted(f"objectives.{key}" for key in (*CITED, *NOT_BUILT, FLAT, *MEASURED))
    assert REFERENCE[f"objectives.{FLAT}"] == []


@pytest.mark.parametrize(("key", "name"), CITED.items())
def test_the_table_is_that_of_the_reference(key, name):
    np.testing.assert_allclose(TABLE[name][1], REFERENCE[f"objectives.{key}"], atol=1e-6)


@pytest.mark.parametrize(("key", "f"), NOT_BUILT.items())
def test_numbers_of_objectives_that_are_not_built_follow_from_their_formulas(key, f):
    for *minimum, value, low, high in REFERENCE[f"objectives.{key}"]:
        place, h = np.array(minimum), 1e-4 * np.eye(len(minimum))
        assert f(*place) == pytest.approx(value, abs=1e-6)
        assert [f(*(place + e)) - f(*(place - e)) for e in h] == pytest.approx([0] * len(h), abs=1e-8)
        hessian = [
            [(f(*(place + a + b)) - f(*(place + a - b)) - f(*(place - a + b)) + f(*(place - a - b))) / 4e-8 for a in h]
            for b in h
        ]
        assert np.linalg.eigvalsh(hessian)[[0, -1]] == pytest.approx([low, high], rel=1e-4)


GAUSS = np.polynomial.legendre.leggauss(100)


def points_in_view(one, count, seed=0, wider=1.0):
    low, high = np.array(one.view).T[:, :, np.newaxis]
    middle, half = (low + high) / 2, (high - low) / 2
    return middle + wider * half * np.random.default_rng(seed).uniform(-1, 1, (one.n, count))


def mean_gradient(one, x):
    """The gradient without its noise, and over a full cycle of a sequence."""
    times = (1, 2, 3) if "t" in one.gradient_asks else (1,)
    return sum(one.grad(x, t, lambda: 0.0) for t in times) / len(times)


def complex_step(one, x):
    """The derivative of the value, exact but for rounding: Squire & Trapp 1998."""
    return np.array([one(x + 1e-30j * np.eye(one.n)[:, [axis]]).imag / 1e-30 for axis in range(one.n)])


def hessian(one, x):
    """Differences of the gradient, of fourth order."""
    h = 1e-3 * min(high - low for low, high in one.view) / 6
    columns = [
        sum(weight * mean_gradient(one, x + step * h * axis) for step, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)))
        for axis in np.eye(one.n)
    ]
    return np.stack(columns, axis=1) / (12 * h)


# --- the registry as a whole ---------------------------------------------------------------------------------------


def test_the_registry_holds_the_landscapes_of_the_course():
    assert set(PACKAGE) == set(TABLE)
    assert set(PACKAGE) <= set(optviz.__all__)
    assert all(getattr(optviz, name) is one for name, one in PACKAGE.items())


@pytest.mark.parametrize("name", TABLE)
def test_start_minima_values_and_curvature_are_those_of_the_table(name):
    one, (start, rows) = PACKAGE[name], TABLE[name]
    np.testing.assert_allclose(one.start, np.atleast_1d(start), atol=5e-7)
    listed = {tuple(np.round(minimum, 5) + 0.0) for minimum in one.minima}
    assert {tuple(np.round(row[: one.n], 5) + 0.0) for row in rows} <= listed
    assert name == "rastrigin" or len(listed) == len(rows)
    for *point, value, smallest, largest in rows:
        nearest = min(one.minima, key=lambda minimum, point=point: np.linalg.norm(minimum - point))
        np.testing.assert_allclose(nearest, point, atol=1e-6)
        assert float(one(nearest)) == pytest.approx(value, abs=1e-6)
        if smallest is not None:
            np.testing.assert_allclose(np.linalg.eigvalsh(hessian(one, nearest))[[0, -1]], (smallest, largest),
                                       rtol=1e-4, atol=1e-4)  # fmt: skip
    if rows:
        assert one.f_star == pytest.approx(min(row[one.n] for row in rows), abs=1e-6)
        best = rows[0][-2:]
        assert one.curvature == (None if best == (None, None) else pytest.approx(best, abs=6e-5))
    else:
        assert one.f_star is None
        assert one.curvature is None


def test_rastrigin_knows_every_hollow_of_its_view():
    # f is separable: between two neighbouring hollows of a coordinate lies one hump, so a fine grid finds them all.
    x = np.linspace(-3.3, 3.3, 66001)
    values = optviz.rastrigin(x, 0.0)
    hollows = x[1:-1][(values[1:-1] < values[:-2]) & (values[1:-1] < values[2:])]
    assert len(hollows) == 7
    expected = {(a, b) for a in hollows.round(3) + 0.0 for b in hollows.round(3) + 0.0}
    assert {tuple(minimum.round(3) + 0.0) for minimum in optviz.rastrigin.minima} == expected


@package_objective
def test_a_docstring_says_what_the_landscape_teaches_and_where_it_comes_from(one):
    first, _, rest = one.__doc__.partition("\n")
    assert first.endswith(".")
    assert 40 < len(first) < 120
    published = re.search(r"(19|20)\d\d", rest) and re.search(r"doi:10\.|arXiv:\d{4}|https://", rest)
    assert published or "this course" in rest


@package_objective
def test_labels_are_short_names(one):
    assert one.label[0].isupper()
    assert len(one.label) <= 20


@package_objective
def test_minima_are_listed_from_the_lowest_on(one):
    values = [float(one(minimum)) for minimum in one.minima]
    assert not values or values[0] <= min(values) + 1e-12


# --- value, gradient, minima, view ---------------------------------------------------------------------------------


@every_objective
def test_the_gradient_is_the_derivative_of_the_value(one):
    x = np.concatenate([points_in_view(one, 100), points_in_view(one, 100, seed=1, wider=2.5)], axis=1)
    expected = complex_step(one, x)
    np.testing.assert_allclose(mean_gradient(one, x), expected, rtol=1e-11, atol=1e-13 * np.abs(expected).max())


@every_objective
def test_the_value_rises_by_the_integral_of_the_gradient(one):
    """Which finds a jump between the pieces of a curve, where every derivative is right."""
    nodes, weights = GAUSS
    for a, b in zip(*np.split(points_in_view(one, 12).T, 2), strict=True):
        along = np.outer(b - a, (nodes + 1) / 2) + a[:, np.newaxis]
        rise = (b - a) @ (mean_gradient(one, along) @ weights) / 2
        assert float(one(b) - one(a)) == pytest.approx(rise, rel=1e-3, abs=1e-4 * np.ptp(one(along)))


@every_objective
def test_a_newton_step_does_not_leave_a_minimum(one):
    """Which says that a minimum is known to the last digits of float64."""
    for minimum in one.minima:
        gradient = mean_gradient(one, minimum)
        if one.box is None:
            step = np.linalg.solve(hessian(one, minimum), gradient)
            assert np.linalg.norm(step) <= 1e-14 * max(np.ptp(one.view[0]), np.linalg.norm(minimum))
        else:  # on the edge of a box the way down leads out of it
            for axis, (low, high) in enumerate(one.box):
                edge = gradient[axis] > 0 if minimum[axis] == low else gradient[axis] < 0
                assert edge
                assert minimum[axis] in (low, high)


@every_objective
def test_values_are_higher_all_around_a_minimum(one):
    angles = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    directions = np.array([np.cos(angles), np.sin(angles)]) if one.n == 2 else np.array([[-1.0, 1.0]])
    for minimum in one.minima:
        for radius in (1e-4, 1e-3, 1e-2):
            around = minimum[:, np.newaxis] + radius * np.ptp(one.view[0]) * directions
            if one.box is not None:
                around = around[:, (np.abs(around) < np.array(one.box)[:, 1:]).all(axis=0)]
            assert (one(around) > one(minimum)).all()


@every_objective
def test_no_value_in_the_view_is_below_f_star(one):
    if one.f_star is None:
        assert one.minima == []
        return
    values = one(points_in_view(one, 4000))
    x = points_in_view(one, 4000)
    if one.box is not None:
        values = values[((np.array(one.box)[:, 0] <= x.T) & (np.array(one.box)[:, 1] >= x.T)).all(axis=1)]
    assert values.min() >= one.f_star
    assert one.f_star == pytest.approx(min(float(one(minimum)) for minimum in one.minima), abs=1e-13 * values.max())


@every_objective
def test_start_and_minima_lie_in_the_view(one):
    low, high = np.array(one.view).T
    for point in (one.start, *one.minima):
        assert (low < point).all()
        assert (point < high).all()
    if one.box is not None:
        inside = np.array(one.box)
        assert (low <= inside[:, 0]).all()
        assert (inside[:, 1] <= high).all()
        assert all(((inside[:, 0] <= point) & (point <= inside[:, 1])).all() for point in (one.start, *one.minima))


@every_objective
def test_the_curvature_is_that_of_the_hessian_at_the_best_minimum(one):
    if one.curvature is None:
        assert one.minima == [] or one.box is not None
        return
    best = min(one.minima, key=lambda minimum: float(one(minimum)))
    if len(one.minima) > 1 and float(one(one.minima[0])) <= float(one(best)) + 1e-9:
        best = one.minima[0]
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian(one, best))[[0, -1]], one.curvature, rtol=1e-7)


# --- points and grids ----------------------------------------------------------------------------------------------


@every_objective
def test_a_value_on_a_grid_equals_the_single_value_in_every_bit(one):
    points = points_in_view(one, 35).reshape(one.n, 5, 7)
    values, gradients = one(points), one.grad(points, 1, lambda: np.full((one.n, 1, 1), 0.3))
    for index in np.ndindex(5, 7):
        alone = points[(slice(None), *index)]
        assert float(one(alone)) == values[index]
        assert (one.grad(alone, 1, lambda: np.full(one.n, 0.3)) == gradients[(slice(None), *index)]).all()


@every_objective
@pytest.mark.parametrize("grid", [(), (3,), (2, 3)])
def test_shapes(one, grid):
    points = points_in_view(one, int(np.prod(grid))).reshape(one.n, *grid)
    assert one(points).shape == grid
    gradient = one.grad(points, 2, lambda: np.zeros((one.n, *(1 for _ in grid))))
    assert gradient.shape == (one.n, *grid)
    assert gradient.dtype == np.float64


@package_objective
def test_coordinates_may_be_given_one_by_one(one):
    points = points_in_view(one, 6).reshape(one.n, 2, 3)
    assert (one(*points) == one(points)).all()
    assert float(one(*points[:, 0, 0])) == float(one(tuple(points[:, 0, 0].tolist())))


def test_coordinates_broadcast_to_a_grid():
    x1, x2 = np.linspace(-1, 1, 4), np.linspace(0, 1, 3)[:, np.newaxis]
    assert optviz.rosenbrock(x1, x2).shape == (3, 4)
    assert optviz.rosenbrock(x1, x2)[2, 1] == float(optviz.rosenbrock(x1[1], 1.0))


def test_in_1d_a_number_or_a_row_of_numbers_is_enough():
    assert float(optviz.parabola(3)) == 4.5
    assert optviz.parabola([1, 2, 3]).tolist() == [0.5, 2.0, 4.5]
    assert optviz.parabola.grad(3).tolist() == [3.0]


def test_integers_become_float64():
    assert optviz.quadratic.grad((-5, -2)).tolist() == [-1.0, -8.0]
    assert optviz.quadratic(np.array([-5, -2])).dtype == np.float64


def test_a_constant_coordinate_of_the_gradient_is_broadcast():
    tilt = Objective(lambda x: x[0] + x[1] ** 2, lambda x: (1, 2 * x[1]), start=(0, 1))
    gradient = tilt.grad(np.ones((2, 3, 4)))
    assert gradient.shape == (2, 3, 4)
    assert (gradient[0] == 1).all()
    assert (gradient[1] == 2).all()
    assert optviz.slope.grad(np.zeros((1, 5))).tolist() == [[1.0] * 5]


def test_gradient_may_be_an_array_instead_of_a_tuple():
    bowl = Objective(lambda x: (x**2).sum(axis=0), lambda x: 2 * x, start=(1, 2, 3))
    assert bowl.n == 3
    assert float(bowl(1, 2, 3)) == 14
    assert bowl.grad((1, 2, 3)).tolist() == [2, 4, 6]


def test_without_a_view_start_and_minima_get_room_around_them():
    hole = Objective(lambda x: x[0] ** 2, start=4, minima=[0])
    ((low, high),) = hole.view
    assert low < 0
    assert high > 4
    assert low == pytest.approx(-1)
    assert high == pytest.approx(5)


# --- transforms ----------------------------------------------------------------------------------------------------


@given(st.floats(-720, 720), st.floats(-3, 3), st.floats(-3, 3))
def test_a_turned_landscape_has_the_old_values_at_the_turned_points(degrees, x1, x2):
    turned, angle = rotated("beale", degrees), np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    point = np.array([x1, x2])
    assert float(turned(turn @ point)) == pytest.approx(float(optviz.beale(point)), rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(turned.grad(turn @ point), turn @ optviz.beale.grad(point), rtol=1e-8, atol=1e-8)
    assert turned.f_star == optviz.beale.f_star
    assert turned.curvature == optviz.beale.curvature


def test_the_long_bowl_turned_by_45_degrees_is_the_formula_of_lesson_4():
    # and not the exercise 0.1 (x1 + x2)^2 + 2 (x1 - x2)^2, which doubles the curvature (04.13)
    x1, x2 = points_in_view(optviz.quadratic, 50)
    np.testing.assert_allclose(rotated("quadratic", 45)(x1, x2), 0.05 * (x1 + x2) ** 2 + (x1 - x2) ** 2, rtol=1e-13)


def test_the_tilted_ravine_is_a_turned_ravine():
    ravine = Objective(lambda x: (x[0] ** 2 + 100 * x[1] ** 2) / 2, lambda x: (x[0], 100 * x[1]), start=(1, 1))
    points = points_in_view(optviz.tilted_ravine, 50)
    np.testing.assert_allclose(rotated(ravine, 30)(points), optviz.tilted_ravine(points), rtol=1e-11)
    np.testing.assert_allclose(rotated(ravine, 30).start, optviz.tilted_ravine.start, rtol=1e-15)


@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e3), st.floats(-3, 3), st.floats(-3, 3))
def test_a_scaled_landscape_has_f_times_the_values_at_x_times_the_points(f, x, x1, x2):
    copy, point = scaled("himmelblau", f=f, x=x), np.array([x1, x2])
    assert float(copy(x * point)) == pytest.approx(f * float(optviz.himmelblau(point)), rel=1e-9)
    np.testing.assert_allclose(
        copy.grad(x * point), f / x * optviz.himmelblau.grad(point), rtol=1e-9, atol=1e-9 * f / x
    )
    np.testing.assert_allclose(copy.minima, x * np.array(optviz.himmelblau.minima))
    np.testing.assert_allclose(copy.view, x * np.array(optviz.himmelblau.view))
    np.testing.assert_allclose(copy.curvature, f / x**2 * np.array(optviz.himmelblau.curvature))


def test_scaling_moves_f_star_start_and_box_along():
    assert scaled("saddle", 1000).f_star == -250
    assert scaled("slope", 1000).f_star is None
    assert scaled("quadratic", x=100).start.tolist() == [-500, -200]
    assert scaled("reddi", x=10).box == [(-10, 10)]
    assert scaled("reddi", x=10).grad([0.0], t=4).tolist() == [0.4]


@package_objective
def test_noise_is_added_to_the_gradient_only(one):
    copy, points = noisy(one, 0.25), points_in_view(one, 8)
    draws = np.random.default_rng(1).standard_normal((one.n, 8))
    assert (copy(points) == one(points)).all()
    assert (copy.f_star, copy.curvature, copy.view) == (one.f_star, one.curvature, one.view)
    if "noise" not in one.gradient_asks:
        assert (copy.grad(points, 1, lambda: draws) == one.grad(points, 1) + 0.25 * draws).all()


def test_transformed_landscapes_say_what_was_done_to_them():
    assert rotated("quadratic", 45).label == "Long bowl, turned by 45°"
    assert noisy("quadratic", 0.5).label == "Long bowl, noise 0.5"
    assert scaled("quadratic", f=1000, x=0.01).label == "Long bowl, f × 1e3, x × 0.01"
    assert scaled("quadratic").label == "Long bowl"
    assert rotated("rosenbrock", 10).__doc__ == optviz.rosenbrock.__doc__
    assert "rotated_rosenbrock" not in OBJECTIVES


def test_numpy_numbers_serve_as_well_as_pythons():
    assert rotated("quadratic", np.int64(45)).label == rotated("quadratic", np.float32(45)).label
    assert scaled("quadratic", np.int64(2)).f_star == 0
    assert noisy("quadratic", np.float32(0.5)).label == "Long bowl, noise 0.5"


# --- what the course says of them ----------------------------------------------------------------------------------


def test_reddi_gradients_of_a_cycle_average_to_the_slope():
    x = np.zeros((1, 2))
    cycle = [optviz.reddi.grad(x, t).tolist() for t in range(1, 7)]
    assert [g[0][0] for g in cycle] == [4, -1, -1, 4, -1, -1]
    assert np.mean(cycle) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("rule", "settings", "expected"),
    [
        ("adam", {"lr": 0.01, "beta1": 0.0, "beta2": 1 / 17}, 0.9956058458681657),
        ("sgd", {"lr": 0.01}, -0.99),
        ("adam", {"lr": 0.01}, -1.0),
    ],
)
def test_adam_with_a_short_memory_ends_at_reddis_worst_point(rule, settings, expected):  # 07b.01
    run = train(rule, "reddi", steps=3000, **settings)
    assert run.points[-3:].mean() == pytest.approx(expected, abs=1e-3)
    assert np.abs(run.points).max() <= 1


def test_reddis_sequence_of_the_papers_figure():  # 07b.02
    figure = Objective(
        lambda x: 10 / 101 * x,
        lambda x, t: (1010.0 if t % 101 == 1 else -10.0,),
        start=0.0, minima=[-1.0], view=((-1.1, 1.1),), box=((-1, 1),),
    )  # fmt: skip
    run = train("adam", figure, steps=10_100, lr=0.1, beta1=0.9, beta2=0.99)
    assert run.points[-101:].mean() == pytest.approx(0.7000697987266322, abs=1e-3)


def test_momentum_tuned_for_quadratics_cycles_for_ever():  # 03.09, 03.10
    run = train("momentum", "cycle", lr=1 / 9, momentum=4 / 9, steps=600)
    np.testing.assert_allclose(np.sort(run.points[-3:, 0]), np.array([-2208, 792, 2592]) / 1225, atol=1e-9)
    assert abs(train("sgd", "cycle", lr=1 / 13, steps=600).points[-1, 0]) < 1e-9
    assert abs(train("nesterov", "cycle", lr=1 / 25, momentum=2 / 3, steps=600).points[-1, 0]) < 1e-9


@pytest.mark.parametrize(
    ("height", "steps"),
    [(1e-2, (43, 16, 6)), (1e-4, (91, 33, 6)), (1e-8, (188, 67, 7))],
)
def test_time_to_leave_the_saddle(height, steps):  # objectives.17-19
    for rule, expected in zip(("sgd", "momentum", "adam"), steps, strict=True):
        run = train(rule, "saddle", start=(1, height), steps=250, lr=0.1)
        assert abs(int(np.argmax(run.points[:, 1] > 0.5)) - expected) <= 1


def test_the_plateau_stops_descent_but_not_adam():  # objectives.20
    assert np.linalg.norm(optviz.plateau.grad((-5, 3))) == pytest.approx(4.345379364968026e-06, rel=1e-3)
    for rule, lr, expected in (("sgd", 1, 0.0004352200148829369), ("adam", 0.1, 5.8567710745660575)):
        points = train(rule, "plateau", lr=lr, steps=100).points
        assert np.linalg.norm(points[-1] - points[0]) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(("lr", "expected"), [(0.5, 0.3347), (0.1, 0.0532), (0.05, 0.02598)])
def test_the_noise_floor_of_descent(lr, expected):  # 10.02-04
    run = train("sgd", "noisy_parabola", lr=lr, steps=2000, seed=np.arange(40))
    assert (run.points[500:] ** 2).mean() == pytest.approx(expected, rel=5e-2)
    assert (run.points[500:] ** 2).mean() == pytest.approx(lr / (2 - lr), rel=5e-2)


@pytest.mark.parametrize(
    ("rule", "lr", "steps"),
    [("sgd", 2 / 101, [363] * 4), ("adagrad", 0.5, [13, 481, 887, 1024])],
)
def test_turning_the_axes_slows_adagrad_but_not_descent(rule, lr, steps):  # 04.07-10
    for degrees, expected in zip((0, 15, 30, 45), steps, strict=True):
        run = train(rule, rotated(optviz.tilted_ravine, degrees - 30), lr=lr, steps=1200)
        outside = np.flatnonzero(np.linalg.norm(run.points, axis=1) >= 1e-3)
        assert abs(int(outside[-1]) + 1 - expected) <= 1


@pytest.mark.parametrize(  # 12.09-16: does the path stay when f × 1000, when the axes turn by 30°, when x × 100?
    ("rule", "lr", "by_f", "by_turning"),
    [
        ("sgd", 0.1, False, True),
        ("momentum", 0.05, False, True),
        ("nesterov", 0.05, False, True),
        ("adagrad", 0.4, True, False),
        ("rmsprop", 0.1, True, False),
        ("adam", 0.1, True, False),
    ],
)
def test_identity_cards(rule, lr, by_f, by_turning):
    bowl = optviz.quadratic
    path = train(rule, bowl, lr=lr, steps=20).points
    steeper = train(rule, scaled(bowl, f=1000), lr=lr, steps=20).points
    turned = train(rule, rotated(bowl, 30), lr=lr, steps=20).points
    wider = train(rule, scaled(bowl, x=100), lr=lr, steps=20).points
    angle = np.radians(30)
    back = turned @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert (np.abs(steeper - path).max() < 1e-2) == by_f
    assert (np.abs(back - path).max() < 1e-6) == by_turning
    assert not np.abs(wider / 100 - path).max() < 1e-2


# --- words for a learner -------------------------------------------------------------------------------------------


def value(x):
    return x[0] ** 2 + x[1] ** 2


def sloping(x):
    return 2 * x[0], 2 * x[1]


def made(f=value, grad=sloping, **about):
    return Objective(f, grad, **{"start": (1, 2), **about})


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda: made(f=3), TypeError, "f must be a function of the point, such as lambda x: x[0]**2; got 3."),
        (lambda: made(grad=3), TypeError, "grad must be a function of the point, such as lambda x: x[0]**2; got 3."),
        (lambda: made(grad=lambda x, y: x), TypeError,
         "The gradient of value takes (x, y); it may ask for the point, then t and noise."),
        (lambda: made(grad=lambda: 1), TypeError, "The gradient of value takes (); it may ask for the point"),
        (lambda: made(f=lambda x: "low")((1, 2)), TypeError, "must return numbers, one a point; it returned 'low'."),
        (lambda: made(f=lambda x: np.ones(3))((1, 2)), ValueError, "returned values of shape (3,) for points of shape"),
        (lambda: made(f=lambda x: x)(np.ones((2, 5))), ValueError,
         "returned values of shape (2, 5) for points of shape (2, 5); one value a point has shape (5,)."),
        (lambda: made(grad=lambda x: (1,)).grad((1, 2)), ValueError, "it must return 2 coordinates or an array"),
        (lambda: made(grad=lambda x: np.ones(3)).grad((1, 2)), ValueError, "The gradient of value returned shape (3,)"),
        (lambda: made(grad=lambda x: x[0]).grad(np.ones((2, 5))), ValueError,
         "returned shape (5,) for points of shape (2, 5); it must return 2 coordinates or an array of shape (2, 5)."),
        (lambda: made(grad=None).grad((1, 2)), TypeError, "value has no gradient. Give Objective(f, grad, ...)"),
        (lambda: made(grad=lambda x, noise: x + noise()).grad((1, 2)), ValueError,
         "The gradient of value asks for noise: give grad(x, noise=function)."),
        (lambda: made()(1), ValueError, "takes points of 2 coordinates, shape (2, ...); got an array of shape ()."),
        (lambda: made()(1, 2, 3), ValueError, "takes points of 2 coordinates, shape (2, ...); got 3 coordinates."),
        (lambda: made()(), ValueError, "value takes points of 2 coordinates"),
        (lambda: made(start="here"), TypeError, "start must be numbers, one a coordinate; got 'here'."),
        (lambda: made(start=(1, np.nan)), ValueError, "start must be finite; got (1, nan)."),
        (lambda: made(start=[[1, 2]]), ValueError, "start must have one number for each coordinate; got [[1, 2]]."),
        (lambda: made(start=()), ValueError, "start must have one number for each"),
        (lambda: made(minima=[(0, 0, 0)]), ValueError, "a minimum must have 2 coordinates; got (0, 0, 0)."),
        (lambda: made(view=(0, 1)), ValueError, "view must be 2 pairs (low, high) with low < high"),
        (lambda: made(view=((0, 1), (1, 0))), ValueError, "got ((0, 1), (1, 0))."),
        (lambda: made(view=((0, 1), (0, np.inf))), ValueError, "view must be 2 pairs (low, high) with low < high"),
        (lambda: made(box=((-1, 1),)), ValueError, "box must be 2 pairs (low, high) with low < high"),
        (lambda: objective(minima=[(0, 0)]), TypeError,
         "objective needs a start: @objective(start=(-1, 2), minima=[(0, 0)])."),
        (lambda: find_objective("rosenbrok"), ValueError,
         "There is no objective called 'rosenbrok'. Did you mean rosenbrock?"),
        (lambda: find_objective(value), TypeError, "A function f with gradient grad becomes one by Objective(f, grad"),
        (lambda: train("sgd", "bowls"), ValueError, "There is no objective called 'bowls'."),
        (lambda: rotated("parabola", 30), ValueError, "rotated turns objectives of two coordinates; parabola has 1."),
        (lambda: rotated(made(box=((-1, 3), (-1, 3))), 30), ValueError,
         "value is kept in a box along the axes, which cannot be turned."),
        (lambda: rotated("quadratic", np.inf), ValueError, "degrees must be a finite number; got inf."),
        (lambda: rotated("quadratic", "30"), ValueError, "degrees must be a finite number; got '30'."),
        (lambda: rotated(made(grad=None), 30), TypeError, "value has no gradient."),
        (lambda: noisy("quadratic", -1), ValueError, "sigma must be a number >= 0; got -1."),
        (lambda: noisy("quadratic", None), ValueError, "sigma must be a number >= 0; got None."),
        (lambda: noisy("qadratic", 1), ValueError, "Did you mean quadratic or quartic?"),
        (lambda: scaled("quadratic", 0), ValueError, "f must be a number > 0; got 0."),
        (lambda: scaled("quadratic", -1), ValueError, "f must be a number > 0; got -1."),
        (lambda: scaled("quadratic", x=np.nan), ValueError, "x must be a number > 0; got nan."),
        (lambda: scaled("quadratic", x=(1, 2)), ValueError, "x must be a number > 0; got (1, 2)."),
        (lambda: scaled("quadratic", True), ValueError, "f must be a number > 0; got True."),
        (lambda: scaled("qadratic", 2), ValueError, "Did you mean quadratic or quartic?"),
        (lambda: scaled(3, 2), TypeError, "objective must be an Objective or its name; got 3."),
    ],
)  # fmt: skip
def test_errors_say_what_was_given_and_what_would_work(wrong, error, words):
    with pytest.raises(error) as caught:
        wrong()
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_learners_objective_is_registered_but_never_replaces_one_of_the_package(monkeypatch):
    monkeypatch.delitem(OBJECTIVES, "hollow", raising=False)

    @objective(start=(1, 1), minima=[(0, 0)])
    def hollow(x):
        return x[0] ** 2 + x[1] ** 2

    assert OBJECTIVES["hollow"] is hollow
    assert find_objective("hollow") is hollow
    del OBJECTIVES["hollow"]

    with pytest.warns(UserWarning, match="The name 'quadratic' keeps meaning the package's own objective"):

        @objective(start=(1, 1))
        def quadratic(x):
            return x[0] + x[1]

    assert OBJECTIVES["quadratic"] is optviz.quadratic


def test_an_objective_shows_itself_in_a_line():
    assert repr(optviz.quadratic) == "<objective quadratic, 2-D, start (−5, −2)>"
    assert repr(optviz.cycle) == "<objective cycle, 1-D, start 3.3>"
