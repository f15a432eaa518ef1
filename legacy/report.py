"""What the move did, or would do, line by line."""

MADE, LEFT, ATTENTION, FAILED = "+", "=", "!", "x"


class Report:
    """Tells what steps say when they have succeeded, and counts it.

    :param say: a function of one line
    """

    def __init__(self, say):
        self._say, self._pending = say, []
        self.counts = dict.fromkeys((MADE, LEFT, ATTENTION, FAILED), 0)

    def heading(self, text):
        self._say("")
        self._say(text)

    def made(self, text):
        """Something is different from before."""
        self._pending.append((MADE, text))

    def left(self, text):
        """It was like that already."""
        self._pending.append((LEFT, text))

    def attention(self, text):
        """A person has to look at it, or to know it."""
        self._pending.append((ATTENTION, text))

    def failed(self, text):
        """A step could not be made: what it has said so far is not true."""
        self._pending = [(FAILED, text)]
        self.tell()

    def tell(self):
        """What was said since the last time is true."""
        for sign, text in self._pending:
            self.counts[sign] += 1
            self._say(f"  {sign} {text}")
        self._pending = []

    def set(self, what, record, values):
        """Fill in what is empty on a record; existing values stay.

        :param what: the record in words
        :param values: {field: (value, what it is called)}; an empty value is nothing to set
        """
        for name, (value, label) in values.items():
            if not value:
                continue
            now = record[name].id if record._fields[name].relational else record[name]
            if now == value:
                self.left(f"{what}: {label}")
            elif now:
                self.attention(f"{what}: {label} is another one in Odoo; it stays")
            else:
                record[name] = value
                self.made(f"{what}: {label}")
