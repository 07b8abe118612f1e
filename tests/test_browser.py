"""The first lesson as a learner meets it: JupyterLab, started by `optviz lab`, in a real browser."""

import os
import re
from pathlib import Path

import pytest

from .jupyterlab import browser_page, idle, kernels, open_notebook, run_all, write_notebook


@pytest.fixture
def page(lab):
    with browser_page(lab) as page:
        yield page


def layer(picture):
    """Return what lies over the background of the landscape, as text."""
    return picture.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")


def wait_until(page, holds, seconds=30):
    for _ in range(10 * seconds):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not happen")


def test_the_first_lesson_runs_and_its_sliders_move_the_pictures(lab, page):
    from playwright.sync_api import expect

    open_notebook(page, lab, "00_start.ipynb")
    assert page.locator(".jp-Dialog, .jp-toast-button").count() == 0, "nothing asks for news or updates"
    run_all(page)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0

    # visualize: one picture, and it follows the arrow keys.
    panel = page.locator(".jp-OutputArea-output:has(.optviz-picture)").first
    picture, slider = panel.locator(".optviz-picture"), panel.locator("[role=slider]").first
    readout, sentence = panel.locator(".widget-readout").first, panel.locator(".widget-html-content").last
    if "OPTVIZ_PICTURES" in os.environ:
        panel.screenshot(path=Path(os.environ["OPTVIZ_PICTURES"]) / "slider.png")
    before, value = layer(picture), readout.inner_text()
    slider.focus()
    slider.press("ArrowRight")
    wait_until(page, lambda: layer(picture) != before)
    assert readout.inner_text() != value

    # A fast hand: never more than a picture a move, and the last one is that of the last value.
    idle(page)
    frames = int(picture.get_attribute("data-frames"))
    for _ in range(60):
        slider.press("ArrowLeft")
    expect(sentence).to_contain_text(f"lr {readout.inner_text()}", timeout=30_000)
    idle(page)
    # Two panels a picture; the one before may still have been on its way.
    assert int(picture.get_attribute("data-frames")) - frames <= 2 * 61

    # A click on the landscape is where the run starts.
    landscape = picture.locator(".optviz-target")
    box = landscape.bounding_box()
    before = layer(picture)
    landscape.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.3})
    wait_until(page, lambda: layer(picture) != before)
    assert panel.locator("input[type=number]").first.input_value() != "-5"
    panel.get_by_role("button", name="Reset").click()
    expect(panel.locator("input[type=number]").first).to_have_value("-5")

    # @interact: one picture a move, still one after it.
    output = page.locator(".jp-OutputArea-output:has(.widget-interact)").first
    image, slider = output.locator(".jp-OutputArea-output img"), output.locator("[role=slider]").first
    expect(image).to_have_count(1)
    assert "on Long bowl" in image.get_attribute("alt")
    before = image.get_attribute("src")
    slider.focus()
    slider.press("ArrowRight")
    expect(image).not_to_have_attribute("src", before, timeout=30_000)
    idle(page)
    expect(image).to_have_count(1)

    assert page.outside == []
    assert page.complaints == []


def test_while_the_kernel_is_busy_moves_do_not_queue_up_and_the_latest_wins(lab, page):
    from playwright.sync_api import expect

    cells = ["from optviz import visualize\nvisualize('adam', lr=0.3)", "import time; time.sleep(4)"]
    write_notebook(lab, "busy.ipynb", cells)
    open_notebook(page, lab, "busy.ipynb")
    run_all(page)
    picture, slider = page.locator(".optviz-picture"), page.locator("[role=slider]").first
    wait_until(page, lambda: int(picture.get_attribute("data-frames") or 0) >= 2)
    frames = int(picture.get_attribute("data-frames"))
    page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
    page.keyboard.press("Control+Enter")
    page.locator("#jp-main-statusbar").get_by_text("| Busy").first.wait_for(timeout=10_000)
    slider.focus()
    for _ in range(40):
        slider.press("ArrowRight")
    last = page.locator(".widget-readout").first.inner_text()
    expect(page.locator(".widget-html-content").last).to_contain_text(f"lr {last},", timeout=30_000)
    idle(page)
    # One picture for the move that was under way, one or two for what came after it.
    assert int(picture.get_attribute("data-frames")) - frames <= 2 * 3


