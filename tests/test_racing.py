"""A race is fair, its contract says how, its ranking holds for any order of entrants, and its table says all of it."""

import re
import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import optviz
from optviz import OBJECTIVES, RULES, Objective, describe, noisy, plot_error, plot_race, plot_sweep, race, replay, train
from optviz.look import THEMES, dresses
from optviz.rule import UpdateRule
from optviz.standings import best_of, places, steps_to_tolerance, ties
from optviz.words import setting_text

from .learners import adam as learners_adam
from .recorded import KEYS, RECORDED
from .registry import NAMES

ORIGINALS = [name for name in NAMES if RULES[name].variant_of is None]


def bowl(*curvatures, start):
    """A bowl with these curvatures along its axes, on which descent has a closed form."""
    L = np.array(curvatures)
    return Objective(
        lambda x: sum(c * one**2 for c, one in zip(L, x, strict=True)) / 2,
        lambda x: np.stack([c * one for c, one in zip(L, x, strict=True)]),
        start=start, minima=[(0.0,) * len(L)], curvature=(L.min(), L.max()),
    )  # fmt: skip


def errors_of_descent(curvatures, start, lr, steps):
    """The closed form: each coordinate shrinks by 1 - lr c in every step."""
    k = np.arange(steps + 1)
    return sum(c * s**2 / 2 * (1 - lr * c) ** (2 * k) for c, s in zip(curvatures, start, strict=True))


