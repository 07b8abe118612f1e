"""`explore`: the live landscape as a widget, in which the page computes every run itself."""

import io
import os
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

from .. import look
from ..adapters import as_rule
from ..driver import train
from ..expression import Untranslatable
from ..objective_function import OBJECTIVES, Objective, find_objective
from ..objectives.bowls import quadratic
from ..rule import RULES, UpdateRule
from ..shown import image, still
from ..trajectory import Trajectory
from ..words import setting_text
from .scene import FORMAT, names_of, scene
from .sliders import MOST_STEPS
from .themed import PAGE, Themed

HERE = Path(__file__).parent
MOST_RULES = 60
NEEDS_SCRIPT = "Here stands a picture: what can be dragged needs Jupyter. Open the notebook there."
VIEWS = ("rules", "objective", "settings", "start", "steps", "step", "playing", "guesses", "pinned")


class Explorer(Themed):
    """A live landscape: the path, the error curve and the step in numbers follow every slider without a kernel.

    What it shows is in `state`, a dictionary, and in the properties that are views on it: `rules` (names),
    `objective` (a name), `settings` (those that were chosen), `start`, `steps`, `step` (the one that is looked at),
    `playing`, `guesses` and `pinned` (both read-only). They can be set and observed; the page writes them when the
    hand lets go. `run` is the trajectory that is shown, a list of them in a race.
    """

    _esm = HERE / "explorer.js"
    _css = PAGE / "page.css"

    scene = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)

    rules = traitlets.List(traitlets.Unicode())
    objective = traitlets.Unicode()
    settings = traitlets.Dict()
    start = traitlets.List(traitlets.Float())
    steps = traitlets.Int()
    step = traitlets.Int()
    playing = traitlets.Bool()
    guesses = traitlets.List()
    pinned = traitlets.Dict(allow_none=True, default_value=None)

    def __init__(
        self,
        rules: Mapping[str, UpdateRule],
        objectives: Mapping[str, Objective],
        state: dict[str, Any],
        seed: int,
        theme: str | None,
    ):
        self._rules, self._objectives, self._seed = dict(rules), dict(objectives), seed
        self._mirroring = False
        self._run: tuple[Any, Any] = (None, None)
        told = scene(rules, objectives, seed, state["steps"])
        super().__init__(scene=told, state=state, options={"theme": theme})
        self._look_at_state()

    def __repr__(self) -> str:
        runs = self.run if isinstance(self.run, list) else [self.run]
        if len(runs) == 1:
            return f"<explore {self.rules[0]} on {self.objective}: {runs[0].verdict}>"
        return f"<explore {len(runs)} rules on {self.objective}: {', '.join(self.rules)}>"

    @property
    def run(self) -> Trajectory | list[Trajectory]:
        """The trajectory that is shown, as `train` computes it; in a race a list, one for each of `rules`."""
        asked = (self.rules, self.objective, self.settings, self.start, self.steps)
        if self._run[0] != asked:
            self._run = (asked, [self._train(name) for name in self.rules])
        runs = self._run[1]
        return runs[0] if len(runs) == 1 else list(runs)

    def _train(self, name: str) -> Trajectory:
        return train(
            self._rules[name], self._objectives[self.objective], start=self.start, steps=self.steps, seed=self._seed,
            **self.settings_of(name),
        )  # fmt: skip

    def settings_of(self, name: str) -> dict[str, Any]:
        """Return the chosen settings that a rule has; in a race all have the learning rate of the first."""
        chosen = {**_shared(self._rules, self.rules), **self.settings}
        return {key: value for key, value in chosen.items() if key in self._rules[name].parameters}

    # --- state and its views -----------------------------------------------------------------------------------

    @contextmanager
    def _mirror(self):
        before, self._mirroring = self._mirroring, True
        try:
            yield
        finally:
            self._mirroring = before

    @traitlets.observe("state")
    def _look_at_state(self, change: Any = None) -> None:
        state = self.state
        if not state or self._mirroring:
            return
        with self._mirror(), self.hold_trait_notifications():
            for name in VIEWS:
                value = state.get(name)
                if name == "start" and value is None:
                    value = self._objectives[state["objective"]].start.tolist()
                if name != "pinned" and value is None:
                    continue
                setattr(self, name, value)
        self._draw_what_the_page_cannot()

    @traitlets.observe(*VIEWS)
    def _take_views(self, change: Any) -> None:
        if self._mirroring:
            return
        more = {change.name: change.new}
        if change.name == "objective":  # another landscape has another start
            more |= {"start": None, "view": None, "guesses": []}
        elif change.name == "steps":
            more["step"] = change.new
        with self._mirror():
            self.state = {**self.state, **more, "seq": self.state["seq"] + 1}
        self._look_at_state()

    @traitlets.validate("rules")
    def _known_rules(self, proposal: Any) -> list[str]:
        names = proposal.value
        if not names or len(names) > MOST_RULES or len(set(names)) < len(names):
            raise ValueError(f"rules are one or more different names; got {names!r}.")
        for name in names:
            if name not in self._rules:
                raise ValueError(f"This explorer has no rule {name!r}. Make a new one: explore({name!r}).")
        return names

    @traitlets.validate("objective")
    def _known_objective(self, proposal: Any) -> str:
        if proposal.value not in self._objectives:
            raise ValueError(
                f"This explorer has no objective {proposal.value!r}. Make a new one: explore(..., {proposal.value!r})."
            )
        return proposal.value

    @traitlets.validate("settings")
    def _valid_settings(self, proposal: Any) -> dict[str, Any]:
        known = [self._rules[name] for name in self.state.get("rules", self._rules)]
        for name, value in proposal.value.items():
            having = [rule for rule in known if name in rule.parameters]
            if not having:
                known[0].check_names({name: value})
            for rule in having:
                _single(name, value)
                rule.parameters[name].check(value)
        return {
            name: value.item() if isinstance(value, np.generic) else value for name, value in proposal.value.items()
        }

    @traitlets.validate("start")
    def _valid_start(self, proposal: Any) -> list[float]:
        n = self._objectives[self.state["objective"]].n if self.state else len(proposal.value)
        if len(proposal.value) != n or not np.isfinite(proposal.value).all():
            raise ValueError(f"start must be {n} finite number{'s' * (n > 1)}; got {proposal.value!r}.")
        return proposal.value

    @traitlets.validate("steps")
    def _valid_steps(self, proposal: Any) -> int:
        return _steps(proposal.value)

    # --- rules that the page cannot compute --------------------------------------------------------------------

    def _draw_what_the_page_cannot(self) -> None:
        names = [name for name in self.rules if "untranslatable" in self.scene["rules"][name]]
        if not names:
            return
        runs, problems = {}, {}
        for name in names:
            try:
                run = self._train(name)
            except Exception as error:  # a learner's own rule may raise anything; the page says what
                problems[name] = str(error) if isinstance(error, TypeError | ValueError) else repr(error)
                continue
            runs[name] = np.column_stack([run.points, run.losses]).astype("<f8").tobytes()
        asked = {name: self.state[name] for name in ("objective", "settings", "steps")}
        settings = dict(sorted(asked["settings"].items()))
        self.drawn = {"asked": {"objective": asked["objective"], "settings": settings, "start": self.start,
                                "steps": asked["steps"]}, "runs": runs, "problems": problems}  # fmt: skip

    # --- pictures and pages ------------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            data["text/html"] = still(self._still(), NEEDS_SCRIPT)
        return bundle

    def _still(self) -> str:
        """Return a picture of what is shown, for readers where no widget can live."""
        from matplotlib.figure import Figure

        from ..alt_text import describe
        from ..plot import plot_2d

        figure = Figure(figsize=(5.6, 4.2))
        runs = self.run if isinstance(self.run, list) else [self.run]
        if self._objectives[self.objective].n == 1:
            from ..plot import plot_1d as draw
        else:
            draw = plot_2d
        draw(runs, ax=figure.add_subplot())
        png = io.BytesIO()
        figure.savefig(png, format="png", dpi=80)
        return image(png.getvalue(), describe(runs))

    def save_html(self, path: str | os.PathLike[str], *others: "Explorer", everything: bool = False) -> None:
        """Write the explorer, and others below it, into one HTML file that stays live without kernel and network.

        The file holds the rules and the objective that are shown; `everything` puts all of them into its menus.
        Raises OSError if it cannot be written; nothing is left behind then.
        """
        from ..files import replacing
        from .live_page import page_of

        page = page_of([self, *others], everything)
        with replacing(Path(path).expanduser()) as file:
            file.write(page.encode())

    def page(self) -> Any:
        """Return the page of `save_html` as an output that is live in a notebook reopened without a kernel."""
        import html

        from IPython.display import HTML

        from .live_page import page_of

        text = html.escape(page_of([self], everything=False), quote=True)
        style = "border:0;width:100%;height:720px"
        return HTML(f'<iframe srcdoc="{text}" title="explorer" allow="fullscreen" style="{style}"></iframe>')

    def shipped(self, everything: bool) -> dict[str, Any]:
        """Return what a page of its own needs: the traits, with the rules and objectives that are shown or all."""
        told = dict(self.scene)
        if not everything:
            rules = {name: self._rules[name] for name in self.rules}
            objectives = {self.objective: self._objectives[self.objective]}
            told = scene(rules, objectives, self._seed, self.steps)
        return {"scene": told, "state": self.state, "drawn": self.drawn, "options": self.options}


