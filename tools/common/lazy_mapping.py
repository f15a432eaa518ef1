"""A mapping whose values are dear: it asks for all of them only when one of them is wanted."""

from collections.abc import Mapping


class LazyMapping(Mapping):
    """What a function says about names.

    :param describe: returns a dict: of the names in its argument, a list, as far as they exist; of all without one
    """

    def __init__(self, describe):
        self._describe, self._all = describe, None

    def __contains__(self, name):
        return name in (self._describe([name]) if self._all is None else self._all)

    def __getitem__(self, name):
        return self._known()[name]

    def __iter__(self):
        return iter(self._known())

    def __len__(self):
        return len(self._known())

    def _known(self):
        if self._all is None:
            self._all = self._describe()
        return self._all
