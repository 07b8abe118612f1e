"""Classes with `.update(params, grads)`, as *Deep Learning from Scratch* writes them: dictionaries of arrays."""

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np

from ..registry import nearest
from ..rule import UpdateRule
from . import outgoing
from .incoming import RememberingRule, Walker, is_setting, new_point, overflow_as_nan

FORM = """\
    class Optimizer:                        # the class itself or an object of it
        def __init__(self, lr=0.01):
            self.lr = lr

        def update(self, params, grads):    # dictionaries of arrays; params is changed
            for key in params:
                params[key] -= self.lr * grads[key]"""

# Our names -> the book's, in all rules and in those of a family.
ATTRIBUTES = {"all": {"decay": "decay_rate", "t": "iter"}, "scaled": {"v": "h"}}
# On the way in also two spellings that the book does not have, but its readers.
NAMES = {**{key: name for name, key in ATTRIBUTES["all"].items()}, "learning_rate": "lr", "epsilon": "eps"}
PARAMS = "x"  # the one key under which a learner's update gets the point


def recognises(step: Any) -> bool:
    """Whether `step` is a class, or an object with a method `update` of its own."""
    return inspect.isclass(step) or inspect.ismethod(getattr(step, "update", None))


def rule(optimizer: Any) -> UpdateRule:
    """Return the update rule that calls `optimizer.update(params, grads)` once for every point of the grid.

    `params` and `grads` are dictionaries with one array of shape `(n,)`; `update` may change the array, put another
    into its place, or return a dictionary. An `update` that has a parameter `loss` gets the loss too.

    Settings are the numbers that the class takes, under our names where we have one (`lr` for `learning_rate`,
    `decay` for `decay_rate`, `eps` for `epsilon`). Every run and every point makes an object of its own. Of an object
    handed in, each gets a copy, with its memory and the settings that it keeps as attributes; it stays as it is.

    Raises TypeError, with the accepted form, for a class without such an `update`.

    >>> class Descent:
    ...     def __init__(self, lr=0.01):
    ...         self.lr = lr
    ...     def update(self, params, grads):
    ...         for key in params:
    ...             params[key] -= self.lr * grads[key]
    >>> list(rule(Descent).parameters), rule(Descent(lr=0.3)).parameters["lr"].default
    (['lr'], 0.3)
    """
    kind = optimizer if inspect.isclass(optimizer) else type(optimizer)
    wants_loss = _wants_loss(kind)
    keys = {NAMES.get(key, key): key for key in _settings(optimizer)}
    defaults = {name: _settings(optimizer)[key] for name, key in keys.items()}

    def walker() -> Walker:
        made = None if inspect.isclass(optimizer) else copy.deepcopy(optimizer)
        before: dict[str, Any] = {} if made is None else defaults

        def walk(x: np.ndarray, g: np.ndarray, settings: dict[str, Any], f: Any) -> np.ndarray:
            nonlocal made, before
            if made is None:
                made = kind(**{keys[name]: value for name, value in settings.items()})
            else:
                for name, value in settings.items():
                    if value != before[name]:
                        _set(made, keys[name], value)
            before = settings
            return _call(made, x, g, {"loss": f} if wants_loss else {})

        return walk

    return RememberingRule(walker, kind, defaults, wants_loss=wants_loss)


def _wants_loss(kind: type) -> bool:
    """Return whether `update` has a parameter `loss`; raise TypeError if it is not of the accepted form."""
    name, update = kind.__name__, getattr(kind, "update", None)
    if not callable(update):
        raise TypeError(f"The class {name} has no update(params, grads). The form is\n{FORM}")
    try:
        signature = inspect.signature(update)
        signature.bind(None, {}, {})
    except (TypeError, ValueError):  # ValueError: written in C, as that of a dict
        raise TypeError(f"{name} cannot be called as {name}.update(params, grads). The form is\n{FORM}") from None
    return "loss" in signature.parameters