def explore(
    rules: UpdateRule | str | Callable | list[Any],
    objective: Objective | str = quadratic,
    *,
    start: Any = None,
    steps: int = 100,
    seed: int = 0,
    theme: str | None = None,
    **settings: Any,
) -> Explorer:
    """Show a landscape on which everything can be dragged: settings, the start, the step; the path follows at once.

    The page computes the runs itself, from the rule's own code: no kernel is asked while a hand moves. One rule has
    a slider for every setting; a list of rules is a race with the same learning rate for all, that of the first if
    `lr` is not given. `start`, `steps`, `seed` and `settings` are where it begins, as for `train`. `theme` is "light"
    or "dark"; None follows the page.

    A rule whose code cannot be translated, such as `learned` or one with a loop over coordinates, is drawn by the
    kernel when the hand lets go.

    The result is a widget: `run` is the trajectory that is shown, `save_html("page.html")` keeps it live in one file.

    Raises TypeError or ValueError with one sentence for anything that does not fit, as `train` does, and Untranslatable
    (a ValueError) for a landscape whose code cannot be translated.
    """
    objective = find_objective(objective)
    if objective.n > 2:
        raise ValueError(f"explore shows one or two coordinates; {objective.name} has {objective.n}.")
    look.theme_of(theme, "white")
    asked = list(rules) if isinstance(rules, list | tuple) else [rules]
    if not 0 < len(asked) <= MOST_RULES:
        raise ValueError(f"explore takes 1 to {MOST_RULES} rules; got {len(asked)}.")
    chosen = [as_rule(one, objective.n) for one in asked]
    known_rules = names_of(chosen, RULES)
    known_objectives = names_of([objective], {name: one for name, one in OBJECTIVES.items() if _translatable(one)})
    names = [next(name for name, rule in known_rules.items() if rule is one) for one in dict.fromkeys(chosen)]
    settings = {name: value.item() if isinstance(value, np.generic) else value for name, value in settings.items()}
    for name, value in settings.items():
        _single(name, value)
        if not any(name in rule.parameters for rule in chosen):
            chosen[0].check_names({name: value})
            raise TypeError(f"{name} is remembered by {chosen[0].name}; explore sets what is tuned.")
    state = {
        "format": FORMAT,
        "seq": 0,
        "rules": names,
        "objective": next(name for name, one in known_objectives.items() if one is objective),
        "settings": settings,
        "start": None,
        "steps": _steps(steps),
        "step": steps,
        "playing": False,
        "pinned": None,
        "guesses": [],
        "view": None,
    }
    shared = {**_shared(known_rules, names), **settings}
    for rule in chosen:
        own = {name: value for name, value in shared.items() if name in rule.parameters}
        run = train(rule, objective, start=start, steps=1, seed=seed, **own)  # says what does not fit
        if run.grid:
            raise ValueError("explore shows one run of each rule; give a single start and a single seed.")
        state["start"] = run.start.tolist()
    return Explorer(known_rules, known_objectives, state, seed, theme)


def _shared(rules: Mapping[str, UpdateRule], names: list[str]) -> dict[str, Any]:
    """Return the learning rate that a race begins with: the default of the first rule that has one."""
    if len(names) < 2:
        return {}
    return {
        "lr": next((rules[name].parameters["lr"].default for name in names if "lr" in rules[name].parameters), None)
    }


def _translatable(objective: Objective) -> bool:
    from ..javascript import to_javascript

    try:
        to_javascript(objective)
    except (Untranslatable, TypeError):
        return False
    return True


def _single(name: str, value: Any) -> None:
    if callable(value) or np.ndim(value):
        raise TypeError(f"explore moves one value of {name} by a slider; got {setting_text(value)}.")


def _steps(steps: Any) -> int:
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool) or not 1 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be a whole number from 1 to {MOST_STEPS:,}; got {steps!r}.")
    return int(steps)
