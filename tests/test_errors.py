"""Bad input gets one sentence: what was given, what is wrong, what would work."""

import numpy as np
import pytest

import optviz
from optviz import Objective, noisy, objective, plot_2d, plot_error, rotated, train, train_1d, train_2d, update_rule
from optviz.rule import UpdateRule

sphere = Objective(lambda x: x[0] ** 2 + x[1] ** 2, lambda x: (2 * x[0], 2 * x[1]), start=(1, 1))
five = Objective(lambda x: (x**2).sum(0), lambda x: 2 * x, start=(1, 2, 3, 4, 5))


def trainer(*returned):
    def step(x1, x2, s1, s2, lr):
        return returned

    return step


def odd(x1, x2, s1, lr):
    return x1, x2, s1


def without_rate(x1, x2):
    return x1, x2


def one_number(x1, x2, lr):
    return x1


@UpdateRule  # not registered: other tests go through the registry
def in_place(x, g, /, *, lr=0.1):
    x -= lr * g
    return x


@UpdateRule
def state_in_place(x, g, /, v=0.0, *, lr=0.1):
    v += g
    return x - lr * v, v


@UpdateRule
def forgets_its_state(x, g, /, v=0.0, *, lr=0.1):
    return x - lr * g


@UpdateRule
def one_coordinate(x, g, /, *, lr=0.1):
    return x[0] - lr * g[0]


@UpdateRule
def no_return(x, g, /, *, lr=0.1):
    x = x - lr * g


@UpdateRule
def looks_nowhere(x, g, /, *, lr=0.1):
    return x - lr * g


@looks_nowhere.at
def _(x):
    pass


@UpdateRule
def imaginary(x, g, /, *, lr=0.1):
    return x - 1j * lr * g


@UpdateRule
def needs_a_rate(x, g, /, *, lr):
    return x - lr * g


@UpdateRule
def knows_the_end(x, f, /, *, lr=0.1, f_star):
    return x - lr * (f - f_star)


