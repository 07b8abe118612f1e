"""What a lesson says when it begins; meanwhile the page tells whether it is dark, and all pictures follow it."""

from typing import Any

import traitlets

from ..widgets.themed import with_page
from .passing import Passing


class Greeting(Passing):
    """A note that comes as soon as the page has told its theme."""

    _esm = with_page("""
        export default {
          render({ model }) {
            keepArrows();
            model.set("page_theme", pageIsDark() ? "dark" : "light");
            model.save_changes();
          },
        };
    """)

    @traitlets.observe("page_theme")
    def _say(self, change: Any) -> None:
        self.give_way(self._standing)
