"""The moving picture of a stage as matplotlib's tutorial draws it: a line that gets longer, and a mark at its end."""

from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform

from optviz.look import NORMAL
from optviz.motion import CASING_OPACITY
from optviz.stage import BALL, CASE, RING, THIN


def tutorial(stage):
    """Return a figure of these runs and the function that moves it to a step, as matplotlib's users write it."""
    figure, scale = stage.figure, stage.scale
    moving = []
    for track in stage.tracks:
        for trail, places, (_, shade), mark, group in zip(
            track.trails, track.places, stage.shades, stage.marks, stage.actors, strict=True
        ):
            casing = Line2D([], [], color=stage.colours.casing, alpha=CASING_OPACITY, linewidth=CASE * scale, zorder=5)
            line = Line2D([], [], color=shade, linewidth=THIN * scale, solid_capstyle="round", zorder=6)
            ball = Line2D([], [], linestyle="none", marker=mark.shape, markersize=BALL * scale, zorder=7,
                          markerfacecolor=mark.face, markeredgecolor=mark.edge, markeredgewidth=mark.width)  # fmt: skip
            ring = Line2D([], [], linestyle="none", marker="o", markersize=RING * scale, markerfacecolor="none",
                          zorder=8, markeredgecolor=stage.colours.ink, markeredgewidth=0.9)  # fmt: skip
            artists = [casing, line, ball, *([ring] if len(group) > 1 else [])]
            for artist in artists:
                artist.set_transform(IdentityTransform())
                figure.add_artist(artist)
            for artist in artists[:2]:
                artist.set_clip_box(track.box)
            moving.append((trail, places, artists))
    x, y = stage.counter.place
    counter = figure.text(x, y, "", ha="right", fontsize=NORMAL * scale, fontweight="bold", color=stage.colours.ink)
    counter.set_transform(IdentityTransform())

    def update(step):
        first = 0 if stage.trail is None else max(step - stage.trail, 0)
        for trail, places, (casing, line, *marks) in moving:
            for path in (casing, line):
                path.set_data(*trail[first : step + 1].T)
            for mark in marks:
                mark.set_data(*places[step : step + 1].T)
        counter.set_text(str(step))

    return figure, update, range(stage.steps + 1)
