"""The machine the figures are of: without it they mean little."""

import os
import platform
from pathlib import Path

from dev.paths import Environment
from dev.services import postgres


def describe(load):
    """What matters for the figures; PostgreSQL has to be running.

    :param load: processes that wanted a processor in the last minute, from before the bench began
    """
    (version,) = postgres.sql("SHOW server_version")
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_gb": round(pages * size / 2**30, 1),
        "python": platform.python_version(),
        "postgresql": version.split()[0],
        "odoo": Environment.load().odoo_version,
        "load": round(load, 2),
    }


def in_words(machine):
    """One line for the top of a report."""
    return "{cores} cores ({processor}), {memory_gb} GB, Python {python}, PostgreSQL {postgresql}, Odoo {odoo}".format(
        **machine
    )


def is_busy(machine):
    """Whether somebody else was working there: then ratios mean something, times do not."""
    return machine["load"] > machine["cores"] / 4


def _processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
