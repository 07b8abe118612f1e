"""`visualize`: a slider for every setting of a rule, and the picture that follows them."""

import html
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets
from ipywidgets import Layout
from matplotlib.figure import Figure

from .. import look
from ..adapters import as_rule
from ..driver import train
from ..objective_function import OBJECTIVES, Objective, find_objective
from ..objectives.bowls import quadratic
from ..plot import plot_race
from ..ranges import Range
from ..rule import REQUIRED, RULES, Parameter, UpdateRule
from ..shown import NEEDS_KERNEL, image, still
from ..trajectory import Trajectory
from ..words import setting_text
from .picture import Picture

MOST_STEPS = 10_000
STEPS = Parameter("steps", 50, Range(1, 1000, "log", minimum=1, whole=True))


class Visualizer(ipywidgets.VBox):
    """Menus and sliders above one picture; `run` is the trajectory that the picture shows.

    `controls` are the sliders by the name of their setting, `rule_menu`, `objective_menu`, `preset_menu` and `reset`
    what stands above them, `start` the fields of the start point.
    """

    run: Trajectory

    def __init__(self, rule: UpdateRule, objective: Objective, given: dict[str, Any], theme: str | None):
        self._begin = (rule, objective, dict(given))
        self._given = dict(given)  # start, steps, seed and settings as they were asked for
        self._busy = False
        self.rule_menu = _menu("rule", [*(one for one in RULES.values() if not one.mistake), rule], rule)
        self.objective_menu = _menu("on", [*(one for one in OBJECTIVES.values() if one.n <= 2), objective], objective)
        self.preset_menu = ipywidgets.Dropdown(description="preset", layout=Layout(width="220px"))
        self.reset = ipywidgets.Button(description="Reset", icon="undo", tooltip="Back to how it began")
        self.controls: dict[str, Any] = {}
        self.start: list[Any] = []
        self._sliders = ipywidgets.GridBox(
            layout=Layout(grid_template_columns="repeat(auto-fit, minmax(300px, 1fr))", grid_gap="0 24px")
        )
        self._start_row = ipywidgets.HBox(layout=Layout(flex_flow="row wrap", align_items="center"))
        self.picture = Picture(theme)
        self.sentence = ipywidgets.HTML()
        top = ipywidgets.HBox(
            [self.rule_menu, self.objective_menu, self.preset_menu, self.reset], layout=Layout(flex_flow="row wrap")
        )
        super().__init__([top, self._sliders, self._start_row, self.picture, self.sentence])
        self._build(rule, objective)
        self.rule_menu.observe(lambda change: self._choose(change.new, self.objective), "value")
        self.objective_menu.observe(lambda change: self._choose(self.rule, change.new), "value")
        self.preset_menu.observe(self._take_preset, "value")
        self.reset.on_click(self._go_back)
        self.picture.observe(self._point, "pointer")
        self.picture.observe(self._redraw, ["scale", "page_theme"])

    def __repr__(self) -> str:
        return f"<visualize {self.rule.name} on {self.objective.name}: {self.run.verdict}>"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle: Any = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = still(self._still(), NEEDS_KERNEL)
        return bundle

    def _still(self) -> str:
        """Return a picture of what is shown, for readers where no widget can live."""
        figure = Figure(figsize=(10.2, 4.7))
        plot_race(self.run, figure)
        png = io.BytesIO()
        figure.savefig(png, format="png", dpi=80)
        return image(png.getvalue(), self.picture.alt)

    def _build(self, rule: UpdateRule, objective: Objective) -> None:
        """Make the controls of a rule on an objective, and draw."""
        self.rule, self.objective = rule, objective
        run = train(rule, objective, **self._given)
        if run.grid:
            raise ValueError("visualize shows one run; give numbers instead of arrays, the sliders do the rest.")
        self.controls = {
            name: control(parameter, run.settings[name])
            for name, parameter in rule.parameters.items()
            if name != "f_star" and run.settings[name] is not None and not callable(run.settings[name])
        }
        self.controls["steps"] = control(STEPS, run.steps)
        names = ["x₁", "x₂"] if objective.n == 2 else ["x"]
        self.start = [
            ipywidgets.FloatText(value, description=name, step=0.1, layout=Layout(width="150px"),
                                 style={"description_width": "40px"})
            for name, value in zip(names, run.start.tolist(), strict=True)
        ]  # fmt: skip
        for one in [*self.controls.values(), *self.start]:
            one.observe(self._redraw, "value")
        with self._quietly():
            self.preset_menu.options = [("defaults", {}), *rule.presets.items()]
            self.preset_menu.value = {}
        self.preset_menu.layout.display = "" if rule.presets else "none"
        self._sliders.children = list(self.controls.values())
        hint = ipywidgets.HTML("<small>the start: a number, or a click on the landscape</small>")
        self._start_row.children = [*self.start, hint]
        self._redraw()

    def _values(self) -> dict[str, Any]:
        values = {**self._given, **{name: one.value for name, one in self.controls.items()}}
        return {**values, "start": [one.value for one in self.start]}

    def _redraw(self, change: Any = None) -> None:
        if self._busy:
            return
        try:
            self.run = run = train(self.rule, self.objective, **self._values())
            settings = f"({run.contract}, {run.steps} steps)"
            self.picture.show(run, f"{run.label} on {run.objective.label} {settings} {run.verdict}.")
        except Exception as error:  # a learner's own rule may raise anything; a slider has no other place to say it
            self._complain(error)
            return
        self.sentence.value = f"<b>{html.escape(run.label)}</b> {html.escape(f'{settings} {run.verdict}')}."

    def _choose(self, rule: UpdateRule, objective: Objective) -> None:
        """Change rule or objective; values that were moved stay where the new rule has them too."""
        if self._busy:
            return
        before = (self.rule, self.objective, self._given)
        moved = {
            name: one.value
            for name, one in self.controls.items()
            if name in rule.parameters and one.value != self.rule.parameters[name].default
        }
        kept = {"seed": self._given["seed"], "steps": self.controls["steps"].value}
        if objective is self.objective:
            kept["start"] = [one.value for one in self.start]
        self._given = {**_required(rule), **kept, **moved}
        try:
            self._build(rule, objective)
        except Exception as error:
            self.rule, self.objective, self._given = before
            self._show_menus()
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        """Write in place of the verdict what went wrong; ours are sentences, others need their kind."""
        kind = "" if isinstance(error, TypeError | ValueError) else f"{type(error).__name__}: "
        self.sentence.value = f"<b>{html.escape(f'{kind}{error}')}</b>"

    def _show_menus(self) -> None:
        with self._quietly():
            self.rule_menu.value, self.objective_menu.value = self.rule, self.objective

    def _take_preset(self, change: Any) -> None:
        if self._busy:
            return
        settings = {
            one.name: one.default
            for one in self.rule.parameters.values()
            if one.name in self.controls and one.default is not None
        }
        self._set({**settings, **(change.new or {})})

    def _set(self, values: dict[str, Any]) -> None:
        """Move several sliders, and draw once."""
        with self._quietly():
            for name, value in values.items():
                if value is not REQUIRED:
                    put(self.controls[name], value)
        self._redraw()

    def _go_back(self, button: Any) -> None:
        rule, objective, given = self._begin
        self._given = dict(given)
        self.rule, self.objective = rule, objective
        self._show_menus()
        self._build(rule, objective)

    def _point(self, change: Any) -> None:
        place = self.picture.panels[0].place(*change.new)  # type: ignore[index]
        with self._quietly():
            for field, value in zip(self.start, place, strict=True):
                field.value = float(f"{value:.3g}")
        self._redraw()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Set controls without a picture for each."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False


