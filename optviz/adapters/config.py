"""Functions with a dictionary, as CS231n writes them: `(w, dw, config=None) -> (next_w, config)`."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ..ranges import BY_NAME
from ..registry import nearest
from ..rule import REQUIRED, UpdateRule
from . import outgoing
from .incoming import RememberingRule, Walker, is_setting, new_point, overflow_as_nan

FORM = """\
    def step(w, dw, config=None):           # point, gradient, settings and memory
        config = {} if config is None else config
        config.setdefault("learning_rate", 0.01)
        ...
        return next_w, config"""

# Our names -> the course's keys, in all rules and in those of a family (there a memory is called by what it is).
KEYS = {
    "all": {"lr": "learning_rate", "decay": "decay_rate", "eps": "epsilon"},
    "momentum": {"v": "velocity"},
    "scaled": {"v": "cache", "h": "cache"},
}
NAMES = {key: name for name, key in KEYS["all"].items()}
SETTINGS = [KEYS["all"].get(name, name) for name in BY_NAME]
# What the course's functions may expect to find in config; a run begins with zeros.
REMEMBERED = ("velocity", "cache", "m", "v", "t")


def recognises(step: Any) -> bool:
    """Whether `step` is a function of a point, a gradient and a dictionary (called `config`, or None by default)."""
    if inspect.isclass(step) or not callable(step):
        return False
    try:
        third = [*inspect.signature(step).parameters.values()][2:3]
    except ValueError:  # a function without a signature, as some of NumPy's
        return False
    return any(one.name == "config" or one.default is None for one in third)


def rule(step: Callable, n: int = 2) -> UpdateRule:
    """Return the update rule that calls `step(w, dw, config)` once for every point of the grid, `w` of shape `(n,)`.

    Its settings are the numbers that `step` looks up in `config`, under our names where we have one (`lr` for
    `learning_rate`, `decay` for `decay_rate`, `eps` for `epsilon`), with the step's own defaults. To learn them, the
    step is called once on a point of ones. All else in `config` is its memory: every run and every point has a
    `config` of its own. The step may change `w` and `config` in place.

    Raises TypeError or ValueError, in one sentence, if the step returns something else than `(next_w, config)`.

    >>> def descent(w, dw, config=None):
    ...     config.setdefault("learning_rate", 0.01)
    ...     w -= config["learning_rate"] * dw
    ...     return w, config
    >>> list(rule(descent).parameters)
    ['lr']
    """
    asked = _Asked(n)
    with np.errstate(all="ignore"):
        _, config = _call(step, np.ones(n), np.ones(n), asked)
    keys = {NAMES.get(key, key): key for key in asked.settings(config)}
    defaults = {name: asked.defaults.get(key, config.get(key)) for name, key in keys.items()}

    def walker() -> Walker:
        config = {key: asked.zero(key) for key in asked.expected_memory}
        before: dict[str, Any] = {}

        def walk(x: np.ndarray, g: np.ndarray, settings: dict[str, Any], f: Any) -> np.ndarray:
            nonlocal config, before
            # Only what is new, so that a step may keep a rate of its own that it changes on the way.
            for name, value in settings.items():
                if keys[name] not in config or before.get(name) != value:
                    config[keys[name]] = value
            before = settings
            new, config = _call(step, x, g, config)
            return new

        return walk

    return RememberingRule(walker, step, defaults)


class _Asked(dict):
    """A config that notes which keys a step looks up, and has an answer to each."""

    def __init__(self, n: int):
        super().__init__()
        self.n = n
        self.defaults: dict[str, Any] = {}  # REQUIRED where the step has none

    def __bool__(self) -> bool:
        return True  # for `config = config or {}`

    def __missing__(self, key: str) -> Any:
        self.defaults.setdefault(key, REQUIRED)
        super().__setitem__(key, self.zero(key) if key in REMEMBERED else 0.5)
        return self[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.defaults.setdefault(key, value)
        super().__setitem__(key, value)

    def get(self, key: str, default: Any = None) -> Any:
        self.defaults.setdefault(key, default)
        return super().get(key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self.defaults.setdefault(key, default)
        return super().setdefault(key, default)

    def zero(self, key: str) -> Any:
        return 0 if key == "t" else np.zeros(self.n)

    @property
    def expected_memory(self) -> list[str]:
        """The keys of the course's memory for which the step has no start value of its own."""
        return [key for key, default in self.defaults.items() if key in REMEMBERED and default is REQUIRED]

    def settings(self, after: dict[str, Any]) -> list[str]:
        """Return the keys that are settings: numbers which the step only reads (a counter it changes)."""
        found = [
            key
            for key, default in self.defaults.items()
            if key not in REMEMBERED
            and is_setting(key, default)
            and (default is REQUIRED or key in SETTINGS or np.array_equal(after.get(key, default), default))  # type: ignore
        ]
        return found + [key for key in SETTINGS if key in after and key not in self.defaults]


