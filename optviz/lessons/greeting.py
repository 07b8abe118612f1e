"""What a lesson says when it begins; meanwhile the page tells whether it is dark, and all pictures follow it."""

from typing import Any

import traitlets

from ..widgets.themed import with_theme
from .passing import Passing


class Greeting(Passing):
    """A note that comes as soon as the page has told its theme."""

    # Jupyter takes the arrow keys to move from cell to cell, also from the sliders of ipywidgets.
    _esm = with_theme("""
        function keepArrows(event) {
          event.target.closest(".noUi-handle")?.setAttribute("data-lm-suppress-shortcuts", "true");
        }

        export default {
          render({ model }) {
            document.addEventListener("focusin", keepArrows);
            model.set("page_theme", pageIsDark() ? "dark" : "light");
            model.save_changes();
          },
        };
    """)

    @traitlets.observe("page_theme")
    def _say(self, change: Any) -> None:
        self.give_way(self._standing)
