"""What a notebook shows of our pictures: images with their text, and a picture for each widget where none can live."""

import html
import json
import re
import urllib.request
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from traitlets.config import Config

import optviz
from optviz import describe, lessons, plot_2d, plot_error, plot_family, plot_race, plot_state, plot_sweep, train
from optviz.offline_export import mathml
from optviz.shown import Shown

from .test_notebooks import QuietClient

RUN = train("sgd", lr=0.1, steps=20)
WIDGET = "application/vnd.jupyter.widget-view+json"
SERVED = json.loads((Path(optviz.__file__).parent / "jupyter/jupyter_config.json").read_text())


def exported(notebook):
    """Return a notebook as HTML, as JupyterLab exports it under `optviz lab` and on Binder."""
    from nbconvert import HTMLExporter

    page, _ = HTMLExporter(template_name="lab", config=Config(SERVED)).from_notebook_node(notebook)
    return page


def formulas_left(page):
    """Return the text outside of code in which a page still has a $."""
    soup = BeautifulSoup(page, "html.parser")
    for part in soup(["script", "style", "code", "pre"]):
        part.decompose()
    return [text for text in soup.stripped_strings if "$" in text]


def assert_stands_alone(page):
    """Whether a page needs nothing from the network, and sets its formulas itself."""
    assert re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', page) == []
    assert "<math" in page
    assert formulas_left(page) == []


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Return a notebook that was run: a cell for each way to show something."""
    cells = {
        "ours": "from optviz import *; from optviz import lessons; plot_2d(train('sgd', lr=0.1, steps=20));",
        "named <b>": "bold = update_rule(label='<b>&')(lambda x, g, /, *, lr=0.1: x - lr * g); plot_2d(train(bold));",
        "theirs": "import matplotlib.pyplot as plt; plt.plot([1, 2]);",
        "interact": "from ipywidgets import interact\n"
        "@interact(lr=(0, 1, 0.1))\ndef show(lr=0.3):\n    run = train('sgd', lr=lr); plot_2d(run); plot_error(run)",
        "interact theirs": "@interact(lr=(0, 1, 0.1))\ndef show(lr=0.3):\n    print(lr)",
        "visualize": "visualize('adam', lr=0.2)",
        "explore": "explore('adam', lr=0.2)",
        "told": "plot_2d(train('sgd'))\nlessons.tell(train('sgd'))",
        "question": "lessons.Lesson('02').predict('settle')",
        "card": "card('adam')",
        "step": "explain(train('adam'), 3)",
        "latex": "from IPython.display import Latex; Latex(r'$$\\frac{1}{2}$$')",
        "svg": "%config InlineBackend.figure_formats = ['svg']\nplot_2d(train('sgd'));",
        "retina": "%config InlineBackend.figure_formats = ['retina']\nplot_2d(train('sgd'));",
    }
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells.values()])
    folder = tmp_path_factory.mktemp("shown")
    QuietClient(made, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return dict(zip(cells, made.cells, strict=True)), made


def data(cell):
    """Return what a cell shows; what the function of an `interact` draws stands beside it, as no front end takes it."""
    shown = [output["data"] for output in cell.outputs if "data" in output]
    (bundle,) = [one for one in shown if WIDGET in one] or shown
    return bundle


def test_a_picture_of_ours_is_an_image_with_its_text(notebook):
    shown = data(notebook[0]["ours"])
    assert set(shown) == {"text/plain", "text/html"}, "the same pixels do not travel twice"
    assert shown["text/html"].startswith('<img src="data:image/png;base64,iVBOR')
    assert f'alt="{describe(RUN)}"' in shown["text/html"]


def test_the_text_is_text(notebook):
    assert 'alt="&lt;b&gt;&amp; on Long bowl' in data(notebook[0]["named <b>"])["text/html"]


def test_pictures_of_others_are_shown_as_ever(notebook):
    assert set(data(notebook[0]["theirs"])) == {"text/plain", "image/png"}


def test_an_interact_keeps_its_pictures(notebook):
    shown = data(notebook[0]["interact"])
    assert shown["text/html"].count('<img src="data:image/png;base64,') == 2
    assert f'alt="{html.escape(describe(train("sgd", lr=0.3)))}"' in shown["text/html"]
    assert "text/html" not in data(notebook[0]["interact theirs"])


@pytest.mark.parametrize(("name", "alt"), [
    ("visualize", "Adam on Long bowl (lr 0.2"),
    ("explore", "Adam on Long bowl, lr 0.2"),
])  # fmt: skip
def test_a_widget_has_a_picture_for_where_it_cannot_live(name, alt, notebook):
    shown = data(notebook[0][name])
    assert WIDGET in shown
    assert f'alt="{alt}' in shown["text/html"]
    assert "image/png" not in shown


def test_the_words_of_a_lesson_stand_below_their_picture(notebook):
    picture, words = (output["data"]["text/html"] for output in notebook[0]["told"].outputs)
    assert picture.startswith("<img")
    assert "In words" in words


def test_a_question_can_be_read_where_it_cannot_be_answered(notebook):
    question = lessons.lesson.content_of("02").questions["settle"]
    shown = data(notebook[0]["question"])["text/html"]
    assert all(text in shown for text in question.lettered)
    assert question.options[question.right].reason not in shown


def test_other_formats_of_the_inline_backend_are_kept(notebook):
    assert set(data(notebook[0]["svg"])) == {"text/plain", "image/svg+xml"}
    assert re.search(r'alt="SGD[^"]*" width="\d+" height="\d+"', data(notebook[0]["retina"])["text/html"])


def test_a_page_without_a_kernel_has_a_picture_or_a_text_for_each(notebook):
    page = exported(notebook[1])
    assert_stands_alone(page)
    assert page.count("<mfrac>") > 1, "of the card, and of the cell in LaTeX"
    assert page.count('<mtd style="text-align: left;') >= 4, "the rows of a step"
    assert "pt]</" not in page
    for sentence in ("the sliders need a running kernel", "needs Jupyter", "To choose, open the notebook"):
        assert sentence in page
    assert page.count('<img alt="No description has been provided') == 2, "the picture that is not ours, and the SVG"


def test_a_step_in_numbers_is_a_table_of_its_rows():
    card = optviz.explain(train("adam"), 1)
    made = BeautifulSoup(mathml(card._repr_latex_().strip("$"), block=True), "html.parser")
    rows = [row.find_all("mtd", recursive=False) for row in made.find_all("mtr")]
    assert [len(row) for row in rows] == [2] * len(list(card.latex()))
    assert not re.search(r"&|\[\d|\\", made.get_text()), "nothing is left of the LaTeX"


@pytest.mark.parametrize(("tex", "forms"), [
    ("(-5, -2)", ["prefix", "prefix"]),
    ("x = -1", ["prefix"]),
    ("(1 - x) - 2", [None, None]),
    ("|-x| - |y|", ["prefix", None, "postfix", None, "prefix", "postfix"]),
])  # fmt: skip
def test_signs_and_bars_stand_close_to_what_they_belong_to(tex, forms):
    made = BeautifulSoup(mathml(tex), "html.parser").find_all("mo", string=["−", "|"])
    assert [operator.get("form") for operator in made] == forms


def test_a_page_leads_to_the_pages_of_other_notebooks():
    there = "[a](02_momentum.ipynb) [b](02_momentum.ipynb#the-rule) [c](https://example.org/d.ipynb)"
    table = nbformat.v4.new_output("display_data", {"text/html": '<a href="contents.ipynb">d</a>'})
    cells = [nbformat.v4.new_markdown_cell(there), nbformat.v4.new_code_cell("1", outputs=[table])]
    soup = BeautifulSoup(exported(nbformat.v4.new_notebook(cells=cells)), "html.parser")
    links = [link["href"] for link in soup("main")[0]("a", href=True)]
    assert links == ["02_momentum.html", "02_momentum.html#the-rule", "https://example.org/d.ipynb", "contents.html"]


def test_what_was_printed_in_pieces_is_one_text():
    pieces = [nbformat.v4.new_output("stream", text=text) for text in ("the limit: ", "0.5\n")]
    cells = [nbformat.v4.new_code_cell("1", outputs=pieces)]
    assert "the limit: 0.5" in exported(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize(("state", "kept"), [
    ({"bar": {"state": {"layout": "IPY_MODEL_l"}}, "l": {"state": {"visibility": "hidden"}}}, False),
    ({"bar": {"state": {"layout": "IPY_MODEL_l"}}, "l": {"state": {"visibility": None}}}, True),
    ({"of another": {"state": {}}}, False),
])  # fmt: skip
def test_a_bar_of_work_that_is_done_leaves_nothing(state, kept):
    bar = nbformat.v4.new_output("display_data", {WIDGET: {"model_id": "bar"}, "text/plain": "0%|"})
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[bar])])
    made.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": state}}
    page = exported(made)
    assert (f'<script type="{WIDGET}">' in page) == kept
    assert ("unpkg.com" in page) == kept, "a program for widgets is fetched for the sake of a widget"


# --- the text itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("draw", "text"), [
    (lambda: plot_2d(RUN), describe(RUN)),
    (lambda: plot_error(RUN), describe(RUN)),
    (lambda: plot_race([RUN, train("adam")])[0], describe([RUN, train("adam")])),
    (lambda: plot_state(RUN)[0], "Inside SGD on Long bowl"),
    (lambda: plot_sweep(train("sgd", lr=[0.1, 0.2])), "Final error f − f* against lr on Long bowl"),
    (lambda: plot_family("adam"), "AdaMax"),
    (lambda: lessons.plot_values({"fast": [1, 2], "slow": [1, 1]}, title="Two", across="time"),
     "Two. time across. fast, slow."),
    (lambda: lessons.plot_map([[0, 1], [1, 1]], [0, 1], [2, 3], names=["none", "A"], title="Ends", across="x", up="lr"),
     "Ends: a map, x across and lr upwards. Of its runs none 25.0%, A 75.0%."),
    (lambda: lessons.plot_windows({"SGD": [0, 1], "Adam": [0, 1]}, [1, 2], title="Hits", words=["Quartic"]),
     "Hits: of 2 rates, SGD 1, Adam 1. Quartic."),
])  # fmt: skip
def test_each_picture_has_a_text(draw, text):
    figure = draw().figure
    assert isinstance(figure, Shown)
    assert text in figure.alt
    plt.close(figure)


def test_a_panel_that_is_emptied_is_not_described_any_more():
    ax = plot_2d(RUN)
    ax.clear()
    ax.set_title("My own")
    assert ax.figure.alt == "My own."
    plot_2d(train("adam"), ax=ax)
    assert ax.figure.alt == describe(train("adam"))
    plt.close(ax.figure)


def test_a_figure_of_somebody_else_stays_as_it_is():
    figure = Figure()
    plot_2d(RUN, ax=figure.add_subplot())
    assert not hasattr(figure, "alt")


def test_jupyterlab_exports_a_notebook_with_pictures_instead_of_its_widgets(lab, notebook):
    nbformat.write(notebook[1], lab.notebooks / "shown.ipynb")
    with urllib.request.urlopen(f"{lab.address}/nbconvert/html/shown.ipynb?token={lab.token}", timeout=60) as answer:
        page = answer.read().decode()
    assert '<script type="application/vnd.jupyter.widget-state+json">' in page, "it could have taken the widgets"
    assert f'<script type="{WIDGET}">' in page, "that of others, which holds no picture"
    assert page.count(f'<script type="{WIDGET}">') == 1
    assert "the sliders need a running kernel" in page