def _call(step: Callable, w: np.ndarray, dw: np.ndarray, config: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """Call the step for one point."""
    name, shape = getattr(step, "__name__", "step"), w.shape
    result: Any = (np.full(shape, np.nan), config)
    with overflow_as_nan(w, dw):
        result = step(w, dw, config)
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], dict):
        raise ValueError(f"{name} returned config first; it must return next_w, then config.")
    if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], dict)):
        got = f"{len(result)} values" if isinstance(result, tuple) else f"{result!r:.60}"
        raise ValueError(f"{name} returned {got}; it must return two values, next_w and the dictionary config.")
    return new_point(name, "returned as next_w", result[0], shape), result[1]


def step(rule: UpdateRule | str) -> Callable:
    """Return an update rule as a course function `(w, dw, config=None) -> (next_w, config)`.

    `w` and `dw` are arrays of one shape, any; `next_w` is a new float64 array of that shape. `config` is changed in
    place: missing settings get the rule's defaults under the course's keys, and memory and counter (`t`, 0 before the
    first update) are kept in it. What else a rule asks for is a key too: `loss`, the loss at `w`; `noise`, a function
    of a size that draws standard normal numbers; `f_star`. There is no place for a gradient elsewhere, so `nesterov`
    becomes `nesterov_shifted`, with a warning.

    The function raises TypeError or ValueError, in one sentence, for what is missing, unknown or of the wrong shape.

    >>> momentum = step("momentum")
    >>> w, config = momentum([1.0, 2.0], [0.5, 0.5], {"learning_rate": 0.1})
    >>> w, config["momentum"], config["velocity"]
    (array([0.95, 1.95]), 0.9, array([-0.05, -0.05]))
    """
    rule = outgoing.without_look_ahead(outgoing.find(rule), "a function of (w, dw, config) cannot ask for a gradient")
    names = outgoing.names_in(rule, KEYS)
    settings = {name: names[name] for name in rule.parameters}
    memory = {name: names[name] for name in rule.state}
    extra = [key for key, given in (("t", "t"), ("loss", "f"), ("noise", "noise")) if given in rule.given]

    def course_step(w: Any, dw: Any, config: dict[str, Any] | None = None) -> tuple[np.ndarray, dict[str, Any]]:
        config = {} if config is None else config
        known = [*settings.values(), *memory.values(), *extra]
        for key in config:
            if key not in known:
                raise TypeError(f"{rule.name} has no key {key!r} in its config.{nearest(key, known)}")
        w, dw = outgoing.numbers("w", w), outgoing.numbers("dw", dw)
        if w.shape != dw.shape:
            raise ValueError(f"w and dw must have one shape; got {w.shape} and {dw.shape}.")
        for name, key in settings.items():
            parameter = replace(rule.parameters[name], name=key)
            value = config.get(key, parameter.default)
            outgoing.check(rule, parameter, value, f"set config[{key!r}]")
            config[key] = value
        t = config.get("t", 0) + 1
        new, state = outgoing.advance(
            rule,
            w.reshape(-1),
            lambda x: dw.reshape(-1),
            t,
            {name: outgoing.memory(key, config.get(key, rule.state[name]), w.shape) for name, key in memory.items()},
            {name: config[key] for name, key in settings.items()},
            f=config.get("loss"),
            noise=config.get("noise"),
            how={"loss": "set config['loss']", "noise": "set config['noise']"},
        )
        config.update({key: outgoing.shaped(state[name], w.shape) for name, key in memory.items()})
        if "t" in extra:
            config["t"] = t
        return new.reshape(w.shape), config

    course_step.__name__, course_step.__doc__ = rule.name, rule.__doc__
    return course_step