def arrival_of(errors):
    """The first step from which the error stays at 1/10,000 of the start's, if that is not only at the very end."""
    outside = np.flatnonzero(errors > 1e-4 * errors[0])
    step = outside[-1] + 1 if len(outside) else 0
    return step if step <= len(errors) - 1 - max(2, (len(errors) - 1) // 20) else None


# --- fair ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "one_run_in"),
    [({}, 1), ({"tune": "same", "lr": 0.01}, 1), ({"tune": "best", "rates": [0.01, 0.02, 0.04]}, 3)],
)
def test_every_rule_has_the_same_number_of_gradients(options, one_run_in):
    counted = []

    def gradient(x):
        counted.append(x.size // 2)  # a grid asks for all of its points at once
        return x

    counting = Objective(lambda x: (x**2).sum(0) / 2, gradient, start=(1.0, -2.0), minima=[(0.0, 0.0)])
    used = {}
    for name in ORIGINALS:
        counted.clear()
        race([name, "sgd"], counting, steps=20, **options)
        used[name] = sum(counted)
    tuned = {name: used[name] for name in ORIGINALS if RULES[name].rate}
    assert set(tuned.values()) == {2 * 20 * one_run_in}
    # What has no lr has nothing to try.
    assert {used[name] for name in ORIGINALS if name not in tuned} == {20 * one_run_in + 20}


def test_all_run_from_the_same_start_for_the_same_steps_with_the_same_noise():
    landscape = noisy("quadratic", 0.5)
    first, again = race({"one": "sgd", "two": "sgd"}, landscape, start=(1, 2), steps=30, seed=7)
    assert np.array_equal(first.points, again.points)
    assert first.points[0].tolist() == [1, 2]
    assert first.steps == 30
    assert np.array_equal(first.points, train("sgd", landscape, start=(1, 2), steps=30, seed=7).points)
    numbers = np.random.default_rng(0).standard_normal((30, 2))
    injected = train("sgd", landscape, steps=30, noise=numbers)
    assert np.array_equal(race([injected, "sgd"])[1].points, injected.points)
    other = race("sgd", landscape, start=(1, 2), steps=30, seed=8)[0]
    assert not np.array_equal(first.points, other.points)


def test_published_are_the_defaults_of_each_rule():
    result = race(["sgd", "adam"], "rosenbrock")
    assert result.contract == "published defaults"
    assert [run.settings["lr"] for run in result] == [0.01, 0.001]
    assert np.array_equal(result["Adam"].points, train("adam", "rosenbrock").points)


def test_same_is_one_rate_for_all_and_what_has_none_is_named():
    result = race(["sgd", "adam", "learned", "adasecant"], tune="same", lr=0.03)
    assert result.contract == "same lr 0.03; no lr in Learned and AdaSecant"
    assert [run.settings.get("lr") for run in result] == [0.03, 0.03, None, None]
    assert race(["sgd"], tune="same").contract == "same lr 0.1"
    assert race(["sgd"], tune="same", lr=0).contract == "same lr 0"


def test_the_rate_of_all_may_be_a_schedule():
    result = race(["sgd", "adam"], tune="same", lr=lambda t: 0.1 / t, steps=9)
    assert np.array_equal(result[0].points, train("sgd", lr=lambda t: 0.1 / t, steps=9).points)
    assert result.contract == "same lr a function of t"


def test_given_settings_are_not_tuned_and_this_is_said():
    result = race([("sgd", {"lr": 0.05}), "momentum", ("adam", {"beta1": 0.5})], tune="best", rates=[0.01, 0.1])
    assert result.contract == "best of 2 rates from 0.01 to 0.1; given lr for SGD; given settings for Adam"
    assert result["SGD"].settings["lr"] == 0.05
    assert list(result.sweeps) == ["Momentum", "Adam"]
    assert result["Adam"].settings["beta1"] == 0.5
    assert race([("sgd", {"lr": 0.05}), "adam"]).contract == "published defaults; given settings for SGD"
    assert race([("sgd", {"lr": 0.05}), ("learned", {"p": 4})]).contract == "given settings"


# --- the best rate -------------------------------------------------------------------------------------------------


def test_the_best_rate_of_descent_is_the_nearest_to_the_one_of_theory():
    # Both coordinates have the same error at the start; the slower decides, and 2 / (mu + L) makes both equally fast.
    mu, L = 1.0, 4.0
    landscape = bowl(mu, L, start=(2.0, 1.0))
    rates = np.geomspace(0.001, 10, 41)
    result = race("sgd", landscape, tune="best", rates=rates)
    assert result[0].settings["lr"] == rates[np.abs(np.log(rates * (mu + L) / 2)).argmin()]


@given(
    st.lists(st.floats(0.2, 5), min_size=2, max_size=2),
    st.lists(st.floats(0.5, 3), min_size=2, max_size=2),
    st.sampled_from([20, 60, 150]),
)
def test_the_best_rate_of_descent_is_that_of_the_closed_form(curvatures, start, steps):
    rates = np.geomspace(0.01, 1, 15)
    chosen = race("sgd", bowl(*curvatures, start=start), tune="best", rates=rates, steps=steps)[0].settings["lr"]

    def standing(lr):
        errors = errors_of_descent(curvatures, start, lr, steps)
        diverged = errors[-1] > 1000 * errors[0]
        step = None if diverged else arrival_of(errors)
        return diverged, np.inf if step is None else step, max(errors[-1], 2.3e-16)

    best = min(map(standing, rates))
    got = standing(chosen)
    assert got[:2] == best[:2]
    assert got[2] == pytest.approx(best[2], rel=1e-6)


def test_where_no_rate_arrives_the_lowest_final_error_decides():
    landscape, rates = bowl(1.0, 1.0, start=(1.0, 1.0)), [0.001, 0.01, 0.1]
    result = race("sgd", landscape, tune="best", rates=rates, steps=10)
    assert steps_to_tolerance(result[0]) is None
    assert result[0].settings["lr"] == 0.1  # (1 - lr)^20, all of them above 1e-4
    assert "The best lr of SGD is the largest that was tried, 0.1; a larger one may be better." in result.notes


def test_a_rate_that_diverges_is_never_the_best():
    result = race("sgd", "quadratic", tune="best", rates=[1e-9, 1.0], steps=100)
    assert result[0].settings["lr"] == 1e-9
    assert "The best lr of SGD is the smallest that was tried, 1e−9; a smaller one may be better." in result.notes
    hopeless = race("sgd", "quadratic", tune="best", rates=[1.0, 2.0], steps=100)
    assert "SGD diverged at every lr." in hopeless.notes
    assert not any("may be better" in note for note in hopeless.notes)


def test_the_sweep_is_kept_and_the_winner_is_one_of_its_runs_in_every_bit():
    result = race(["momentum", "adam"], "rosenbrock", tune="best", steps=50)
    for run in result:
        sweep = result.sweeps[run.label]
        rates = sweep.settings["lr"]
        assert len(rates) == 41
        assert (rates[0], rates[-1]) == (1e-4, 10)
        assert rates[1:] / rates[:-1] == pytest.approx(10 ** (1 / 8), rel=0.01)
        alone = train(run.rule, "rosenbrock", steps=50, lr=run.settings["lr"])
        assert np.array_equal(run.points, alone.points)
        assert np.array_equal(sweep.at(best_of(sweep)).points, alone.points)
        assert sweep.contract == run.contract == result.contract == "best of 41 rates from 0.0001 to 10"
        assert sweep.at(3).contract == run.at().contract == result.contract


# --- runs that were run before -------------------------------------------------------------------------------------


def test_the_race_of_the_article_walks_the_recorded_points():
    result = race(replay("article"))
    assert len(result) == 17
    for run, key in zip(result, KEYS[-17:], strict=True):
        assert key in (f"003.{run.label}.demo", "003.SDG.demo")  # a misprint of the source
        assert np.abs(run.points - RECORDED[key].reshape(run.points.shape)).max() < 1e-12
    assert result.contract == "as the article ran it"
    assert result["Adam"].contract == "as the article ran it: lr 0.4, eps 1e−8"
    assert "AMSGrad and AMSBound walked the same path but for rounding (1e−9 of the way)." in ties(result)


def test_the_corrected_article_says_how_many_runs_were_put_right():
    result = race(replay("article", corrected=True))
    assert result.contract == "as the article ran it, but corrected: 4 of 17"
    assert result["Eve"].rule is RULES["eve"]


def test_rules_run_against_runs_under_the_conditions_of_these():
    mine = train("sgd", "quartic", start=-2.5, lr=0.02, steps=40)
    result = race([mine, "adam"])
    assert result.contract == "published defaults; 1 run as given"
    assert np.array_equal(result["Adam"].points, train("adam", "quartic", start=-2.5, steps=40).points)
    assert mine.contract == "lr 0.02", "a race changes nothing of a run that it was given"
    mixed = race({**replay("article"), "Momentum": "momentum"})
    assert mixed.contract == "published defaults; 17 runs as the article ran it"
    assert race([*replay("article").values(), train("sgd", "quartic", lr=0.02)]).contract == "different settings"


def test_runs_of_one_rule_keep_their_contracts():
    result = race([train("sgd", lr=lr) for lr in (0.1, 0.2)])
    assert [run.label for run in result] == ["SGD (lr 0.1)", "SGD (lr 0.2)"]
    assert [run.contract for run in result] == ["lr 0.1", "lr 0.2"]
    assert result.contract == "different settings"


# --- other people's rules ------------------------------------------------------------------------------------------


def test_a_learners_rule_and_foreign_steps_race_and_are_tuned():
    @UpdateRule
    def halfway(x, g, /, *, alpha=0.1):
        """Half of a step."""
        return x - alpha * g / 2

    def trainer(x1, x2, s1, s2, lr):
        return x1 - lr * 0.2 * x1, x2 - lr * 4 * x2, s1, s2, lr

    result = race([halfway, trainer, learners_adam, "sgd"], tune="best", rates=[0.05, 0.1, 0.2])
    by_name = {run.rule.name: run for run in result}
    assert by_name["halfway"].settings["alpha"] == 0.2
    assert by_name["trainer"].points == pytest.approx(by_name["sgd"].points)
    assert "trainer and SGD walked the same path" in " ".join(ties(result))
    assert by_name["adam"].points == pytest.approx(train("adam", lr=by_name["adam"].settings["lr"]).points)
    assert len(result.sweeps) == 4


# --- labels --------------------------------------------------------------------------------------------------------


def test_entrants_of_one_name_are_told_apart():
    labels = [run.label for run in race(["adam", ("adam", {"lr": 0.3}), ("adam", {"lr": 0.3, "beta1": 0.5}), "sgd"])]
    assert labels == [
        "Adam (lr 0.001, beta1 0.9)", "Adam (lr 0.3, beta1 0.9)", "Adam (lr 0.3, beta1 0.5)", "SGD",
    ]  # fmt: skip
    assert [run.label for run in race(["sgd", "sgd"])] == ["SGD (1)", "SGD (2)"]
    assert [run.label for run in race({"mine": ("sgd", {"lr": 0.2}), "theirs": "sgd"})] == ["mine", "theirs"]


def test_a_run_is_had_by_place_and_label():
    result = race(["sgd", "adam"])
    assert result[1] is result["Adam"] is result[-1]
    assert result[:1] == (result[0],)
    with pytest.raises(KeyError, match=r"No run of this race is called 'Adm'\. Did you mean Adam"):
        result["Adm"]


# --- who came first ------------------------------------------------------------------------------------------------


def test_ranked_by_arrival_then_final_error_then_divergence():
    # Descent on x^2 / 2: |1 - lr|^(2k) <= 1e-4 from k = log(1e-2) / log|1 - lr| on.
    landscape = bowl(1.0, start=(1.0,))
    rates = {"fast": 0.9, "slow": 0.1, "slower": 0.01, "slowest": 0.001, "gone": 2.5, "gone earlier": 3.0}
    result = race({label: ("sgd", {"lr": lr}) for label, lr in sorted(rates.items())}, landscape, steps=100)
    assert [place.run.label for place in places(result)] == list(rates)
    assert [place.rank for place in places(result)] == [1, 2, 3, 4, 5, 6]
    for label in ("fast", "slow"):
        assert steps_to_tolerance(result[label]) == np.ceil(np.log(1e-2) / np.log(1 - rates[label]))
    rows = {row[1]: row for row in result.table().rows}
    assert rows["gone"][2:5] == ["–", "–", f"diverged at step {np.argmax(1.5 ** (2 * np.arange(99)) > 1000)}"]
    assert rows["slower"][3] == f"{0.5 * 0.99**200:.3g}"


@given(st.permutations(range(8)))
def test_the_order_of_entrants_changes_no_rank(order):
    entrants = [
        "sgd", "momentum", "nesterov_shifted", "nesterov", ("sgd", {"lr": 0.6}), ("sgd", {"lr": 0.0101}), "adam",
        "amsgrad",
    ]  # fmt: skip

    def ranks(some):
        result = race({str(one): one for one in some}, "quadratic")
        return {place.run.label: place.rank for place in places(result)}

    assert ranks([entrants[index] for index in order]) == ranks(entrants)


def test_those_who_walked_the_same_path_share_a_rank_and_a_sentence_says_so():
    result = race(["adam", "amsgrad", "sgd", "momentum_ema"], "quadratic", tune="same", lr=0.01)
    same = np.array_equal(result["Adam"].points, result["AMSGrad"].points)
    assert same, "the gradient only falls here, so the maximum changes nothing"
    rank = {place.run.label: place.rank for place in places(result)}
    assert rank["Adam"] == rank["AMSGrad"]
    assert "Adam and AMSGrad walked the same path." in ties(result)
    assert sorted(rank.values()) == [1, 2, 3, 3]


def test_those_who_end_as_well_share_a_rank_too():
    # From both sides of a symmetric minimum: the same errors on different paths.
    landscape = bowl(1.0, start=(1.0,))
    result = race({"under": ("sgd", {"lr": 0.5}), "over": ("sgd", {"lr": 1.5})}, landscape)
    assert [place.rank for place in places(result)] == [1, 1]
    assert ties(result) == [
        "under and over tie: they arrived at the same step and end as low, as far as float64 tells."
    ]


def test_errors_that_float64_cannot_tell_from_0_tie_and_ranks_behind_a_tie_are_left_out():
    # 0.5^200 and 0.48^200, both from step ceil(log 0.01 / log 0.5) = ceil(log 0.01 / log 0.48) = 7 on.
    result = race(
        {"a": ("sgd", {"lr": 0.5}), "b": ("sgd", {"lr": 0.52}), "c": ("sgd", {"lr": 0.1})}, bowl(1.0, start=(1,))
    )
    assert result["a"].error[-1] != result["b"].error[-1]
    assert [row[:4] for row in result.table().rows[:2]] == [["1", name, "7", "< 2.22e−16"] for name in "ab"]
    assert [place.rank for place in places(result)] == [1, 1, 3]
    assert len(ties(result)) == 1


def test_the_trapped_stand_behind_those_who_arrived_and_tie():
    result = race([("sgd", {"lr": 0.02}), ("momentum", {"lr": 0.01}), ("adagrad", {"lr": 0.4})], "quartic")
    assert [(place.rank, place.run.label) for place in places(result)] == [(1, "Momentum"), (2, "SGD"), (2, "AdaGrad")]
    assert ties(result) == ["SGD and AdaGrad tie: they are trapped at the same height."]


def test_without_a_known_minimum_losses_compare():
    unknown = Objective(lambda x: x**2 + 3, lambda x: 2 * x, start=3)
    result = race({"low": ("sgd", {"lr": 0.1}), "high": ("sgd", {"lr": 0.01})}, unknown, steps=10)
    assert [place.run.label for place in places(result)] == ["low", "high"]
    table = result.table()
    assert table.head[3] == "f"
    assert [row[3] for row in table.rows] == [f"{9 * 0.8**20 + 3:.3g}", f"{9 * 0.98**20 + 3:.3g}"]
    assert not any("1/10,000" in note for note in table.notes)


# --- the table -----------------------------------------------------------------------------------------------------


def parsed(text):
    """Read a printed table: a line that begins with a number is a row, a line without one goes on with its settings."""
    lines = text.splitlines()
    head = next(index for index, line in enumerate(lines) if line.startswith("rank"))
    assert set(lines[head + 1]) == {"-"}
    rows = []
    for line in lines[head + 2 : lines.index("", head)]:
        if re.match(r" *\d+  ", line):
            rows.append([*re.split(r"  +", line.strip()), ""][:6])
        else:
            rows[-1][5] = f"{rows[-1][5]} {line.strip()}".strip()
    return rows


@pytest.mark.parametrize("width", [60, 80, 100, 120, 300])
def test_the_printed_table_says_what_the_runs_are(width):
    result = race([*ORIGINALS, ("sgd", {"lr": 0.7})], "quartic")
    rows = parsed(result.table().text(width))
    assert len(rows) == 20
    for place, (rank, label, step, end, outcome, settings) in zip(places(result), rows, strict=True):
        run = result[label]
        assert run is place.run
        assert int(rank) == place.rank
        assert settings == ", ".join(f"{name} {setting_text(value)}" for name, value in run.settings.items())
        assert outcome == run.outcome.removeprefix("is ")
        if run.diverged_at is not None:
            assert (step, end) == ("–", "–")
        else:
            assert float(end.replace("−", "-").removeprefix("< ")) == pytest.approx(run.error[-1], rel=0.01, abs=2e-14)
            assert step == (f"{run.arrival.step}" if run.arrival and not run.arrival.above else "–")
    longest = max(map(len, result.table().text(width).splitlines()))
    assert longest <= max(width, 80)


def test_the_title_has_landscape_start_steps_and_contract():
    text = race(["sgd", "adam"], "rosenbrock", tune="same", lr=0.01, steps=7).table().text(200)
    assert text.startswith("Rosenbrock valley, 7 steps from (−1.5, 2), same lr 0.01\n\nrank")


def test_a_terminal_with_ascii_gets_ascii(monkeypatch):
    class Terminal:
        encoding = "ascii"

    table = race(["sgd", ("adam", {"eps": 1e-8})], "rosenbrock").table()
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", Terminal)
        text = str(table)
    assert text.isascii()
    assert "?" not in text
    assert "eps 1e-8" in text
    assert "−" in str(table)


def test_runs_of_different_lengths_race_over_the_steps_that_all_have():
    runs = replay("classroom")
    result = race(runs)
    assert [run.steps for run in result] == [30] * 5
    assert np.array_equal(result[0].points, next(iter(runs.values())).points[:31])
    assert "only the first 30 steps" in str(result)
    assert "only the first" not in str(race(replay("article")))
    shorter = race([train("sgd"), "adam"], steps=9)
    assert np.array_equal(shorter[0].points, train("sgd", steps=9).points)
    assert shorter[1].steps == 9


def test_of_a_replay_on_two_landscapes_the_objective_chooses_the_runs():
    runs = replay("from_scratch")
    result = race(runs, "dlfs")
    assert [run.label for run in result] == [label for label, run in runs.items() if run.objective.name == "dlfs"]
    assert "Left out, because they ran on another landscape: SGD, lr 0.4" in str(result)


def test_a_rule_that_draws_noise_gets_the_seed_of_a_run_that_did():
    given, new = race([train("santa_e", seed=3), "santa_e"])
    assert np.array_equal(given.points, new.points)


def test_a_rule_that_draws_noise_gets_the_noise_of_a_run_that_was_given_it():
    recorded = replay("article")["SantaE"]
    again, _ = race([recorded, ("santa_e", dict(recorded.settings)), "sgd"])[1:]
    assert np.array_equal(recorded.points, again.points)


def test_runs_of_different_lengths_race_with_the_same_noise():
    landscape, draws = noisy("quadratic", 1.0), np.random.default_rng(0).normal(size=(50, 2))
    result = race([train("sgd", landscape, noise=draws[:n], steps=n) for n in (50, 30)])
    assert np.array_equal(result[0].points, result[1].points)


def test_seeds_of_runs_must_agree_where_a_new_rule_draws_noise():
    runs = [train("santa_e", seed=seed) for seed in (3, 4)]
    assert len(race([*runs, "sgd"])) == 3
    with pytest.raises(ValueError, match="the same seed for all; among the runs there are 3 and 4"):
        race([*runs, "santa_e"])
    with pytest.raises(ValueError, match="the runs have 3, and seed is 5"):
        race([runs[0], "santa_e"], seed=5)


def test_a_run_has_one_look_in_all_pictures_of_a_race():
    result = race(["adam", ("adam", {"beta1": 0.5}), ("adam", {"beta1": 0.0})], tune="best", rates=[1e-3, 0.03, 1.0])
    colours = dresses([run.rule for run in result], THEMES["light"])
    ax = plot_sweep(result, theme="light")
    listed = [line for line in ax.lines if line.get_marker() != "None" and line.get_markersize() == 7]
    names = [text for text in ax.texts if ", lr" in text.get_text()]
    shown = {
        name.get_text().partition(", lr")[0]: line.get_markerfacecolor()
        for name, line in zip(names, listed, strict=True)
    }
    assert shown == {run.label: dress.colour for run, dress in zip(result, colours, strict=True)}


def test_a_sweep_says_how_the_other_settings_were_chosen():
    swept = train("adam", lr=[0.01, 0.1], beta1=0.5)
    assert any("beta1 0.5" in text.get_text() for text in plot_sweep(swept).texts)
    result = race(["sgd", "adam"], tune="best", rates=[0.01, 0.1])
    assert any("best of 2 rates" in text.get_text() for text in plot_sweep(result).texts)


def test_the_table_in_a_notebook_is_accessible_and_holds_no_code_of_a_label():
    result = race(
        {"<script>alert(1)</script>": "sgd", "<i>the same": "sgd", "A & co": "adam", "hollow": "momentum_ema"}
    )
    html = result._repr_html_()
    assert "<script>" not in html
    assert "walked the same path" in html
    tree = ElementTree.fromstring(html[html.index("<div") :])
    table = tree.find("table")
    assert [th.get("scope") for th in table.iter("th")] == ["col"] * 6 + ["row"] * 4
    assert "published defaults" in table.find("caption").text
    rows = [["".join(cell.itertext()) for cell in row] for row in table.find("tbody")]
    assert rows == result.table().rows
    assert [p.text for p in tree.findall("p")] == list(result.table().notes)
    marks = {"".join(row[1].itertext()): row[1].find("svg") for row in table.find("tbody")}
    for theme in THEMES.values():
        for run, dress in zip(result, dresses([run.rule for run in result], theme), strict=True):
            assert f"--on-{theme.name}:{dress.colour}" in marks[run.label].get("style")
            assert marks[run.label].get("class") == ("" if run.rule.variant_of else "filled")


# --- pictures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{}, {"tune": "same", "lr": 0.02}, {"tune": "best", "rates": [0.01, 0.1]}],
    ids=lambda one: one.get("tune"),
)
def test_every_picture_of_a_race_prints_its_contract(options):
    result = race(["sgd", "adam", "learned"], **options)
    for axes in (plot_race(result)[0], plot_error(result)):
        assert any(result.contract in text.get_text() for text in axes.texts)
    assert result.contract in describe(result)


