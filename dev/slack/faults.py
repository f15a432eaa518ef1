"""What goes wrong on demand; `dev/slack/__init__.py` lists the modes."""

from urllib.parse import unquote_to_bytes


class Faults:
    """Faults that wait for their call."""

    def __init__(self):
        self._armed = []

    def put(self, asked):
        """Arm one."""
        self._armed.append({"method": "*", "n": 1, **asked, "mode": str(asked["mode"])})

    def armed(self):
        """Those that have not happened yet."""
        return [fault for fault in self._armed if fault["n"]]

    def clear(self):
        """Forget them all."""
        self._armed.clear()

    def take(self, method, body=b"", group=None):
        """The fault of a call, None if it has none; it is used up. :param group: a second name that means it

        ``*`` means the calls of the Web API and the incoming webhooks, nothing else.
        """
        names = {method, group} if group else {method, "*"}
        for fault in self._armed:
            if fault["n"] and fault["method"] in names and _within(fault.get("match"), body):
                fault["n"] -= 1
                return fault
        return None


def _within(words, body):
    """Whether words are in a body, be it JSON or a form."""
    return not words or words.encode() in body or words.encode() in unquote_to_bytes(body.replace(b"+", b" "))
