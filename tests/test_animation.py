"""A file of an animation holds what was drawn, frame by frame, as long as it should; it is whole or not there."""

import errno
import itertools
import json
import os
import re
import subprocess
import sys
import time

import imageio_ffmpeg
import matplotlib
import numpy as np
import pytest
from PIL import Image

import optviz
from optviz import animate, describe, look, replay, train
from optviz.gif import delays_of, palette_of, write_gif
from optviz.stage import RING, Stage

from .skipping import skip
from .tutorial import tutorial

BOWL = [train(rule, lr=0.1, steps=30) for rule in ("sgd", "momentum", "adam")]


def drawn(animation):
    stage = Stage(animation.runs, **animation.picture)
    return [frame[..., :3].copy() for frame in stage.frames(animation.steps)]


def by_pillow(path):
    """Return frames and durations in ms of a GIF."""
    with Image.open(path) as file:
        frames, durations = [], []
        for number in range(file.n_frames):
            file.seek(number)
            frames.append(np.asarray(file.convert("RGB")))
            durations.append(file.info["duration"])
        return frames, durations


def by_ffmpeg(path, size):
    """Return all frames of a GIF or film, one for each that is in it."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-fps_mode", "passthrough",
               "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return list(np.frombuffer(raw, dtype=np.uint8).reshape(-1, size[1], size[0], 3))


ANIMATIONS = {
    "1-D, 17 rules": lambda: animate(replay("article"), steps=21),
    "2-D, dark": lambda: animate(BOWL, theme="dark", size=(401, 299)),
    "both, short trails": lambda: animate(BOWL, panels="both", trail=3, steps=range(0, 31, 3), size=(700, 300)),
    "diverged": lambda: animate(train("sgd", lr=0.6, steps=20), panels="error", size=(320, 240)),
}


@pytest.mark.parametrize("name", ANIMATIONS)
def test_every_frame_of_a_gif_is_the_drawn_frame_within_the_palette(name, tmp_path):
    animation = ANIMATIONS[name]()
    path = animation.save(tmp_path / "race.gif")
    frames, _ = by_pillow(path)
    expected = drawn(animation)
    assert len(frames) == len(expected)
    for decoded, frame in zip(frames, expected, strict=True):
        assert np.abs(decoded.astype(int) - frame).mean() <= 1
        # No colour is far off: the palette has something near to all of them.
        assert np.quantile(np.abs(decoded.astype(int) - frame), 0.999) <= 24
    others = by_ffmpeg(path, animation.picture["size"])
    assert len(others) == len(frames)
    assert all((one == other).all() for one, other in zip(frames, others, strict=True))


def test_a_picture_of_few_colours_comes_back_in_every_bit(tmp_path):
    rng = np.random.default_rng(0)
    colours = np.append(rng.integers(0, 256, (255, 3)), np.full((255, 1), 255), axis=1).astype(np.uint8)
    frames = [colours[rng.integers(0, 255, (40, 60))]]
    for _ in range(5):
        frame = frames[-1].copy()
        frame[5:9, 3:50] = colours[rng.integers(0, 255, (4, 47))]
        frames.append(frame)
    frames.append(frames[-1])  # nothing changes
    with open(tmp_path / "few.gif", "wb") as file:
        write_gif(file, iter(frames), palette_of(frames), [5] * len(frames))
    decoded = by_ffmpeg(tmp_path / "few.gif", (60, 40))
    assert all((one == other[..., :3]).all() for one, other in zip(decoded, frames, strict=True))


@pytest.mark.parametrize("fps", [0.5, 7, 12.5, 24, 30, 50])
def test_a_gif_lasts_as_long_as_it_should_and_loops_for_ever(fps, tmp_path):
    path = animate(BOWL[0], fps=fps, size=(200, 180)).save(tmp_path / "a.gif")
    _, durations = by_pillow(path)
    assert len(durations) == 31
    assert sum(durations[:-1]) == pytest.approx(30_000 / fps, abs=5)
    assert durations[-1] == 2000
    assert max(abs(one - 1000 / fps) for one in durations[:-1]) < 10
    assert min(durations) >= 20, "browsers slow down what is faster"
    with Image.open(path) as file:
        assert file.info["loop"] == 0


def test_delays_never_drift():
    for fps in (3, 7, 30, 47.3):
        delays = delays_of(fps, 1001, 2)[:-1]
        assert np.abs(np.cumsum(delays) - np.arange(1, 1001) * 100 / fps).max() <= 0.5


# --- what is in the picture ----------------------------------------------------------------------------------------


def test_balls_are_where_the_runs_are_at_each_step():
    run = train("momentum", lr=0.05, steps=30)
    stage = Stage([run])
    (track,) = stage.tracks
    ax = stage.figure.axes[0]
    assert track.places[0] == pytest.approx(ax.transData.transform(run.points), abs=0.26)
    assert track.trails[0] == pytest.approx(ax.transData.transform(run.points))


def test_trails_have_only_the_steps_that_were_walked_and_as_many_as_asked_for():
    background = Stage(BOWL).background

    def share(step, **options):
        frame = Stage(BOWL, counter=False, **options).frame(step)
        plain = Stage(BOWL, counter=False, **options).background
        return (frame != plain).any(axis=2).sum()

    assert background.shape == (480, 640, 4)
    assert share(0) < share(5) < share(20)
    assert share(20, trail=0) < share(20, trail=2) < share(20)


def test_a_run_that_leaves_waits_at_the_edge_and_its_legend_says_when_it_diverged():
    runs = [train("sgd", lr=0.6, steps=20), train("sgd", lr=0.1, steps=40)]
    stage = Stage(runs)
    gone = next(number for number, group in enumerate(stage.actors) if group == [0])
    box, places = stage.tracks[0].box, stage.tracks[0].places[gone]
    leaves = np.flatnonzero(np.abs(runs[0].points[:, 1]) > stage.figure.axes[0].get_ylim()[1])[0]
    assert (places[leaves:] == places[-1]).all()
    assert min(abs(places[-1][1] - box.y0), abs(places[-1][1] - box.y1)) <= 0.5
    assert [(note.step, note.text) for note in stage.notes] == [
        (runs[0].diverged_at, f"diverged at {runs[0].diverged_at}")
    ]


def test_runs_of_different_lengths_wait_for_each_other():
    runs = [train("sgd", lr=0.1, steps=10), train("adam", lr=0.1, steps=25)]
    animation = animate(runs, panels="both")
    assert animation.steps == list(range(26))
    stage = Stage(animation.runs, **animation.picture)
    assert [(note.step, note.text) for note in stage.notes] == [(10, "ended at 10")]
    short = next(number for number, group in enumerate(stage.actors) if group == [0])
    for track in stage.tracks:
        assert (track.places[short][10:] == track.places[short][10]).all()
        assert len(track.trails[short]) == 11


def test_the_same_path_is_one_ball_with_both_names():
    runs = [train("sgd", lr=0.1), train("momentum", lr=0.1, momentum=0), train("adam", lr=0.1)]
    stage = Stage(runs)
    assert sorted(map(sorted, stage.actors)) == [[0, 1], [2]]
    words = [text.get_text() for text in stage.figure.texts]
    assert {"SGD", "= Momentum", "Adam"} <= set(words)


def test_paths_that_only_the_eye_cannot_tell_apart_are_not_called_equal():
    near = train("sgd", lr=0.1 + 1e-7)
    assert "≈ SGD" in [text.get_text() for text in Stage([train("sgd", lr=0.1), near]).figure.texts]


def test_runs_that_differ_on_one_panel_are_two_actors():
    # Both end in the minimum for the eye; one of them has an error of 5e-9 there.
    runs = [train("sgd", "parabola", lr=lr, steps=1) for lr in (1, 1 - 1e-4)]
    assert len(Stage(runs, panels="landscape").actors) == 1
    assert len(Stage(runs, panels="both").actors) == len(Stage(runs, panels="error").actors) == 2


def test_no_two_runs_look_the_same():
    rates = [train("sgd", lr=lr) for lr in (0.01, 0.02, 0.05, 0.1, 0.2)]
    for runs in (rates, list(replay("article").values()), [*rates, train("momentum"), train("nesterov")]):
        stage = Stage(runs)
        assert len(set(stage.marks)) == len(stage.actors)


def test_the_contract_stands_in_the_picture():
    for panels in ("landscape", "error", "both"):
        stage = Stage(BOWL, panels=panels)
        words = [text.get_text() for ax in stage.figure.axes for text in ax.texts]
        assert "same start  ·  lr 0.1  ·  30 steps" in words


@pytest.mark.parametrize("size", [(180, 180), (320, 200), (640, 480), (1600, 900)])
@pytest.mark.parametrize("panels", ["landscape", "error", "both"])
def test_nineteen_names_fit_into_the_picture(size, panels):
    runs = [
        train(rule, "rosenbrock", lr=0.001, steps=3) if "lr" in rule.parameters else train(rule, "rosenbrock", steps=3)
        for rule in optviz.RULES.values()
        if rule.variant_of is None
    ]
    assert len(runs) == 19
    stage = Stage(runs, panels=panels, size=size)
    renderer = stage.canvas.get_renderer()
    legend = [text for text in stage.figure.texts if text.get_text().lstrip("=≈ ") in stage.names]
    boxes = [text.get_window_extent(renderer) for text in legend]
    assert len(boxes) == 19
    assert all(box.x1 <= size[0] and box.y0 >= 0 and box.y1 <= size[1] for box in boxes)
    # Where letters are large enough to be read, they do not touch.
    assert size[1] < 400 or all(box.y0 >= below.y1 - 1 for box, below in itertools.pairwise(boxes))
    panel = stage.tracks[0].box
    assert panel.width > 0.2 * size[0]
    assert panel.height > 0.3 * size[1]


def test_steps_are_a_number_of_frames_or_the_steps_themselves():
    assert animate(BOWL, steps=4).steps == [0, 10, 20, 30]
    assert animate(BOWL, steps=1000).steps == list(range(31))
    assert animate(BOWL, steps=range(0, 31, 7)).steps == [0, 7, 14, 21, 28]
    assert animate(BOWL, steps=np.array([3, 9])).steps == [3, 9]
    assert animate(BOWL).steps == list(range(31))


# --- the other files -----------------------------------------------------------------------------------------------


def test_png_is_the_last_frame_and_says_what_it_shows(tmp_path):
    animation = animate(BOWL, steps=[0, 5, 9, 30])
    with Image.open(animation.save(tmp_path / "LAST.PNG")) as image:
        assert (np.asarray(image.convert("RGB")) == drawn(animation)[-1]).all()
        assert image.text["Description"] == describe(BOWL)


def test_mp4_has_every_frame_and_then_holds_the_last(tmp_path):
    animation = animate(BOWL, fps=10, size=(321, 241), steps=range(0, 31, 3))
    path = animation.save(tmp_path / "race.MP4")
    frames = by_ffmpeg(path, (322, 242))  # even sides
    about = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path)], capture_output=True, text=True).stderr
    assert " 10 fps," in about
    assert "yuv420p" in about
    assert len(frames) == 11 + 20
    for frame, expected in zip(frames, drawn(animation), strict=False):
        assert np.abs(frame[:241, :321].astype(int) - expected).mean() < 3  # half of the colour, and compressed
    assert np.abs(frames[-1].astype(int) - frames[10]).mean() < 1


def test_html_is_one_page_that_asks_for_nothing_and_escapes_names(tmp_path):
    run = train(optviz.update_rule(lambda x, g, /, *, lr=0.1: x - lr * g, label="</script><b>&\"'"), steps=5)
    text = animate(run).save(tmp_path / "race.html").read_text()
    assert "<b>" not in text
    assert '&"' not in text
    assert not re.findall(r"""(?:src|href)=["'](?!data:)""", text)
    assert not re.findall(r"https?://", text)
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    film = json.loads(data)
    assert film["alt"] == describe(run)
    assert set(film["themes"]) == {"light", "dark"}
    assert film["steps"] == list(range(6))
    height = film["size"][1]
    stage = Stage([run])
    places = stage.tracks[0].places[0] * [1, -1] + [0, height]
    assert np.reshape(film["panels"][0]["places"][0], (-1, 2)) == pytest.approx(places, abs=0.5)
    assert len(text) < 400_000


