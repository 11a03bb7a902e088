import re

CONVERTERS = {"str": r"[^/]+", "int": r"[0-9]+", "path": r".+"}


def compile_pattern(template):
    """The regular expression of a template such as "/users/{id:int}"; ValueError for an unknown converter."""
    expression = ""
    position = 0
    for found in re.finditer(r"\{(\w+)(?::(\w+))?\}", template):
        expression += re.escape(template[position : found.start()])
        converter = found.group(2) or "str"
        if converter not in CONVERTERS:
            raise ValueError(f"{template}: there is no converter {converter!r}")
        expression += f"(?P<{found.group(1)}>{CONVERTERS[converter]})"
        position = found.end()
    expression += re.escape(template[position:])
    return re.compile(expression)
