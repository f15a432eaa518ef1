"""The load of `make soak`, ten minutes of it."""

from dev.bench.sizes import sizes
from dev.soak import play


def measure(installed, say):
    """Customers, agents and Slack at once."""
    return play.measure(installed, say, sizes().minutes, sizes().rate)
