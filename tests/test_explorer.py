"""The explorer in a real browser: what it shows is what `train` computes, with hand, keys and touch, and no request."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import optviz
from optviz import OBJECTIVES, RULES, explore, train
from optviz.javascript import to_javascript, untranslatable

from .jupyterlab import CHROMIUM, QUIET
from .skipping import skip
from .test_javascript import INEXACT, TRANSLATED, _required, cases

MODULE = Path(optviz.__file__).parent / "widgets"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        skip("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that opens explorers as a page from disk; the page has to stay quiet and alone."""
    contexts, pages = [], []

    def opened(*explorers, hash="", width=752, height=760, everything=False, **options):
        file = tmp_path / f"page{len(pages)}.html"
        explorers[0].save_html(file, *explorers[1:], everything=everything)
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        page = context.new_page()
        page.complaints, page.asked = [], []
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda one: page.asked.append(one.url))
        page.goto(f"{file.as_uri()}{hash}")
        page.wait_for_function(
            f"document.querySelectorAll('[data-ovx=ready]').length === {len(explorers)}", timeout=20_000
        )
        contexts.append(context)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        assert page.complaints == []
        assert [url for url in page.asked if not url.startswith(("file:", "blob:", "data:"))] == []
    for context in contexts:
        context.close()


def hook(page, script, argument=None, nth=0):
    """Evaluate a function of the explorer's hooks."""
    return page.locator(".ovx").nth(nth).evaluate(f"(root, argument) => ({script})(root._ovx, argument)", argument)


def points(page, nth=0):
    """Return points and losses of the first run that is shown."""
    return hook(page, "one => one.points()[0]", nth=nth)


def state(page, nth=0):
    return hook(page, "one => one.state()", nth=nth)


def rows_of(run):
    return np.column_stack([run.points, run.losses])


def assert_shows(page, run, nth=0):
    """What is shown is this run; the last digits of a power may differ."""
    found = np.array(points(page, nth)).reshape(rows_of(run).shape)
    np.testing.assert_allclose(found, rows_of(run), rtol=1e-9, atol=1e-12)


# --- exactness -----------------------------------------------------------------------------------------------------


def test_every_rule_on_every_landscape_shows_what_train_computes(show):
    page = show(explore("sgd", seed=3), everything=True, width=390)  # the landscape is drawn anew for each
    rng = np.random.default_rng(11)
    exact, compared, others = 0, 0, 0
    for objective in (OBJECTIVES[name] for name in optviz.objectives.__all__):
        for rule in (RULES[name] for name in TRANSLATED):
            if objective.f_star is None and "f_star" in _required(rule):
                continue
            drawn, starts = cases(rule, objective, rng)
            settings, start = {key: float(values[1]) for key, values in drawn.items()}, starts[:, 1].tolist()
            told = {"rules": [rule.name], "objective": objective.name, "settings": settings, "start": start}
            out = hook(page, "(one, told) => one.explorer.choose(told).then(() => one.points()[0].map(String))", told)
            run = train(rule, objective, start=start, seed=3, **settings)
            found, wanted = np.array(out, dtype=float).reshape(101, -1), rows_of(run)
            if not INEXACT.search(json.dumps([to_javascript(one)["code"] for one in (rule, objective)])):
                assert np.array_equal(found, wanted, equal_nan=True), (rule.name, objective.name)
                exact += 1
                continue
            # The last digit of a power or a sine may differ; how far that grows is what the next numbers show.
            beside = {name: np.nextafter(value, 0.5) for name, value in settings.items() if value % 1}
            near = train(rule, objective, start=np.array(start) + 4e-16 * (1 + np.abs(start)), seed=3,
                         **{**settings, **beside})  # fmt: skip
            with np.errstate(all="ignore"):
                drift = 100 * np.maximum.accumulate(np.abs(near.points - run.points).max(axis=1))
                size = np.maximum.accumulate(np.abs(run.points).max(axis=1))
                calm = np.logical_and.accumulate(np.isfinite(wanted).all(axis=1) & (drift < 1e-6 * size))
                away = np.abs(found[:, :-1] - run.points).max(axis=1)
            assert (away <= 1e-12 * size + drift)[calm].all(), (rule.name, objective.name)
            compared, others = compared + calm.sum(), others + len(calm)
    assert exact > 150
    assert compared > 0.7 * others


def test_the_documentation_of_explore_names_the_rules_that_the_kernel_draws():
    named = [name for name in RULES if f"`{name}`" in explore.__doc__ and name not in ("lr",)]
    assert named == list(untranslatable())


def test_the_sentence_is_the_verdict_of_the_trajectory(show):
    page = show(explore("sgd"), everything=True, width=390)
    seen = set()
    for objective in ("quadratic", "rosenbrock", "himmelblau", "quartic", "slope", "reddi", "saddle"):
        for name, lr in itertools.product(("sgd", "momentum", "adam"), (0.0, 1e-4, 0.004, 0.05, 0.4, 20.0)):
            told = {"rules": [name], "objective": objective, "start": None, "settings": {"lr": lr}}
            said = hook(
                page,
                "({ explorer, verdict }, told) =>"
                " explorer.choose(told).then(() => { explorer.texts.text(0); return verdict(); })",
                told,
            )
            verdict = train(name, objective, lr=lr).verdict
            assert said == verdict, (objective, name, lr)
            seen.add(re.sub(r"[-−(\d].*", "", verdict))
    assert len(seen) >= 5


