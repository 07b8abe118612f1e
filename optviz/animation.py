"""Runs in motion: `animate`, a player in a notebook, and files."""

import io
import math
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from numbers import Integral, Real
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from tqdm.auto import tqdm

from . import look
from .alt_text import describe
from .files import replacing
from .gif import delays_of, palette_of, write_gif
from .player import Film, page, player
from .sheet import Runs, as_runs, title_of
from .stage import Panels, Stage
from .trajectory import Trajectory

SIZES: dict[Panels, tuple[int, int]] = {"landscape": (640, 480), "error": (640, 480), "both": (960, 480)}
FPS = (0.1, 50.0)  # browsers slow down a GIF of more than 50 frames a second
SIDES = (180, 4096)  # pixels
HOLD = 2.0  # seconds for which the last frame stays before a loop begins anew
QUALITY = 18  # of H.264, as libx264 counts it: to the eye without loss


def animate(
    runs: Runs | Mapping[str, Trajectory],
    *,
    fps: float = 20,
    trail: int | None = None,
    steps: int | Iterable[int] | None = None,
    panels: Panels = "landscape",
    size: tuple[int, int] | None = None,
    theme: str | None = None,
    context: str = "notebook",
) -> "Animation":
    """Let runs move: balls on a curve or on a landscape, with trails behind them.

    In a notebook the result shows as a player that waits until somebody plays it; `.save(path)` writes a file. Runs
    of the same path move as one ball with a ring, a run that leaves the view for good waits at its edge, and one that
    has ended waits for the others.

    Args:
        runs: one run, a list of them, or what `replay` gives; on one landscape of one or two coordinates, and on any
            for `panels="error"`.
        fps: frames a second, 0.1 to 50.
        trail: how many steps of a trail stay visible, 0 for none; None for all of them.
        steps: which steps become frames: None for all, a number for so many of them, evenly from the first to the
            last, or the steps themselves, such as `range(0, 101, 5)`.
        panels: "landscape", "error", or "both" beside each other.
        size: width and height in pixels; (640, 480), for both panels (960, 480), if None.
        theme: "light" or "dark"; None follows the page in a player, and matplotlib's figures in a file.
        context: "notebook", or "talk" for a projector: letters, lines and marks half as large again.

    Raises TypeError or ValueError with one sentence for what cannot be animated.

    >>> from optviz import train
    >>> animate(train("adam", lr=0.3, steps=50), fps=10)
    <Adam on Long bowl: 51 frames, 640 x 480 pixels, 7 s>
    """
    if not isinstance(panels, str) or panels not in SIZES:
        raise ValueError(f"panels must be {', '.join(map(repr, SIZES))}; got {panels!r}.")
    listed = as_runs(runs, None)
    if panels != "error":
        if listed[0].objective.n > 2:
            raise ValueError(
                f"A landscape has one or two coordinates; this run has {listed[0].objective.n}: use panels='error'."
            )
        as_runs(listed, None, one_landscape=True)
    if not _is(fps, Real) or not FPS[0] <= fps <= FPS[1]:
        raise ValueError(f"fps must be a number from {FPS[0]:g} to {FPS[1]:g} frames a second; got {fps!r}.")
    if trail is not None and (not _is(trail, Integral) or trail < 0):
        raise ValueError(f"trail must be a whole number of steps >= 0, or None for all of them; got {trail!r}.")
    look.theme_of(theme, "white")
    look.scale_of(context)
    longest = max(run.steps for run in listed)
    return Animation(
        listed,
        _chosen(steps, longest),
        float(fps),
        {
            "panels": panels,
            "size": _checked_size(SIZES[panels] if size is None else size),
            "theme": theme,
            "context": context,
            "trail": None if trail is None else int(trail),
        },
    )


