from dataclasses import dataclass, field

from .paths import normalise_path
from .pattern import compile_pattern


@dataclass(frozen=True)
class Match:
    name: str
    params: dict


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    name: str
    priority: int = 0
    regex: object = field(init=False, compare=False, repr=False)

    def __post_init__(self):
        object.__setattr__(self, "regex", compile_pattern(self.template))


class Router:
    """Routes by method and path. The highest priority is tried first, then the order of adding."""

    def __init__(self):
        self._routes = []

    def add(self, method, template, name, priority=0):
        if any(route.name == name for route in self._routes):
            raise ValueError(f"there is a route {name!r} already")
        self._routes.append(Route(method.upper(), template, name, priority))

    def match(self, method, path):
        """The first route that fits, or None."""
        path = normalise_path(path)
        for route in sorted(self._routes, key=lambda route: -route.priority):
            if route.method != method.upper():
                continue
            found = compile_pattern(route.template).fullmatch(path)
            if found:
                return Match(route.name, found.groupdict())
        return None

    def url_for(self, name, **params):
        """The path of a named route; KeyError for an unknown name."""
        for route in self._routes:
            if route.name == name:
                url = route.template
                for key, value in params.items():
                    for converter in ("", ":str", ":int", ":path"):
                        url = url.replace("{" + key + converter + "}", str(value))
                return url
        raise KeyError(name)
