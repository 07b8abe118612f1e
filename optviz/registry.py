"""A dictionary of named things that answers a misspelt name with the nearest right ones."""

import difflib
import warnings
from typing import TypeVar

T = TypeVar("T")


def nearest(name: object, names: list[str]) -> str:
    """Return ' Did you mean ...?' for the nearest names, or the first of them if nothing is near."""
    near = difflib.get_close_matches(str(name).lower(), names, n=3, cutoff=0.5)
    if near:
        return f" Did you mean {' or '.join(near)}?"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return f" There is {', '.join(names[:12])}{more}." if names else ""


class Registry(dict[str, T]):
    """Name -> thing, in the order in which the things were defined."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind

    def find(self, name: str) -> T:
        """Return what is called `name`; raise ValueError with the nearest names if nothing is."""
        if name not in self:
            raise ValueError(f"There is no {self.kind} called {name!r}.{nearest(name, list(self))}")
        return self[name]

    def add(self, name: str, thing: T, module: str) -> None:
        """Register `thing`; a learner may redefine their own, but a name of the package keeps its meaning."""
        package = __name__.partition(".")[0]
        if name not in self or getattr(self[name], "__module__", "").partition(".")[0] != package:
            self[name] = thing
        elif module.partition(".")[0] == package:
            raise ValueError(f"Two {self.kind}s of the package are called {name!r}.")
        else:
            warnings.warn(
                f"The name {name!r} keeps meaning the package's own {self.kind}; give yours another name to find it in "
                f"menus, or hand over the function itself.",
                stacklevel=4,
            )
