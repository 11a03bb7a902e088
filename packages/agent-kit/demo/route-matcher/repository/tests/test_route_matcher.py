import unittest

from route_matcher import (
    Router,
    RouteTable,
    allowed_methods,
    build_query,
    compile_pattern,
    join_path,
    merge_query,
    normalise_path,
)


class PatternTest(unittest.TestCase):
    def test_parameters(self):
        found = compile_pattern("/users/{id:int}/files/{rest:path}").fullmatch("/users/7/files/a/b.txt")
        self.assertEqual(found.groupdict(), {"id": "7", "rest": "a/b.txt"})

    def test_literal_text_is_literal(self):
        self.assertIsNone(compile_pattern("/a.b").fullmatch("/axb"))
        self.assertIsNotNone(compile_pattern("/a.b").fullmatch("/a.b"))

    def test_unknown_converter(self):
        with self.assertRaises(ValueError):
            compile_pattern("/{id:uuid}")


class MethodsTest(unittest.TestCase):
    def test_each_once_in_order(self):
        routes = [{"methods": ["get", "HEAD"]}, {"methods": ["POST", "GET"]}]
        self.assertEqual(allowed_methods(routes), ["GET", "HEAD", "POST"])
        self.assertEqual(allowed_methods([]), [])


class PathsTest(unittest.TestCase):
    def test_normalise(self):
        self.assertEqual(normalise_path("//a/./b/../c"), "/a/c")
        self.assertEqual(normalise_path("/a/b/"), "/a/b/")
        self.assertEqual(normalise_path("/../.."), "/")
        self.assertEqual(normalise_path(""), "/")

    def test_join(self):
        self.assertEqual(join_path("/api/", "/users"), "/api/users")
        self.assertEqual(join_path("/api", ""), "/api")


class QueryTest(unittest.TestCase):
    def test_build(self):
        self.assertEqual(build_query([("a", 1), ("b c", "x&y"), ("d", None)]), "a=1&b%20c=x%26y&d")
        self.assertEqual(build_query([]), "")

    def test_merge(self):
        pairs = [("a", 1), ("b", 2), ("a", 3)]
        self.assertEqual(merge_query(pairs, [("c", 9), ("a", 0)]), [("a", 0), ("b", 2), ("a", 0), ("c", 9)])
        self.assertEqual(merge_query(pairs, []), pairs)
        self.assertEqual(pairs, [("a", 1), ("b", 2), ("a", 3)])


class RouterTest(unittest.TestCase):
    def setUp(self):
        self.router = Router()
        self.router.add("get", "/users/{id:int}", name="user")
        self.router.add("GET", "/users/{name}", name="user-by-name")
        self.router.add("POST", "/users/{id:int}", name="change-user")

    def test_first_that_fits(self):
        self.assertEqual(self.router.match("GET", "/users/7").name, "user")
        self.assertEqual(self.router.match("get", "/users/kim").params, {"name": "kim"})
        self.assertEqual(self.router.match("POST", "/users/7").name, "change-user")
        self.assertIsNone(self.router.match("DELETE", "/users/7"))

    def test_priority(self):
        self.router.add("GET", "/users/me", name="me", priority=5)
        self.assertEqual(self.router.match("GET", "/users/me").name, "me")
        self.assertEqual(self.router.match("GET", "/users/you").name, "user-by-name")

    def test_names_are_unique(self):
        with self.assertRaises(ValueError):
            self.router.add("GET", "/", name="user")

    def test_url_for(self):
        self.assertEqual(self.router.url_for("user", id=7), "/users/7")
        with self.assertRaises(KeyError):
            self.router.url_for("nobody")


class TableTest(unittest.TestCase):
    def test_rows_are_in_order_and_copies(self):
        table = RouteTable()
        table.extend([("b", "/b", ["x"]), ("a", "/a", [])])
        table.insert("c", "/c")
        self.assertEqual([row["name"] for row in table.rows()], ["a", "b", "c"])
        table.rows()[1]["tags"].append("y")
        table.rows()[1]["name"] = "z"
        self.assertEqual(table.rows()[1], {"name": "b", "template": "/b", "tags": ["x"]})
        self.assertEqual(len(table), 3)

    def test_equal_names_stay_in_order_of_insertion(self):
        table = RouteTable()
        table.extend([("a", "/1", []), ("a", "/2", [])])
        table.extend([("a", "/3", [])])
        self.assertEqual([row["template"] for row in table.rows()], ["/1", "/2", "/3"])


if __name__ == "__main__":
    unittest.main()
