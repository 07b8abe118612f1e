"""The rooms of the package: imports go one way, public names are there, and NumPy is enough for numbers."""

import ast
import inspect
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import optviz

from .headlines import headline
from .registry import NAMES

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "optviz"

# From the bottom to the top: a module imports only from rows above its own, or from its own package.
LAYERS = [
    ["words", "registry"],
    ["ranges", "files"],
    ["rule", "objective_function"],
    ["rules", "objectives", "verdicts"],
    ["trajectory"],
    ["expression"],
    ["formulas"],
    ["scalar_code"],
    ["adapters"],
    ["driver"],
    ["cards", "invariance", "replays", "checking", "javascript", "step_card"],
    ["look", "meta_training"],
    ["standings"],
    ["result_table"],
    ["racing"],
    ["shown"],
    ["labels", "interact_figures"],
    ["sheet"],
    ["terrain", "paths", "curves", "alt_text", "inside", "lineage", "sweep_curves"],
    ["path_artists", "motion", "gif"],
    ["plot", "stage"],
    ["canvas", "player"],
    ["animation", "printed_cards"],
    ["widgets"],
    ["lessons"],
    ["commands"],
    ["__init__", "__main__", "offline_export", "prompt_server"],
]
LEVEL = {name: level for level, row in enumerate(LAYERS) for name in row}
HEAVY_FROM = LEVEL["look"]  # below, NumPy and nothing heavier


def imports(path):
    """Yield (room of the package or None, name of a foreign package or None, at the top of the module?)."""
    rooms = path.relative_to(PACKAGE).with_suffix("").parts
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            inside = rooms[: len(rooms) - node.level]
            if node.module:
                yield (*inside, *node.module.split("."))[0], None
            else:
                yield from (((*inside, alias.name)[0], None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield None, node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from ((None, alias.name.split(".")[0]) for alias in node.names)


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    for other, foreign in imports(path):
        if foreign and LEVEL[room] < HEAVY_FROM:
            assert foreign in sys.stdlib_module_names | {"numpy"}, f"{room} imports {foreign}"
        if other and other != room:
            assert LEVEL[other] < LEVEL[room], f"{room} imports {other}"


def test_a_module_never_has_the_name_of_a_public_thing():
    modules = {path.stem for path in MODULES} | {path.parent.name for path in MODULES}
    assert modules & set(optviz.__all__) <= {"adapters"}


@pytest.mark.parametrize("name", optviz.__all__)
def test_a_public_name_is_the_same_when_asked_twice_and_is_documented(name):
    first, again = getattr(optviz, name), getattr(optviz, name)
    assert first is again
    assert (type(first).__doc__ if name in ("RULES", "OBJECTIVES") else inspect.getdoc(first)).strip()
    assert name in dir(optviz)


def call(name):
    """Call a public name in the plainest way."""
    thing = getattr(optviz, name)
    plain = {
        "iterate": lambda: next(thing("sgd")),
        "train": lambda: thing("sgd", steps=2).points,
        "train_1d": lambda: thing("sgd", steps=2).points,
        "train_2d": lambda: thing("sgd", steps=2).points,
        "noisy": lambda: thing("quadratic", 1).name,
        "scaled": lambda: thing("quadratic", f=2).name,
        "rotated": lambda: thing("quadratic", 10).name,
        "objective": lambda: thing(start=1)(lambda x: x).name,
        "update_rule": lambda: thing(lambda x, g, /, *, lr=0.1: x).name,
        "Objective": lambda: thing(abs, start=1).name,
        "Trajectory": lambda: thing.__name__,
        "visualize": lambda: thing("sgd").run.points,
        "explore": lambda: thing("sgd").run.points,
        "plot_1d": lambda: headline(thing(optviz.train_1d("sgd"))),
        "plot_2d": lambda: headline(thing(optviz.train_2d("sgd"))),
        "plot_error": lambda: headline(thing(optviz.train_2d("sgd"))),
        "plot_race": lambda: len(thing(optviz.train_2d("sgd"))),
        "plot_state": lambda: len(thing(optviz.train_2d("sgd"))),
        "plot_sweep": lambda: headline(thing(optviz.train("sgd", lr=[0.1, 0.2]))),
        "race": lambda: thing(["sgd", "adam"]),
        "plot_family": lambda: [text.get_text() for text in thing().texts],
        "animate": lambda: repr(thing(optviz.train_2d("sgd"))),
        "describe": lambda: thing(optviz.train_2d("sgd")),
        "RULES": lambda: thing.find("sgd").name,
        "OBJECTIVES": lambda: thing.find("slope").name,
        "replay": lambda: list(thing("classroom")),
        "card": lambda: thing("sgd"),
        "explain": lambda: thing(optviz.train("sgd", steps=2), 1),
        "check": lambda: thing("adam").right,
        "adapters": lambda: thing.as_rule("sgd", 2).name,
    }
    if name in plain:
        return plain[name]()
    return optviz.train(thing, steps=2).points if name in optviz.RULES else thing(thing.start)


@pytest.mark.parametrize("name", optviz.__all__)
def test_a_public_name_can_be_called_twice(name):
    first, again = call(name), call(name)
    assert str(first) == str(again)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'plot_3d'"):
        optviz.plot_3d  # noqa: B018


def test_numbers_need_numpy_only():
    code = (
        "import optviz, sys; optviz.train('adam', lr=[0.1, 0.2]).at(0).verdict; "
        "print([m for m in ('pandas', 'matplotlib', 'ipywidgets', 'seaborn', 'scipy', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# --- lists outside of the code that must agree with something ------------------------------------------------------


def test_binder_installs_the_locked_versions():
    locked = {one["name"]: one["version"] for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
    lines = (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    pinned = dict(line.partition(" ")[0].split("==") for line in lines)
    wrong = {name: version for name, version in pinned.items() if locked.get(name) != version}
    assert not wrong, "binder/requirements.txt is stale; CONTRIBUTING.md says how to write it anew"
    assert {"numpy", "matplotlib", "ipywidgets", "jupyterlab", "nbgitpuller", "scikit-learn"} <= set(pinned)


def test_citation_and_package_have_the_same_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_jupyterlab_is_told_to_be_quiet_and_to_save_widgets():
    settings = json.loads((PACKAGE / "jupyter/labconfig/default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert settings["@jupyter-widgets/jupyterlab-manager:plugin"] == {"saveState": True}


def test_every_optimiser_and_objective_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    optimisers = [name for name in NAMES if optviz.RULES[name].variant_of is None]
    missing = [name for name in [*optimisers, *optviz.OBJECTIVES] if f"`{name}`" not in readme]
    assert not missing


def test_the_code_of_the_readme_runs_and_prints_what_it_says(tmp_path, monkeypatch, capsys):
    import re

    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
        printed = capsys.readouterr().out.splitlines()
        assert printed == re.findall(r"^print\(.*?\) +# (.*)$", block, re.MULTILINE)


def test_the_table_of_the_readme_is_that_of_its_race():
    result = optviz.race(["sgd", "momentum", "rmsprop", "adam", "amsgrad"], "rosenbrock", tune="best", steps=300)
    assert f"```text\n{result.table().text(110)}\n```" in (ROOT / "README.md").read_text()


def test_the_rules_are_in_the_order_from_simple_to_rich():
    names = list(optviz.RULES)
    assert names.index("sgd") < names.index("momentum") < names.index("adagrad") < names.index("adam")
