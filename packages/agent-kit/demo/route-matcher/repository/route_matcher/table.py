import copy


class RouteTable:
    """Rows that describe routes: dictionaries with name, template, tags (a list of strings)."""

    def __init__(self):
        self._rows = []

    def insert(self, name, template, tags=()):
        """Adds a row; rows are kept in order of their name."""
        self._rows.append({"name": name, "template": template, "tags": [str(tag) for tag in tags]})
        self._rows.sort(key=lambda row: row["name"])

    def extend(self, rows):
        """Adds many rows: (name, template, tags)."""
        for name, template, tags in rows:
            self.insert(name, template, tags)

    def rows(self):
        """All rows. They are copies: changing them changes nothing here."""
        return copy.deepcopy(self._rows)

    def __len__(self):
        return len(self._rows)
