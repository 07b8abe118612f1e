"""`optviz cards`: a page for each rule, made of what the rule says, for paper of two sizes, without a network."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from optviz import RULES
from optviz.__main__ import main
from optviz.invariance import invariances
from optviz.printed_cards import page_of_cards

from .jupyterlab import CHROMIUM, QUIET
from .registry import NAMES
from .skipping import skip

OPTIMISERS = [name for name in NAMES if RULES[name].variant_of is None]
COURSE = json.loads((Path(__file__).parent / "references" / "course.json").read_text(encoding="utf-8"))["numbers"]
IN_COURSE = {
    "SGD": "sgd", "Momentum": "momentum", "Nesterov": "nesterov", "AdaGrad": "adagrad", "RMSProp": "rmsprop",
    "Graves": "rmsprop_graves", "AdaDelta": "adadelta", "Adam": "adam", "AdaMax": "adamax", "Nadam": "nadam",
    "AMSGrad": "amsgrad", "AdaBound": "adabound", "AMSBound": "amsbound", "SMORMS3": "smorms3", "Eve": "eve",
    "SantaE": "santa_e", "SantaSSS": "santa_sss", "AdaSecant": "adasecant",
}  # fmt: skip
VOID = {"meta", "img"}


class Reader(HTMLParser):
    """Read a page: whether its elements are closed, the text in each of its cards, and what it would fetch."""

    def __init__(self, page):
        super().__init__()
        self.open, self.cards, self.fetched, self.alts = [], [], [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "article":
            self.cards.append("")
        if tag == "img":
            self.alts.append(values["alt"])
        self.fetched += [values[name] for name in ("src", "href") if name in values and tag != "a"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "article" in self.open:
            self.cards[-1] += data


@pytest.fixture(scope="module")
def page():
    return page_of_cards([RULES[name] for name in NAMES])


@pytest.fixture(scope="module")
def read(page):
    return Reader(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_the_rule_says(name, read):
    rule, text = RULES[name], read.cards[NAMES.index(name)]
    assert text.split()[0] == rule.label.split()[0]
    assert f"def {name}(" in text
    assert '"""' not in text, "the docstring stands above"
    assert "return" in text
    assert ("@" in text) == (rule.look_ahead is not None), "the look-ahead is a part of the step"
    for one in rule.parameters:
        assert one in text
    assert rule.adds in text
    assert (rule.mistake or rule.differs) in text
    assert re.search(r"\b(19|20)\d\d\b|https?://|article", text)
    assert "$" not in text
    assert "`" not in text
    assert "\\" not in text.replace("\\n", "")


def test_the_page_fetches_nothing_and_describes_its_pictures(read):
    assert all(one.startswith("data:image/png;base64,") for one in read.fetched)
    assert len(read.alts) == len(NAMES)
    assert read.alts[0].startswith("SGD on Long bowl, ")


def test_formulas_are_mathml_and_sources_links(page):
    assert page.count("<math") > 3 * len(NAMES)
    assert '<a href="https://arxiv.org/abs/1412.6980">arXiv:1412.6980</a>' in page
    assert '<a href="https://doi.org/10.1016/0041-5553(64)90137-5">' in page
    assert re.search(r'<a href="(https://github\.com/\S+)">\1</a>', page)


@pytest.mark.parametrize(
    "one", [one for one in COURSE if one["experiment"] == "identity card"], ids=lambda one: one["id"]
)
def test_what_a_rule_does_not_notice_is_what_was_verified(one):
    name = one["settings"].partition(",")[0]
    if name == "Lion":
        pytest.skip("lesson 12 writes Lion")
    expected = one["expected"]
    assert [*invariances(RULES[IN_COURSE[name]]).values()] == [
        expected["f_times_1000"],
        expected["rotation"],
        expected["x_times_100"],
    ]


@pytest.mark.parametrize("paper", [(210, 297), (215.9, 279.4)], ids=["A4", "US Letter"])
def test_each_card_fits_on_a_page(paper, page, tmp_path):
    if CHROMIUM is None:
        skip("a browser prints the pages: apt-get install chromium, or set CHROMIUM to one")
    from playwright.sync_api import sync_playwright

    (tmp_path / "cards.html").write_text(page, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        sheet = browser.new_page()
        sheet.goto((tmp_path / "cards.html").as_uri())
        pdf = sheet.pdf(width=f"{paper[0]}mm", height=f"{paper[1]}mm")
        sheet.set_viewport_size({"width": round((paper[0] - 30) / 25.4 * 96), "height": 900})
        sheet.emulate_media(media="print")
        wide = sheet.evaluate(
            "[...document.querySelectorAll('pre, table, math, .formula')].filter(one => "
            "one.scrollWidth > one.clientWidth + 1).map(one => one.outerHTML.slice(0, 200))"
        )
        browser.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(NAMES)
    assert not wide


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command_writes_the_optimisers_or_those_that_are_named(tmp_path, capsys):
    out = tmp_path / "cards.html"
    assert main(["cards", "sgd", "adam", "sgd", "--out", str(out)]) == 0
    assert f"{out}: 2 cards, " in capsys.readouterr().out
    assert len(Reader(out.read_text(encoding="utf-8")).cards) == 2
    assert main(["cards", "--out", str(out)]) == 0
    assert f"{out}: {len(OPTIMISERS)} cards, " in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "said"), [
    (["adan", "--out", "c.html"], "There is no update rule called 'adan'. Did you mean adam"),
    (["sgd", "--all", "--out", "c.html"], "Name the rules, or ask for --all of them, not both."),
    (["--out", "cards.pdf"], "The cards are an HTML file; cards.pdf is none."),
    (["sgd", "--out", "gone/c.html"], "gone/c.html cannot be written: No such file or directory."),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["cards", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_fails_on_the_way_leaves_the_old_file(tmp_path, monkeypatch):
    out = tmp_path / "cards.html"
    out.write_text("old")

    def stopped(rules):
        raise KeyboardInterrupt

    monkeypatch.setattr("optviz.printed_cards.page_of_cards", stopped)
    assert main(["cards", "sgd", "--out", str(out)]) == 130
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["cards.html"]
