"""The package as others get it: a wheel that holds the lessons, and the steps of a Binder build."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

from .skipping import EVERYTHING, skip

ROOT = Path(__file__).parents[1]


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_lessons_and_settings_travel_in_the_wheel(tmp_path):
    if shutil.which("uv") is None:
        skip("uv builds the wheel, and there is none on the PATH")
    run("uv", "build", "--wheel", "--out-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    lessons = {path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").rglob("[!.]*.ipynb")}
    assert {f"optviz/{lesson}" for lesson in lessons} == {name for name in names if name.endswith(".ipynb")}
    assert not [name for name in names if "checkpoints" in name or "__pycache__" in name]
    assert "optviz/py.typed" in names
    assert "optviz/jupyter/labconfig/default_setting_overrides.json" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


def test_a_binder_build_opens_the_contents(tmp_path):
    if not EVERYTHING:
        skip("it downloads about 150 MB; OPTVIZ_TEST_EVERYTHING=1 runs it")
    clone = tmp_path / "clone"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".venv", ".git", ".*_cache", ".hypothesis"))
    run(sys.executable, "-m", "venv", tmp_path / "env")
    programs = tmp_path / "env" / "bin"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "VIRTUAL_ENV"))}
    environment |= {
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "JUPYTER_TOKEN": "token",
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
    }
    run(programs / "python", "-m", "pip", "install", "-q", "-r", clone / "binder" / "requirements.txt", env=environment)
    run("bash", "binder/postBuild", cwd=clone, env=environment)
    assert "no broken requirements" in run(programs / "python", "-m", "pip", "check", env=environment).lower()

    # The badge of the README: what a learner's browser asks for first.
    (path,) = re.findall(r"mybinder\.org/v2/gh/\S+?urlpath=(\S+?)\)", (ROOT / "README.md").read_text())
    server = subprocess.Popen(
        [programs / "jupyter", "lab", "--no-browser", "--allow-root", "--port=0"],
        cwd=clone, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            assert server.poll() is None
            running = list((tmp_path / "run").glob("jpserver-*.json"))
            if running:
                break
            time.sleep(0.1)
        address = json.loads(running[0].read_text())["url"]
        for page in (path, path.replace("lab/tree", "api/contents")):
            urllib.request.urlopen(f"{address}{page}?token=token", timeout=60).close()
        plugin = "@jupyter-widgets/jupyterlab-manager:plugin"
        with urllib.request.urlopen(f"{address}lab/api/settings/{plugin}?token=token", timeout=60) as answer:
            schema = json.load(answer)["schema"]
        assert schema["properties"]["saveState"]["default"] is True
    finally:
        server.terminate()
        server.wait(30)

    lesson = clone / "notebooks" / "00_start.ipynb"
    code = (
        "import json, sys; cells = json.load(open(sys.argv[1]))['cells']; source = ''.join(cells[1]['source']); "
        "exec(source); print(optviz.__file__)"
    )
    assert str(tmp_path / "env") in run(programs / "python", "-c", code, lesson, env=environment, cwd=tmp_path)
