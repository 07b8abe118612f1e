"""The explorer in JupyterLab: what the kernel is told and when, and that nothing stops when it is gone."""

import json

import numpy as np
import pytest

from optviz import train

from .jupyterlab import (
    browser_page,
    idle,
    kernels,
    open_in_notebook_7,
    open_notebook,
    run_all,
    start_all,
    write_notebook,
)
from .test_explorer import assert_shows, hook, state


@pytest.fixture
def page(lab):
    with browser_page(lab) as page:
        yield page
        assert page.outside == []


def opened(page, lab, name, *cells):
    write_notebook(lab, name, list(cells))
    open_notebook(page, lab, name)
    run_all(page)
    page.wait_for_selector("[data-ovx=ready]")


def run_last(page):
    """Run the last cell again and return what it says."""
    page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
    page.keyboard.press("Control+Enter")
    idle(page)
    return page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last.inner_text().strip()


def grab(page, key="lr"):
    """Take hold of a slider's thumb; return a function that moves it to a share of its track."""
    slider = page.locator(f"[data-key={key}]")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    share = float(slider.evaluate("one => one.value / one.max"))
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 10 + share * (box["width"] - 20), y)
    page.mouse.down()
    return lambda share: page.mouse.move(box["x"] + 10 + share * (box["width"] - 20), y)


def test_a_drag_sends_one_message_and_python_has_the_same_run(lab, page):
    told = "print(len(log), ex.settings['lr'], ex.state['seq'], ex.run.verdict)"
    opened(page, lab, "drag.ipynb", "from optviz import explore\nlog = []\nex = explore('adam', 'rosenbrock', lr=0.1)\n"
           "ex.observe(lambda change: log.append(change.new), 'state')\nex", told)  # fmt: skip
    move = grab(page)
    for turn in range(40):
        move(0.5 + 0.005 * turn)
    page.mouse.up()
    lr = state(page)["settings"]["lr"]
    assert run_last(page) == f"1 {lr} 1 {train('adam', 'rosenbrock', lr=lr).verdict}"
    assert page.complaints == []


def test_python_sets_what_is_shown_and_refuses_what_makes_no_sense(lab, page):
    opened(page, lab, "set.ipynb", "from optviz import explore\nex = explore('adam', 'rosenbrock', lr=0.1)\nex",
           "ex.settings = {'lr': 0.3}; ex.rules = ['momentum']; ex.objective = 'himmelblau'; ex.start = [1, 2]\n"
           "for name, value in [('rules', ['adm']), ('objective', 'x'), ('settings', {'lr': -1}), ('start', [1]),\n"
           "                    ('steps', 0)]:\n"
           "    try:\n        setattr(ex, name, value)\n"
           "    except ValueError as error:\n        print(error)")  # fmt: skip
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '4'")
    assert_shows(page, train("momentum", "himmelblau", lr=0.3, start=(1, 2)))
    said = page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last.inner_text().splitlines()
    assert said == [
        "This explorer has no rule 'adm'. Make a new one: explore('adm').",
        "This explorer has no objective 'x'. Make a new one: explore(..., 'x').",
        "lr must be a number >= 0; got -1.",
        "start must be 2 finite numbers; got [1].",
        "steps must be a whole number from 1 to 1,000; got 0.",
    ]


LEARNERS = """\
import numpy as np
from optviz import explore, update_rule
@update_rule
def walker(x, g, /, *, lr=0.1):
    new = x
    for _ in range(2):
        new = new - lr * g / 2
    return new
ex = explore(walker, 'quadratic', lr=0.2)
ex
"""


def test_a_rule_with_a_loop_is_drawn_by_the_kernel_when_the_hand_lets_go(lab, page):
    opened(page, lab, "loop.ipynb", LEARNERS)
    page.locator("[data-ovx=note]").get_by_text("walker is drawn by the kernel when you let go.").wait_for()
    page.wait_for_function("document.querySelector('.ovx')._ovx.points().length === 1")
    assert_shows(page, train("sgd", "quadratic", lr=0.2))
    move = grab(page)
    move(0.72)
    page.wait_for_timeout(100)
    assert hook(page, "one => one.points()") == []  # never the run of other values
    page.mouse.up()
    page.wait_for_function("document.querySelector('.ovx')._ovx.points().length === 1")
    found = np.array(hook(page, "one => one.points()[0]")).reshape(101, 3)
    np.testing.assert_allclose(
        found[:, :2], train("sgd", lr=state(page)["settings"]["lr"]).points, rtol=1e-9, atol=1e-12
    )


def test_a_kernel_that_dies_in_mid_drag_is_not_missed(lab, page):
    opened(page, lab, "dies.ipynb", "from optviz import explore\nexplore('adam', 'rosenbrock', lr=0.1)")
    move = grab(page)
    move(0.55)
    assert kernels(lab, kill=True)
    for turn in range(20):
        move(0.55 + 0.005 * turn)
    page.mouse.up()
    lr = state(page)["settings"]["lr"]
    assert lr > 0.1
    assert_shows(page, train("adam", "rosenbrock", lr=lr))
    page.locator("[data-key=lr]").press("ArrowRight")
    assert_shows(page, train("adam", "rosenbrock", lr=state(page)["settings"]["lr"]))


