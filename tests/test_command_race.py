"""`optviz race`: the table, the picture, and one sentence where something does not fit."""

import os
import subprocess
import sys
from types import ModuleType

import pytest
from PIL import Image

from optviz import RULES, race, replay
from optviz.__main__ import main


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "optviz", "race", *arguments],
        capture_output=True, text=True, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def animated(monkeypatch):
    """Put a camera that writes what it was given in the place of the real one."""
    calls = []

    class Animation:
        def __init__(self, runs, options):
            calls.append((runs, options))

        def target(self, path):
            """Nothing is wrong with it."""

        def save(self, path, progress):
            path.write_bytes(b"GIF89a" + bytes(2042))
            calls[-1][1]["progress"] = progress
            return path

    module = ModuleType("optviz.animation")
    module.animate = lambda runs, **options: Animation(runs, options)
    monkeypatch.setitem(sys.modules, "optviz.animation", module)
    return calls


def printed(capsys, *arguments, code=0):
    assert main(["race", *arguments]) == code
    return capsys.readouterr()


# --- what is raced -------------------------------------------------------------------------------------------------


def test_the_table_of_the_race_is_printed(capsys):
    out = printed(
        capsys, "--rules", "sgd,adam", "--objective", "rosenbrock", "--steps", "20", "--start", "-1", "0.5"
    ).out
    assert out == f"{race(['sgd', 'adam'], 'rosenbrock', steps=20, start=(-1, 0.5))}\n"


@pytest.mark.parametrize(
    ("arguments", "contract"),
    [
        ([], "published defaults"),
        (["--tune", "same"], "same lr 0.1"),
        (["--lr", "0"], "same lr 0"),
        (["--lr", "0.03"], "same lr 0.03"),
        (["--tune", "best"], "best of 41 rates from 0.0001 to 10"),
    ],
)
def test_the_rates_are_chosen_as_asked(capsys, arguments, contract):
    assert f"(−5, −2), {contract}\n" in printed(capsys, "--rules", "sgd,adam", *arguments).out


def test_all_are_all_optimisers_that_can_run_there(capsys):
    originals = [rule for rule in RULES.values() if rule.variant_of is None]
    both = printed(capsys, "--rules", "all", "--steps", "5")
    assert all(f" {rule.label} " in both.out for rule in originals)
    assert both.err == ""
    without = printed(capsys, "--rules", "all", "--steps", "5", "--objective", "slope")
    assert " Eve " not in without.out
    assert without.err == "Left out, because the lowest value of slope is not known: eve\n"


def test_a_replay_is_the_race_of_its_runs(capsys):
    assert printed(capsys, "--replay", "article").out == f"{race(replay('article'))}\n"
    corrected = printed(capsys, "--replay", "article", "--corrected").out
    assert corrected == f"{race(replay('article', corrected=True))}\n"
    assert "as the article ran it, but corrected: 4 of 17" in corrected


def test_of_a_replay_on_two_landscapes_one_is_chosen(capsys):
    out = printed(capsys, "--replay", "from_scratch", "--objective", "dlfs").out
    assert "30 steps" in out
    assert "SGD, lr 0.95" in out
    assert "SGD, lr 0.4" not in out


# --- the file ------------------------------------------------------------------------------------------------------


def test_the_file_is_written_and_its_size_told(capsys, tmp_path, animated):
    path = tmp_path / "race.gif"
    options = ["--fps", "12", "--size", "320x240", "--panels", "both", "--theme", "dark"]
    out = printed(capsys, "--rules", "sgd,adam", "--out", str(path), *options).out
    _, (runs, given) = animated
    assert [one.label for one in runs] == ["SGD", "Adam"]
    assert given == {"fps": 12.0, "size": (320, 240), "panels": "both", "theme": "dark", "progress": True}
    assert out.endswith(f"\n{path}: 2 KiB\n")
    assert out.startswith("Long bowl")


def test_quiet_prints_nothing(capsys, tmp_path, animated):
    both = printed(capsys, "--rules", "sgd,adam", "--quiet", "--out", str(tmp_path / "race.gif"))
    assert both == ("", "")
    assert animated[-1][1] == {"progress": False}