def visualize(
    rule: UpdateRule | str | Callable,
    objective: Objective | str = quadratic,
    *,
    start: Any = None,
    steps: int = 50,
    seed: int = 0,
    theme: str | None = None,
    **settings: Any,
) -> Visualizer:
    """Show a slider for every setting of a rule, with the path and the error curve that follow them.

    The sliders come from the rule's signature: a learner's own rule has them too, and so has a step in a dialect of
    `optviz.adapters`. `start`, `steps`, `seed` and `settings` are where the sliders begin, as for `train`; a setting
    given as a function of t, or None, has no slider and stays. A click on the landscape moves the start. `theme` is
    "light" or "dark"; None follows the page.

    The result is a widget; its `run` is the trajectory that is shown.

    Raises TypeError or ValueError with one sentence for anything that does not fit, as `train` does.
    """
    objective = find_objective(objective)
    if objective.n > 2:
        raise ValueError(f"visualize shows one or two coordinates; {objective.name} has {objective.n}.")
    if isinstance(steps, int) and steps > MOST_STEPS:
        raise ValueError(f"visualize walks anew at every move, so at most {MOST_STEPS:,} steps; got {steps:,}.")
    look.theme_of(theme, "white")
    rule = as_rule(rule, objective.n)
    given = {**_required(rule), **settings, "steps": steps, "seed": seed}
    return Visualizer(rule, objective, given if start is None else {**given, "start": start}, theme)


def _required(rule: UpdateRule) -> dict[str, Any]:
    """Return a value for each setting without a default, but for f*, which the objective knows."""
    return {name: middle(one) for name, one in rule.parameters.items() if one.default is REQUIRED and name != "f_star"}


def _menu(description: str, things: list[Any], chosen: Any) -> Any:
    return ipywidgets.Dropdown(
        options=[(one.label, one) for one in dict.fromkeys(things)], value=chosen, description=description,
        layout=Layout(width="280px"), style={"description_width": "40px"},
    )  # fmt: skip


def control(parameter: Parameter, value: Any) -> Any:
    """Return the widget for one setting: a slider over the range's stops, a menu or a check box."""
    common = {"description": parameter.name, "style": {"description_width": "96px"}}
    if parameter.kind is bool:
        return ipywidgets.Checkbox(value=bool(value), **common)
    if not isinstance(parameter.kind, Range):
        return ipywidgets.Dropdown(options=parameter.kind, value=value, **common)
    stops = parameter.kind.stops(value)
    return ipywidgets.SelectionSlider(
        options=[(setting_text(stop), stop) for stop in stops],
        value=value,
        layout=ipywidgets.Layout(width="auto"),
        **common,
    )


def put(widget: Any, value: Any) -> None:
    """Move a control to a value; a slider gets a stop for it if it has none."""
    if isinstance(widget, ipywidgets.SelectionSlider) and value not in [stop for _, stop in widget.options]:
        stops = sorted({*(stop for _, stop in widget.options), value})
        widget.options = [(setting_text(stop), stop) for stop in stops]
    widget.value = value


def middle(parameter: Parameter) -> Any:
    """Return where the slider of a setting without a default begins."""
    if not isinstance(parameter.kind, Range):
        return False if parameter.kind is bool else parameter.kind[0]
    stops = parameter.kind.stops()
    return stops[len(stops) // 2]
