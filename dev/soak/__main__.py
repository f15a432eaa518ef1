"""`make soak MINUTES=10`: hold the load and count; ARGS="--rate 0.2" for a part of it."""

import argparse
import os
import shlex
import sys

from dev.bench import figures
from dev.bench.sizes import positive
from dev.bench.stage import PREFIX
from dev.services import database
from dev.services.process import failures_told
from dev.soak.play import measure


def main():
    """Play and tell; returns the exit status."""
    asked = options(os.environ.get("MINUTES") or "10", os.environ.get("ARGS", ""))
    print("soak: installing the addon …", flush=True)
    with failures_told(), database.installed(PREFIX) as source:
        found = measure(source, lambda words: print(f"  … {words}", flush=True), asked.minutes, asked.rate)
    print(figures.table(found))
    missed = [figure for figure in found if figure.verdict == figures.MISSED]
    for figure in missed:
        print(f"soak: goal missed: {figure.title}: {figures.text(figure.measured)}, not {figure.limit}")
    return 1 if missed else 0


def options(minutes, words):
    """What MINUTES and ARGS say."""
    parser = argparse.ArgumentParser(prog="ARGS=", description="Options of `make soak`.")
    parser.add_argument("--minutes", type=positive, default=positive(minutes))
    parser.add_argument("--rate", type=positive, default=1.0, help="of the full load")
    return parser.parse_args(shlex.split(words))


if __name__ == "__main__":
    sys.exit(main())