def test_the_demo_of_the_article_is_written(capsys, tmp_path):
    path = tmp_path / "article.gif"
    out = printed(capsys, "--replay", "article", "--out", str(path), "--size", "320x240", "--fps", "10").out
    assert out.endswith(f"{path}: {path.stat().st_size / 1024:,.0f} KiB\n")
    with Image.open(path) as film:
        assert (film.format, film.n_frames, film.size) == ("GIF", 101, (320, 240))
        assert film.info["duration"] == 100


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["race.bmp"], "must end in .gif, .mp4, .html or .png"),
        (["none/race.gif"], "There is no folder"),
        (["race.gif", "--fps", "0"], "fps must be a number from 0.1 to 50"),
        (["race.gif", "--size", "10x10"], "size must be"),
        (["race.gif", "--panels", "all"], "panels must be"),
    ],
)
def test_a_picture_that_cannot_be_made_is_said_and_leaves_no_file(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    err = printed(capsys, "--rules", "sgd", "--out", *arguments, code=2).err
    assert err.startswith("optviz: ")
    assert words in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_with_130_and_no_traceback(capsys, tmp_path, monkeypatch, animated):
    def interrupted(runs, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["optviz.animation"], "animate", interrupted)
    assert printed(capsys, "--rules", "sgd", "--quiet", "--out", str(tmp_path / "race.gif"), code=130) == (
        "",
        "optviz: stopped.\n",
    )


# --- the program ---------------------------------------------------------------------------------------------------


def test_in_a_pipe_only_the_table_comes_out():
    done = run("--rules", "sgd,momentum,adam,santa_e", "--tune", "best", "--steps", "300")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Long bowl, 300 steps")


def test_a_terminal_that_knows_ascii_only_gets_the_table_too():
    done = run("--rules", "sgd,adam", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "from (-5, -2)" in done.stdout


def test_whoever_reads_only_the_first_line_leaves_no_traceback():
    program = f"{sys.executable} -m optviz race --rules all --steps 5 | head -1"
    done = subprocess.run(program, shell=True, capture_output=True, text=True)
    assert (done.stderr, len(done.stdout.splitlines())) == ("", 1)


def test_the_table_is_as_wide_as_the_terminal():
    for width in (80, 140):
        lines = run("--rules", "all", "--steps", "5", COLUMNS=str(width)).stdout.splitlines()
        assert max(map(len, lines)) <= width


def test_help_has_every_argument_and_examples_that_run(capsys):
    text = run("--help").stdout
    for word in ("--rules", "--replay", "--tune {published,same,best}", "--size WxH", "--corrected", "--quiet"):
        assert word in text
    examples = [line.split() for line in text.partition("examples:\n")[2].splitlines()]
    assert len(examples) >= 3
    for program, *arguments in examples:
        assert program == "optviz"
        if "--out" not in arguments:
            assert main(arguments) == 0


# --- what does not fit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "one of the arguments --rules --replay is required"),
        (["--rules", "sgd", "--replay", "article"], "not allowed with"),
        (["--rules", ""], "names with commas between them, such as sgd,adam; got ''"),
        (["--rules", "sgd,,adam"], "names with commas between them"),
        (["--rules", "sgdd"], "There is no update rule called 'sgdd'. Did you mean sgd"),
        (["--rules", "sgd", "--objective", "rosenbrok"], "Did you mean rosenbrock"),
        (["--rules", "sgd", "--tune", "fair"], "invalid choice: 'fair'"),
        (["--rules", "sgd", "--tune", "published", "--lr", "0.1"], "With tune='published' each rule has its own"),
        (["--rules", "sgd", "--lr", "fast"], "a number is needed, such as 0.1; got 'fast'"),
        (["--rules", "sgd", "--lr", "-0.1"], "lr must be a number >= 0; got -0.1"),
        (["--rules", "sgd", "--lr", "nan"], "lr must be a number >= 0; got nan"),
        (["--rules", "learned", "--lr", "0.1"], "no lr to choose: Learned has no lr"),
        (["--rules", "sgd", "--steps", "0"], "steps must be a whole number >= 1; got 0"),
        (["--rules", "sgd", "--steps", "1e3"], "a whole number is needed, such as 100; got '1e3'"),
        (["--rules", "sgd", "--start", "1"], "start must have 2 coordinates on quadratic"),
        (["--rules", "sgd", "--start", "1,2"], "a number is needed, such as 0.1; got '1,2'"),
        (["--rules", "sgd", "--seed", "-1"], "seed must be a whole number >= 0"),
        (["--rules", "sgd", "--corrected"], "--corrected goes with --replay"),
        (["--rules", "sgd", "--fps", "10", "--size", "10x10"], "--fps and --size need a picture: give --out FILE"),
        (["--rules", "sgd", "--size", "640", "--out", "a.gif"], "such as 640x480; got '640'"),
        (["--rules", "sgd", "--size", "0x10", "--out", "a.gif"], "such as 640x480; got '0x10'"),
        (["--replay", "articel"], "There is no replay called 'articel'. Did you mean article"),
        (["--replay", "article", "--tune", "best", "--lr", "1"], "so --tune and --lr cannot be chosen"),
        (["--replay", "article", "--objective", "beale"], "article ran on quartic: give --objective quartic"),
        (["--replay", "from_scratch"], "ran on quadratic and dlfs: give --objective quadratic or dlfs"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(capsys, arguments, words):
    try:
        code = main(["race", *arguments])
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 2


@pytest.mark.parametrize("bad", [("--out", "x.bmp"), ("--out", "nowhere/x.gif"), ("--out", "x.gif", "--fps", "0")])
def test_what_is_wrong_with_the_file_is_said_before_the_race(bad, capsys, monkeypatch):
    monkeypatch.setattr("optviz.commands.race_command.race", lambda *args, **options: pytest.fail("it ran"))
    assert main(["race", "--rules", "sgd", *bad]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_a_start_may_be_a_negative_power_of_ten(capsys):
    assert main(["race", "--rules", "sgd", "--start", "-1e-1", "-.5E+0"]) == 0
    assert "from (−0.1, −0.5)" in capsys.readouterr().out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full is Linux's")
def test_where_nothing_can_be_printed_a_sentence_says_so():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "optviz", "race", "--rules", "sgd"], stdout=full, stderr=-1, text=True
        )
    assert (done.returncode, done.stderr) == (2, "optviz: the output cannot be written: No space left on device.\n")
