"""`optviz`: help that a learner understands, lessons that are copied and never overwritten."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import optviz.commands.lab_command as lab_command
from optviz import lessons
from optviz.__main__ import main

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "optviz", *arguments],
        capture_output=True, text=True, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_help_names_the_command_to_begin_with():
    for arguments in ([], ["--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        assert "Begin with: optviz lab" in done.stdout
        assert "open the lessons in JupyterLab" in done.stdout
    assert "--no-browser" in run("lab", "--help").stdout


def test_version():
    from importlib.metadata import version

    assert run("--version").stdout == f"optviz {version('optviz')}\n"


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1", "80.5"])
def test_a_port_that_is_none(port):
    done = run("lab", "--port", port)
    assert done.returncode == 2
    assert f"a port is a whole number from 1 to 65535; got {port!r}" in done.stderr or "expected one arg" in done.stderr


def test_an_unknown_command():
    done = run("labb")
    assert done.returncode == 2
    assert "invalid choice: 'labb'" in done.stderr


def test_root_is_told_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert main(["lab"]) == 2
    assert "with --allow-root" in capsys.readouterr().err


def test_a_missing_jupyterlab_is_named_with_its_install_line(monkeypatch, capsys):
    monkeypatch.setattr(lab_command, "find_spec", lambda name: None)
    assert main(["lab", "--allow-root"]) == 2
    assert "pip install 'optviz[lab]'" in capsys.readouterr().err


def test_a_checkout_works_in_its_own_notebooks():
    assert lab_command.lessons() == NOTEBOOKS


def test_lessons_are_copied_and_a_learners_work_is_kept(tmp_path, capsys):
    folder = tmp_path / "my lessons"
    assert lab_command.lessons(folder) == folder
    copies = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert {Path("00_start.ipynb"), Path(lab_command.CONTENTS)} <= copies
    for copy in copies:
        assert (folder / copy).read_bytes() == (NOTEBOOKS / copy).read_bytes()

    (folder / "00_start.ipynb").write_text("my answers")
    capsys.readouterr()
    lab_command.lessons(folder)
    assert (folder / "00_start.ipynb").read_text() == "my answers"
    assert "Kept as you left them: 00_start.ipynb" in capsys.readouterr().out


def test_answers_of_somebody_else_are_not_copied(tmp_path, monkeypatch):
    installed = tmp_path / "optviz"
    (installed / "notebooks").mkdir(parents=True)
    (installed / "notebooks" / "00_start.ipynb").write_text("lesson")
    (installed / "notebooks" / lessons.answers.FILE).write_text("{}")
    monkeypatch.setattr(lab_command, "PACKAGE", installed)
    lab_command.lessons(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["00_start.ipynb"]


def test_an_installed_package_copies_its_lessons_to_a_folder_here(tmp_path, monkeypatch):
    installed = tmp_path / "site-packages" / "optviz"
    (installed / "notebooks").mkdir(parents=True)
    (installed / "notebooks" / "00_start.ipynb").write_text("lesson")
    monkeypatch.setattr(lab_command, "PACKAGE", installed)
    monkeypatch.chdir(tmp_path)
    assert lab_command.lessons() == tmp_path / "optviz-lessons"
    assert (tmp_path / "optviz-lessons" / "00_start.ipynb").read_text() == "lesson"


def test_a_folder_that_cannot_be_written(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["lab", "--allow-root", "--dir", str(tmp_path / "file")]) == 2
    assert "cannot be copied to" in capsys.readouterr().err


def test_a_copy_that_fails_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "read_bytes", full)
    with pytest.raises(lab_command.Trouble, match="No space left on device"):
        lab_command.lessons(tmp_path / "lessons")
    assert list((tmp_path / "lessons").iterdir()) == []


# --- optviz export -------------------------------------------------------------------------------------------------


def test_a_page_is_exported_with_its_settings(tmp_path, capsys):
    assert main(["export", "adam", "lr=0.3", "--steps", "40", "--out", str(tmp_path / "adam.html")]) == 0
    assert "adam.html: " in capsys.readouterr().out
    assert "<title>Adam on Rosenbrock valley</title>" in (tmp_path / "adam.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_live_does_not_say_that_it_is(tmp_path, capsys):
    assert main(["export", "learned", "--steps", "5", "--out", str(tmp_path / "learned.html")]) == 0
    said = capsys.readouterr().out
    assert "the run of learned stands still in it" in said
    assert "live in any browser" not in said


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (["adam", "lr=abc"], "lr must be a number >= 0"),
        (["adam", "lr=0,3"], "lr is one number, written with a point: lr=0.3; got 'lr=0,3'."),
        (["adam", "lr"], "There is no update rule called 'lr'."),
        (["adam", "lr"], "A setting has its value behind it: lr=0.3."),
        (["adam", "beta3=0.3"], "beta3"),
        (["adam", "--objective", "rosenbrok"], "rosenbrock"),
        (["adam", "--steps", "0"], "steps must be a whole number from 1 to"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_sentence_and_leaves_no_file(what, words, tmp_path, capsys):
    assert main(["export", *what, "--out", str(tmp_path / "page.html")]) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""
    assert [*tmp_path.iterdir()] == []


def test_a_page_is_not_exported_into_a_folder(tmp_path, capsys):
    assert main(["export", "adam", "--out", str(tmp_path)]) == 2
    assert f"{tmp_path} cannot be written" in capsys.readouterr().err