def test_a_lowest_value_of_the_learners_own_is_taken(show):
    page = show(explore("eve", "slope", f_star=np.float64(-20.0), lr=np.float64(0.1)))
    assert_shows(page, train("eve", "slope", f_star=-20.0, lr=0.1))
    page.locator("[data-ovx=back]").click()
    page.wait_for_function("location.hash.includes('t=99')")
    again = show(explore("eve", "slope", f_star=-5.0), hash=page.evaluate("location.hash"))
    assert points(again) == points(page)


# --- hand and keys -------------------------------------------------------------------------------------------------


def test_a_slider_is_dragged_and_the_path_follows_without_letting_go(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    slider = page.locator("[data-key=lr]")
    box = slider.bounding_box()
    at = float(slider.evaluate("one => one.value / one.max"))
    page.mouse.move(box["x"] + 10 + at * (box["width"] - 20), box["y"] + 12)
    page.mouse.down()
    for move in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.6 + 0.02 * move), box["y"] + 12)
        lr = state(page)["settings"]["lr"]
        assert_shows(page, train("adam", "rosenbrock", lr=lr))
    assert state(page)["seq"] == 0
    page.mouse.up()
    assert state(page)["seq"] == 1
    assert f"s.lr={lr}" in page.evaluate("location.hash")
    page.locator(".ovx-reset").first.click()
    assert state(page)["settings"]["lr"] == RULES["adam"].parameters["lr"].default
    page.keyboard.press("u")
    page.wait_for_function("lr => document.querySelector('.ovx')._ovx.state().settings.lr === lr", arg=lr)
    assert_shows(page, train("adam", "rosenbrock", lr=lr))


def test_keys_alone_do_everything(show):
    page = show(explore("momentum", "quadratic", lr=0.05))
    page.locator("select").first.focus()
    order = []
    for _ in range(16):
        order.append(
            page.evaluate("document.activeElement.dataset.ovx ?? document.activeElement.getAttribute('aria-label')")
        )
        page.keyboard.press("Tab")
    wanted = [
        "update rule",
        "landscape",
        "pin",
        "more",
        "landscape",
        "start",
        "axis",
        "axis",
        "axis",
        "play",
        "back",
        "fwd",
        "step",
    ]
    assert [one for one in order if one in wanted][: len(wanted)] == wanted

    page.locator("[data-key=momentum]").focus()
    page.keyboard.press("ArrowLeft")
    moved = state(page)["settings"]["momentum"]
    assert moved < 0.9
    page.keyboard.press("Delete")
    assert state(page)["settings"]["momentum"] == 0.9

    page.locator("[data-ovx=start]").focus()
    page.keyboard.press("ArrowRight")
    start = state(page)["start"]
    assert start[0] > -5
    assert start[1] == -2
    assert_shows(page, train("momentum", "quadratic", lr=0.05, start=start))

    page.keyboard.press(",")
    assert state(page)["step"] == 99
    page.locator("[data-ovx=step]").focus()
    page.keyboard.press("Home")
    assert state(page)["step"] == 0
    page.keyboard.press("p")
    assert state(page)["pinned"]["settings"]["lr"] == 0.05
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().step > 5")
    page.keyboard.press("Space")
    stopped = state(page)
    assert not stopped["playing"]