def test_a_notebook_that_is_opened_again_is_live_without_running_anything(lab, page):
    opened(page, lab, "again.ipynb", "from optviz import explore\nexplore('adam', 'rosenbrock', lr=0.1)")
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    lr = state(page)["settings"]["lr"]
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    kernels(lab, kill=True)
    open_notebook(page, lab, "again.ipynb")
    page.wait_for_selector("[data-ovx=ready]", timeout=30_000)
    assert state(page)["settings"]["lr"] == lr
    assert_shows(page, train("adam", "rosenbrock", lr=lr))
    page.locator("[data-key=lr]").press("ArrowRight")
    assert_shows(page, train("adam", "rosenbrock", lr=state(page)["settings"]["lr"]))
    picture = json.loads((lab.notebooks / "again.ipynb").read_text())["cells"][0]["outputs"][0]["data"]["text/html"]
    assert "".join(picture).count('alt="Adam on Rosenbrock valley, ') == 1
    assert len("".join(picture)) > 5000  # for readers in which no widget lives


def test_figures_follow_the_page_that_the_explorer_has_seen(lab, page):
    page.emulate_media(color_scheme="dark")
    told = "import optviz; print(optviz.look.page_theme)"
    opened(page, lab, "theme.ipynb", "from optviz import explore\nexplore('adam', 'rosenbrock', lr=0.1)", told)
    for theme in ("false", "true"):  # JupyterLab's own word for light
        page.evaluate(f"document.body.dataset.jpThemeLight = '{theme}'")
        page.wait_for_selector(f".ovx[data-theme={'light' if theme == 'true' else 'dark'}]")
        assert run_last(page) == ("light" if theme == "true" else "dark")


def test_a_widget_is_saved_as_a_page_without_its_kernel(lab, page, tmp_path):
    opened(page, lab, "save.ipynb", "from optviz import explore\nexplore('adam', 'rosenbrock', lr=0.1)")
    kernels(lab, kill=True)
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    lr = state(page)["settings"]["lr"]
    page.locator("[data-ovx=more]").click()
    with page.expect_download() as download:
        page.get_by_text("Save as a page").click()
    download.value.save_as(tmp_path / "saved.html")
    alone = page.context.browser.new_context(offline=True).new_page()
    alone.goto((tmp_path / "saved.html").as_uri())
    alone.wait_for_selector("[data-ovx=ready]")
    assert_shows(alone, train("adam", "rosenbrock", lr=lr))
    assert alone.title() == "Adam on Rosenbrock valley"


def test_keys_stay_in_the_explorer_in_command_mode(lab, page):
    opened(page, lab, "keys.ipynb", "from optviz import explore\nexplore('adam', 'rosenbrock', lr=0.1)", "1")
    page.locator("[data-ovx=step]").focus()
    page.keyboard.press("Home")
    assert state(page)["step"] == 0
    page.locator("[data-ovx=land], .ovx-land").first.click(position={"x": 200, "y": 60})
    page.locator("[data-ovx=start]").focus()
    before = page.locator(".jp-CodeCell").count()
    for key in (".", ".", ",", "ArrowRight", "p"):
        page.keyboard.press(key)
    assert state(page)["step"] == 1
    assert state(page)["pinned"] is not None
    assert page.locator(".jp-CodeCell").count() == before


# --- Notebook 7 ----------------------------------------------------------------------------------------------------


def test_in_notebook_7_it_is_dragged_reached_by_keys_and_live_again_without_its_kernel(lab, page):
    write_notebook(lab, "seven.ipynb", ["from optviz import explore\nex = explore('adam', 'rosenbrock', lr=0.1)\nex"])
    open_in_notebook_7(page, lab, "seven.ipynb")
    start_all(page)
    page.wait_for_selector("[data-ovx=ready]", timeout=60_000)
    move = grab(page)
    for turn in range(20):
        move(0.5 + 0.01 * turn)
    page.mouse.up()
    assert state(page)["seq"] == 1
    lr = state(page)["settings"]["lr"]
    assert_shows(page, train("adam", "rosenbrock", lr=lr))

    page.locator("[data-ovx=play]").focus()  # in the notebook's command mode, letters are its shortcuts
    for key in (",", ",", "p", "m"):
        page.keyboard.press(key)
    page.wait_for_selector(".ovx-map[data-state=complete]", timeout=20_000)
    assert state(page)["step"] == 98
    assert state(page)["pinned"]["settings"]["lr"] == lr
    assert page.locator(".jp-CodeCell").count() == 1

    # The steps that waited to be let go of went along with the pin.
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '2'")
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)
    kernels(lab, kill=True)
    page.reload()
    page.wait_for_selector("[data-ovx=ready]", timeout=60_000)
    assert state(page)["settings"]["lr"] == lr
    page.locator("[data-key=lr]").press("ArrowRight")
    assert_shows(page, train("adam", "rosenbrock", lr=state(page)["settings"]["lr"]))
