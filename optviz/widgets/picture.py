"""The picture of `visualize` in the page: the landscape with a path, and the error curve."""

from pathlib import Path
from typing import Any

import traitlets

from .. import canvas, look
from ..trajectory import Trajectory
from .themed import Themed, with_page

HERE = Path(__file__).parent


class Picture(Themed):
    """Two panels that show one run; `pointer` is where in the first one, in shares of it, somebody clicked last."""

    _esm = with_page((HERE / "picture.js").read_text(encoding="utf-8"))
    _css = HERE / "picture.css"

    sizes = traitlets.List([list(canvas.LANDSCAPE), list(canvas.CURVE)]).tag(sync=True)
    backgrounds = traitlets.List([b"", b""]).tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    drawn_scale = traitlets.Float(1.0).tag(sync=True)
    drawn_theme = traitlets.Unicode("light").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    # From the page: what it needs, and where somebody pointed.
    scale = traitlets.Float(1.0).tag(sync=True)
    pointer = traitlets.List([0.0, 0.0]).tag(sync=True)

    def __init__(self, theme: str | None, **options: Any):
        super().__init__(**options)
        self.theme = theme
        self.panels: tuple[canvas.Landscape, canvas.Curve] | None = None

    def show(self, run: Trajectory, alt: str) -> None:
        """Draw the run; only the two layers travel, unless the landscape, the axes or the page have changed."""
        seen = (self.theme or self.page_theme or look.page_theme or "light", min(max(self.scale, 1.0), 2.0))
        panels = (canvas.landscape(run.objective, *seen), canvas.curve(canvas.frame_of(run), *seen))
        layers = [panel.layer(run)._asdict() for panel in panels]
        with self.hold_sync():
            if panels != self.panels:
                self.panels = panels
                self.backgrounds = [panel.background for panel in panels]
                self.drawn_theme, self.drawn_scale = seen
            self.layers = layers
            self.alt = alt
