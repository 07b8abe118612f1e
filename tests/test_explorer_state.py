"""The explorer in Python, without a page: what it refuses, what it hands out, and what it spares."""

import base64
import html
import json
import re
import warnings
import zlib
from typing import Annotated

import numpy as np
import pytest

from optviz import RULES, Objective, explore, noisy, train, update_rule
from optviz.javascript import noise_rows, to_javascript
from optviz.ranges import Range
from optviz.widgets.live_page import page_of


@pytest.fixture(scope="module")
def untouched():
    """An explorer in which nothing changes."""
    return explore("adam", "rosenbrock", lr=0.1)


def rule_that_gives_up():
    @update_rule
    def tired(x, g, t, /, *, lr=0.1):
        if t > 5:
            raise RuntimeError("no more")
        return x - lr * g

    return tired


def told(page):
    """Return the explorers of a page as its own JavaScript reads them: with nothing that JSON does not know."""
    packed = re.search(r'id="explorers">([^<]*)<', page)[1]

    def strange(word):
        raise AssertionError(f"{word} is no JSON")

    return json.loads(zlib.decompress(base64.b64decode(packed)), parse_constant=strange)


PINNED = {"rule": "momentum", "objective": "quadratic", "settings": {"lr": 0.02}, "start": [1.0, 2.0], "steps": 50}


# --- what is refused, and that nothing has changed then ------------------------------------------------------------

WRONG_STATES = {
    "rule": ({"rules": ["nope"]}, r"has no rule 'nope'\. Make a new one: explore\('nope'\)\."),
    "no rule": ({"rules": []}, r"rules must be a list of different names.*got \[\]"),
    "a rule twice": ({"rules": ["adam", "adam"]}, r"different names.*got \['adam', 'adam'\]"),
    "a text for rules": ({"rules": "adam"}, r"a list of different names.*got 'adam'"),
    "objective": ({"objective": "nope"}, r"has no objective 'nope'"),
    "lr": ({"settings": {"lr": -1}}, r"lr must be a number >= 0; got -1\."),
    "a grid": ({"settings": {"lr": [0.1, 0.2]}}, r"one value of lr by a slider; got 2 values"),
    "a foreign setting": ({"settings": {"momentum": 0.9}}, r"adam has no setting 'momentum'"),
    "a remembered value": ({"settings": {"m": 0.9}}, r"m is remembered by adam"),
    "settings": ({"settings": 0.1}, r"settings must be a dictionary, such as \{'lr': 0\.1\}; got 0\.1"),
    "start": ({"start": [1]}, r"start must be 2 finite numbers; got \[1\]\."),
    "no finite start": ({"start": [1, float("nan")]}, r"start must be 2 finite numbers"),
    "steps": ({"steps": 0}, r"steps must be a whole number from 1 to 1,000; got 0\."),
    "half a step": ({"steps": 2.5}, r"steps must be a whole number.*got 2\.5"),
    "step": ({"step": 101}, r"step must be a whole number from 0 to 100; got 101\."),
    "playing": ({"playing": "yes"}, r"playing must be True or False; got 'yes'\."),
    "view": ({"view": [[1, 0], [0, 1]]}, r"view must be 2 pairs \[low, high\].*or None.*got \[\[1, 0\]"),
    "half a view": ({"view": [[0, 1]]}, r"view must be 2 pairs"),
    "pinned": ({"pinned": {"rule": "nope"}}, r"pinned must be None or a run.*got \{'rule': 'nope'\}"),
    "a pinned rule": ({"pinned": PINNED | {"rule": "nope"}}, r"has no rule 'nope'"),
    "a pinned setting": ({"pinned": PINNED | {"settings": {"lr": -1}}}, r"lr must be a number >= 0; got -1\."),
    "guesses": ({"guesses": [20]}, r"guesses are those that were made in the page, each with k, at, distance"),
    "a strange key": ({"spets": 5}, r"state has the keys .*Keep the others: ex\.state = \{\*\*ex\.state, 'step': 5\}"),
    "format": ({"format": 2}, r"format must be 1, which this version reads; got 2\."),
}


