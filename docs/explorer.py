"""Film the explorer for the README: a hand drags a learning rate, then the start, and the path follows.

    uv run python -m docs.explorer

writes explorer.gif into this folder. It needs a Chromium, as the tests do.
"""

import io
import math
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import sync_playwright

from optviz import explore
from optviz.gif import palette_of, write_gif
from tests.jupyterlab import CHROMIUM, QUIET

SIZE = {"width": 752, "height": 566}
FRAME = 9  # hundredths of a second
HAND = """
const hand = document.createElement("div");
hand.style.cssText = "position:fixed;left:0;top:0;z-index:9;width:20px;height:20px;margin:-10px;border-radius:50%;" +
  "background:#17212b44;border:2px solid #fff;box-shadow:0 0 4px #0006;pointer-events:none";
document.body.append(hand);
addEventListener("pointermove", ({ clientX: x, clientY: y }) => (hand.style.translate = `${x}px ${y}px`), true);
"""


def film() -> list[NDArray[np.uint8]]:
    """Return the pictures, one for each moment."""
    pictures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        explore("momentum", "quadratic", lr=0.01).save_html(file)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport=SIZE)
        page.goto(file.as_uri())
        page.wait_for_selector("[data-ovx=ready]")
        page.evaluate(f"() => {{ {HAND} }}")

        def shoot(times: int = 1) -> None:
            page.wait_for_timeout(120)  # the sentence follows ten times a second
            picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGBA"))
            pictures.extend([picture] * times)

        def drag(points: list[tuple[float, float]]) -> None:
            page.mouse.move(*points[0])
            shoot(3)
            page.mouse.down()
            for point in points:
                page.mouse.move(*point)
                shoot()
            page.mouse.up()
            page.wait_for_timeout(500)
            shoot(8)

        slider = page.locator("[data-key=lr]").bounding_box()
        share = float(page.locator("[data-key=lr]").evaluate("one => one.value / one.max"))
        along = [share + 0.32 * math.sin(math.pi * k / 27) for k in range(19)]
        y = slider["y"] + slider["height"] / 2
        drag([(slider["x"] + 10 + one * (slider["width"] - 20), y) for one in along])
        ring = page.locator("[data-ovx=start]").bounding_box()
        x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
        turns = [math.pi * k / 14 for k in range(15)]
        drag([(x + 150 * (1 - math.cos(one)), y - 120 * math.sin(one)) for one in turns])
        browser.close()
    return pictures


def main() -> None:
    """Write the film."""
    pictures = film()
    out = Path(__file__).with_name("explorer.gif")
    with open(out, "wb") as file:
        write_gif(file, iter(pictures), palette_of(pictures[::6]), [FRAME] * len(pictures))
    print(f"{out}: {out.stat().st_size / 1024:.0f} KiB, {len(pictures)} pictures")


if __name__ == "__main__":
    main()
