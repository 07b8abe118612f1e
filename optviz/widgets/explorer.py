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
from ..registry import nearest
from ..rule import RULES, UpdateRule
from ..shown import image, still
from ..trajectory import Trajectory
from .scene import FORMAT, MOST_RULES, names_of, scene
from .sliders import MOST_STEPS
from .state import Chosen, Menus, StateError, checked_rules, checked_settings, checked_state, fitting_settings, whole
from .themed import PAGE, Themed

HERE = Path(__file__).parent
NEEDS_SCRIPT = "Here stands a picture: what can be dragged needs Jupyter. Open the notebook there."
VIEWS = ("rules", "objective", "settings", "start", "steps", "step", "playing", "guesses", "pinned")
READ_ONLY = {
    "guesses": "guesses are made in the page. ex.state = {**ex.state, 'guesses': []} forgets them.",
    "pinned": "a run is pinned in the page. ex.state = {**ex.state, 'pinned': None} takes it off.",
}


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

    # What these may be is said in state.py, and checked with all the rest.
    rules = traitlets.Any()
    objective = traitlets.Any()
    settings = traitlets.Any()
    start = traitlets.Any()
    steps = traitlets.Any()
    step = traitlets.Any()
    playing = traitlets.Any()
    guesses = traitlets.Any()
    pinned = traitlets.Any()

    def __init__(
        self,
        rules: Mapping[str, UpdateRule],
        objectives: Mapping[str, Objective],
        state: dict[str, Any],
        seed: int,
        theme: str | None,
    ):
        self._rules, self._objectives = dict(rules), dict(objectives)
        self._seed, self._begin = seed, state["steps"]
        self._mirroring = False
        self._outcomes: tuple[Any, dict[str, Trajectory | Exception]] = (None, {})
        told = scene(rules, objectives, seed, self._begin)
        super().__init__(scene=told, state=state, options={"theme": theme})

    def __repr__(self) -> str:
        if len(self.rules) == 1:
            outcome = self._outcome(self.rules[0])
            became = outcome.verdict if isinstance(outcome, Trajectory) else _problem(outcome)
            return f"<explore {self.rules[0]} on {self.objective}: {became}>"
        return f"<explore {len(self.rules)} rules on {self.objective}: {', '.join(self.rules)}>"

    @property
    def title(self) -> str:
        """What is shown where, as the head of a page."""
        rule = self._rules[self.rules[0]].label if len(self.rules) == 1 else f"{len(self.rules)} rules"
        return f"{rule} on {self._objectives[self.objective].label}"

    @property
    def run(self) -> Trajectory | list[Trajectory]:
        """The trajectory that is shown, as `train` computes it; in a race a list, one for each of `rules`.

        Raises what a rule raises.
        """
        runs = []
        for outcome in map(self._outcome, self.rules):
            if isinstance(outcome, Exception):
                raise outcome
            runs.append(outcome)
        return runs[0] if len(runs) == 1 else runs

    def runs_there_are(self) -> list[Trajectory]:
        """Return the trajectories that are shown, without those of rules that raise something."""
        return [one for one in map(self._outcome, self.rules) if isinstance(one, Trajectory)]

    def _outcome(self, name: str) -> Trajectory | Exception:
        """Return the run of a rule, or what it has raised; computed anew only if something else is asked for."""
        asked = (self.rules, self.objective, self.settings, self.start, self.steps)
        if self._outcomes[0] != asked:
            self._outcomes = (asked, {})
        outcomes = self._outcomes[1]
        if name not in outcomes:
            try:
                outcomes[name] = train(
                    self._rules[name], self._objectives[self.objective], start=self.start, steps=self.steps,
                    seed=self._seed, **self.settings_of(name),
                )  # fmt: skip
            except Exception as error:  # a learner's own rule may raise anything
                outcomes[name] = error
        return outcomes[name]

    def settings_of(self, name: str) -> dict[str, Any]:
        """Return the chosen settings that a rule has; in a race all have the learning rate of the first."""
        chosen = {**_shared(self._rules, self.rules), **self.settings}
        return {key: value for key, value in chosen.items() if key in self._rules[name].parameters}

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_") and not hasattr(type(self), name):
            raise AttributeError(f"An explorer has nothing called {name!r} to set.{nearest(name, [*VIEWS])}")
        super().__setattr__(name, value)

    # --- state and its views -----------------------------------------------------------------------------------

    @contextmanager
    def _mirror(self):
        before, self._mirroring = self._mirroring, True
        try:
            yield
        finally:
            self._mirroring = before

    @traitlets.validate("state")
    def _check_state(self, proposal: Any) -> dict[str, Any]:
        try:
            return checked_state(proposal.value, self._menus)
        except (TypeError, ValueError) as error:
            raise StateError(str(error)) from None

    @traitlets.validate(*VIEWS)
    def _check_view(self, proposal: Any) -> Any:
        if self._mirroring:
            return proposal.value
        name, value = proposal.trait.name, proposal.value
        if name in READ_ONLY:
            raise StateError(f"{name} cannot be set to {value!r}: {READ_ONLY[name]}")
        try:
            return self._seen(checked_state(self._with(name, value), self._menus), name)
        except (TypeError, ValueError) as error:
            raise StateError(str(error)) from None

    @property
    def _menus(self) -> Menus:
        return Menus(self._rules, self._objectives, self.scene["most_steps"])

    def _with(self, name: str, value: Any) -> dict[str, Any]:
        """Return the state with another value of a view, and with what follows from it."""
        more = {name: value}
        if name == "objective":  # another landscape has another start
            more |= {"start": None, "view": None, "guesses": []}
        elif name == "rules":
            known = [self._rules[one] for one in checked_rules(value, self._menus)]
            more |= {"settings": fitting_settings(self.state["settings"], known), "guesses": []}
        elif name == "steps":
            more["step"] = value
        return {**self.state, **more, "seq": self.state["seq"] + 1}

    def _seen(self, state: dict[str, Any], name: str) -> Any:
        """Return what a view shows of a state."""
        if name == "start" and state["start"] is None:
            return self._objectives[state["objective"]].start.tolist()
        return Chosen(state[name]) if name == "settings" else state[name]

    @traitlets.observe("state")
    def _look_at_state(self, change: Any = None) -> None:
        if not self.state or self._mirroring:
            return
        with self._mirror(), self.hold_trait_notifications():
            for name in VIEWS:
                setattr(self, name, self._seen(self.state, name))
        self._draw_what_the_page_cannot()

    @traitlets.observe(*VIEWS)
    def _take_views(self, change: Any) -> None:
        if self._mirroring:
            return
        with self._mirror():
            self.state = self._with(change.name, change.new)
        self._look_at_state()

    # --- rules that the page cannot compute --------------------------------------------------------------------

    def _draw_what_the_page_cannot(self) -> None:
        names = [name for name in self.rules if "untranslatable" in self.scene["rules"][name]]
        if not names:
            return
        runs, problems = {}, {}
        for name in names:
            outcome = self._outcome(name)
            if isinstance(outcome, Exception):
                problems[name] = _problem(outcome)
            else:
                runs[name] = np.column_stack([outcome.points, outcome.losses]).astype("<f8").tobytes()
        asked = {name: self.state[name] for name in ("objective", "settings", "steps")}
        settings = dict(sorted(asked["settings"].items()))
        self.drawn = {"asked": {"objective": asked["objective"], "settings": settings, "start": self.start,
                                "steps": asked["steps"]}, "runs": runs, "problems": problems}  # fmt: skip

    # --- pictures and pages ------------------------------------------------------------------------------------

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = super()._repr_mimebundle_(**options)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        runs = self.runs_there_are()
        if data is not None and runs:
            data["text/html"] = still(self._still(runs), NEEDS_SCRIPT)
        return bundle

    def _still(self, runs: list[Trajectory]) -> str:
        """Return a picture of what is shown, for readers where no widget can live."""
        from matplotlib.figure import Figure

        from ..alt_text import describe
        from ..plot import plot_2d

        figure = Figure(figsize=(5.6, 4.2))
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

        text, title = html.escape(page_of([self], everything=False)), html.escape(f"{self.title}, live")
        style = "border:0;width:100%;height:720px"
        frame = f'<iframe srcdoc="{text}" title="{title}" allow="fullscreen" style="{style}"></iframe>'
        return HTML(f"<div>{frame}</div>")  # IPython warns of a frame that is alone

    def shipped(self, everything: bool) -> dict[str, Any]:
        """Return what a page of its own needs: the traits, with the rules and objectives on show, or with all."""
        told = self.scene
        if not everything:
            shown = [(rule, self.objective) for rule in self.rules]
            if self.pinned:
                shown.append((self.pinned["rule"], self.pinned["objective"]))
            rules = {rule: self._rules[rule] for rule, _ in shown}
            objectives = {objective: self._objectives[objective] for _, objective in shown}
            told = scene(rules, objectives, self._seed, self._begin)
        state = {**self.state, "playing": False}  # nothing moves by itself
        return {"scene": told, "state": state, "drawn": self.drawn, "options": self.options}


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
    if isinstance(objective, str) and objective in RULES and objective not in OBJECTIVES:
        raise ValueError(f"{objective!r} is a rule; several rules are a list: explore([{rules!r}, {objective!r}]).")
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
    settings = checked_settings(settings, chosen)
    steps = whole("steps", steps, 1, MOST_STEPS)
    state = {
        "format": FORMAT,
        "seq": 0,
        "rules": names,
        "objective": next(name for name, one in known_objectives.items() if one is objective),
        "settings": settings,
        "start": None,
        "steps": steps,
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


def _problem(error: Exception) -> str:
    """Return what a rule has raised, as it is said: ours are sentences, others need their kind."""
    return str(error) if isinstance(error, TypeError | ValueError) else repr(error)