@pytest.mark.parametrize("case", WRONG_STATES)
def test_a_state_that_makes_no_sense_is_refused_whole(case, untouched):
    (wrong, sentence), ex = WRONG_STATES[case], untouched
    before, seen = dict(ex.state), []
    ex.observe(lambda change: seen.append(change.name))
    with pytest.raises(ValueError, match=sentence):
        ex.state = {**ex.state, "step": 7, **wrong}
    assert (ex.state, ex.step, ex.rules, seen) == (before, 100, ["adam"], [])


def test_a_state_from_the_page_passes_the_same_check_and_is_not_sent_back():
    ex = explore("adam", "rosenbrock", lr=0.1)
    before, sent = dict(ex.state), []
    ex.send_state = sent.append
    with pytest.raises(ValueError, match="has no rule 'nope'"):
        ex.set_state({"state": {**before, "rules": ["nope"], "seq": 1}})
    assert ex.state == before
    assert ex.rules == ["adam"]
    sent.clear()
    guess = {"k": 20, "at": [1, 0.5], "distance": None}  # the page's JSON of a point that is gone
    ex.set_state({"state": {**before, "seq": 1, "start": [1, 2], "view": [[0, 1], [2, 3]], "pinned": PINNED,
                            "guesses": [guess], "step": 20, "settings": {"lr": 1}}})  # fmt: skip
    assert sent == []
    assert (ex.start, ex.pinned, ex.guesses, ex.step, ex.settings) == ([1, 2], PINNED, [guess], 20, {"lr": 1})


WRONG_VIEWS = {
    "step": (-5, r"step must be a whole number from 0 to 100; got -5\."),
    "steps": (0, r"steps must be a whole number from 1 to 1,000; got 0\."),
    "rules": (["nope"], r"has no rule 'nope'"),
    "pinned": ({"rule": "nope"}, r"pinned cannot be set .*in the page\. ex\.state = .*'pinned': None\} takes it off\."),
    "guesses": ([5], r"guesses cannot be set to \[5\].*'guesses': \[\]\} forgets them\."),
    "playing": (1, r"playing must be True or False; got 1\."),
}


@pytest.mark.parametrize("name", WRONG_VIEWS)
def test_a_property_that_makes_no_sense_is_refused(name, untouched):
    (value, sentence), ex = WRONG_VIEWS[name], untouched
    before, shown = dict(ex.state), getattr(ex, name)
    with pytest.raises(ValueError, match=sentence):
        setattr(ex, name, value)
    assert (ex.state, getattr(ex, name)) == (before, shown)


def test_what_is_only_read_can_be_taken_back_by_the_state():
    ex = explore("adam", "quadratic", lr=0.1)
    ex.state = {**ex.state, "pinned": PINNED}
    assert ex.pinned == PINNED
    ex.state = {**ex.state, "pinned": None}
    assert ex.pinned is None


@pytest.mark.parametrize("start", [np.array([1, 2]), (1, 2), np.array([1.0, 2.0], np.float32)])
def test_a_start_may_be_an_array_or_a_tuple(start):
    ex = explore("adam", "rosenbrock", lr=0.1)
    ex.start = start
    assert ex.state["start"] == ex.start == [1.0, 2.0]
    assert [type(x) for x in ex.start] == [float, float]
    assert ex.run.start.tolist() == [1.0, 2.0]


def test_numbers_of_numpy_are_kept_as_those_of_json():
    ex = explore("adam", "rosenbrock", lr=np.float64(0.1), steps=np.int64(50))
    ex.settings = {"lr": np.array(0.2), "beta1": np.float32(0.5)}
    ex.step = np.int64(7)
    ex.state = {**ex.state, "steps": np.int64(60)}
    assert json.loads(json.dumps(ex.state)) == ex.state
    assert (ex.settings, ex.step, ex.steps) == ({"lr": 0.2, "beta1": 0.5}, 7, 60)