CASES = [
    # names
    (lambda: train("adm"), ValueError, "There is no update rule called 'adm'. Did you mean adam"),
    (lambda: train("adam", "rosenbrok"), ValueError, "no objective called 'rosenbrok'. Did you mean rosenbrock?"),
    (lambda: train("zzz"), ValueError, "There is .*sgd.*"),
    (lambda: train(3), TypeError, "must be an update rule, its name or a step of a known form; got 3"),
    (lambda: train("adam", 3), TypeError, "objective must be an Objective or its name; got 3"),
    # settings
    (lambda: train("adam", bet1=0.5), TypeError, "adam has no setting 'bet1'. Did you mean beta1"),
    (lambda: train("adam", learning_rate=1), TypeError, "adam has no setting 'learning_rate'. Here it is called lr"),
    (lambda: train(needs_a_rate), TypeError, "needs_a_rate needs lr: give it by name, lr=0.1"),
    (lambda: train(knows_the_end, sphere), TypeError, "needs f_star, the lowest value, and .* does not know it"),
    (lambda: train("adam", lr=-0.1), ValueError, "lr must be a number >= 0; got -0.1"),
    (lambda: train("adam", lr=float("nan")), ValueError, "lr must be a number >= 0; got nan"),
    (lambda: train("adam", lr=[0.1, np.inf]), ValueError, "lr must be a number >= 0; got inf"),
    (lambda: train("adam", lr="0.1"), TypeError, "lr must be a number >= 0, .*; got '0.1'"),
    (lambda: train("adam", lr=None), TypeError, "got None"),
    (lambda: train("adam", lr=[1, [2, 3]]), TypeError, r"got \[1, \[2, 3\]\]"),
    (lambda: train("adam", beta1=1), ValueError, r"beta1 must be a number in \[0, 1\); got 1"),
    (lambda: train("adam", beta2=-0.1), ValueError, r"beta2 must be a number in \[0, 1\); got -0.1"),
    (lambda: train("adam", eps=-1), ValueError, "eps must be a number >= 0; got -1"),
    (lambda: train("adam", lr=lambda t: -1), ValueError, "lr at t = 1 must be a number >= 0; got -1"),
    (lambda: train("adam", lr=lambda: 1), TypeError, "lr as a function takes one value, the counter"),
    (lambda: train("adam", m="a"), TypeError, "the start value of m must be numbers"),
    (lambda: train("adam", m=(1, 2, 3)), ValueError, r"start value of m is a number or has the shape \(2, ...\)"),
    # start, steps, seed, noise
    (lambda: train("adam", start=(1, 2, 3)), ValueError, "start must have 2 coordinates on quadratic.*got 3"),
    (lambda: train("adam", start=5), ValueError, "start must have 2 coordinates.*got a single number"),
    (lambda: train("adam", start=(1, np.inf)), ValueError, "start must be finite"),
    (lambda: train("adam", start="ab"), TypeError, "start must be numbers"),
    (lambda: train("adam", steps=0), ValueError, "steps must be a whole number >= 1; got 0"),
    (lambda: train("adam", steps=10**8), ValueError, "keeps every step, at most 10,000,000; got steps=100,000,000"),
    (lambda: train("adam", steps=1.5), TypeError, "steps must be a whole number >= 1; got 1.5"),
    (lambda: train("adam", steps="5"), TypeError, "steps must be a whole number >= 1; got '5'"),
    (lambda: train("adam", seed=-1), ValueError, "seed must be a whole number >= 0; got -1"),
    (lambda: train("adam", seed=[0.5]), TypeError, "seed must be a whole number >= 0 or an array"),
    (lambda: train("adam", noise=np.zeros((5, 2))), ValueError, "Neither adam nor the gradient of quadratic draws"),
    (lambda: train("adam", seed=[[1, 2], [3]]), TypeError, "seed must be a whole number >= 0 or an array"),
    (lambda: train("adam", lr=[]), ValueError, "lr must be a number >= 0 or an array of such numbers; got an empty"),
    (
        lambda: train("sgd", lr=lambda t: np.ones(t)),
        ValueError,
        r"must keep its shape; at t = 1 it was \(1,\), at t = 2",
    ),
    (lambda: Objective(abs, start=1, curvature=3), TypeError, "curvature must be two numbers"),
    (lambda: Objective(abs, start=1, f_star="a"), TypeError, "f_star must be a finite number"),
    (lambda: train(imaginary), TypeError, "imaginary returned .* as the new x"),
    (
        lambda: train("adam", noisy("quadratic", 1), noise=np.zeros((5, 3))),
        ValueError,
        r"noise must have .* shape \(calls, 2\)",
    ),
    # grids
    (
        lambda: train("adam", lr=np.ones(3), beta1=np.zeros(4)),
        ValueError,
        r"The grid axes of lr, \(3,\), and of beta1, \(4,\), do not broadcast",
    ),
    (
        lambda: train("adam", lr=np.ones(3), start=np.ones((2, 4))),
        ValueError,
        r"The grid axes of start, \(4,\), and of lr, \(3,\)",
    ),
    # objectives
    (lambda: Objective(3, start=1), TypeError, "f must be a function of the point"),
    (lambda: Objective(abs, 3, start=1), TypeError, "grad must be a function of the point"),
    (lambda: Objective(abs, start="a"), TypeError, "start must be numbers"),
    (lambda: Objective(abs, start=(1, np.nan)), ValueError, "start must be finite"),
    (lambda: Objective(abs, start=(1, 2), minima=[(0,)]), ValueError, "a minimum must have 2 coordinates"),
    (lambda: Objective(abs, start=1, view=((1, 0),)), ValueError, "view must be 1 pair"),
    (lambda: Objective(abs, start=1, box=((1, 0),)), ValueError, "box must be 1 pair"),
    (lambda: Objective(abs, lambda x, y: x, start=1), TypeError, r"it may ask for the point, then t and noise"),
    (lambda: objective(minima=[1]), TypeError, "objective needs a start"),
    (
        lambda: train("sgd", Objective(lambda x: x, lambda x: x, start=(1, 2))),
        ValueError,
        "returned values of shape .*; one value a point has shape",
    ),
    (
        lambda: train("sgd", Objective(lambda x: x[0], lambda x: (x[0],), start=(1, 2))),
        ValueError,
        "gradient of .* returned 1 coordinates .* must return 2",
    ),
    (
        lambda: train("sgd", Objective(lambda x: x[0], lambda x: np.ones(3), start=(1, 2))),
        ValueError,
        r"gradient of .* returned shape \(3,\)",
    ),
    (lambda: train("sgd", Objective(lambda x: x[0], start=(1, 2))), TypeError, "has no gradient. Give Objective"),
    (lambda: train("sgd", Objective(lambda x: "a", lambda x: x, start=1)), TypeError, "must return numbers"),
    (lambda: train("sgd", Objective(lambda x: None, lambda x: x, start=1)), TypeError, "it returned None"),
    (lambda: optviz.quadratic(1, 2, 3), ValueError, "takes points of 2 coordinates.*got 3 coordinates"),
    (lambda: rotated("quartic", 30), ValueError, "two coordinates; quartic has 1"),
    (lambda: rotated("quadratic", "30"), ValueError, "degrees must be a finite number; got '30'"),
    (lambda: noisy("quadratic", -1), ValueError, "sigma must be a number >= 0; got -1"),
    (lambda: noisy(3, 1), TypeError, "objective must be an Objective or its name; got 3"),
    # trainers
    (lambda: train_2d(trainer(1, 2, 3), 0.1), ValueError, "step returned 3 numbers; it must return 4"),
    (lambda: train_2d(trainer(1, 2, 3, 4, 5, 6), 0.1), ValueError, "step returned 6 numbers; it must return 4"),
    (lambda: train_2d(trainer(1, 2, 3, "a"), 0.1), ValueError, "it must return 4"),
    (lambda: train_2d(trainer(1, 2, 3, 4, 0.2), 0.1), ValueError, "returned another lr than it was given"),
    (lambda: train_2d(one_number, 0.1), ValueError, "it must return 2"),
    (lambda: train_2d(odd, 0.1), TypeError, "remembers 1 values, an odd number"),
    (lambda: train_2d(without_rate, 0.1), TypeError, "has no parameter lr and no config. Accepted are"),
    (lambda: train_2d(one_number), TypeError, "one_number needs lr"),
    (lambda: train_2d(3, 0.1), TypeError, "must be an update rule, its name or a step of a known form; got 3"),
    (lambda: train_2d("adam", objective="quartic"), ValueError, "quartic has 1: use train_1d"),
    (lambda: train_1d("adam", objective="rosenbrock"), ValueError, "rosenbrock has 2: use train_2d"),
    (lambda: train(lambda x, g, lr=0.1: x - lr * g), TypeError, "looks like an update rule: write @optviz.update_rule"),
    # rules
    (lambda: train(in_place), ValueError, r"in_place in line \d+, `x -= lr \* g`, changes an array in place"),
    (lambda: train(state_in_place), ValueError, "state_in_place .* changes an array in place"),
    (lambda: train(forgets_its_state), ValueError, "returned 1 value; it must return 2: the new x, v"),
    (lambda: train(one_coordinate), ValueError, r"must keep the shape of x, \(2, 1\)"),
    (lambda: train(no_return), TypeError, "no_return returned nothing; it must return the new x"),
    (lambda: train(looks_nowhere), TypeError, "The look-ahead of looks_nowhere returned nothing"),
    (lambda: update_rule(lambda x, g, lr=0.1: x), TypeError, "Is a `/` or a `\\*` missing"),
    (lambda: update_rule(lambda g, /, *, lr=0.1: g), TypeError, "does not ask for x before a `/`"),
    (lambda: update_rule(lambda x, q, /, *, lr=0.1: x), TypeError, "asks for 'q'; the driver gives x, g, t, f, noise"),
    (lambda: update_rule(lambda x, /, *, steps=3: x), TypeError, "cannot call a value 'steps'"),
    (lambda: update_rule(lambda x, /, seed=0.0, *, lr=3: x), TypeError, "cannot call a value 'seed'"),
    (lambda: update_rule(lambda x, /, *, lr="a": x), TypeError, "needs a number as its default"),
    (lambda: update_rule(lambda x, /, **rest: x), TypeError, "an update rule names everything it uses"),
    (lambda: update_rule(3), TypeError, "update_rule decorates a function; got 3"),
    (lambda: optviz.nesterov.at(lambda x, w: x), TypeError, "The look-ahead of nesterov asks for w"),
    # pictures
    (lambda: plot_2d(3), TypeError, "A run is needed, .*; got 3"),
    (lambda: plot_2d("adam"), TypeError, "A run is needed, .*; got 'adam'"),
    (lambda: plot_2d([]), ValueError, "There is no run to draw"),
    (lambda: plot_2d(train("adam", "quartic")), ValueError, "this one has 1 coordinates: use plot_1d"),
    (lambda: plot_2d(train("adam", lr=np.ones(3))), ValueError, r"choose single ones to draw: run.at\(0\)"),
    (lambda: plot_2d([train("sgd"), train("sgd", "rosenbrock")]), ValueError, "One picture shows one landscape"),
    (lambda: plot_2d(train("adam"), theme="pink"), ValueError, "theme must be 'light' or 'dark'"),
    (lambda: plot_2d(train("adam"), view=((1, 0), (0, 1))), ValueError, "view must be 2 pairs"),
    (lambda: plot_error(train("adam"), 3), TypeError, "ax must be a matplotlib Axes"),
    (lambda: plot_2d(train("adam"), theme=["dark"]), ValueError, "theme must be 'light' or 'dark'"),
    *(
        (lambda plot=plot, run=run: plot(run, context="poster"), ValueError, "context must be 'notebook' or 'talk'")
        for plot, run in (
            (optviz.plot_1d, train("adam", "quartic", steps=2)),
            (plot_2d, train("adam", steps=2)),
            (plot_error, train("adam", steps=2)),
            (optviz.plot_race, train("adam", steps=2)),
            (optviz.plot_state, train("adam", steps=2)),
            (optviz.plot_family, "adam"),
        )
    ),
    *(
        (lambda plot=plot: plot([]), ValueError, "There is no run to draw")
        for plot in (optviz.plot_1d, plot_error, optviz.plot_race, optviz.describe)
    ),
    (lambda: plot_2d(train("adam", five)), ValueError, "plot_2d draws 2-D runs; .* 5 coordinates: use plot_error"),
    (lambda: optviz.plot_race(train("adam", five)), ValueError, "plot_race .* 5 coordinates: use plot_error"),
    (lambda: optviz.plot_race([train("sgd"), train("sgd", "quartic")]), ValueError, "One picture shows one landscape"),
    (lambda: optviz.plot_race(train("adam"), 3), TypeError, "figure must be a matplotlib Figure or SubFigure"),
    (lambda: optviz.plot_race(train("adam"), theme="pink"), ValueError, "theme must be 'light' or 'dark'"),
    (lambda: optviz.plot_race(train("adam", lr=np.ones(3))), ValueError, r"choose single ones to draw: run.at\(0\)"),
    (lambda: plot_error(train("adam", lr=np.ones(3))), ValueError, r"choose single ones to draw: run.at\(0\)"),
    (lambda: plot_error(train("adam", lr=np.ones(3), seed=[1, 2, 3])), ValueError, "choose single ones to draw"),
    (lambda: optviz.plot_state([train("adam")]), TypeError, "plot_state shows the inside of one run"),
    (lambda: optviz.plot_state("adam"), TypeError, "A run is needed, .*; got 'adam'"),
    (lambda: optviz.plot_state(train("adam", lr=np.ones(3))), ValueError, "choose single ones to draw"),
    (lambda: optviz.plot_state(train("adam"), theme="pink"), ValueError, "theme must be 'light' or 'dark'"),
    (lambda: optviz.plot_family("adm"), ValueError, "no update rule called 'adm'. Did you mean adam"),
    (lambda: optviz.plot_family(train("adam")), TypeError, "rule must be an update rule or its name, or None"),
    (lambda: optviz.plot_family(theme="pink"), ValueError, "theme must be 'light' or 'dark'"),
    (lambda: optviz.describe(3), TypeError, "A run is needed, .*; got 3"),
    (lambda: optviz.visualize("adm"), ValueError, "Did you mean adam"),
    (lambda: optviz.visualize("adam", lr=np.ones(3)), ValueError, "visualize shows one run"),
    (lambda: optviz.visualize("adam", lr=-1), ValueError, "lr must be a number >= 0"),
    (lambda: optviz.visualize("adam", steps=10**7), ValueError, "at most 10,000 steps; got 10,000,000"),
    (lambda: optviz.visualize("adam", steps=0), ValueError, "steps must be a whole number >= 1"),
]


@pytest.mark.parametrize(("call", "kind", "words"), CASES, ids=[case[2][:60] for case in CASES])
def test_bad_input_gets_one_sentence(call, kind, words):
    with pytest.raises(kind, match=words) as caught:
        call()
    message = str(caught.value)

    assert len(message.partition("\n")[0]) < 330
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
