"""`@update_rule`: a short function whose signature is the whole specification of an optimiser."""

import inspect
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, overload

import numpy as np
from numpy.typing import NDArray

from .ranges import BY_NAME, Range, around
from .registry import Registry, nearest

Family = Literal["momentum", "scaled", "adam", "bounded", "feedback"]

GIVEN = ("x", "g", "t", "f", "noise")
# Words of the driver: as the name of a state or a setting they would be ambiguous in train(...).
RESERVED = ("start", "steps", "seed", "noise", "rule", "objective")
# What others call our settings.
SPELLINGS = {
    "learning_rate": "lr",
    "alpha": "lr",
    "eta": "lr",
    "mu": "momentum",
    "rho": "decay",
    "gamma": "decay",
    "epsilon": "eps",
}
FORM = """\
    @update_rule
    def my_rule(x, g, t, /, v=0.0, *, lr=0.1):
        v = 0.9 * v + g
        return x - lr * v, v
given by the driver (of x, g, t, f, noise) / remembered, with start values * settings, with defaults"""
REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True)
class Parameter:
    """A hyper-parameter: its name, its default (`REQUIRED` if none) and what it may be.

    `kind` is a `Range`, the tuple of the choices of a menu, or `bool`. `optional`, written `Rate | None`, says that
    None is valid too: the rule then chooses itself.
    """

    name: str
    default: Any
    kind: Range | tuple | type[bool]
    optional: bool = False

    @classmethod
    def from_signature(cls, name: str, annotation: Any, default: Any) -> "Parameter":
        """Read name, annotation and default as they stand in a function's signature."""
        kind: Any = None
        parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
        optional = NoneType in parts
        annotation = next((part for part in parts if part is not NoneType), None)
        if get_origin(annotation) is Annotated:
            kind = next((part for part in annotation.__metadata__ if isinstance(part, Range)), None)
        elif get_origin(annotation) is Literal:
            kind = get_args(annotation)
        elif annotation is bool or isinstance(default, bool):
            kind = bool
        if kind is None and name in BY_NAME and BY_NAME[name].__metadata__[0].accepts(default):
            kind = BY_NAME[name].__metadata__[0]
        if kind is None:
            if default is REQUIRED:
                kind = around(1.0)
            elif isinstance(default, int | float):
                kind = around(default)
            else:
                raise TypeError(
                    f"The setting {name}={default!r} needs a number as its default, or a Literal type for a menu."
                )
        parameter = cls(name, default, kind, optional)
        if default is not REQUIRED:
            parameter.check(default)
        return parameter

    def check(self, value: Any) -> None:
        """Raise one sentence unless `value` is valid."""
        if value is None and self.optional:
            return
        if isinstance(self.kind, Range):
            self.kind.check(self.name, value)
        elif self.kind is bool:
            if not isinstance(value, bool | np.bool_):
                raise TypeError(f"{self.name} must be True or False; got {value!r}.")
        elif not isinstance(value, Hashable) or value not in self.kind:
            raise ValueError(f"{self.name} must be one of {', '.join(map(repr, self.kind))}; got {value!r}.")


RULES: Registry["UpdateRule"] = Registry("update rule")