def test_the_start_is_dragged_by_mouse(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    ring = page.locator("[data-ovx=start]").bounding_box()
    land = page.locator(".ovx-land").bounding_box()
    page.mouse.move(ring["x"] + 22, ring["y"] + 22)
    page.mouse.down()
    page.mouse.move(land["x"] + land["width"] / 2, land["y"] + land["height"] / 2, steps=8)
    page.mouse.up()
    start = state(page)["start"]
    assert np.allclose(start, (0, 1), atol=0.02)  # the middle of the view
    assert_shows(page, train("adam", "rosenbrock", lr=0.1, start=start))


def test_menus_keep_what_was_moved_and_refuse_what_does_not_fit(show):
    page = show(explore("adam", "rosenbrock", lr=0.2, beta1=0.5), everything=True)
    rule, landscape = page.locator("select").nth(0), page.locator("select").nth(1)
    rule.select_option("momentum")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    assert state(page)["settings"] == {"lr": 0.2}
    landscape.select_option("quartic")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '2'")
    assert_shows(page, train("momentum", "quartic", lr=0.2))
    landscape.select_option("slope")
    rule.select_option("eve")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '4'")
    page.get_by_text("Eve needs the lowest value f*, which Slope does not have.").wait_for()
    rule.select_option("*")
    page.wait_for_function("document.querySelector('.ovx').dataset.race === 'true'")
    assert len(state(page)["rules"]) > 15


def test_strip_and_path_are_linked(show):
    page = show(explore("momentum", "quadratic", lr=0.05))
    strip = page.locator("[data-ovx=timeline]").bounding_box()
    page.mouse.move(strip["x"] + 44 + 0.3 * (strip["width"] - 102), strip["y"] + 50)
    page.locator(".ovx-hud").get_by_text("step 30 of 100").wait_for()
    page.locator(".ovx-card").get_by_text("Step 30 → 31").wait_for()
    assert state(page)["step"] == 100
    run = train("momentum", "quadratic", lr=0.05)
    x, y = hook(page, "(one, p) => one.project(...p)", run.points[12].tolist())
    land = page.locator(".ovx-land").bounding_box()
    page.mouse.click(land["x"] + x, land["y"] + y)
    assert state(page)["step"] == 12
    g = page.locator(".ovx-lines b").first
    page.wait_for_function("document.querySelector('.ovx-card h2').textContent === 'Step 12 → 13'")
    assert g.inner_text() == optviz.words.number_text(run.objective.grad(run.points[12])[0])


# --- links ---------------------------------------------------------------------------------------------------------


def test_a_link_brings_back_the_picture(show):
    explorer = explore("adam", "rosenbrock", lr=0.1)
    link = "#v=1&r=adam&o=rosenbrock&s.lr=0.25&s.beta1=0.8&start=0.5,2&n=60&t=33"
    page = show(explorer, hash=link)
    assert_shows(page, train("adam", "rosenbrock", lr=0.25, beta1=0.8, start=(0.5, 2), steps=60))
    assert state(page)["step"] == 33
    page.locator("[data-ovx=fwd]").click()
    page.wait_for_function("location.hash.includes('t=34')")
    again = show(explorer, hash=page.evaluate("location.hash"))
    assert points(again) == points(page)
    assert {**state(again), "seq": 0} == {**state(page), "seq": 0}


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("#v=1&s.lr=banana", "lr = banana is not a number"),
        ("#v=1&s.lr=0.25&s.beta1=7", "beta1 = 7 is not a value from 0 below 1"),
        ("#v=1&r=constructor", "no rule constructor"),
        ("#v=1&o=__proto__", "no landscape __proto__"),
        ("#v=1&n=-3", "n = -3 is not a whole number"),
        ("#v=1&start=1", "start = 1 is not 2 numbers"),
        ("#v=99&s.lr=0.1", "format 99"),
        ("#v=1&view=1,1,2,3", "is no box"),
    ],
)
def test_nonsense_in_a_link_is_said_and_left_out(show, link, words):
    page = show(explore("adam", "rosenbrock", lr=0.25), hash=link)
    page.locator("[data-ovx=note]").get_by_text(words).wait_for()
    assert_shows(page, train("adam", "rosenbrock", lr=0.25))


def test_two_explorers_on_a_page_do_not_meet(show):
    page = show(explore("adam", "rosenbrock", lr=0.1), explore("sgd", "quadratic", lr=0.1))
    page.locator("[data-key=lr]").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash.includes('2.s.lr=')")
    assert "&s.lr" not in page.evaluate("location.hash")
    assert state(page, 0)["settings"] == {"lr": 0.1}
    assert_shows(page, train("sgd", "quadratic", lr=state(page, 1)["settings"]["lr"]), nth=1)
    page.locator("[data-key=lr]").nth(0).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("/(^|[#&])s.lr=/.test(location.hash)")
    assert "2.s.lr=" in page.evaluate("location.hash")


# --- modes ---------------------------------------------------------------------------------------------------------


def test_a_guess_is_asked_for_before_the_path_is_seen(show):
    page = show(explore("momentum", "quadratic", lr=0.05))
    page.locator("[data-ovx=guess]").click()
    assert "step 84" not in page.locator("[data-ovx=say]").inner_text()
    assert page.locator("[data-ovx=landscape]").get_attribute("aria-label").count("step 84") == 0
    assert page.locator("[data-ovx=reveal]").is_disabled()
    target = train("momentum", "quadratic", lr=0.05).points[20]
    land = page.locator(".ovx-land").bounding_box()
    x, y = hook(page, "(one, p) => one.project(...p)", [float(target[0]), float(target[1]) - 1])
    page.mouse.click(land["x"] + x, land["y"] + y)
    page.locator("[data-ovx=reveal]").click()
    (guess,) = state(page)["guesses"]
    assert guess["k"] == 20
    assert abs(guess["distance"] - 1) < 0.03  # a pixel is 0.02
    assert state(page)["step"] == 20
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.ovx').dataset.mode")

    page.keyboard.press("g")  # by keys alone
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft", "Enter"):
        page.keyboard.press(key)
    assert len(state(page)["guesses"]) == 2


