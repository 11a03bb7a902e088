def allowed_methods(routes):
    """Each method of the routes once, in the order of first appearance, for the Allow header."""
    allowed = []
    for route in routes:
        for method in route["methods"]:
            method = method.upper()
            if method not in allowed:
                allowed.append(method)
    return allowed