class UpdateRule:
    """One step of an optimiser, with what its signature and its decorator say about it.

    Calling it calls the function. `given`, `state` (name -> start value) and `parameters` (name -> `Parameter`)
    are read from the signature; the rest are the arguments of `update_rule`.
    """

    def __init__(
        self,
        function: Callable,
        *,
        label: str | None = None,
        parents: tuple[str, ...] = (),
        adds: str = "",
        family: Family | None = None,
        limit: Callable[..., Any] | None = None,
        presets: Mapping[str, Mapping[str, Any]] | None = None,
        variant_of: "UpdateRule | None" = None,
        differs: str = "",
        mistake: str = "",
    ):
        self.function = self.__wrapped__ = function
        self.__name__ = self.name = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.given, self.state, self.parameters = _read_signature(function)
        self.label = label or self.name.replace("_", " ")
        self.parents = parents
        self.adds = adds
        self.family: Family | None = family or (variant_of.family if variant_of else None)
        self.limit = limit
        self.presets = dict(presets or {})
        self.variant_of = variant_of
        self.differs = differs
        self.mistake = mistake
        self.look_ahead: Callable | None = None
        for preset in self.presets.values():
            self.check_names(preset)

    def __call__(self, *args: Any, **settings: Any) -> Any:
        """Call the step function itself."""
        return self.function(*args, **settings)

    def __repr__(self) -> str:
        tuned = [
            one.name if one.default is REQUIRED else f"{one.name}={one.default!r}" for one in self.parameters.values()
        ]
        remembered = [f"{name}={start:g}" for name, start in self.state.items()]
        parts = [*self.given, "/", *remembered, *["*"] * bool(tuned), *tuned]
        return f"<update rule {self.name}({', '.join(parts)})>"

    @property
    def sentence(self) -> str:
        """The first sentence of the docstring: what the rule does."""
        return (inspect.getdoc(self.function) or "").partition("\n\n")[0].replace("\n", " ")

    @property
    def rate(self) -> str | None:
        """The name of the setting that is the learning rate, None if there is none."""
        return next((name for name in self.parameters if SPELLINGS.get(name, name) == "lr"), None)

    @property
    def variants(self) -> tuple["UpdateRule", ...]:
        """The same rule in other right forms."""
        return tuple(one for one in RULES.values() if one.variant_of is self and not one.mistake)

    @property
    def mistakes(self) -> tuple["UpdateRule", ...]:
        """The same rule as somebody published it wrongly; `mistake` of each says what is wrong."""
        return tuple(one for one in RULES.values() if one.variant_of is self and one.mistake)

    def at(self, function: Callable) -> Callable:
        """Decorate a function that says where the rule wants its gradient.

        It asks by name for `x`, `t` and remembered values before `*`, and for settings behind it.
        """
        known = {"x", "t", *self.state, *self.parameters}
        asked = inspect.signature(function).parameters.values()
        unknown = [one.name for one in asked if one.name not in known]
        if unknown:
            raise TypeError(f"The look-ahead of {self.name} asks for {unknown[0]}.{nearest(unknown[0], [*known])}")
        self.look_ahead = function
        self._look_ahead_asks = [
            [one.name for one in asked if (one.kind is one.KEYWORD_ONLY) is named] for named in (False, True)
        ]
        return function

    def gradient_place(self, x: Any, t: int, state: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
        """Return the point at which the rule wants its gradient: `x`, unless `at` has said otherwise."""
        if self.look_ahead is None:
            return x
        values = {"x": x, "t": t, **state, **settings}
        placed, named = self._look_ahead_asks
        place = self.look_ahead(*(values[name] for name in placed), **{name: values[name] for name in named})
        if place is None:  # NumPy would take it for nan
            raise TypeError(f"The look-ahead of {self.name} returned nothing; it must return the point to look at.")
        return place

    def begin(self) -> Callable:
        """Return the function that takes the steps of one run.

        It is the rule's own function, which is pure. A step in whose memory the driver cannot look (a learner's
        object, see `adapters`) begins each run with a fresh one.
        """
        return self.function

    def unpack(self, result: Any, shape: tuple[int, ...]) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Take apart what the rule returned: the new point, of this shape, and the state under its names.

        Raises TypeError or ValueError if that is something else.
        """
        if result is None:
            raise TypeError(f"{self.name} returned nothing; it must return {', '.join(['the new x', *self.state])}.")
        parts = result if isinstance(result, tuple) else (result,)
        if len(parts) != 1 + len(self.state):
            raise ValueError(
                f"{self.name} returned {len(parts)} value{'s' * (len(parts) != 1)}; it must return "
                f"{1 + len(self.state)}: {', '.join(['the new x', *self.state])}."
            )
        arrays = [
            part if type(part) is np.ndarray and part.dtype == np.float64 else self._numbers(place, part)
            for place, part in enumerate(parts)
        ]
        if arrays[0].shape != shape:
            raise ValueError(
                f"{self.name} returned a new x of shape {arrays[0].shape}; it must keep the shape of x, {shape} "
                f"(coordinates first, then the grid)."
            )
        return arrays[0], dict(zip(self.state, arrays[1:], strict=True))

    def _numbers(self, place: int, part: Any) -> NDArray[np.float64]:
        """Return what stands at a place of a result as an array, or say that it is none."""
        try:
            if part is None or np.iscomplexobj(part):  # NumPy would take them for nan and for real numbers
                raise TypeError
            return np.asarray(part, dtype=np.float64)
        except (TypeError, ValueError):
            name, got = ["the new x", *self.state][place], " ".join(f"{part!r}".split())
            raise TypeError(f"{self.name} returned {got} as {name}; it must be an array of real numbers.") from None

    def check_names(self, names: Mapping[str, Any]) -> None:
        """Raise TypeError with the nearest names if one of `names` is neither setting nor remembered."""
        known = [*self.parameters, *self.state]
        for name in names:
            if name not in known:
                spelt = SPELLINGS.get(name)
                hint = f" Here it is called {spelt}." if spelt in known else nearest(name, known)
                raise TypeError(f"{self.name} has no setting {name!r}.{hint}")

    def stable_lr(self, curvature: float, settings: Mapping[str, Any]) -> Any:
        """Return the largest learning rate stable on a quadratic of this largest curvature; None if unknown."""
        if self.limit is None:
            return None
        asked = list(inspect.signature(self.limit).parameters)[1:]
        if any(callable(settings[name]) for name in asked):
            return None  # it changes on the way
        return self.limit(curvature, **{name: settings[name] for name in asked})


def _read_signature(function: Callable) -> tuple[tuple[str, ...], dict[str, float], dict[str, Parameter]]:
    """Split a signature into given / remembered * tuned; TypeError says which part is not of that form."""
    name = getattr(function, "__name__", repr(function))
    try:
        hints = get_type_hints(function, include_extras=True)
    except Exception as error:  # whatever evaluating an annotation raises
        raise TypeError(f"An annotation of {name} cannot be read: {error}") from None
    given, state, parameters = [], {}, {}
    for parameter in inspect.signature(function).parameters.values():
        key, default = parameter.name, parameter.default
        if parameter.kind is parameter.POSITIONAL_ONLY:
            if key not in GIVEN:
                raise TypeError(f"{name} asks for {key!r}; the driver gives {', '.join(GIVEN)}. The form is\n{FORM}")
            given.append(key)
            continue
        if key in RESERVED:
            raise TypeError(f"{name} cannot call a value {key!r}: the driver uses that name. Choose another.")
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            if isinstance(default, bool) or not isinstance(default, int | float):
                raise TypeError(
                    f"{name} has {key!r} where remembered values stand, and those need a number as their start. "
                    f"Is a `/` or a `*` missing? The form is\n{FORM}"
                )
            state[key] = float(default)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            parameters[key] = Parameter.from_signature(key, hints.get(key), default)
        else:
            raise TypeError(f"{name} has {parameter}; an update rule names everything it uses. The form is\n{FORM}")
    if "x" not in given:
        raise TypeError(f"{name} does not ask for x before a `/`. The form is\n{FORM}")
    return tuple(given), state, parameters


@overload
def update_rule(function: Callable, /) -> UpdateRule: ...
@overload
def update_rule(
    *,
    label: str | None = None,
    parents: tuple[str, ...] = (),
    adds: str = "",
    family: Family | None = None,
    limit: Callable[..., Any] | None = None,
    presets: Mapping[str, Mapping[str, Any]] | None = None,
    variant_of: UpdateRule | None = None,
    differs: str = "",
    mistake: str = "",
) -> Callable[[Callable], UpdateRule]: ...
def update_rule(function: Callable | None = None, /, **about: Any) -> Any:
    """Turn a step function into an update rule that drivers, pictures and sliders take.

    The signature is the specification, `def rule(given, /, remembered=start, *, tuned=default)`: **given** by the
    driver are, by name, the point `x`, the gradient `g`, the counter `t` (1 at the first update), the loss `f` that
    belongs to `g`, and `noise`, a function of no arguments that draws standard normal numbers. **Remembered** values
    have a start value and are returned behind the new `x`, in their order. **Tuned** settings have a default and,
    optionally, a type of `optviz.ranges` that holds their slider and what is valid.

    Arrays have the shape `(n, *grid)`: coordinates first. The function must not change them in place.

    All arguments are optional: `label` (the name in pictures), `parents` and `adds` (lineage: names, and what is
    new), `family` (its colour), `limit` (the largest stable lr as a function of the largest curvature and of
    settings asked for by name), `presets` (name -> settings), `variant_of` with `differs` or `mistake`.

    Raises TypeError if the signature is not of that form, ValueError if a default is not valid.

    >>> @update_rule
    ... def halfway(x, g, /, *, lr=0.1):
    ...     return x - lr * g / 2
    >>> halfway(1.0, 4.0, lr=0.5)
    0.0
    """
    if function is None:
        return lambda function: update_rule_from(function, about)
    if not callable(function):
        raise TypeError(f"update_rule decorates a function; got {function!r}. The form is\n{FORM}")
    return update_rule_from(function, {})


def update_rule_from(function: Callable, about: Mapping[str, Any]) -> UpdateRule:
    """Make the rule and register it."""
    rule = UpdateRule(function, **about)
    RULES.add(rule.name, rule, rule.__module__)
    return rule