def _settings(optimizer: Any) -> dict[str, Any]:
    """Return what the class takes (REQUIRED where it has no default), or what an object has of that."""
    if not inspect.isclass(optimizer):
        names = inspect.signature(type(optimizer)).parameters
        values = {name: getattr(optimizer, name, None) for name in names}
    else:
        ordinary = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        parameters = inspect.signature(optimizer).parameters
        values = {name: one.default for name, one in parameters.items() if one.kind in ordinary}
    return {name: value for name, value in values.items() if is_setting(name, value)}


def _set(made: Any, key: str, value: Any) -> None:
    if not hasattr(made, key):
        raise TypeError(
            f"{type(made).__name__} keeps no attribute {key}, so {key} cannot change during a run; keep it, "
            f"self.{key} = {key}, or give a number."
        )
    setattr(made, key, value)


def _call(made: Any, x: np.ndarray, g: np.ndarray, loss: dict[str, Any]) -> np.ndarray:
    params, after, shape = {PARAMS: x}, {PARAMS: np.full(x.shape, np.nan)}, x.shape
    with overflow_as_nan(x, g):
        returned = made.update(params, {PARAMS: g}, **loss)
        after = returned if isinstance(returned, dict) else params
    return new_point(f"{type(made).__name__}.update", "left in params", after.get(PARAMS), shape)


class Optimizer:
    """The base of the classes that `optimizer` makes: settings, memory and counter are attributes."""

    rule: UpdateRule
    _names: ClassVar[dict[str, str]]

    def __init__(self, *, noise: Callable[[int], Any] | None = None, **settings: Any):
        cls = type(self)
        self.noise = noise
        known = {cls._names[name]: name for name in cls.rule.parameters}
        for name in settings:
            if name not in {**known, **cls.rule.parameters}:
                raise TypeError(f"{cls.__name__} has no setting {name!r}.{nearest(name, [*known])}")
        for key, name in known.items():
            parameter = replace(cls.rule.parameters[name], name=key)
            value = settings.get(key, settings.get(name, parameter.default))
            outgoing.check(cls.rule, parameter, value, f"{cls.__name__}({key}=0.1) for example")
            setattr(self, key, value)
        for name in cls.rule.state:
            setattr(self, cls._names[name], None)
        setattr(self, cls._names["t"], 0)

    def __repr__(self) -> str:
        settings = ", ".join(
            f"{key}={getattr(self, key)!r}" for key in map(self._names.__getitem__, self.rule.parameters)
        )
        return f"{type(self).__name__}({settings})"

    def update(
        self,
        params: dict[str, Any],
        grads: Mapping[str, Any],
        loss: float | None = None,
        grad_fn: Callable[[dict[str, Any]], Mapping[str, Any]] | None = None,
    ) -> None:
        """Change the arrays of `params` in place, by one step.

        Args:
            params: name -> array of floats of any shape, or number (which is replaced).
            grads: name -> gradient of the same shape.
            loss: the loss at `params`, for a rule that asks for it.
            grad_fn: gives the gradients, as a dictionary, at other params; for a rule that looks ahead. Such a rule
                does not use `grads`. Without it `nesterov` becomes `nesterov_shifted`, with a warning.

        Raises TypeError or ValueError, in one sentence, for what is missing or of the wrong shape.
        """
        if not isinstance(params, dict) or not params:
            raise TypeError(f"params must be a dictionary of arrays, {{'W': array, ...}}; got {params!r:.60}.")
        if self.rule.look_ahead is not None and grad_fn is None:
            self.rule = outgoing.without_look_ahead(self.rule, "update got no grad_fn")
        arrays = {key: _array(key, value) for key, value in params.items()}
        shapes = {key: array.shape for key, array in arrays.items()}

        def gradient(point: np.ndarray) -> np.ndarray:
            if self.rule.look_ahead is not None and grad_fn is not None:
                return _joined("what grad_fn returned", grad_fn(_parts(point, shapes)), shapes)
            return _joined("grads", grads, shapes)

        memory = {name: getattr(self, self._names[name]) for name in self.rule.state}
        counter = getattr(self, self._names["t"]) + 1
        size = sum(array.size for array in arrays.values())
        new, state = outgoing.advance(
            self.rule,
            _joined("params", arrays, shapes),
            gradient,
            counter,
            {
                name: np.full(size, self.rule.state[name])
                if value is None
                else _joined(self._names[name], value, shapes)
                for name, value in memory.items()
            },
            {name: getattr(self, self._names[name]) for name in self.rule.parameters},
            f=loss,
            noise=self.noise,
            how={"loss": "update(params, grads, loss=...)", "noise": f"{type(self).__name__}(noise=...)"},
        )
        for key, part in _parts(new, shapes).items():
            if isinstance(params[key], np.ndarray):
                params[key][...] = part
            else:
                params[key] = part.item()
        for name, value in state.items():
            setattr(self, self._names[name], _parts(outgoing.shaped(value, (size,)), shapes))
        setattr(self, self._names["t"], counter)


