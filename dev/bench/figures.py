"""What was measured, beside its goal."""

import statistics
from dataclasses import asdict, dataclass, fields

COLUMNS = "  {:<{width}} {:>22} {:>22} {:>12}  {}"
KEPT, MISSED = "kept", "missed"


@dataclass(frozen=True)
class Measured:
    """A median with the lowest and highest of what it is the median of."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, samples):
        return cls(statistics.median(samples), min(samples), max(samples))

    def __str__(self):
        return f"{short(self.value)} ({short(self.low)}–{short(self.high)})"


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    :param measured: a number or a `Measured`, with the addon
    :param plain: the same without the addon, where that means anything
    :param goal: the most it may be, None for no goal
    :param at_least: the goal is the least it may be
    """

    label: str
    measured: float | Measured
    unit: str = ""
    plain: float | Measured | None = None
    goal: float | None = None
    at_least: bool = False

    @property
    def verdict(self):
        """In words; empty without a goal."""
        if self.goal is None:
            return ""
        value = self.measured.value if isinstance(self.measured, Measured) else self.measured
        kept = value >= self.goal if self.at_least else value <= self.goal
        return KEPT if kept else MISSED

    @property
    def limit(self):
        """The goal in words; empty without a goal."""
        return "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {short(self.goal)}"

    @property
    def title(self):
        return f"{self.label} [{self.unit}]" if self.unit else self.label

    def row(self, width):
        cells = (self.title, text(self.plain), text(self.measured), self.limit, self.verdict)
        return COLUMNS.format(*cells, width=width).rstrip()

    def as_json(self):
        return asdict(self)

    @classmethod
    def from_json(cls, kept):
        """The figure again, of what `as_json` made of it, now or when there was less to it."""
        values = {field.name: kept[field.name] for field in fields(cls) if field.name in kept}
        return cls(**{name: Measured(**value) if isinstance(value, dict) else value for name, value in values.items()})


def percentile(samples, percent):
    """The smallest sample that `percent` of all do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def short(value):
    """A number with three digits that count; a whole one as it is."""
    if isinstance(value, int):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(figures):
    """The lines of one section."""
    has_plain = any(figure.plain is not None for figure in figures)
    width = max(len(figure.title) for figure in figures)
    names = ("", "helpdesk_mgmt alone" if has_plain else "", "with the addon", "goal", "")
    return "\n".join([COLUMNS.format(*names, width=width).rstrip(), *(figure.row(width) for figure in figures)])


def text(value):
    """A number or a `Measured` in words; empty for None."""
    if value is None:
        return ""
    return str(value) if isinstance(value, Measured) else short(value)