def test_the_map_shows_where_runs_end_and_takes_a_click(show):
    page = show(explore("momentum", "quadratic", lr=0.05), height=1100)
    page.locator("[data-ovx=play]").focus()
    page.keyboard.press("m")
    page.wait_for_selector(".ovx-map[data-state=complete]", timeout=20_000)
    answer = hook(page, "one => Array.from(one.explorer.modes.map.answer.losses, String)")
    across, up = hook(page, "one => one.explorer.modes.map.scene.axes.map((axis) => Array.from(axis.values))")
    for column, row in ((0, 0), (40, 30), (33, 5), (20, 60)):
        run = train("momentum", "quadratic", lr=across[column], momentum=up[row])
        np.testing.assert_allclose(float(answer[row * 64 + column]), run.losses[-1], rtol=1e-9)
    page.locator("[data-ovx=map]").focus()
    before = state(page)["settings"]
    page.keyboard.press("ArrowRight")
    assert state(page)["settings"]["lr"] > before["lr"]
    box = page.locator("[data-ovx=map]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    chosen = state(page)["settings"]
    assert chosen["lr"] in across
    assert chosen["momentum"] in up
    assert_shows(page, train("momentum", "quadratic", **chosen))


def test_presenting_fills_the_window_and_a_clicker_steps(show):
    page = show(explore("momentum", "quadratic", lr=0.05), width=1280, height=800)
    page.locator("[data-ovx=play]").focus()
    page.keyboard.press("f")
    page.wait_for_selector(".ovx-presenting")
    assert page.evaluate("document.fullscreenElement === document.querySelector('.ovx')")
    frame = page.locator(".ovx-frame").bounding_box()
    assert frame["width"] > 950
    assert frame["y"] + frame["height"] <= 800
    page.keyboard.press("PageUp")
    assert state(page)["step"] == 99
    ring = page.locator("[data-ovx=start]").bounding_box()
    page.mouse.move(ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2)
    page.mouse.down()
    land = page.locator(".ovx-land").bounding_box()
    page.mouse.move(land["x"] + land["width"] / 2, land["y"] + land["height"] / 2)
    page.mouse.up()
    assert np.allclose(state(page)["start"], (-1.5, 0), atol=0.05)  # the middle of the view
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.ovx-presenting') && !document.fullscreenElement")


def test_where_no_screen_is_to_be_had_presenting_fills_the_window(show):
    page = show(explore("momentum", "quadratic", lr=0.05), width=1280, height=800)
    page.evaluate("void (document.querySelector('.ovx').requestFullscreen = () => Promise.reject())")
    page.locator("[data-ovx=play]").focus()
    page.keyboard.press("f")
    page.wait_for_selector(".ovx-presenting:popover-open")
    assert page.locator(".ovx-frame").bounding_box()["width"] > 950
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('.ovx-presenting')")


def test_racers_are_chosen_one_by_one_and_no_more_than_nineteen(show):
    page = show(explore("adam", "quadratic", lr=0.06), everything=True, width=720)
    page.locator("select").first.select_option("?")
    boxes = page.locator(".ovx-racers input")
    boxes.locator("xpath=self::*[@value='momentum']").check()
    page.wait_for_function("document.querySelector('.ovx').dataset.race === 'true'")
    page.locator(".ovx-racers [value=nesterov_chainer]").focus()  # by keys
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '2'")
    assert page.evaluate("document.activeElement.value") == "nesterov_chainer"
    assert state(page)["rules"] == ["adam", "momentum", "nesterov_chainer"]
    assert_shows(page, train("adam", "quadratic", lr=0.06))
    page.locator(".ovx-racers").get_by_text("All", exact=True).click()
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '3'")
    free = page.locator(".ovx-racers input:not(:checked):not(:disabled)")
    while len(state(page)["rules"]) < 19:
        free.first.click()
        page.wait_for_timeout(50)
    assert free.count() == 0
    page.locator(".ovx-racers").get_by_text("End race").click()
    page.wait_for_function("document.querySelector('.ovx').dataset.race === 'false'")
    assert page.locator(".ovx-racers input:checked").is_disabled()  # somebody has to run
    page.keyboard.press("Escape")
    assert page.locator(".ovx-racers").is_hidden()


def test_the_table_has_every_step(show):
    page = show(explore("adam", "rosenbrock", lr=0.1, steps=30), permissions=["clipboard-read", "clipboard-write"])
    page.locator("[data-ovx=play]").focus()
    page.keyboard.press("t")
    run = train("adam", "rosenbrock", lr=0.1, steps=30)
    rows = page.locator("[data-ovx=table] tr").all_inner_texts()
    assert rows[0].split() == ["step", "x₁", "x₂", "f", "f", "−", "f*"]
    assert len(rows) == 32
    for k in (0, 7, 30):
        wanted = [str(k), *(optviz.words.number_text(one, 6) for one in (*run.points[k], run.losses[k], run.error[k]))]
        assert rows[k + 1].split() == wanted
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    run = train("adam", "rosenbrock", lr=state(page)["settings"]["lr"], steps=30)
    assert page.locator("[data-ovx=table] td").nth(7 * 4).inner_text() == optviz.words.number_text(run.points[7][0], 6)
    page.keyboard.press("t")
    assert page.locator("[data-ovx=table]").count() == 0


def test_what_is_saved_is_a_picture_of_what_is_shown(show, tmp_path):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=390, accept_downloads=True)
    before = hook(page, "one => one.explorer.picture.width")
    page.locator("[data-ovx=more]").click()
    with page.expect_download() as download:
        page.get_by_text("Save picture").click()
    assert download.value.suggested_filename == "adam-rosenbrock.png"
    download.value.save_as(tmp_path / "saved.png")
    picture = np.asarray(Image.open(tmp_path / "saved.png").convert("RGB")).astype(int)
    assert picture.shape[1] == 2 * (704 + 40)  # whatever the page's width
    colours = page.evaluate("document.querySelector('.ovx')._ovx.explorer.picture.colours")
    run = [int(colours["run"][1][i : i + 2], 16) for i in (1, 3, 5)]
    land, below = picture[100:1200], picture[1300:1500]
    for part in (land, below):  # path and curve
        assert (np.abs(part - run).max(axis=2) < 12).sum() > 100
    assert len(np.unique(land[::8, ::8].reshape(-1, 3), axis=0)) > 300  # the landscape
    assert hook(page, "one => one.explorer.picture.width") == before