def optimizer(rule: UpdateRule | str) -> type[Optimizer]:
    """Return an update rule as a class of the book's form: `optimizer(rule)(lr=0.1).update(params, grads)`.

    The class takes the rule's settings by name, under the book's names (`decay_rate` for `decay`) or ours, and keeps
    them as attributes; so it does with memory (dictionaries of arrays, None before the first update) and the counter
    `iter`. `noise`, for a rule that draws it, is a function of a size that gives standard normal numbers.

    All arrays of a dictionary together are one point: what a rule shares among all coordinates is shared by all.

    >>> params = {"W": np.ones((2, 2)), "b": np.zeros(2)}
    >>> optimizer("sgd")(lr=0.5).update(params, {"W": np.ones((2, 2)), "b": np.ones(2)})
    >>> params["W"].tolist(), params["b"].tolist()
    ([[0.5, 0.5], [0.5, 0.5]], [-0.5, -0.5])
    """
    rule = outgoing.find(rule)
    names = outgoing.names_in(rule, ATTRIBUTES)
    keyword = inspect.Parameter.KEYWORD_ONLY
    settings = [inspect.Parameter(names[key], keyword, default=one.default) for key, one in rule.parameters.items()]
    noise = [inspect.Parameter("noise", keyword, default=None)] if "noise" in rule.given else []
    about = {"rule": rule, "_names": names, "__signature__": inspect.Signature([*settings, *noise])}
    return type(rule.name, (Optimizer,), {**about, "__doc__": rule.__doc__, "__module__": __name__})


def _array(key: str, value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray) and value.dtype.kind != "f":
        raise TypeError(
            f"params[{key!r}] is an array of {value.dtype}, which cannot take a step in place; "
            f"make it params[{key!r}].astype(float) first."
        )
    return outgoing.numbers(f"params[{key!r}]", value)


def _joined(what: str, parts: Any, shapes: dict[str, tuple[int, ...]]) -> np.ndarray:
    """Return all arrays of a dictionary as one of shape (size,), in the order of params."""
    if not isinstance(parts, Mapping):
        raise TypeError(f"{what} must be a dictionary of arrays with the keys of params; got {parts!r:.60}.")
    flat = []
    for key, shape in shapes.items():
        if key not in parts:
            raise ValueError(f"params has {key!r}, {what} has not; both need the same keys.")
        array = outgoing.numbers(f"{what}[{key!r}]", parts[key])
        if array.shape != shape:
            raise ValueError(f"params[{key!r}] has the shape {shape}, {what}[{key!r}] {array.shape}; give one shape.")
        flat.append(array.reshape(-1))
    return np.concatenate(flat)


def _parts(flat: np.ndarray, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Return an array of shape (size,) as the dictionary that `_joined` took."""
    ends = np.cumsum([np.prod(shape, dtype=int) for shape in shapes.values()])[:-1]
    pieces = np.split(flat, ends)
    return {key: piece.reshape(shape) for (key, shape), piece in zip(shapes.items(), pieces, strict=True)}
