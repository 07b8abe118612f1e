"""How fast the explorer follows the hand: `uv run python -m benchmarks.explorer` prints each figure with its bound.

Pages are opened from disk in a headless Chromium; the notebook's figures come from JupyterLab, directly and through a
proxy that delays every packet by 150 ms each way, beside the classroom's own `@interact` in the same run. Exit code 1
if a bound is missed.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import report
from benchmarks.redraw import CLASSROOM, drag
from optviz import OBJECTIVES, RULES, explore
from tests.jupyterlab import (
    CHROMIUM,
    QUIET,
    browser_page,
    idle,
    open_notebook,
    run_all,
    running_lab,
    write_notebook,
)

RACERS = [name for name, rule in RULES.items() if rule.variant_of is None and name != "learned"]
DELAY = 0.15  # seconds each way

# Every frame a new value, for 3 s, which is more than a hand can do. The value goes to the slider as a hand's would,
# the time until its picture stands is taken behind the frame's own drawing.
MOVES = """(root, seconds) => new Promise((done) => {
  const explorer = root._ovx.explorer, slider = root.querySelector("[data-key=lr]");
  const gaps = [], waits = [], computed = explorer.shown.compute.bind(explorer.shown);
  let began = 0, last = 0, moves = 0, runs = 0, turn = 0, sent = explorer.state.seq;
  explorer.shown.compute = () => { runs++; computed(); };
  explorer.costs.length = 0;
  const frame = (now) => {
    if (!began) began = now;
    if (last) gaps.push(now - last);
    last = now;
    if (now - began > seconds * 1000) {
      explorer.shown.compute = computed;
      slider.dispatchEvent(new Event("change", { bubbles: true }));
      return done({ gaps, waits, moves, runs, costs: [...explorer.costs], commits: explorer.state.seq - sent });
    }
    requestAnimationFrame(frame);
    // As a hand's events, which come before the frame that draws them: a task between two frames.
    setTimeout(() => {
      const before = slider.value, input = performance.now();
      slider.value = String(Math.round(slider.max * (0.5 + 0.3 * Math.sin(++turn / 25))));
      if (slider.value !== before) moves++;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      const message = new MessageChannel();
      message.port1.onmessage = () => waits.push(performance.now() - input);
      requestAnimationFrame(() => message.port2.postMessage(0)); // behind the frame's own work
    }, 6);
  };
  slider.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  requestAnimationFrame(frame);
})"""
START = """(root, seconds) => new Promise((done) => {
  const explorer = root._ovx.explorer, gaps = [], [x, y] = explorer.shown.start;
  let began = 0, last = 0, turn = 0;
  explorer.costs.length = 0;
  const frame = (now) => {
    if (!began) began = now;
    if (last) gaps.push(now - last);
    last = now;
    if (now - began > seconds * 1000) { explorer.commit(); return done({ gaps, costs: [...explorer.costs] }); }
    requestAnimationFrame(frame);
    setTimeout(() => {
      turn++;
      explorer.moving = "start";
      explorer.startAt([x + 0.8 * Math.sin(turn / 20), y + 0.8 * Math.cos(turn / 31)]);
    }, 6);
  };
  requestAnimationFrame(frame);
})"""

# A setting that is no axis of the map moves; then the first picture of the new map, and the whole of it.
MAP = """async (root, count) => {
  const slider = root.querySelector("[data-key=beta2]"), map = root.querySelector(".ovx-map");
  const seen = (wanted) => new Promise((done) => {
    const look = () => wanted.includes(map.dataset.state) && (watch.disconnect(), done(performance.now()));
    const watch = new MutationObserver(look);
    watch.observe(map, { attributes: true });
  });
  const coarse = [], complete = [];
  for (let k = 0; k < count; k++) {
    const began = performance.now();
    const [first, last] = [seen(["coarse", "complete"]), seen(["complete"])];
    slider.value = String((k * 37 + 11) % slider.max);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    coarse.push(await first - began);
    complete.push(await last - began);
    await new Promise((done) => setTimeout(done, 50));
  }
  return { coarse, complete };
}"""
# 10,000 moves of a hand that lets go at every tenth of them.
LETTING_GO = """async ([root, count]) => {
  const slider = root.querySelector("[data-key=lr]");
  for (let k = 0; k < count; k++) {
    slider.value = String((k * 7) % slider.max);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    if (k % 10 === 9) slider.dispatchEvent(new PointerEvent("pointerdown")), slider.dispatchEvent(new Event("change"));
    if (k % 25 === 0) await new Promise(requestAnimationFrame);
  }
}"""
RESIDENT = "import os; print(int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 2**20)"


def explorers():
    """Return the cases: name, explorer, width of the window, whether the start can be dragged too."""
    return [
        ("1 rule x 100 steps, 752 px", explore("adam", "rosenbrock", lr=0.1), 752),
        ("1 rule x 100 steps, 1280 px", explore("adam", "rosenbrock", lr=0.1), 1280),
        ("1 rule x 1,000 steps, 752 px", explore("adam", "rosenbrock", lr=0.1, steps=1000), 752),
        (f"{len(RACERS)} rules x 100 steps, 1280 px", explore(RACERS, "quadratic", lr=0.06), 1280),
    ]


def figures_of_pages(browser, folder):
    figures = []
    for name, explorer, width in explorers():
        file = folder / "page.html"
        explorer.save_html(file)
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
        page = context.new_page()
        asked = []
        page.on("request", lambda one, asked=asked: asked.append(one.url))
        page.goto(file.as_uri())
        page.wait_for_selector("[data-ovx=ready]")
        page.wait_for_timeout(300)
        root = page.locator(".ovx")
        found = root.evaluate(MOVES, 3)
        moved = root.evaluate(START, 2)
        context.close()
        fps = 1000 / statistics.median(found["gaps"])
        own = statistics.median(found["costs"])
        wait = statistics.median(found["waits"])
        print(f"  {name}: {fps:.0f} a second, worst frame {max(found['gaps']):.0f} ms, own work {own:.1f} ms, "
              f"picture {wait:.1f} ms after the input (worst {max(found['waits']):.0f}), "
              f"start: {1000 / statistics.median(moved['gaps']):.0f} a second, "
              f"worst {max(moved['gaps']):.0f} ms")  # fmt: skip
        outside = [url for url in asked if not url.startswith(("file:", "blob:", "data:"))]
        figures += [
            (f"{name}: pictures a second", fps, ">=", 50),
            (f"{name}: worst frame, ms", max(found["gaps"]), "<", 50),
            (f"{name}: picture after the input, ms", wait, "<=", 20),
            (f"{name}: values dropped", max(0, found["moves"] - found["runs"]), "<=", 0),
            (f"{name}: start, pictures a second", 1000 / statistics.median(moved["gaps"]), ">=", 50),
            (f"{name}: requests", len(outside), "<=", 0),
        ]  # fmt: skip
    return figures


def figures_of_loading(browser, folder):
    one, zoo = folder / "one.html", folder / "zoo.html"
    explore("adam", "rosenbrock", lr=0.1).save_html(one)
    explore("adam", "rosenbrock", lr=0.1).save_html(zoo, everything=True)
    figures = [
        ("page of one rule, KiB", one.stat().st_size / 1024, "<=", 120),
        (f"page of {len(RULES)} rules on {len(OBJECTIVES)} landscapes, KiB", zoo.stat().st_size / 1024, "<=", 200),
    ]
    for name, file in (("one rule", one), ("the zoo", zoo)):
        times = []
        for _ in range(7):
            context = browser.new_context(viewport={"width": 752, "height": 800}, offline=True)
            page = context.new_page()
            page.goto(file.as_uri())
            page.wait_for_selector("[data-ovx=ready]")
            times.append(page.evaluate("performance.getEntriesByName('ovx-ready')[0].startTime"))
            context.close()
        print(f"  {name} is ready after {statistics.median(times):.0f} ms ({min(times):.0f} to {max(times):.0f})")
        figures.append((f"{name}: ready, ms", statistics.median(times), "<", 400))
    return figures


def figures_of_the_map(browser, folder):
    file = folder / "map.html"
    explore("adam", "rosenbrock", lr=0.1).save_html(file)
    context = browser.new_context(viewport={"width": 752, "height": 1100}, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("[data-ovx=ready]")
    page.locator("[data-ovx=play]").focus()
    page.keyboard.press("m")
    page.wait_for_selector(".ovx-map[data-state=complete]")
    found = page.locator(".ovx").evaluate(MAP, 30)
    context.close()
    coarse, complete = (statistics.median(found[name]) for name in ("coarse", "complete"))
    print(f"  map of 64 x 64 runs: coarse after {coarse:.0f} ms (worst {max(found['coarse']):.0f}), "
          f"complete after {complete:.0f} ms (worst {max(found['complete']):.0f})")  # fmt: skip
    return [("map: coarse picture, ms", coarse, "<=", 50), ("map: complete, ms", complete, "<=", 300)]


def figures_of_memory(browser, folder):
    """10,000 moves leave nothing behind."""
    file = folder / "memory.html"
    explore("adam", "rosenbrock", lr=0.1).save_html(file)
    context = browser.new_context(viewport={"width": 752, "height": 800})
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("[data-ovx=ready]")
    session = context.new_cdp_session(page)

    def heap():
        session.send("HeapProfiler.collectGarbage")
        return page.evaluate("performance.memory.usedJSHeapSize") / 2**20

    move = """async ([root, count]) => {
      const slider = root.querySelector("[data-key=lr]");
      for (let k = 0; k < count; k++) {
        slider.value = String((k * 7) % slider.max);
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        if (k % 25 === 0) await new Promise(requestAnimationFrame);
      }
    }"""
    root = page.locator(".ovx").element_handle()
    page.evaluate(move, [root, 1000])
    before = heap()
    page.evaluate(move, [root, 10_000])
    after = heap()
    context.close()
    print(f"  heap: {before:.1f} MiB, after 10,000 moves {after:.1f}")
    return [("10,000 moves, MiB", after - before, "<", 2)]


def figures_of_the_notebook():
    figures = []
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab:
        root = str(Path(__file__).parents[1])
        cells = [f"import sys; sys.path.insert(0, {root!r})\n{CLASSROOM}",
                 "from optviz import explore; explore('adam', 'rosenbrock', lr=0.1)"]  # fmt: skip
        write_notebook(lab, "drag.ipynb", cells)
        port, control = free_port(), free_port()
        target = lab.address.rpartition(":")[2]
        program = Path(__file__).with_name("delay_proxy.py")
        proxy = subprocess.Popen([sys.executable, program, str(port), target, str(control)])
        try:
            for name, address, delay in (
                ("notebook", lab.address, 0),
                ("notebook, 300 ms away", f"http://127.0.0.1:{port}", DELAY),
            ):
                with browser_page(lab) as page:
                    open_notebook(page, lab._replace(address=address), "drag.ipynb")
                    run_all(page)
                    page.wait_for_selector("[data-ovx=ready]")
                    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
                        wire.sendto(str(delay).encode(), ("127.0.0.1", control))
                    time.sleep(1)
                    theirs = page.locator(".jp-OutputArea-output:has(.widget-interact)").first
                    slow, lag = drag(page, theirs, theirs, False)
                    explorer = page.locator(".ovx")
                    explorer.scroll_into_view_if_needed()
                    found = explorer.evaluate(MOVES, 3)
                fps, wait = 1000 / statistics.median(found["gaps"]), statistics.median(found["waits"])
                print(f"  {name}: @interact {slow:.1f} pictures a second and {lag:.0f} ms of lag; "
                      f"the explorer {fps:.0f}, worst frame {max(found['gaps']):.0f} ms, "
                      f"picture {wait:.1f} ms after the input, "
                      f"{found['commits']} messages")  # fmt: skip
                figures += [
                    (f"{name}: pictures a second", fps, ">=", 50),
                    (f"{name}: worst frame, ms", max(found["gaps"]), "<", 50),
                    (f"{name}: picture after the input, ms", wait, "<=", 20),
                    (f"{name}: messages of a drag", found["commits"], "<=", 1),
                ]
        finally:
            proxy.terminate()
            proxy.wait()
    return figures


def figures_of_the_kernels_memory():
    """10,000 moves and 1,000 messages leave nothing behind in the kernel."""
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab, browser_page(lab) as page:
        root = str(Path(__file__).parents[1])
        start = (
            f"import sys; sys.path.insert(0, {root!r})\nfrom optviz import explore\nex = explore('adam', lr=0.1)\nex"
        )
        write_notebook(lab, "memory.ipynb", [start, RESIDENT])
        open_notebook(page, lab, "memory.ipynb")
        run_all(page)
        page.wait_for_selector("[data-ovx=ready]")
        explorer = page.locator(".ovx").element_handle()

        def resident():
            idle(page)
            page.locator(".jp-CodeCell .jp-InputArea-editor").last.click()
            page.keyboard.press("Control+Enter")
            idle(page)
            return float(page.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").last.inner_text())

        page.evaluate(LETTING_GO, [explorer, 1000])
        before = resident()
        page.evaluate(LETTING_GO, [explorer, 10_000])
        after = resident()
    print(f"  kernel: {before:.1f} MiB, after 10,000 moves and 1,000 messages {after:.1f}")
    return [("10,000 moves, MiB in the kernel", after - before, "<", 5)]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def main():
    if CHROMIUM is None:
        print("no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
        return 1
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, "--enable-precise-memory-info"])
        figures = figures_of_loading(browser, Path(folder)) + figures_of_pages(browser, Path(folder))
        figures += figures_of_the_map(browser, Path(folder))
        figures += figures_of_memory(browser, Path(folder))
        browser.close()
    figures += figures_of_the_notebook()
    figures += figures_of_the_kernels_memory()
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