def test_the_pictures_of_a_replay_print_whose_runs_they_are():
    axes = plot_race(race(replay("article")))[0]
    assert any("as the article ran it" in text.get_text() for text in axes.texts)


def test_a_sweep_is_drawn_with_what_each_rate_reached():
    lr = np.geomspace(0.01, 0.4, 9)
    ax = plot_sweep(train("sgd", bowl(1.0, 4.0, start=(2.0, 1.0)), lr=lr, steps=30))
    drawn = next(line.get_xydata() for line in ax.lines if len(line.get_xydata()) == 9)
    assert drawn[:, 0] == pytest.approx(lr)
    assert drawn[:, 1] == pytest.approx([errors_of_descent((1, 4), (2, 1), rate, 30)[-1] for rate in lr])
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_the_best_rate_of_a_sweep_is_marked_and_named():
    result = race(["sgd", "momentum", "adam"], "quadratic", tune="best")
    ax = plot_sweep(result)
    words = [text.get_text() for text in ax.texts]
    for run in result:
        assert f"{run.label}, lr {run.settings['lr']:.3g}: arrived by step {steps_to_tolerance(run)}" in words
        at = (run.settings["lr"], max(run.error[-1], run.rounding))
        assert any(len(line.get_xydata()) == 1 and line.get_xydata()[0] == pytest.approx(at) for line in ax.lines)
    listed = [word.partition(",")[0] for word in words if "arrived" in word]
    assert listed == [place.run.label for place in places(result)], "the best on top"