def test_on_paper_it_is_light_and_drawn_for_the_papers_width(show):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=390, color_scheme="dark")
    page.evaluate("""addEventListener("beforeprint", () => {
      const root = document.querySelector(".ovx"), { picture } = root._ovx.explorer;
      window.printed = { theme: root.dataset.theme, width: root.clientWidth, land: picture.canvas.width / picture.ratio,
        room: picture.land.clientWidth, buttons: root.querySelector(".ovx-tools").clientWidth };
    })""")
    page.pdf()
    printed = page.evaluate("window.printed")
    assert printed == {"theme": "light", "width": 680, "land": printed["room"], "room": 392, "buttons": 0}
    page.wait_for_function("document.querySelector('.ovx').dataset.theme === 'dark'")
    assert page.locator(".ovx-land").bounding_box()["width"] == 370


def test_two_fingers_zoom_where_they_are(show):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=390, height=844, has_touch=True, is_mobile=True)
    land = page.locator(".ovx-land").bounding_box()
    middle = (land["x"] + 120, land["y"] + 200)
    hand = page.context.new_cdp_session(page)

    def touch(kind, *apart):
        points = [{"x": middle[0] + side * apart[0], "y": middle[1]} for side in (-1, 1)] if apart else []
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def under():
        left, bottom, right, top = hook(page, "({ explorer: { picture: { frame: f } } }) =>"
                                        " [f.left, f.bottom, f.right, f.top]")  # fmt: skip
        return left + 120 / land["width"] * (right - left), top - 200 / land["height"] * (top - bottom), right - left

    before = under()
    touch("touchStart", 40)
    for apart in (50, 60, 70, 80):
        touch("touchMove", apart)
    touch("touchEnd")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    after = under()
    assert after[2] == pytest.approx(before[2] / 2)  # twice as far apart
    assert after[:2] == pytest.approx(before[:2])  # what was between the fingers stays there


def test_the_time_line_eases_to_its_range(show):
    page = show(explore("sgd", "quadratic", lr=0.05))
    low = "one => one.explorer.picture.range[0]"
    before = hook(page, low)
    page.evaluate("""() => {
      const { picture } = document.querySelector(".ovx")._ovx.explorer, paint = picture.paint.bind(picture);
      window.seen = [];
      picture.paint = (now) => { const more = paint(now); window.seen.push(picture.range[0]); return more; };
    }""")
    page.evaluate("document.querySelector('.ovx')._ovx.explorer.choose({ settings: { lr: 0.3 } })")
    page.wait_for_function(
        "(({ range, goal }) => range === goal)(document.querySelector('.ovx')._ovx.explorer.picture)"
    )
    after, seen = hook(page, low), page.evaluate("window.seen")
    assert after < before / 100
    assert sum(after < one < before for one in seen) >= 3


def test_what_a_hand_does_on_the_map_is_let_go_of_once(show):
    page = show(explore("momentum", "quadratic", lr=0.05), height=1100)
    page.keyboard.press("m")  # nothing has been clicked: on a page of one explorer its keys work
    page.wait_for_selector(".ovx-map[data-state=complete]", timeout=20_000)
    assert page.evaluate("document.activeElement.dataset.ovx") == "map"
    box = page.locator("[data-ovx=map]").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*middle, button="right")
    assert state(page)["settings"] == {"lr": 0.05}
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 40, middle[1], steps=3)
    page.mouse.move(box["x"] - 30, middle[1], steps=3)  # and out of it
    page.mouse.up()
    assert state(page)["seq"] == 1
    assert hook(page, "one => one.explorer.moving") == ""
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '2'")
    words = page.locator("[data-ovx=map]").get_attribute("aria-label")
    across = hook(page, "one => one.explorer.modes.map.scene.axes[0].values.indexOf(one.state().settings.lr)")
    assert across > 0
    assert f"learning rate {optviz.words.number_text(state(page)['settings']['lr'], 6)}" in words
    page.locator(".ovx-map").get_by_text("Close").click()
    assert page.locator(".ovx-map").count() == 0


def test_two_rules_of_one_length_have_maps_of_their_own(show):
    @optviz.update_rule
    def gentle(x, g, /, *, lr=0.1, part=1.0):
        return x - lr * g * part * 1.0

    @optviz.update_rule
    def harsh(x, g, /, *, lr=0.1, part=1.0):
        return x - lr * g * part * 0.1

    page = show(explore([gentle, harsh], "quadratic", steps=20), height=1100)
    ends = {}
    for name in ("gentle", "harsh"):
        page.evaluate(f"document.querySelector('.ovx')._ovx.explorer.chooseRules(['{name}'])")
        page.wait_for_function(f"document.querySelector('.ovx')._ovx.state().rules.join() === '{name}'")
        if not ends:
            page.keyboard.press("m")
        page.wait_for_selector(".ovx-map[data-state=complete]", timeout=20_000)
        ends[name] = hook(page, "one => one.explorer.modes.map.answer.losses[64 * 40 + 30]")
    assert ends["gentle"] < ends["harsh"]


def test_a_guess_gives_nothing_away_and_belongs_to_its_run(show):
    page = show(explore("momentum", "quadratic", lr=0.02))
    page.keyboard.press("p")
    page.wait_for_selector(".ovx-chip")
    page.keyboard.press("t")
    page.keyboard.press("g")
    assert page.locator("[data-ovx=table] td").count() == 0
    assert page.locator("[data-ovx=play]").is_disabled()
    assert hook(page, "one => one.explorer.picture.pinned") is None
    page.locator("[data-ovx=ask]").select_option("100")
    page.locator("[data-ovx=landscape]").focus()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.locator(".ovx-ask").get_by_text("Another").count() == 1
    assert page.locator("[data-ovx=table] td").count() == 101 * 4
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")  # another run: what was revealed is not its answer
    assert page.locator("[data-ovx=reveal]").inner_text() == "Reveal"
    page.evaluate("document.querySelector('.ovx')._ovx.explorer.choose({ steps: 1 })")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().steps === 1")
    page.keyboard.press("g")
    assert page.locator("[data-ovx=ask] option").all_inner_texts() == ["1"]


