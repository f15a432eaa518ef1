"""How much the sections fetching, slack_*, big and soak play, as ARGS says: less for a quick look."""

import argparse
import os
import shlex


def sizes():
    """What ARGS says, as a namespace."""
    parser = argparse.ArgumentParser(prog="ARGS=", description="Options of `make bench`: how much is played.")
    parser.add_argument("--fetched", type=_some, default=500, help="emails of each mailbox of the section fetching")
    parser.add_argument("--events", type=_some, default=1500, help="deliveries by HTTP, fifty a second")
    parser.add_argument("--replies", type=_some, default=60, help="replies one by one, by each transport")
    parser.add_argument("--tickets", type=_some, default=5000, help="open tickets about which catch-up asks")
    parser.add_argument("--caught", type=_some, default=30, help="replies that only catch-up finds, within a minute")
    parser.add_argument("--clicks", type=_some, default=40, help="clicks one by one, and forms one by one")
    parser.add_argument("--at-once", type=_some, default=200, help="clicks at the same moment")
    parser.add_argument("--house", type=_divisor, default=1, help="by how much the big house is smaller: 100")
    parser.add_argument("--minutes", type=positive, default=10.0, help="for which the load of `make soak` is held")
    parser.add_argument("--rate", type=positive, default=1.0, help="of that load")
    return parser.parse_args(shlex.split(os.environ.get("ARGS", "")))


def _some(words):
    number = int(words)
    if number < 2:
        raise argparse.ArgumentTypeError("at least 2")
    return number


def _divisor(words):
    number = int(words)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def positive(words):
    """A number of an option."""
    number = float(words)
    if number <= 0:
        raise argparse.ArgumentTypeError("more than 0")
    return number
