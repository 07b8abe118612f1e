"""The player of an animation: two backgrounds, the paths as numbers, and a small script that draws them."""

import base64
import hashlib
import html
import io
import json
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any, NamedTuple

import numpy as np
from matplotlib.path import Path
from numpy.typing import NDArray
from PIL import Image

from . import look
from .motion import CASING_OPACITY, NOWHERE, Mark
from .stage import CASE, RING, THICK, THIN, Stage

HERE = File(__file__).parent


class Film(NamedTuple):
    """What a player shows: a stage for each theme, the steps that are frames, frames a second, size in CSS pixels."""

    stages: Mapping[str, Stage]
    steps: list[int]
    fps: float
    size: tuple[int, int]
    alt: str
    still: Image.Image  # for viewers that run no script


def player(film: Film) -> str:
    """Return the player as a piece of a page; any number of them may stand on one."""
    script = (HERE / "player.js").read_text()
    style = (HERE / "player.css").read_text()
    # Players of another version may be on the same page, saved in a notebook: each has its own element.
    name = f"optviz-player-{hashlib.sha256((script + style).encode()).hexdigest()[:8]}"
    data = json.dumps(_data(film) | {"style": style}, separators=(",", ":"), ensure_ascii=False)
    width, height = film.size
    return (
        # JupyterLab's shortcuts would take the arrow keys away.
        f'<{name} data-lm-suppress-shortcuts="true" style="display:block;max-width:{width}px">'
        f'<script type="application/json">{data.replace("<", chr(92) + "u003c")}</script>'
        f'<img src="data:image/png;base64,{_png(film.still)}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto" alt="{html.escape(film.alt)}">'
        f"</{name}>\n<script>{script.replace('OPTVIZ-PLAYER', name)}</script>\n"
    )


def page(film: Film) -> str:
    """Return the player as a page of its own, which loads nothing."""
    (stage, *_) = film.stages.values()
    title = f"{stage.title}"
    ground = {name: look.THEMES[name].background for name in film.stages}
    light, dark = ground.get("light", ground.get("dark")), ground.get("dark", ground.get("light"))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n"
        f'<meta name="description" content="{html.escape(film.alt)}">\n'
        '<link rel="icon" href="data:,">\n'
        "<style>\n"
        f"body {{ margin: 1.5rem auto; padding: 0 1rem; max-width: {film.size[0]}px; background: {light}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ body {{ background: {dark}; }} }}\n"
        "</style>\n</head>\n<body>\n<main>\n" + player(film) + "</main>\n</body>\n</html>\n"
    )


def _data(film: Film) -> dict[str, Any]:
    """Return what the script needs; lengths are CSS pixels from the top left, frames are counted from 0."""
    (stage, *_) = film.stages.values()
    scale, height = stage.figure.dpi / 100, film.size[1]
    points = stage.scale * 100 / 72  # CSS pixels to a point of the picture

    def flip(pixels: NDArray) -> NDArray:
        return np.column_stack([pixels[:, 0] / scale, height - pixels[:, 1] / scale])

    return {
        "size": film.size,
        "fps": film.fps,
        "steps": film.steps,
        "last": stage.steps,
        "trail": stage.trail,
        "alt": film.alt,
        "width": (THICK if len(stage.runs) == 1 else THIN) * points,
        "casing": [CASE * points, CASING_OPACITY],
        "ring": RING * points,
        "ball": stage.ball * points,
        "letters": look.SMALL * points,
        "notes": [[note.step, note.text, *_short(flip(np.array([note.place]))[0])] for note in stage.notes],
        "shapes": [_outline(mark.outline) for mark in stage.marks],
        "shared": [len(group) > 1 for group in stage.actors],
        "panels": [
            {
                "box": _short([track.box.x0 / scale, height - track.box.y1 / scale,
                               track.box.width / scale, track.box.height / scale]),
                "trails": [_short(flip(trail).ravel()) for trail in track.trails],
                "places": [_short(flip(places).ravel()) for places in track.places],
            }
            for track in stage.tracks
        ],
        "themes": {name: _theme(one, points) for name, one in film.stages.items()},
    }  # fmt: skip


def _theme(stage: Stage, points: float) -> dict[str, Any]:
    colours = stage.colours
    image = Image.fromarray(stage.background[..., :3])
    return {
        "background": "data:image/png;base64," + _png(image),
        "ink": colours.ink,
        "second": colours.second_ink,
        "soft": colours.soft,
        "line": colours.line,
        "page": colours.background,
        "casing": colours.casing,
        "shades": stage.shades,
        "marks": [_mark(mark, points) for mark in stage.marks],
    }


def _mark(mark: Mark, points: float) -> list[Any]:
    return [mark.face, mark.edge, round(mark.width * points, 2)]


def _short(numbers: Any) -> list[float]:
    return np.round(np.maximum(numbers, NOWHERE), 1).tolist()


def _outline(path: Path) -> str:
    """Return a path as SVG writes it, one unit high, down being positive."""
    letters = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}
    parts = []
    for vertices, code in path.iter_segments(curves=True, simplify=False):
        pairs = "" if code == Path.CLOSEPOLY else " ".join(
            f"{x:.4g},{-y:.4g}" for x, y in np.reshape(vertices, (-1, 2)).tolist()
        )  # fmt: skip
        parts.append(letters[code] + pairs)
    return "".join(parts)


def _png(image: Image.Image) -> str:
    """Return an image as PNG of 256 colours in base64."""
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()