def test_rates_that_diverge_leave_through_the_top():
    ax = plot_sweep(train("sgd", lr=[0.1, 0.3, 0.8, 1e200]))
    drawn = next(line.get_xydata() for line in ax.lines if len(line.get_xydata()) == 4)
    assert ((drawn[:, 1] > ax.get_ylim()[1]) == [False, False, True, True]).all()
    assert any("out through the top: diverged" in text.get_text() for text in ax.texts)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sweep_of_many_rules_is_drawn_on_every_landscape(objective, theme):
    rules = [name for name in ORIGINALS if name != "eve" or OBJECTIVES[objective].f_star is not None]
    ax = plot_sweep(race(rules, objective, tune="best", rates=[1e-3, 1e-2, 0.1, 1.0], steps=20), theme=theme)
    named = [text for text in ax.texts if ":" in text.get_text() and "lr " in text.get_text()]
    assert len(named) >= len([name for name in rules if RULES[name].rate])
    plt.close(ax.figure)


# --- bad input -----------------------------------------------------------------------------------------------------

drawn = noisy("quadratic", 1)
five = Objective(lambda x: (x**2).sum(0), lambda x: 2 * x, start=(1, 2, 3, 4, 5), minima=[(0,) * 5])


def takes_rate(x1, x2, s1, s2, lr):
    return x1, x2, s1, s2, lr


