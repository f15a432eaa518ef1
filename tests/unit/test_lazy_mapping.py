"""A mapping that asks for one name, or for all, and for all only once."""

from tools.common.lazy_mapping import LazyMapping

ALL = {"name": {"type": "char"}, "stage_id": {"type": "many2one"}}


class Source:
    """Describes names, and notes what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, names=None):
        self.asked.append(names)
        return {name: ALL[name] for name in (ALL if names is None else names) if name in ALL}


def test_a_name_is_looked_for_alone():
    source = Source()
    found = LazyMapping(source)
    assert "name" in found
    assert "no_such" not in found
    assert source.asked == [["name"], ["no_such"]]


def test_all_else_asks_for_all_once():
    for read in (
        lambda found: found["stage_id"] == ALL["stage_id"],
        lambda found: found.get("no_such") is None,
        lambda found: dict(found) == ALL,
        lambda found: list(found) == list(ALL),
        lambda found: len(found) == 2,
        lambda found: found == ALL,
        lambda found: set(found.keys()) == set(ALL),
    ):
        source = Source()
        found = LazyMapping(source)
        assert read(found)
        assert read(found)
        assert "name" in found
        assert source.asked == [None]