def test_five_hundred_moves_and_menus_leave_no_error_and_nothing_behind(lab, page):
    from playwright.sync_api import expect

    count = (
        "from ipywidgets.widgets.widget import _instances; import matplotlib.pyplot as plt\n"
        "print('left:', len(_instances), len(plt.get_fignums()))"
    )
    write_notebook(lab, "moves.ipynb", ["from optviz import visualize\nvisualize('adam', lr=0.3)", count])
    open_notebook(page, lab, "moves.ipynb")
    run_all(page)
    said = page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last
    before = said.inner_text()
    slider, sentence = page.locator("[role=slider]").first, page.locator(".widget-html-content").last
    slider.focus()
    for key in ("ArrowRight", "ArrowLeft"):
        for _ in range(250):
            slider.press(key)
    last = page.locator(".widget-readout").first.inner_text()
    expect(sentence).to_contain_text(f"Adam (lr {last},", timeout=60_000)
    idle(page)
    page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
    page.keyboard.press("Control+Enter")
    idle(page)
    expect(said).to_have_text(before)

    page.get_by_role("button", name="Reset").click()
    rule, landscape = page.locator(".widget-dropdown select").nth(0), page.locator(".widget-dropdown select").nth(1)
    rule.select_option(label="Momentum")
    expect(sentence).to_contain_text("Momentum (lr 0.3,")
    landscape.select_option(label="Quartic")
    expect(sentence).to_contain_text("diverged")
    expect(page.locator("input[type=number]")).to_have_count(1)
    page.get_by_role("button", name="Reset").click()
    expect(sentence).to_contain_text("Adam (lr 0.3,")
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.complaints == []


CLASSROOM = """\
@interact(lr=(0, 4, 0.01))
def f(lr=0.1):
    plot_2d(train_2d(adagrad_eps_inside, lr), title="AdaGrad")
"""


def test_a_classroom_interact_shows_one_picture_under_matplotlib_widget(lab, page):
    from playwright.sync_api import expect

    write_notebook(
        lab,
        "classroom.ipynb",
        [
            "%matplotlib widget",
            "from ipywidgets import interact\nfrom optviz import adagrad_eps_inside, plot_2d, train_2d",
            CLASSROOM,
            "import matplotlib.pyplot as plt; print('figures:', len(plt.get_fignums()))",
        ],
    )
    open_notebook(page, lab, "classroom.ipynb")
    run_all(page)
    canvas = page.locator(".jupyter-matplotlib-canvas-container canvas").first
    expect(canvas).to_be_visible(timeout=30_000)
    pixels = "canvas => canvas.toDataURL()"
    for key in ("ArrowRight", "End", "Home"):
        before = canvas.evaluate(pixels)
        page.locator(".widget-interact [role=slider]").first.press(key)
        page.wait_for_function(
            "old => document.querySelector('.jupyter-matplotlib-canvas-container canvas').toDataURL() !== old",
            arg=before,
            timeout=30_000,
        )
        idle(page)
        expect(page.locator(".jupyter-matplotlib-canvas-container")).to_have_count(1)
    page.locator(".jp-CodeCell").last.click()
    page.keyboard.press("Control+Enter")
    idle(page)
    expect(page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last).to_contain_text("figures: 1")
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.outside == []


