"""The formula on a rule's card is the rule that runs: computed from its LaTeX, it visits the same points."""

import numpy as np
import pytest

from optviz import RULES, Objective, train

from .latex import Walk
from .registry import NAMES

# Their formulas have phases, noise, means without an index, or a network: no equation for each letter.
NOT_READ = {"santa_e", "santa_sss", "santa_sss_article", "adasecant", "learned"}
# Far from the defaults and from one another, and an epsilon that can be seen.
SETTINGS = {
    "lr": 0.037, "momentum": 0.83, "decay": 0.87, "dampening": 0.35, "beta1": 0.81, "beta2": 0.93, "beta3": 0.77,
    "eps": 0.013, "momentum_decay": 0.37, "final_lr": 0.051, "gamma": 0.23, "f_star": -0.9, "c": 9.0,
}  # fmt: skip
STEPS = 12


def value(x):
    return 0.075 * (x[0] ** 4 + x[1] ** 4) + 0.6 * (x[0] ** 2 + x[1] ** 2) + 0.4 * (x[0] + x[1]) + 0.3 * x[0] * x[1]


def gradient(x):
    return 0.3 * x**3 + 1.2 * x + 0.4 + 0.3 * x[::-1]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_READ])
def test_the_formula_of_a_card_visits_the_points_of_the_rule(name):
    rule = RULES[name]
    settings = {one: SETTINGS[one] for one in rule.parameters}
    run = train(rule, Objective(value, gradient, start=(1.3, -0.7)), steps=STEPS, **settings)
    walk = Walk(rule, settings, value, gradient, (1.3, -0.7))
    np.testing.assert_allclose([walk.at(walk.point, t) for t in range(STEPS + 1)], run.points, rtol=0, atol=1e-12)