def test_other_rules_take_along_only_the_settings_that_fit_them():
    @update_rule
    def careful(x, g, /, *, lr=0.1, beta1: Annotated[float, Range(0, 0.5, minimum=0, below=0.6)] = 0.3):
        return x - lr * g * (1 - beta1)

    ex = explore(["adam", careful], "quadratic", lr=0.01, beta2=0.9)
    ex.rules = ["momentum"]  # which has no beta2
    assert ex.settings == {"lr": 0.01}
    assert train("momentum", "quadratic", **ex.settings).points.tolist() == ex.run.points.tolist()
    ex.rules, ex.settings = ["adam"], {"lr": 0.02, "beta1": 0.9}
    ex.rules = ["careful"]  # whose beta1 ends at 0.6
    assert ex.settings == {"lr": 0.02}


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_page_holds_the_numbers_of_numpy_too(tmp_path):
    explore("adam", "rosenbrock", lr=np.float64(0.1), steps=np.int64(50)).save_html(tmp_path / "page.html")
    (page,) = told((tmp_path / "page.html").read_text())
    assert (page["state"]["step"], page["state"]["steps"]) == (50, 50)


def test_what_no_page_can_hold_is_no_base64():
    ex = explore("adam", "rosenbrock", lr=0.1)
    ex.options = {"theme": 5, "k": {1, 2}}
    with pytest.raises(TypeError, match=r"texts, numbers and bytes; got \{1, 2\}"):
        page_of([ex], everything=False)


def test_a_landscape_whose_lowest_value_is_no_number_has_none_in_the_page():
    def ditch(x):
        return np.log(x[0] ** 2) + x[1] ** 2

    pit = Objective(ditch, lambda x: (2 / x[0], 2 * x[1]), start=(1, 1), minima=[(0, 0)], curvature=(0, np.inf))
    assert pit.f_star == -np.inf
    (page,) = told(page_of([explore("sgd", pit, lr=0.1)], everything=False))
    assert page["scene"]["objectives"]["ditch"]["f_star"] is None
    assert page["scene"]["objectives"]["ditch"]["curvature"] is None


def test_a_page_does_not_begin_to_move_by_itself():
    ex = explore("adam", "rosenbrock", lr=0.1)
    ex.playing = True
    assert told(page_of([ex], everything=False))[0]["state"]["playing"] is False
    assert ex.playing


def test_a_page_has_the_rule_and_the_landscape_of_what_is_pinned():
    ex = explore("adam", "rosenbrock", lr=0.1)
    ex.state = {**ex.state, "pinned": PINNED}
    (page,) = told(page_of([ex], everything=False))
    assert set(page["scene"]["rules"]) == {"adam", "momentum"}
    assert set(page["scene"]["objectives"]) == {"rosenbrock", "quadratic"}


def test_a_page_as_an_output_is_silent_and_says_what_it_shows():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        output = explore("adam", "rosenbrock", lr=0.1).page()
    assert html.unescape(re.search(r' title="(.*?)"', output.data)[1]) == "Adam on Rosenbrock valley, live"


# --- rules that the page cannot compute ----------------------------------------------------------------------------


def test_a_rule_that_raises_is_told_by_the_page_and_shown_without_a_picture(tmp_path):
    ex = explore(rule_that_gives_up(), "quadratic")
    assert "untranslatable" in ex.scene["rules"]["tired"]
    assert ex.drawn["problems"] == {"tired": "RuntimeError('no more')"}
    assert repr(ex) == "<explore tired on quadratic: RuntimeError('no more')>"
    bundle = ex._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "text/html" not in data
    ex.save_html(tmp_path / "page.html")
    (page,) = told((tmp_path / "page.html").read_text())
    assert page["drawn"]["problems"] == {"tired": "RuntimeError('no more')"}
    with pytest.raises(RuntimeError, match="no more"):
        ex.run  # noqa: B018
    ex.steps = 5
    assert ex.drawn["problems"] == {}
    assert ex.run.steps == 5


def test_the_picture_of_a_race_holds_the_rules_that_run():
    ex = explore([rule_that_gives_up(), "sgd"], "quadratic", lr=0.1)
    bundle = ex._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert 'alt="SGD on Long bowl, lr 0.1, 100 steps' in data["text/html"]


def test_what_the_runs_do_not_depend_on_trains_nothing():
    walked = []

    @update_rule
    def counted(x, g, t, /, *, lr=0.1):
        walked.append(int(t))
        return x - lr * g

    ex = explore(counted, "quadratic")
    assert ex.run.steps == 100
    walked.clear()
    ex.step = 5
    ex.state = {**ex.state, "seq": 2, "view": [[0, 1], [0, 1]], "pinned": PINNED}
    ex.playing = True
    assert walked == []
    ex.settings = {"lr": 0.2}
    assert walked == list(range(1, 101))


