"""What stands above a picture."""

from optviz.shown import HEADLINE


def headline(ax):
    """Return the headline of a picture."""
    (line,) = [text for text in ax.texts if text.get_gid() == HEADLINE]
    return line.get_text()