def test_a_notebook_gets_a_player_and_a_picture_for_viewers_without_scripts():
    bundle = animate(BOWL)._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", "image/png"}
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert len(bundle["text/html"]) < 400_000
    assert 'alt="3 runs on Long bowl' in bundle["text/html"]


# --- what cannot be done -------------------------------------------------------------------------------------------

WRONG = {
    "no run": (lambda: animate([]), ValueError, "There is no run to draw"),
    "a name": (lambda: animate("adam"), TypeError, "A run is needed"),
    "a grid": (lambda: animate(train("sgd", lr=[0.1, 0.2])), ValueError, "grid of 2 runs"),
    "two landscapes": (
        lambda: animate([train("sgd"), train("sgd", "rosenbrock", lr=1e-4)]),
        ValueError,
        "One picture shows one landscape",
    ),
    "three coordinates": (
        lambda: animate(
            train("sgd", optviz.Objective(lambda x: (x**2).sum(0), lambda x: 2 * x, start=np.ones(3)), lr=0.1)
        ),
        ValueError,
        "use panels='error'",
    ),
    "fps 0": (lambda: animate(BOWL, fps=0), ValueError, "fps must be a number from 0.1 to 50"),
    "fps nan": (lambda: animate(BOWL, fps=float("nan")), ValueError, "fps must be"),
    "fps as text": (lambda: animate(BOWL, fps="20"), ValueError, "got '20'"),
    "trail": (lambda: animate(BOWL, trail=-1), ValueError, "trail must be a whole number of steps >= 0"),
    "trail 1.5": (lambda: animate(BOWL, trail=1.5), ValueError, "got 1.5"),
    "steps 0": (lambda: animate(BOWL, steps=0), ValueError, "steps must be how many"),
    "steps beyond": (lambda: animate(BOWL, steps=[0, 31]), ValueError, "rising from 0 to 30"),
    "steps that fall": (lambda: animate(BOWL, steps=[5, 5]), ValueError, "rising"),
    "steps as text": (lambda: animate(BOWL, steps="all"), ValueError, "got 'all'"),
    "panels": (lambda: animate(BOWL, panels="all"), ValueError, "'landscape', 'error', 'both'; got 'all'"),
    "size": (lambda: animate(BOWL, size=(640,)), ValueError, "size must be (width, height)"),
    "small": (lambda: animate(BOWL, size=(10, 10)), ValueError, "180 to 4096 pixels"),
    "theme": (lambda: animate(BOWL, theme="blue"), ValueError, "theme must be"),
    "context": (lambda: animate(BOWL, context="paper"), ValueError, "context must be"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_animated_is_said_in_one_sentence(name):
    make, kind, words = WRONG[name]
    with pytest.raises(kind, match=re.escape(words)) as raised:
        make()
    assert "\n" not in str(raised.value)


def test_a_path_that_cannot_be_written_is_said_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr("optviz.animation.Stage", None)
    animation = animate(BOWL)
    with pytest.raises(ValueError, match=r"must end in .gif, .mp4, .html or .png; got 'race.webp'"):
        animation.save("race.webp")
    with pytest.raises(ValueError, match="must end in"):
        animation.save("race")
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*nowhere; make it first"):
        animation.save(tmp_path / "nowhere" / "race.gif")
    with pytest.raises(IsADirectoryError, match="is a folder; name a file in it"):
        animation.save(tmp_path)
    with pytest.raises(TypeError, match="path must be the name of a file"):
        animation.save(3)


def test_without_imageio_ffmpeg_the_command_that_installs_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(ImportError, match=re.escape("pip install 'optviz[video]'")):
        animate(BOWL).save(tmp_path / "race.mp4")
    assert list(tmp_path.iterdir()) == []


# --- whole or not there --------------------------------------------------------------------------------------------

KINDS = [".gif", ".html", ".png", ".mp4"]


def interrupted(trouble, after):
    """Return a Stage.frames that raises in the middle."""
    frames = Stage.frames

    def some(self, steps):
        for number, frame in enumerate(frames(self, steps)):
            if number == after:
                raise trouble
            yield frame

    return some


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), MemoryError(), OSError(errno.ENOSPC, "No space left")])
@pytest.mark.parametrize("kind", [".gif", ".mp4"])
def test_what_stops_in_the_middle_leaves_the_old_file_and_nothing_else(kind, trouble, tmp_path, monkeypatch):
    target = tmp_path / f"race{kind}"
    target.write_bytes(b"old")
    animation = animate(BOWL, size=(200, 180))
    monkeypatch.setattr(Stage, "frames", interrupted(trouble, 7))
    with pytest.raises(type(trouble)):
        animation.save(target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_full_disk_the_old_file_stays_and_the_sentence_says_why(kind, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", str(disk)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
        skip("a small disk cannot be mounted here")
    try:
        target = disk / f"race{kind}"
        target.write_bytes(b"old")
        with pytest.raises(OSError, match="cannot be written"):
            animate(BOWL, size=(640, 480)).save(target)
        assert target.read_bytes() == b"old"
        assert list(disk.iterdir()) == [target]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_is_replaced_with_its_permissions_and_a_link_stays_one(tmp_path):
    target, link = tmp_path / "race.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    target.chmod(0o604)
    link.symlink_to(target)
    animate(BOWL[0], size=(200, 180)).save(link)
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"\x89PNG")
    assert target.stat().st_mode & 0o777 == 0o604
    assert sorted(tmp_path.iterdir()) == [link, target]


def test_no_bar_where_nobody_looks(tmp_path, capsys):
    animate(BOWL[0], size=(200, 180)).save(tmp_path / "a.gif", progress=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("progress", "shown"), [(True, True), (False, False)])
def test_a_bar_for_work_that_takes_a_while(progress, shown, tmp_path, capsys, monkeypatch):
    frames = Stage.frames

    def slow(self, steps):
        for frame in frames(self, steps):
            time.sleep(0.3)
            yield frame

    monkeypatch.setattr(Stage, "frames", slow)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    animate(BOWL[0], size=(200, 180), steps=5).save(tmp_path / "a.gif", progress=progress)
    assert ("frame" in capsys.readouterr().err) == shown


def test_without_the_program_a_film_says_what_to_do(tmp_path, monkeypatch):
    def none():
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", none)
    with pytest.raises(ImportError, match="install it, or name it in IMAGEIO_FFMPEG_EXE"):
        animate(BOWL[0]).save(tmp_path / "a.mp4")


def test_two_players_live_in_one_file(tmp_path):
    """A browser that reads a file makes each element before what stands in it."""
    from .jupyterlab import CHROMIUM

    if not CHROMIUM:
        skip("There is no Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    players = [animate(train(rule, lr=0.1, steps=5))._repr_mimebundle_()["text/html"] for rule in ("sgd", "adam")]
    file = tmp_path / "two.html"
    file.write_text("<!doctype html><meta charset=utf-8>" + "".join(players))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page, errors = browser.new_page(), []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri())
        page.get_by_role("slider").nth(1).wait_for()
        assert page.get_by_role("slider").count() == 2
        assert errors == []
        browser.close()


# --- what a frame draws --------------------------------------------------------------------------------------------


def pixel(frame, place):
    """Return the colour of a frame at a place in pixels from the bottom left."""
    return matplotlib.colors.to_hex(frame[frame.shape[0] - 1 - int(place[1]), int(place[0]), :3] / 255)


@pytest.mark.parametrize("trail", [None, 2])
def test_a_frame_is_what_matplotlib_draws_of_the_same_runs(trail):
    runs = [*BOWL, train("momentum", lr=0.1, momentum=0, steps=30), train("sgd", lr=0.55, steps=20)]
    stage = Stage(runs, "both", trail=trail)
    figure, update, _ = tutorial(Stage(runs, "both", trail=trail))
    steps = [0, 1, 7, 30]
    for step, frame in zip(steps, stage.frames(steps), strict=True):
        update(step)
        figure.canvas.draw()
        away = np.abs(frame[..., :3].astype(int) - np.asarray(figure.canvas.buffer_rgba())[..., :3]).max(axis=2)
        # All but the edges of digits, and where paths cross: the tutorial has all casings below all lines.
        assert (away > 60).sum() < 700


def test_the_counter_shows_the_number_of_the_step():
    stage = Stage(BOWL)
    figure, update, _ = tutorial(Stage(BOWL))
    x, y = map(int, stage.counter.place)
    box = (slice(480 - y - 12, 480 - y + 4), slice(x - 24, x))

    def other(step):
        update(step)
        figure.canvas.draw()
        return np.asarray(figure.canvas.buffer_rgba())[box].astype(int)

    numbers = {step: other(step) for step in range(31)}
    for step, frame in enumerate(stage.frames(range(31))):
        away = {number: np.abs(frame[box] - drawn).mean() for number, drawn in numbers.items()}
        assert min(away, key=away.get) == step


def test_a_shared_ball_has_a_ring_and_the_others_have_none():
    runs = [train("sgd", lr=0.1), train("momentum", lr=0.1, momentum=0), train("adam", lr=0.1)]
    stage = Stage(runs, theme="light")
    frame, scale = stage.frame(20), stage.scale * stage.figure.dpi / 72
    for number, group in enumerate(stage.actors):
        above = stage.tracks[0].places[number, 20] + [0, RING / 2 * scale]
        dark = sum(int(pixel(frame, np.add(above, (0, dy)))[1:3], 16) < 110 for dy in (-1, 0, 1))
        assert (dark > 0) == (len(group) > 1)


def test_the_best_walks_in_front():
    runs = [train("sgd", "parabola", lr=lr, steps=60) for lr in (0.3, 0.2, 0.1, 0.25)]
    stage = Stage(runs)
    ends = stage.tracks[0].places[:, 60]
    assert np.ptp(ends, axis=0).max() < 2, "all balls are at one place"
    assert pixel(stage.frame(60), ends[0]) == look.dresses([run.rule for run in runs], look.LIGHT)[0].colour


def test_a_run_alone_goes_from_pale_to_full():
    run = train("sgd", lr=0.05, steps=40)
    stage = Stage([run], theme="light", trail=None)
    frame, trail = stage.frame(40), stage.tracks[0].trails[0]
    begin, end = (matplotlib.colors.to_rgb(shade) for shade in look.LIGHT.run)
    for step, share in ((2, 0.05), (20, 0.5)):
        middle = np.array(matplotlib.colors.to_rgb(pixel(frame, trail[step])))
        assert middle == pytest.approx(begin + np.multiply(share, np.subtract(end, begin)), abs=0.06)


def test_a_short_trail_has_as_many_steps_as_asked_for():
    run = train("sgd", lr=0.05, steps=40)
    stage, plain = Stage([run], trail=3, counter=False), Stage([run], counter=False).background
    frame, trail = stage.frame(5), stage.tracks[0].trails[0]
    centres = (trail[1:] + trail[:-1]) / 2
    assert [pixel(frame, one) != pixel(plain, one) for one in centres[:5]] == [False, False, True, True, True]
