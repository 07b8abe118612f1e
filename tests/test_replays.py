"""`replay` walks the recorded points of 37 published runs, and a corrected one walks as the sources meant to."""

import numpy as np
import pytest

import optviz
from optviz import RULES, replay, train
from optviz.replays import REPLAYS

from .recorded import KEYS, NOISE, RECORDED, REPLAYED


@pytest.mark.parametrize("key", KEYS)
def test_a_recorded_run_is_replayed(key):
    run, expected = REPLAYED[key], RECORDED[key]
    assert np.abs(run.points - expected.reshape(run.points.shape)).max() < 1e-12


@pytest.mark.parametrize("key", NOISE)
def test_the_noise_of_the_article_is_the_recorded_one_while_it_is_used(key):
    run = REPLAYED[key.replace("noise", "demo")]
    assert np.abs(run.noise - RECORDED[key])[: run.settings["burn_in"]].max() < 1e-14


def test_the_sources_are_those_of_the_documents():
    counts = {source: len(replay(source)) for source in REPLAYS}
    assert counts == {"cs231n": 7, "from_scratch": 8, "classroom": 5, "article": 17}


@pytest.mark.parametrize("source", REPLAYS)
@pytest.mark.parametrize("corrected", [False, True])
def test_a_run_is_called_by_its_key_and_says_how_it_was_chosen(source, corrected):
    for label, run in replay(source, corrected=corrected).items():
        assert run.label == label
        assert " ran it" in run.contract
        if "lr" in run.settings:
            assert f"lr {run.settings['lr']:g}" in run.contract


# --- corrected -----------------------------------------------------------------------------------------------------

CORRECTED = {
    ("cs231n", "adam"): "adam",
    ("article", "SMORMS3"): "smorms3",
    ("article", "Eve"): "eve",
    ("article", "SantaE"): "santa_e",
    ("article", "SantaSSS"): "santa_sss",
}


@pytest.mark.parametrize("source", REPLAYS)
def test_only_what_is_wrong_is_corrected(source):
    as_it_was, right = replay(source), replay(source, corrected=True)
    assert list(as_it_was) == list(right)
    for label, run in right.items():
        assert not run.rule.mistake
        changed = (source, label) in CORRECTED
        assert ("but corrected" in run.contract) == changed
        assert np.array_equal(run.points, as_it_was[label].points) != changed
        assert run.rule is (RULES[CORRECTED[source, label]] if changed else as_it_was[label].rule)


def test_corrected_runs_keep_the_settings_that_were_right():
    was, right = replay("article"), replay("article", corrected=True)
    assert right["SMORMS3"].settings == was["SMORMS3"].settings
    assert right["Eve"].settings == {**was["Eve"].settings, "f_star": optviz.quartic.f_star}
    for label in ("SantaE", "SantaSSS"):
        assert right[label].settings == {**was[label].settings, "batches": 1}
        assert np.array_equal(right[label].noise, was[label].noise)


def test_the_corrected_edition_of_cs231n_is_the_adam_of_the_other():
    right = replay("cs231n", corrected=True)
    assert np.array_equal(right["adam"].points, right["adam, blog"].points)


def test_the_corrected_race_ends_where_the_course_says():
    ends = {label: run.points[-1, 0] for label, run in replay("article", corrected=True).items()}
    assert ends["Eve"] == pytest.approx(2.480568, abs=5e-7)
    assert ends["SMORMS3"] == pytest.approx(-1.5, abs=1e-6)  # as published, it steps to and fro around it for ever


def test_a_wrong_number_of_batches_multiplies_the_steps_by_itself():
    """So N = 100 with the gradient of one function is wrong, and its correction takes much shorter steps."""
    steps = {}
    for batches in (1, 100):
        still = {"noise": np.zeros((2, 1)), "lam": 0.0, "burn_in": 0}
        run = train("santa_e", "quartic", steps=1, batches=batches, **still)
        steps[batches] = run.points[1, 0] - run.points[0, 0]
    assert steps[100] == pytest.approx(100 * steps[1])


def test_a_replay_can_be_walked_again():
    run = replay("article")["SantaSSS"]
    again = train(run.rule, run.objective, start=run.start, steps=run.steps, noise=run.noise, **run.settings)
    assert np.array_equal(run.points, again.points)


def test_an_unknown_source_names_the_nearest():
    with pytest.raises(ValueError, match=r"no replay called 'artikel'. Did you mean article\?"):
        replay("artikel")
