from .methods import allowed_methods
from .paths import join_path, normalise_path
from .pattern import compile_pattern
from .query import build_query, merge_query
from .router import Match, Route, Router
from .table import RouteTable

__all__ = [
    "Match",
    "Route",
    "RouteTable",
    "Router",
    "allowed_methods",
    "build_query",
    "compile_pattern",
    "join_path",
    "merge_query",
    "normalise_path",
]
