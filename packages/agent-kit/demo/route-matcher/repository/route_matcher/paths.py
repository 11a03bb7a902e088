def normalise_path(path):
    """The path without empty and "." segments, with ".." resolved. A slash at the end stays."""
    segments = []
    for segment in path.split("/"):
        if segment in ("", "."):
            continue
        if segment == "..":
            if segments:
                segments.pop()
            continue
        segments.append(segment)
    normal = "/" + "/".join(segments)
    if path.endswith("/") and segments:
        normal += "/"
    return normal


def join_path(prefix, path):
    """A path below a prefix, with exactly one slash between the two."""
    if not path:
        return prefix
    return prefix.rstrip("/") + "/" + path.lstrip("/")
