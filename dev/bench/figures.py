"""What was measured, beside what was promised."""

import statistics
from dataclasses import asdict, dataclass

COLUMNS = "  {:<50} {:>22} {:>22} {:>12}  {}"


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
    :param goal: the most it may be, None where nothing is promised
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
        """In words; empty where nothing is promised."""
        if self.goal is None:
            return ""
        value = self.measured.value if isinstance(self.measured, Measured) else self.measured
        kept = value >= self.goal if self.at_least else value <= self.goal
        return "PASS" if kept else "missed"

    def row(self):
        label = f"{self.label} [{self.unit}]" if self.unit else self.label
        goal = "" if self.goal is None else f"{'≥' if self.at_least else '≤'} {short(self.goal)}"
        return COLUMNS.format(label, _text(self.plain), _text(self.measured), goal, self.verdict).rstrip()

    def as_json(self):
        return {**asdict(self), "verdict": self.verdict}


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
    header = COLUMNS.format("", "helpdesk_mgmt alone" if has_plain else "", "with the addon", "goal", "").rstrip()
    return "\n".join([header, *(figure.row() for figure in figures)])


def _text(value):
    if value is None:
        return ""
    return str(value) if isinstance(value, Measured) else short(value)