class Animation:
    """Runs in motion, as `animate` returns them: a player in a notebook, `.save(path)` for a file."""

    def __init__(self, runs: list[Trajectory], steps: list[int], fps: float, picture: dict[str, Any]):
        self.runs, self.steps, self.fps, self.picture = runs, steps, fps, picture
        self.alt = describe(runs)

    def __repr__(self) -> str:
        width, height = self.picture["size"]
        seconds = (len(self.steps) - 1) / self.fps + HOLD
        return f"<{title_of(self.runs)}: {len(self.steps)} frames, {width} x {height} pixels, {seconds:.3g} s>"

    def save(self, path: str | Path, progress: bool = True) -> Path:
        """Write the animation to a file and return its path; the name's ending says what kind of file.

        | ending | file |
        |---|---|
        | `.gif` | an endless loop, of 255 colours |
        | `.mp4` | a film; needs `pip install 'optviz[video]'` |
        | `.html` | the player as a page that needs nothing else |
        | `.png` | the last frame |

        The file is written beside its place and moved there when it is complete: whatever goes wrong, an old file
        stays as it was. `progress` is a bar for work of more than a second, on a terminal or in a notebook; False
        for none.

        Raises ValueError for another ending, ImportError where imageio-ffmpeg is missing, and OSError where the file
        cannot be written; each says what would work.
        """
        target, write = self.target(path)
        try:
            with replacing(target) as file:
                write(file, progress and _watched())
        except OSError as error:
            raise type(error)(f"{target} cannot be written: {error.strerror or error}.") from error
        return target

    def target(self, path: Any) -> tuple[Path, Any]:
        """Return where `save` would write, and what does it; raise what `save` would raise, before any work."""
        writers = {".gif": self._gif, ".mp4": self._mp4, ".html": self._html, ".png": self._png}
        known = ", ".join(list(writers)[:-1]) + f" or {list(writers)[-1]}"
        if not isinstance(path, str | Path):
            raise TypeError(f"path must be the name of a file that ends in {known}; got {path!r:.80}.")
        target = Path(path).expanduser()
        if target.is_dir():
            raise IsADirectoryError(f"{target} is a folder; name a file in it, such as {target / 'race.gif'}.")
        if target.suffix.lower() not in writers:
            raise ValueError(f"The name of the file must end in {known}; got {str(path)!r}.")
        if not target.parent.is_dir():
            raise FileNotFoundError(f"There is no folder {target.parent}; make it first, or choose another.")
        if target.suffix.lower() == ".mp4":
            _ffmpeg()  # before any work
        return target, writers[target.suffix.lower()]

    def _frames(self, stage: Stage, watched: bool) -> Iterator[NDArray[np.uint8]]:
        # A bar only for work that is long enough to wait for.
        yield from tqdm(
            stage.frames(self.steps), total=len(self.steps), unit="frame", disable=not watched, delay=1, leave=False
        )

    def _gif(self, file: IO[bytes], watched: bool) -> None:
        stage = Stage(self.runs, **self.picture)
        # The last frame holds whole trails; short ones have other crossings at other steps.
        count = 3 if stage.trail is None else 9
        some = np.unique(np.linspace(0, len(self.steps) - 1, count).astype(int))
        palette = palette_of(stage.frames(self.steps[index] for index in some))
        write_gif(file, self._frames(stage, watched), palette, delays_of(self.fps, len(self.steps), HOLD))

    def _mp4(self, file: IO[bytes], watched: bool) -> None:
        stage = Stage(self.runs, **self.picture)
        height, width = (side + side % 2 for side in stage.background.shape[:2])  # H.264 has even sides
        # Not imageio_ffmpeg.write_frames, which does not tell when ffmpeg fails, on a full disk for example.
        command = [
            _ffmpeg(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}",
            "-r", str(self.fps), "-i", "-", "-c:v", "libx264", "-crf", str(QUALITY), "-pix_fmt", "yuv420p",
            "-movflags", "+faststart", "-f", "mp4", file.name,
        ]  # fmt: skip
        # In a session of its own a Ctrl-C in the terminal is for Python, which then ends it.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as ffmpeg:
            try:
                picture = b""
                for frame in self._frames(stage, watched):
                    even = ((0, height - frame.shape[0]), (0, width - frame.shape[1]), (0, 0))
                    picture = np.pad(frame[..., :3], even, mode="edge").tobytes()
                    ffmpeg.stdin.write(picture)  # type: ignore[union-attr]
                for _ in range(round(HOLD * self.fps)):
                    ffmpeg.stdin.write(picture)  # type: ignore[union-attr]
                _, said = ffmpeg.communicate()
            except BrokenPipeError:
                _, said = ffmpeg.communicate()
            except BaseException:
                ffmpeg.kill()
                raise
        if ffmpeg.returncode:
            raise OSError(None, said.decode(errors="replace").strip().rpartition("\n")[2].rpartition("] ")[2])

    def _png(self, file: IO[bytes], watched: bool) -> None:
        about = PngImagePlugin.PngInfo()
        about.add_itxt("Description", self.alt)
        self._last(self.picture["theme"], watched).save(file, "PNG", pnginfo=about, optimize=True)

    def _html(self, file: IO[bytes], watched: bool) -> None:
        file.write(page(self._film()).encode())

    def _last(self, theme: str | None, watched: bool = False) -> Image.Image:
        # By way of all the others: what was drawn earlier lies below, as in the other files.
        *_, last = self._frames(Stage(self.runs, **{**self.picture, "theme": theme}), watched)
        return Image.fromarray(last[..., :3].copy())

    def _film(self) -> Film:
        theme = self.picture["theme"]
        return Film(
            {
                name: Stage(self.runs, **{**self.picture, "theme": name}, resolution=2.0, counter=False)
                for name in (look.THEMES if theme is None else [theme])
            },
            self.steps,
            self.fps,
            self.picture["size"],
            self.alt,
            self._last(theme or "light"),
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        film = self._film()
        png = io.BytesIO()
        film.still.save(png, "PNG", optimize=True)
        return {"text/plain": repr(self), "text/html": player(film), "image/png": png.getvalue()}


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool | np.bool_) and math.isfinite(value)  # type: ignore[arg-type]


