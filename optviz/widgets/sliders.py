"""`visualize`: a slider for every setting of a rule, and the picture that follows them."""

import html
import io
from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
from matplotlib.figure import Figure

from .. import look
from ..adapters import as_rule
from ..driver import train
from ..objective_function import Objective, find_objective
from ..objectives.bowls import quadratic
from ..plot import plot_1d, plot_2d, plot_error
from ..ranges import Range
from ..rule import REQUIRED, Parameter, UpdateRule
from ..trajectory import Trajectory
from ..words import number_text

SIZE = (10.2, 4.6)  # inches at 100 pixels each: as wide as a notebook's cell on a laptop
STEPS = Parameter("steps", 50, Range(1, 1000, "log", minimum=1, whole=True))


class Visualizer(ipywidgets.VBox):
    """Sliders above one picture; `run` is the trajectory that the picture shows."""

    run: Trajectory

    def __init__(self, controls: Mapping[str, Any], walk: Callable[..., Trajectory], theme: str | None):
        self.controls, self._walk, self._theme = controls, walk, theme
        # One image whose bytes change, instead of an output that is cleared: nothing flickers, nothing piles up.
        self.picture = ipywidgets.Image(format="png", width=str(int(SIZE[0] * 100)))
        self.picture.layout.max_width = "100%"
        self.picture.layout.object_fit = "contain"
        self.picture.layout.height = "auto"
        self.sentence = ipywidgets.HTML()
        panel = ipywidgets.GridBox(
            list(controls.values()),
            layout=ipywidgets.Layout(grid_template_columns="repeat(auto-fit, minmax(320px, 1fr))", grid_gap="0 24px"),
        )
        super().__init__([panel, self.picture, self.sentence])
        self._redraw()
        for control in controls.values():
            control.observe(self._redraw, "value")

    def _redraw(self, change: Any = None) -> None:
        self.run = self._walk(**{name: control.value for name, control in self.controls.items()})
        self.picture.value = picture(self.run, self._theme)
        settings = f"({self.run.contract}, {self.run.steps} steps)"
        self.sentence.value = f"<b>{html.escape(self.run.label)}</b> {html.escape(f'{settings} {self.run.verdict}')}."


def visualize(
    rule: UpdateRule | str | Any,
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
    given as a function of t, or None, has no slider and stays. `theme` is "light" or "dark".

    The result is a widget; its `run` is the trajectory that is shown.

    Raises TypeError or ValueError with one sentence for anything that does not fit, as `train` does.
    """
    objective = find_objective(objective)
    if objective.n > 2:
        raise ValueError(f"visualize shows one or two coordinates; {objective.name} has {objective.n}.")
    look.theme_of(theme, "white")
    rule = as_rule(rule, objective.n)
    for name, parameter in rule.parameters.items():
        if parameter.default is REQUIRED and name not in settings and name != "f_star":
            settings[name] = middle(parameter)
    run = train(rule, objective, start=start, steps=steps, seed=seed, **settings)
    if run.grid:
        raise ValueError("visualize shows one run; give numbers instead of arrays, the sliders do the rest.")
    controls = {
        name: control(parameter, run.settings[name])
        for name, parameter in rule.parameters.items()
        if name != "f_star" and run.settings[name] is not None and not callable(run.settings[name])
    }
    controls["steps"] = control(STEPS, steps)
    fixed = {name: value for name, value in settings.items() if name not in controls}

    def walk(**values: Any) -> Trajectory:
        return train(rule, objective, start=start, seed=seed, **fixed, **values)

    return Visualizer(controls, walk, theme)


def control(parameter: Parameter, value: Any) -> Any:
    """Return the widget for one setting: a slider over the range's stops, a menu or a check box."""
    common = {"description": parameter.name, "style": {"description_width": "72px"}}
    if parameter.kind is bool:
        return ipywidgets.Checkbox(value=bool(value), **common)
    if not isinstance(parameter.kind, Range):
        return ipywidgets.Dropdown(options=parameter.kind, value=value, **common)
    stops = parameter.kind.stops(value)
    return ipywidgets.SelectionSlider(
        options=[(number_text(stop), stop) for stop in stops],
        value=value,
        layout=ipywidgets.Layout(width="auto"),
        **common,
    )


def middle(parameter: Parameter) -> Any:
    """Return where the slider of a setting without a default begins."""
    if not isinstance(parameter.kind, Range):
        return False if parameter.kind is bool else parameter.kind[0]
    stops = parameter.kind.stops()
    return stops[len(stops) // 2]


def picture(run: Trajectory, theme: str | None = None) -> bytes:
    """Return a PNG of path and error curve side by side.

    The figure never meets pyplot, so there is nothing to close and nothing to leak.
    """
    figure = Figure(figsize=SIZE, dpi=150)
    figure.set_facecolor(look.theme_of(theme, "white").background)
    landscape = figure.add_axes((0.05, 0.11, 0.54, 0.76))
    curve = figure.add_axes((0.65, 0.11, 0.255, 0.76))
    (plot_1d if run.objective.n == 1 else plot_2d)(run, landscape, theme=theme)
    plot_error(run, curve, title="", theme=theme)
    curve.set_title(run.error_label, loc="left", fontsize=look.NORMAL, color=look.theme_of(theme, "white").second_ink)
    png = io.BytesIO()
    # Encoding fast matters more here than a small file: the picture travels once a move.
    figure.savefig(png, format="png", pil_kwargs={"compress_level": 1})
    return png.getvalue()