def test_tried_values_are_marked_as_long_as_nothing_else_is_moved(show):
    page = show(explore("momentum", "quadratic", lr=0.02))
    marks = """one => Object.fromEntries([...one.explorer.sliders.controls].filter(([, slider]) => slider.traces)
      .map(([name, { traces: one }]) =>
        [name, one.getContext("2d").getImageData(0, 0, one.width || 1, one.height || 1).data.some(Boolean)]))"""
    page.locator("[data-key=lr]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert hook(page, marks) == {"lr": True, "momentum": False, "steps": False}
    page.locator("[data-key=momentum]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert hook(page, marks) == {"lr": False, "momentum": True, "steps": False}
    page.locator("[data-ovx=start]").focus()
    page.keyboard.press("ArrowLeft")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert not any(hook(page, marks).values())


def test_keys_move_the_view_and_the_link_brings_it_and_the_pinned_run_back(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    page.locator("[data-ovx=landscape]").click()
    page.keyboard.press("p")
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    page.locator("[data-ovx=landscape]").focus()
    width_before = hook(page, "({ explorer: { picture: { frame: one } } }) => one.right - one.left")
    for key in ("ArrowRight", "ArrowUp", *["+"] * 40):
        page.keyboard.press(key)
    page.wait_for_timeout(1000)  # the last key is let go of
    here = state(page)
    width = here["view"][0][1] - here["view"][0][0]
    assert width == pytest.approx(width_before * 0.8**40, rel=0.01)
    other = show(explore("adam", "rosenbrock", lr=0.5), hash=page.evaluate("location.hash"))
    assert other.locator("[data-ovx=note]").is_hidden()
    there = state(other)
    np.testing.assert_allclose(there["view"], here["view"], atol=width / 5000)
    assert there["pinned"] == here["pinned"]
    assert there["settings"] == here["settings"]


def test_a_start_outside_of_the_view_is_reached_and_nothing_scrolls(show):
    page = show(explore("adam", "rosenbrock"), hash="#v=1&r=adam&o=rosenbrock&view=-8,-4,4,8")
    page.locator("[data-ovx=start]").focus()
    assert page.locator(".ovx-land").evaluate("one => [one.scrollLeft, one.scrollTop]") == [0, 0]
    ring, land = page.locator("[data-ovx=start]").bounding_box(), page.locator(".ovx-land").bounding_box()
    assert ring["x"] + 22 == pytest.approx(land["x"] + land["width"], abs=2)


def test_a_link_that_changes_can_be_undone_and_sets_only_what_it_says(show):
    page = show(explore("adam", "rosenbrock", lr=0.5))
    page.evaluate("location.hash = '#v=1&r=adam&o=rosenbrock&n=50'")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().steps === 50")
    assert state(page)["settings"] == {}
    page.keyboard.press("u")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().steps === 100")
    assert state(page)["settings"] == {"lr": 0.5}


def test_the_page_as_an_output_works_without_an_address(browser, tmp_path):
    file = tmp_path / "output.html"
    file.write_text(explore("adam", "rosenbrock", lr=0.1).page().data, encoding="utf-8")
    page = browser.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("[data-ovx=ready]").wait_for(timeout=20_000)
    frame.locator("[data-key=lr]").press("ArrowRight")
    frame.locator("[data-seq='1']").wait_for()
    frame.locator("[data-ovx=more]").click()
    assert frame.get_by_text("Copy Python").count() == 1
    assert frame.get_by_text("Copy link").count() == 0
    assert complaints == []
    page.close()


def test_a_race_that_gets_smaller_is_ranked_from_its_own_runs(show):
    page = show(explore(["sgd", "momentum", "adam", "rmsprop"], "quadratic", lr=0.06))
    page.evaluate("""async () => {
      const { explorer } = document.querySelector(".ovx")._ovx;
      explorer.draw = () => {};  // the texts come before the next picture
      await explorer.chooseRules(["adam", "rmsprop"]);
      explorer.texts.text(performance.now());
    }""")
    assert page.locator(".ovx-ranking li").count() == 2


def test_presenting_can_be_left_by_hand_and_never_makes_anything_smaller(show):
    page = show(explore("momentum", "quadratic", lr=0.05), width=390, height=844, has_touch=True, is_mobile=True)
    page.evaluate("void (document.querySelector('.ovx').requestFullscreen = () => Promise.reject())")
    before = page.locator(".ovx-land").bounding_box()["width"]
    page.locator("[data-ovx=more]").tap()
    page.get_by_text("Present").tap()
    page.wait_for_selector(".ovx-presenting")
    assert page.locator(".ovx-land").bounding_box()["width"] >= before
    page.locator("[data-ovx=leave]").tap()
    page.wait_for_function("!document.querySelector('.ovx-presenting')")
    page = show(explore("momentum", "quadratic", lr=0.05), width=1280, height=720)
    before = page.locator(".ovx-land").bounding_box()["width"]
    page.keyboard.press("f")
    page.wait_for_selector(".ovx-presenting")
    assert page.locator(".ovx-land").bounding_box()["width"] > before
    assert page.locator("[data-ovx=say]").bounding_box()["y"] < 700


@pytest.mark.parametrize("width", [600, 720, 900, 1000, 1079, 1080, 1240, 1400])
def test_the_time_line_is_wide_enough_to_be_read(show, width):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=width)
    assert page.locator("[data-ovx=step]").bounding_box()["width"] > 240


def test_a_rule_that_needs_a_kernel_is_no_dead_end_in_a_page(show):
    page = show(explore("adam", "rosenbrock", lr=0.1), everything=True)
    learned = page.locator("option[value=learned]")
    assert learned.is_disabled()
    assert learned.inner_text() == "Learned (needs a notebook)"
    page = show(explore("learned", "quadratic"))  # its run travels with it
    assert page.locator("option[value=learned]").is_enabled()
    assert points(page)
    page.locator("[data-ovx=start]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("here it can only be shown as it was when the page was written").wait_for()
    assert page.locator("[data-ovx=play]").is_disabled()


def test_what_is_no_number_is_said_in_words_and_the_title_follows(show):
    page = show(explore("sgd", "rosenbrock", lr=0.5))
    page.wait_for_function("document.title === 'SGD on Rosenbrock valley'")
    text = page.locator(".ovx").inner_text()
    assert "nan" not in text
    assert page.locator(".ovx-hud").inner_text().splitlines() == ["step 100 of 100", "diverged at step 1"]
    assert page.title() == page.locator("h1").inner_text() == "SGD on Rosenbrock valley"
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    assert "above the stable limit" in page.locator("[data-key=lr]").get_attribute("aria-valuetext")


def test_the_page_goes_back_to_how_it_was_handed_out(show):
    page = show(explore("adam", "rosenbrock", lr=0.3), everything=True)
    page.locator("select").first.select_option("adasecant")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().rules[0] === 'adasecant'")
    page.locator("[data-ovx=more]").click()
    page.get_by_text("As at first").click()
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().rules[0] === 'adam'")
    assert state(page)["settings"] == {"lr": 0.3}
    page.wait_for_function("document.title === 'Adam on Rosenbrock valley'")


def test_what_is_asked_anew_does_not_play_on_and_nothing_takes_the_keyboard_from_elsewhere(show):
    page = show(explore("momentum", "quadratic", lr=0.02))
    page.keyboard.press("g")
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.locator("[data-ovx=play]").click()
    assert state(page)["playing"]
    page.locator("[data-ovx=reveal]").click()  # Another
    assert not state(page)["playing"]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'cell' }))")
    page.locator("[data-ovx=guess]").click()
    page.locator("#cell").focus()
    page.evaluate("document.querySelector('.ovx')._ovx.explorer.choose({ steps: 50 })")
    page.wait_for_function("!document.querySelector('.ovx').dataset.mode")
    assert page.evaluate("document.activeElement.id") == "cell"


