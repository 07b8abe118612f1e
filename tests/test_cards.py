"""A card says what its rule says about itself, for every rule and for those that learners write."""

import re

import pytest

import optviz
from optviz import RULES, card, update_rule
from optviz.ranges import Decay, Range, Rate
from optviz.rule import REQUIRED

from .registry import NAMES

# What the lineage of the course begins with: nothing, the curvature, another optimiser's training.
BEGINNINGS = {"sgd", "adasecant", "learned"}
ORIGINALS = [name for name in NAMES if RULES[name].variant_of is None]
FORMS = [name for name in NAMES if RULES[name].variant_of is not None]


def rows(text):
    """Return the table of settings: name -> the other cells."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `"]
    return {name.strip("`"): rest for name, *rest in cells}


@pytest.mark.parametrize("name", NAMES)
def test_a_card_has_the_sentence_the_formula_and_the_source(name):
    text = repr(card(name))
    assert text.startswith(f"### {RULES[name].label} · `{name}`\n\n{RULES[name].sentence}")
    for formula in re.findall(r"\$\$.*?\$\$", RULES[name].__doc__, re.DOTALL):
        assert re.sub(r"\s+", " ", formula) in re.sub(r"\s+", " ", text)
    assert re.search(r"\b(19|20)\d\d\b|https?://|article", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_has_each_setting_with_default_slider_and_what_is_valid(name):
    table = rows(repr(card(name)))
    assert list(table) == list(RULES[name].parameters)
    for parameter in RULES[name].parameters.values():
        _, default, slider, valid = table[parameter.name]
        if isinstance(parameter.default, int | float) and not isinstance(parameter.default, bool):
            assert float(default) == parameter.default
        else:
            assert default == ("the objective's" if parameter.default is REQUIRED else repr(parameter.default))
        assert slider
        assert not isinstance(parameter.kind, Range) or parameter.kind.words in valid


@pytest.mark.parametrize("name", NAMES)
def test_markdown_of_a_card_is_whole(name):
    for text in (repr(card(name)), card(name)._repr_markdown_()):
        assert text.count("$$") % 2 == 0
        assert text.count("$") % 2 == 0
        assert text.count("`") % 2 == 0
        assert "\n\n\n" not in text
        assert "  \n" not in text
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert {line.count("|") for line in lines} == {6}
        assert len({len(line) for line in lines}) == 1, "a table in a terminal too"


@pytest.mark.parametrize("name", FORMS)
def test_the_card_of_a_form_names_its_original_and_theirs_names_it(name):
    rule = RULES[name]
    assert f"(`{rule.variant_of.name}`)" in repr(card(name))
    assert f": {rule.mistake or rule.differs}." in repr(card(name))
    right, _, wrong = repr(card(rule.variant_of)).partition("Published with a mistake")
    assert f"* `{name}`: {rule.mistake or rule.differs}" in (wrong if rule.mistake else right)


@pytest.mark.parametrize("name", ORIGINALS)
def test_an_original_says_where_it_comes_from_and_what_is_new(name):
    rule = RULES[name]
    assert f"New: {rule.adds}." in repr(card(name))
    assert rule.adds
    assert bool(rule.parents) == (name not in BEGINNINGS)
    for parent in rule.parents:
        assert f"{RULES[parent].label} (`{parent}`)" in repr(card(name))
        assert RULES[parent].variant_of is None


@pytest.mark.parametrize("name", [name for name in NAMES if RULES[name].limit])
def test_the_limit_is_that_of_the_rule_with_its_defaults(name):
    defaults = {one.name: one.default for one in RULES[name].parameters.values()}
    said = re.search(r"^Largest stable lr where the curvature is 4, .*: (.*)\.$", repr(card(name)), re.MULTILINE)
    assert float(said[1]) == pytest.approx(RULES[name].stable_lr(4.0, defaults), rel=5e-3)


def test_no_limit_is_said_where_none_is_known():
    assert "Largest stable" not in repr(card("adam"))


@pytest.mark.parametrize(("name", "setting", "letter"), [
    ("sgd", "lr", r"$\eta$"),
    ("adam", "lr", r"$\alpha$"),
    ("adam", "beta2", r"$\beta_2$"),
    ("adam_eps_hat", "eps", r"$\hat\epsilon$"),
    ("adabound", "lr", r"$\alpha$"),  # eta_t is the clipped rate, eta* the final one
    ("adabound", "final_lr", r"$\eta^*$"),
    ("santa_e", "lr", r"$\eta$"),  # alpha_t is a friction
    ("santa_sss", "c", ""),  # in words only
    ("eve", "c", "$c$"),
    ("eve", "beta1", ""),  # as in Adam
])  # fmt: skip
def test_a_setting_stands_beside_its_letter_in_the_formula(name, setting, letter):
    assert rows(repr(card(name)))[setting][0] == letter


def test_sources_are_links_in_a_notebook():
    assert "[arXiv:1412.6980](https://arxiv.org/abs/1412.6980), Algorithm 1." in card("adam")._repr_markdown_()
    assert "[arXiv:1611.01505v3](https://arxiv.org/abs/1611.01505v3). All" in card("eve")._repr_markdown_()
    polyak = "10.1016/0041-5553(64)90137-5"
    assert f"[doi:{polyak}](https://doi.org/{polyak}); in this" in card("momentum")._repr_markdown_()


# --- a learner's rule ----------------------------------------------------------------------------------------------


def test_a_bare_rule_has_a_card():
    @update_rule
    def mine(x, g, /, *, lr=0.1):
        return x - lr * g

    assert repr(card(mine)) == repr(card("mine"))
    assert rows(repr(card(mine))) == {"lr": ["", "0.1", "0.0001 to 10, log", "a number >= 0"]}


def test_a_rule_without_settings_has_a_card():
    @update_rule
    def fixed(x, g, /):
        """A tenth of the gradient."""
        return x - 0.1 * g

    assert repr(card(fixed)) == "### fixed · `fixed`\n\nA tenth of the gradient."


def test_everything_that_a_signature_can_say_has_its_words():
    from typing import Literal

    @update_rule(
        parents=("sgd", "a_friends_rule"),
        presets={"bold": {"lr": 1.0, "form": "b"}},
        limit=lambda L, needed: needed / L,
    )
    def rich(x, g, /, *, needed: Rate, form: Literal["a", "b"] = "a", big: bool = True, lr: Decay | None = None):
        return x - g

    text = repr(card(rich))
    assert rows(text) == {
        "needed": ["", "none: give it", "0.0001 to 10, log", "a number >= 0"],
        "form": ["", "'a'", "menu", "'a' or 'b'"],
        "big": ["", "True", "check box", "True or False"],
        "lr": ["", "None", "none", "a number in [0, 1) or None"],
    }
    assert "Comes from SGD (`sgd`) and `a_friends_rule`." in text
    assert "Presets: *bold* (lr 1, form 'b')." in text
    assert "Largest stable" not in text, "it depends on a setting without a default"


def test_a_learners_variant_needs_no_words():
    @update_rule(variant_of=optviz.sgd)
    def twice(x, g, /, *, lr=0.1):
        return x - 2 * lr * g

    assert "Another right form of SGD (`sgd`).\n" in repr(card(twice))
    assert repr(card("sgd")).endswith("* `twice`")


def test_what_is_no_rule_is_refused_in_one_sentence():
    with pytest.raises(ValueError, match=r"^There is no update rule called 'adan'. Did you mean adam or nadam"):
        card("adan")
    with pytest.raises(TypeError, match=r"^card takes an update rule .* or its name; got 3\.$"):
        card(3)