def test_a_question_is_answered_by_keyboard_and_the_answer_stays_in_the_notebook(lab, page):
    from playwright.sync_api import expect

    cells = ["from optviz import lessons\nlesson = lessons.begin('02')", "lesson.predict('settle')"]
    write_notebook(lab, "question.ipynb", cells)
    open_notebook(page, lab, "question.ipynb")
    run_all(page)
    choices, commit = page.get_by_role("radio"), page.get_by_role("button", name="Commit to this choice")
    expect(choices).to_have_count(4)
    expect(commit).to_be_disabled()
    choices.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(choices.nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(commit).to_be_focused()
    page.keyboard.press("Enter")
    note = page.get_by_role("note").last
    expect(note).to_contain_text("b) About as long as with 0.81, which is already near 1 (your prediction)")
    expect(page.locator(".optviz-chooser")).to_have_count(0)
    # Who works by keyboard is still at this cell, and who listens is told.
    page.wait_for_function("document.activeElement === document.querySelectorAll('.jp-CodeCell')[1]")
    expect(page.locator("[aria-live=polite]").get_by_text("Stored: b) About as long as")).to_have_count(1)
    page.keyboard.press("Control+s")
    wait_until(page, lambda: "(your prediction)" in (lab.notebooks / "question.ipynb").read_text())

    # Another day: the saved text is there without running anything, and after running it is the same.
    page.goto("about:blank")
    open_notebook(page, lab, "question.ipynb")
    expect(note).to_contain_text("(your prediction)")
    run_all(page)
    expect(note).to_contain_text("b) About as long as with 0.81, which is already near 1 (your prediction)")
    assert page.complaints == []
    assert page.outside == []


def test_a_question_says_when_the_kernel_does_not_answer(lab, page):
    from playwright.sync_api import expect

    write_notebook(
        lab, "gone.ipynb", ["from optviz import lessons\nlesson = lessons.begin('00')", "lesson.predict('faster')"]
    )
    open_notebook(page, lab, "gone.ipynb")
    run_all(page)
    page.get_by_role("radio").first.check()
    kernels(lab, kill=True)
    commit = page.get_by_role("button", name="Commit to this choice")
    commit.click()
    expect(commit).to_be_disabled()
    expect(page.locator(".optviz-chooser [role=status]")).to_contain_text("The kernel has not answered yet")
    expect(commit).to_be_enabled()
    # What is gone without an answer was not stored, and nobody is told that it was.
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells", exact=True).click()
    expect(page.locator(".optviz-chooser")).to_have_count(0)
    expect(page.get_by_text("Stored: ")).to_have_count(0)


@pytest.mark.parametrize("begin", ["lessons.begin('00')", "visualize('sgd')"])
def test_the_arrow_keys_move_a_slider(lab, page, begin):
    from playwright.sync_api import expect

    slider = "from ipywidgets import interact\n@interact(power=(-8, 0))\ndef show(power=-4):\n    print(power)"
    write_notebook(lab, "slider.ipynb", [f"from optviz import lessons, visualize\n{begin}", slider])
    open_notebook(page, lab, "slider.ipynb")
    run_all(page)
    page.locator(".noUi-handle").last.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".widget-readout").last).to_have_text("−5")


def test_a_late_answer_of_the_kernel_leaves_the_keyboard_where_it_went(lab, page):
    from playwright.sync_api import expect

    cells = ["from optviz import lessons\nlesson = lessons.begin('00')", "lesson.predict('faster')"]
    write_notebook(lab, "late.ipynb", [*cells, "import time\ntime.sleep(5)"])
    open_notebook(page, lab, "late.ipynb")
    run_all(page)
    cell = page.locator(".jp-CodeCell")
    cell.nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell.nth(2).locator(".jp-InputPrompt")).to_contain_text("*")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Commit to this choice").click()
    cell.first.locator(".cm-content").click()
    expect(page.locator("[aria-live=polite]").get_by_text("Stored: a)")).to_have_count(1, timeout=20_000)
    expect(cell.first.locator(".cm-content")).to_be_focused()


PLAYERS = """\
from optviz import animate, train
runs = [train(rule, lr=0.1, steps=40) for rule in ("sgd", "momentum", "adam")]
animate(runs, fps=20, panels="both")
"""


def test_players_play_and_scrub_also_after_the_notebook_is_reopened_without_a_kernel(lab, page):

    write_notebook(lab, "player.ipynb", [PLAYERS, "animate(runs[0], fps=50)"])
    open_notebook(page, lab, "player.ipynb")
    run_all(page)
    try_players(page)
    assert page.complaints == []
    page.get_by_role("menuitem", name="File", exact=True).click()
    page.get_by_role("menuitem", name=re.compile("^Save Notebook(?! As)")).click()
    wait_until(page, lambda: "optviz-player" in (lab.notebooks / "player.ipynb").read_text())

    # Reopened, and the kernel that JupyterLab starts is shut down: what is on the page is what was saved.
    open_notebook(page, lab, "player.ipynb")
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()
    page.locator("#jp-main-statusbar").get_by_text("No Kernel").first.wait_for(timeout=30_000)
    try_players(page)
    assert page.outside == []
    # JupyterLab's own, about the kernel that went away.
    assert [one for one in page.complaints if "debug" not in one] == []