def test_a_step_that_is_clicked_has_its_neighbours_on_the_arrow_keys(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    land = page.locator(".ovx-land").bounding_box()
    run = train("adam", "rosenbrock", lr=0.1)
    x, y = hook(page, "(one, p) => one.project(...p)", run.points[60].tolist())
    page.mouse.click(land["x"] + x, land["y"] + y)
    clicked = state(page)["step"]
    page.keyboard.press("ArrowRight")
    assert state(page)["step"] == clicked + 1
    assert state(page)["view"] is None


def test_what_has_not_been_let_go_of_is_what_undo_takes_back(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    moved = state(page)["settings"]
    page.locator("[data-ovx=start]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("u")
    page.wait_for_function("document.querySelector('.ovx')._ovx.state().start[0] === -1.5")
    assert state(page)["settings"] == moved


@pytest.mark.parametrize("width", [390, 600, 640, 720, 800])
def test_pinning_does_not_move_the_landscape(show, width):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=width, everything=True)
    before = page.locator(".ovx-land").bounding_box()["y"]
    page.locator("[data-ovx=pin]").click()
    page.wait_for_selector(".ovx-chip:visible")
    assert page.locator(".ovx-land").bounding_box()["y"] - before <= (42 if width < 600 else 0)


# --- looks ---------------------------------------------------------------------------------------------------------

STATES = {
    "one rule": lambda: explore("adam", "rosenbrock", lr=0.1),
    "race": lambda: explore(["sgd", "momentum", "adam", "rmsprop"], "quadratic", lr=0.06),
    "curve": lambda: explore("momentum", "quartic", lr=0.002),
}


def violations(page):
    """Return what axe-core finds: for each rule that is violated, its name and the elements."""
    axe = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.exists():
        skip("axe-core is not installed: CONTRIBUTING.md says how")
    page.evaluate(axe.read_text())
    levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    return page.evaluate(
        "levels => axe.run({ runOnly: levels })"
        ".then(({ violations }) => violations.map((one) => [one.id, one.nodes.map((node) => node.html)]))",
        levels,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 720, 1280])
def test_nothing_is_wider_than_the_page_and_axe_finds_nothing(show, theme, width):
    for made in STATES.values():
        page = show(made(), width=width, color_scheme=theme)
        assert page.locator(".ovx").get_attribute("data-theme") == theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for menu in page.locator(".ovx-menu").all():  # no name is cut
            assert menu.evaluate("menu => menu.scrollWidth <= menu.clientWidth")
        page.locator("[data-ovx=more]").click()
        assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_mode(show, theme):
    alone = {"g": "[data-ovx=reveal]", "m": ".ovx-map[data-state=complete]", "p": ".ovx-chip"}
    always = {"t": "[data-ovx=table] table", "f": ".ovx-presenting"}
    for name, made in STATES.items():
        page = show(made(), color_scheme=theme)
        for key, selector in {**(alone if name != "race" else {"m": ".ovx-map"}), **always}.items():
            page.locator("[data-ovx=step]").focus()
            page.keyboard.press(key)
            page.wait_for_selector(selector)
            assert violations(page) == [], key
            page.keyboard.press("Escape")
    page = show(explore("adam", "rosenbrock"), hash="#v=1&r=adam&o=rosenbrock&s.lr=much", color_scheme=theme)
    page.wait_for_selector("[data-ovx=note]:not([hidden])")
    assert violations(page) == [], "a note on what was not understood"


def test_touch_drags_a_slider_and_the_start(show):
    page = show(explore("adam", "rosenbrock", lr=0.1), width=390, height=844, has_touch=True, is_mobile=True)
    box = page.locator("[data-key=lr]").bounding_box()
    page.touchscreen.tap(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    lr = state(page)["settings"]["lr"]
    assert lr > 0.5
    assert_shows(page, train("adam", "rosenbrock", lr=lr))
    assert page.locator("[data-ovx=start]").bounding_box()["width"] >= 44
    hand = page.context.new_cdp_session(page)
    ring, land = page.locator("[data-ovx=start]").bounding_box(), page.locator(".ovx-land").bounding_box()
    at = {"x": ring["x"] + 22, "y": ring["y"] + 22}
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    for share in (0.5, 1):
        to = {
            key: at[key] + share * (land[key] + land[size] / 2 - at[key])
            for key, size in (("x", "width"), ("y", "height"))
        }
        hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [to]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '2'")
    middle = hook(page, "({ explorer: { picture: { frame: f } } }) => [(f.left + f.right) / 2, (f.bottom + f.top) / 2]")
    np.testing.assert_allclose(state(page)["start"], middle, atol=0.05)


def test_a_wheel_turns_the_slider_that_has_the_keyboard_and_two_clicks_bring_the_default_back(show):
    page = show(explore("adam", "rosenbrock", lr=0.1))
    slider = page.locator("[data-key=lr]")
    box = slider.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.wheel(0, -100)  # without the keyboard it is the page's
    assert state(page)["settings"] == {"lr": 0.1}
    slider.focus()
    page.mouse.wheel(0, -100)
    page.wait_for_function("document.querySelector('.ovx').dataset.seq === '1'")
    assert state(page)["settings"]["lr"] > 0.1
    page.mouse.wheel(100, 0)  # sideways is nothing
    page.wait_for_timeout(350)
    assert state(page)["seq"] == 1
    slider.dblclick(position={"x": 30, "y": 10})
    assert state(page)["settings"]["lr"] == 0.001


def test_the_step_in_numbers_is_that_of_the_chosen_coordinate(show):
    page = show(explore("momentum", "quadratic", lr=0.05), width=1280)
    page.locator("[data-ovx=back]").click()
    run = train("momentum", "quadratic", lr=0.05)
    for i, name in enumerate(("x₁", "x₂")):
        page.locator(".ovx-switch").get_by_text(name).click()
        slope = run.objective.grad(run.points[99])[i]
        page.locator(".ovx-card").get_by_text(f"∂f/∂{name}").wait_for()
        assert optviz.words.number_text(slope, 4) in page.locator(".ovx-lines dd").first.inner_text()


def test_it_plays_at_the_chosen_speed_and_a_pinned_run_is_compared(show):
    page = show(explore("sgd", "quadratic", lr=0.05))
    page.keyboard.press("p")
    page.locator("[data-key=lr]").focus()
    page.keyboard.press("PageUp")
    page.get_by_text("Pinned run:").wait_for()
    page.locator("[data-ovx=more]").click()
    page.locator(".ovx-more select").first.select_option("4×")
    page.keyboard.press("Escape")
    began = page.evaluate("performance.now()")
    page.keyboard.press("Home")
    page.locator("[data-ovx=play]").click()
    assert state(page)["playing"]
    page.wait_for_function("!document.querySelector('.ovx')._ovx.state().playing", timeout=20_000)
    assert page.evaluate("performance.now()") - began > 1400  # a run takes 6 s, at this speed 1.5
    page.locator(".ovx-chip").click()
    assert state(page)["pinned"] is None
    assert page.evaluate("document.activeElement.dataset.ovx") == "pin"  # and is not lost


def test_among_rules_that_have_arrived_the_first_to_get_there_leads(show):
    @optviz.update_rule
    def half(x, g, /):
        return 0.5 * x

    @optviz.update_rule
    def tenth(x, g, /):
        return 0.1 * x

    page = show(explore([half, tenth], "quadratic", steps=400))
    page.locator(".ovx-ranking li").nth(1).wait_for()
    assert page.locator(".ovx-ranking .ovx-name").all_inner_texts() == ["tenth", "half"]
    assert page.locator(".ovx-ranking .ovx-error").all_inner_texts() == ["< 1e−16", "< 1e−16"]