BAD = [
    (lambda: race([]), ValueError, "Nobody is in the race; give rules, such as"),
    (lambda: race({}), ValueError, "Nobody is in the race"),
    (lambda: race({1: "sgd"}), TypeError, "A dictionary of entrants has their labels for keys"),
    (lambda: race(["sgdd"]), ValueError, "There is no update rule called 'sgdd'. Did you mean sgd"),
    (lambda: race("adm"), ValueError, "There is no update rule called 'adm'. Did you mean adam"),
    (lambda: race(None), TypeError, "A race has rules or runs for entrants, such as .*; got None"),
    (lambda: race([3]), TypeError, "The rule must be an update rule"),
    (lambda: race([("adam", 0.1)]), TypeError, r"An entrant with settings is a pair such as \('adam', {'lr': 0.1}\)"),
    (
        lambda: race([("adam", {"learning_rate": 0.1})]),
        TypeError,
        "has no setting 'learning_rate'. Here it is called lr",
    ),
    (lambda: race([("adam", {"lr": -0.1})]), ValueError, "lr must be a number >= 0; got -0.1"),
    (
        lambda: race([("adam", {"lr": [0.1, 0.2]})]),
        ValueError,
        "A race has single runs; adam got 2 values of lr: give one",
    ),
    (lambda: race([(train("sgd"), {"lr": 1})]), TypeError, "A run has its settings already; got SGD with {'lr': 1}"),
    (lambda: race([train("sgd", lr=[0.1, 0.2])]), ValueError, r"SGD is a grid of 2 of them. Take one: run.at\(0\)"),
    (lambda: race([takes_rate]), TypeError, "takes_rate needs lr, which has no default: give the pair"),
    (lambda: race(["sgd"], "rosenbrok"), ValueError, "called 'rosenbrok'. Did you mean rosenbrock"),
    (lambda: race(["sgd"], 3), TypeError, "objective"),
    (lambda: race([train("sgd"), train("sgd", "beale")]), ValueError, "one landscape; here are quadratic and beale"),
    (lambda: race([train("sgd")], "beale"), ValueError, "one landscape; here are beale and quadratic"),
    (lambda: race([train("sgd", noisy("quadratic", 1)), train("sgd", noisy("quadratic", 2))]), ValueError, "same name"),
    (lambda: race(replay("from_scratch")), ValueError, "one landscape; here are quadratic and dlfs"),
    (
        lambda: race([train("sgd"), train("sgd", start=(1, 1))]),
        ValueError,
        r"the same start .* \[-5.0, -2.0\] and \[1.0",
    ),
    (
        lambda: race([train("sgd")], steps=101),
        ValueError,
        "a run among them has 100, and steps is 101: leave",
    ),
    (lambda: race([train("sgd")], steps=0), ValueError, "steps must be a whole number >= 1; got 0"),
    (lambda: race([train("sgd")], start=(0, 0)), ValueError, "leave start out, or train them anew"),
    (lambda: race([train("sgd")], start="here"), ValueError, "and start is 'here': leave start out"),
    (lambda: race([train("sgd", drawn, seed=1), train("sgd", drawn)]), ValueError, "the same seed .* 1 and 0"),
    (lambda: race([train("sgd", drawn, noise=np.ones((100, 2))), train("sgd", drawn)]), ValueError, "the same noise"),
    (lambda: race([train("sgd")], tune="best"), ValueError, "tune='best' has no lr to choose: SGD is a run already"),
    (lambda: race(["learned"], tune="same"), ValueError, "no lr to choose: Learned has no lr"),
    (lambda: race([("sgd", {"lr": 1})], tune="best"), ValueError, "no lr to choose: SGD was given its own"),
    (lambda: race(["sgd"], tune="fair"), ValueError, "tune must be 'published', 'same' or 'best'; got 'fair'"),
    (lambda: race(["sgd"], tune=None), ValueError, "tune must be 'published', 'same' or 'best'; got None"),
    (lambda: race(["sgd"], tune=["best"]), ValueError, "tune must be"),
    (lambda: race(["sgd"], tune=0.3), ValueError, "got 0.3. One rate for all: tune='same', lr=0.1"),
    (
        lambda: race(["sgd"], lr=0.1),
        ValueError,
        "With tune='published' each rule has its own; one lr for all goes with",
    ),
    (lambda: race(["sgd"], tune="best", lr=0.1), ValueError, "With tune='best' each rule gets the best of rates"),
    (lambda: race(["sgd"], tune="same", lr=-0.1), ValueError, "lr must be a number >= 0; got -0.1"),
    (lambda: race(["sgd"], tune="same", lr="fast"), TypeError, "lr must be a number >= 0.*got 'fast'"),
    (lambda: race(["sgd"], tune="same", lr=[0.1, 0.2]), ValueError, "lr is one rate for all; got .* give rates="),
    (lambda: race(["sgd"], tune="same", lr=float("nan")), ValueError, "lr must be a number >= 0; got nan"),
    (
        lambda: race(["sgd"], tune="same", rates=[0.1, 0.2]),
        ValueError,
        "rates are tried with tune='best'; tune is 'same'",
    ),
    *(
        (
            lambda rates=rates: race(["sgd"], tune="best", rates=rates),
            ValueError,
            "rates must be at least two different",
        )
        for rates in (0.1, [], [0.1], [0.1, 0.1], [0, 1], [-1, 1], [1, np.inf], "fast", [[1, 2], [3, 4]], [None, 1])
    ),
    (lambda: race(["sgd"], start=(1, 2, 3)), ValueError, "start must have 2 coordinates on quadratic"),
    (lambda: race(["sgd"], start=np.ones((2, 3))), ValueError, "A race has single runs; sgd got a grid of starts"),
    (lambda: race(["sgd"], tune="best", start=np.ones((2, 3))), ValueError, "do not broadcast|single runs"),
    (lambda: race(["sgd"], tune="best", start=np.ones((2, 41))), ValueError, "single runs"),
    (lambda: race(["sgd"], steps=0), ValueError, "steps must be a whole number >= 1; got 0"),
    (lambda: race(["sgd"], steps=2.5), TypeError, "steps must be a whole number"),
    (lambda: race(["sgd"], seed=-1), ValueError, "seed must be a whole number >= 0"),
    (lambda: race(["sgd"], noisy("quadratic", 1), seed=[1, 2]), ValueError, "single runs"),
    (lambda: plot_race(race(["sgd"], five)), ValueError, "this run has 5 coordinates: use plot_error"),
    (lambda: plot_sweep(race(["sgd"])), ValueError, "This race has no sweep"),
    (
        lambda: plot_sweep([train("sgd", lr=[0.1, 0.2]), train("adam", lr=[0.1, 0.2], steps=9)]),
        ValueError,
        "compared with the same steps; these have 100 and 9",
    ),
    (
        lambda: plot_sweep([train("sgd", lr=[0.1, 0.2]), train("adam", lr=[0.1, 0.2], start=(1, 2))]),
        ValueError,
        "compared with the same start",
    ),
    (lambda: plot_sweep([]), ValueError, "There is no sweep to draw"),
    (lambda: plot_sweep("adam"), TypeError, "plot_sweep draws a race with tune='best'.*got 'adam'"),
    (lambda: plot_sweep(train("sgd")), ValueError, "was not run over an array of rates > 0"),
    (lambda: plot_sweep(train("sgd", lr=[0, 0.1])), ValueError, "was not run over an array of rates > 0"),
    (lambda: plot_sweep(train("momentum", momentum=[0, 0.1])), ValueError, "was not run over an array of rates"),
    (lambda: plot_sweep([train("sgd", lr=[0.1, 1]), train("sgd", "beale", lr=[0.1, 1])]), ValueError, "one landscape"),
    (lambda: plot_sweep(train("sgd", lr=[0.1, 1]), theme="blue"), ValueError, "theme must be"),
]


@pytest.mark.parametrize(("call", "error", "words"), BAD)
def test_bad_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_five_coordinates_race_and_have_a_table():
    result = race(["sgd", "adam"], five, tune="same", lr=0.1)
    assert result.table().rows[0][1] == "SGD"
    assert optviz.race is race