def try_players(page):
    from playwright.sync_api import expect

    bars = page.get_by_role("group", name="Player")
    expect(bars).to_have_count(2, timeout=60_000)
    one, other = bars.nth(0), bars.nth(1)
    picture = page.locator("[class=picture] canvas").first
    pixels = "canvas => canvas.toDataURL()"
    step, play = one.locator("output"), one.get_by_role("button")
    slider = one.get_by_role("slider")

    # Nothing moves by itself.
    expect(step).to_have_text("step 0 of 40")
    page.wait_for_timeout(500)
    expect(step).to_have_text("step 0 of 40")
    start = picture.evaluate(pixels)

    # It plays to its end, in about the time it should, and the other one stays as it is.
    play.click()
    expect(play).to_have_attribute("aria-label", "Pause")
    expect(step).to_have_text("step 40 of 40", timeout=10_000)
    expect(play).to_have_attribute("aria-label", "Play")
    end = picture.evaluate(pixels)
    assert end != start
    expect(other.locator("output")).to_have_text("step 0 of 40")

    # Keys: the slider's own, and the space bar.
    slider.focus()
    slider.press("Home")
    expect(step).to_have_text("step 0 of 40")
    assert picture.evaluate(pixels) == start
    for _ in range(7):
        slider.press("ArrowRight")
    expect(step).to_have_text("step 7 of 40")
    expect(slider).to_have_attribute("aria-valuetext", "step 7 of 40")
    slider.press(" ")
    expect(play).to_have_attribute("aria-label", "Pause")
    slider.press(" ")
    expect(play).to_have_attribute("aria-label", "Play")

    # A drag.
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(step).to_have_text("step 40 of 40")
    assert picture.evaluate(pixels) == end

    # The page turns dark, and so do both.
    hosts = page.locator("[data-lm-suppress-shortcuts][data-theme]")
    light = page.evaluate("document.body.dataset.jpThemeLight")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    for number in range(2):
        expect(hosts.nth(number)).to_have_attribute("data-theme", "dark")
    page.evaluate("light => { document.body.dataset.jpThemeLight = light; }", light)
    expect(hosts.nth(0)).to_have_attribute("data-theme", "light")
    slider.press("Home")


def turn_dark(page):
    """Choose the dark theme, for this test and those below it: a server keeps its theme."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_text("Theme", exact=True).first.hover()
    page.get_by_text("JupyterLab Dark", exact=True).first.click()
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")


def test_the_table_of_a_race_fits_the_notebook_and_follows_its_theme(lab, page):
    from optviz.look import DARK, LIGHT

    rules = "['sgd', 'rmsprop_graves', 'adam', 'santa_e', 'amsbound']"
    write_notebook(lab, "race.ipynb", [f"from optviz import race\nrace({rules}, 'rosenbrock', tune='best')"])
    open_notebook(page, lab, "race.ipynb")
    run_all(page)
    table = page.locator(".optviz-race")
    table.wait_for()
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    styled = "(one, name) => getComputedStyle(one)[name]"
    for cell in table.locator("td:not(.number), th:not(.number)").all():
        assert cell.evaluate(styled, "textAlign") == "left"
    mark = table.locator("tr:has-text('Santa-E') svg")
    for theme in (LIGHT, DARK):
        if theme is DARK:
            turn_dark(page)
        red, green, blue = (int(theme.families["feedback"][place : place + 2], 16) for place in (1, 3, 5))
        wait_until(page, lambda rgb=f"rgb({red}, {green}, {blue})": mark.evaluate(styled, "fill") == rgb)
    assert page.complaints == []


def test_already_the_first_picture_of_a_lesson_follows_a_dark_page(lab, page):
    from optviz.look import DARK

    picture = "lessons.plot_values({'one': [0, 1]}).figure"
    cells = ["from matplotlib.colors import to_hex\nfrom optviz import lessons\nlesson = lessons.begin('02')"]
    write_notebook(lab, "dark.ipynb", [*cells, f"to_hex({picture}.get_facecolor())"])
    open_notebook(page, lab, "dark.ipynb")
    turn_dark(page)
    page.locator(".jp-CodeCell").first.click()
    page.keyboard.press("Shift+Enter")
    page.get_by_text("Lesson 02, Momentum").wait_for(timeout=60_000)
    page.keyboard.press("Control+Enter")
    page.get_by_text(f"'{DARK.background}'").wait_for(timeout=60_000)
    assert page.complaints == []