# --- noise ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", [100, 2000])
def test_a_run_is_never_longer_than_its_noise(begin):
    ex = explore("sgd", noisy("quadratic", 0.5), lr=0.01, steps=begin)
    (page,) = told(page_of([ex], everything=False))
    most = page["scene"]["most_steps"]
    held = np.frombuffer(base64.b64decode(page["scene"]["noise"]["objective"]), "<f8").reshape(-1, 2)
    assert most == max(begin, 1000)  # 1,000: as far as the slider goes
    np.testing.assert_array_equal(held, noise_rows(0, 1, most, 2, "objective"))
    with pytest.raises(ValueError, match=rf"from 1 to {most:,}; got {most + 1}.*explore\(\.\.\., steps={most + 1}\)"):
        ex.steps = most + 1
    ex.steps = most
    assert ex.run.steps == most


def test_without_noise_a_page_reads_links_with_more_steps():
    (page,) = told(page_of([explore("sgd", "quadratic", lr=0.01)], everything=False))
    assert page["scene"]["noise"]["rule"] == page["scene"]["noise"]["objective"] == ""
    assert page["scene"]["most_steps"] == 10_000


def test_a_page_keeps_the_noise_of_a_run_that_began_longer():
    ex = explore("sgd", noisy("quadratic", 0.5), lr=0.01, steps=2000)
    ex.steps = 50
    assert told(page_of([ex], everything=False))[0]["scene"]["most_steps"] == 2000


# --- what the scene holds ------------------------------------------------------------------------------------------


def test_the_stops_of_a_range_are_made_once(monkeypatch):
    made, stops = [], Range.stops
    monkeypatch.setattr(Range, "stops", lambda self, *include: made.append(self) or stops(self, *include))
    ex = explore("adam", "rosenbrock", lr=0.1)
    # Beside these, the middle of a setting without a default is looked for.
    assert len(ex.scene["ranges"]) <= len(made) < len(ex.scene["ranges"]) + 10


def test_a_race_has_as_many_rules_as_can_be_shown():
    many = list(RULES)[:20]
    with pytest.raises(ValueError, match=r"explore takes 1 to 19 rules; got 20\."):
        explore(many, "quadratic")
    ex = explore(many[:19], "quadratic", lr=0.01)
    assert ex.scene["most_rules"] == 19
    with pytest.raises(ValueError, match=r"at most 19, as many as a race can show; got 20\."):
        ex.rules = many


def test_a_scene_says_once_what_kind_of_rule_it_is_and_holds_no_docstrings(untouched):
    scene = untouched.scene
    assert {one["kind"] for one in scene["rules"].values()} == {"rule", "variant", "mistake"}
    assert "kind" not in to_javascript("adam")
    for one in [*scene["rules"].values(), *scene["objectives"].values()]:
        assert "sentence" not in one


def test_what_would_change_nothing_is_refused():
    explorer = explore("adam", "rosenbrock", lr=0.1)
    with pytest.raises(TypeError, match=r"explorer.settings = \{\*\*explorer.settings, 'lr': 0.3\}"):
        explorer.settings["lr"] = 0.9
    assert explorer.state["settings"] == {"lr": 0.1}
    explorer.settings = {**explorer.settings, "lr": 0.3}
    assert explorer.run.settings["lr"] == 0.3
    with pytest.raises(AttributeError, match=r"nothing called 'rule' to set\. Did you mean rules"):
        explorer.rule = "sgd"


def test_a_second_rule_in_the_place_of_the_landscape_is_recognised():
    with pytest.raises(ValueError, match=r"'adam' is a rule; several rules are a list: explore\(\['sgd', 'adam'\]\)"):
        explore("sgd", "adam")


def test_a_page_that_cannot_be_written_names_its_path(tmp_path):
    explorer = explore("adam", "rosenbrock")
    for path in (tmp_path, tmp_path / "none" / "adam.html"):
        with pytest.raises(OSError, match=f"'{re.escape(str(path))}'$"):
            explorer.save_html(path)