def _chosen(steps: Any, longest: int) -> list[int]:
    """Return the steps that become frames, or say what is wrong."""
    if steps is None:
        return list(range(longest + 1))
    if _is(steps, Integral) and steps >= 1:
        return np.unique(np.linspace(0, longest, min(int(steps), longest + 1)).round().astype(int)).tolist()
    listed = list(steps) if isinstance(steps, Iterable) and not isinstance(steps, str) else []
    whole = bool(listed) and all(_is(step, Integral) and 0 <= step <= longest for step in listed)
    if not whole or any(one >= other for one, other in pairwise(listed)):
        raise ValueError(
            f"steps must be how many steps become frames, a whole number >= 1, or which ones, rising from 0 to "
            f"{longest}, such as range(0, {longest + 1}, 5); got {steps!r:.80}."
        )
    return [int(step) for step in listed]


def _checked_size(size: Any) -> tuple[int, int]:
    pair = list(size) if isinstance(size, Iterable) and not isinstance(size, str) else []
    if len(pair) != 2 or not all(_is(side, Integral) and SIDES[0] <= side <= SIDES[1] for side in pair):
        raise ValueError(
            f"size must be (width, height), two whole numbers of {SIDES[0]} to {SIDES[1]} pixels; got {size!r:.80}."
        )
    return int(pair[0]), int(pair[1])


def _watched() -> bool:
    """Return whether somebody looks: on a terminal, or in a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return sys.stderr.isatty() or hasattr(shell, "kernel")


def _ffmpeg() -> str:
    """Return the path of the program."""
    try:
        import imageio_ffmpeg
    except ImportError:
        raise ImportError(
            "A film needs imageio-ffmpeg, which is not installed: pip install 'optviz[video]'. A .gif needs nothing."
        ) from None
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        raise ImportError(
            "A film needs the program ffmpeg, which imageio-ffmpeg has not brought along for this system: install it, "
            "or name it in IMAGEIO_FFMPEG_EXE. A .gif needs nothing."
        ) from None
