from urllib.parse import quote


def build_query(pairs):
    """A query string from (name, value) pairs. A value of None stands for the name alone."""
    query = ""
    for name, value in pairs:
        part = quote(str(name), safe="")
        if value is not None:
            part += "=" + quote(str(value), safe="")
        query = query + "&" + part if query else part
    return query


def merge_query(pairs, changes):
    """The pairs with the changes made: a changed name keeps its place, a new one comes last."""
    merged = []
    for name, value in pairs:
        for changed, new in changes:
            if changed == name:
                value = new
        merged.append((name, value))
    names = [name for name, _ in pairs]
    for name, value in changes:
        if name not in names:
            merged.append((name, value))
            names = names + [name]
    return merged
