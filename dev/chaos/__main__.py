"""`make chaos`: every scenario, or ONLY=name,name. Ends with an error when an email or message was lost or doubled,
or when a scenario broke off.

KEEP=1 keeps the databases until the next run; the servers' logs stay in any case. PostgreSQL is the checkout's own: run
no other verb that uses it while `postgres` restarts it.
"""

import os
import sys
import time
import traceback

from dev import machine, results
from dev.chaos import backlog, tally
from dev.chaos.scenarios import SCENARIOS
from dev.chaos.stage import PREFIX
from dev.services import database
from dev.services.slack_double import slack_double


def main():
    """Install the addon, play and tell; returns the exit status."""
    chosen, (load, *_longer) = _chosen(), os.getloadavg()
    backlog.wanted()  # complains about ARGS now, not in ten minutes
    print("chaos: installing the addon …", flush=True)
    with database.installed(PREFIX) as source, slack_double(name="chaos-slack") as slack:
        return play_all(chosen, source, slack, machine.describe(load))


def play_all(chosen, source, slack, here):
    """Play scenarios and tell what was found; returns the exit status.

    :param chosen: their names
    :param source: name of a database with the addon
    :param here: the machine, see `machine.describe`
    """
    found, started = [], time.monotonic()
    for name in chosen:
        print(f"\n{name}: {SCENARIOS[name].title}", flush=True)
        found.append(one := _play(name, source, slack))
        results.keep(results.CHAOS, name, SCENARIOS[name].title, here, **one.as_json())
    print(f"\n{tally.header()}")
    for one in found:
        print(one.row())
    unclean = [one.scenario for one in found if not one.is_clean]
    print(f"\nchaos: {time.monotonic() - started:.0f} s; `make proof` writes the figures into docs/proof.md")
    print(f"chaos: {'FAULTS: ' + ', '.join(unclean) if unclean else 'clean'}")
    return 1 if unclean else 0


def _chosen():
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    unknown = set(only) - set(SCENARIOS)
    if unknown:
        raise SystemExit(f"ONLY={','.join(only)}: the scenarios are {', '.join(SCENARIOS)}")
    return only or list(SCENARIOS)


def _play(name, source, slack):
    """Play one scenario; returns its Tally. One that breaks off has shown nothing, and is a fault."""
    try:
        found = SCENARIOS[name].play(source, slack, lambda words: print(f"  … {words}", flush=True))
    except Exception as error:  # noqa: BLE001 (the other scenarios are worth playing all the same)
        traceback.print_exc()
        found = tally.broken_off(name, error)
    for complaint in found.complaints[:10]:
        print(f"  ! {complaint}")
    if len(found.complaints) > 10:
        print(f"  ! and {len(found.complaints) - 10} more")
    shown = ", ".join(f"{found.figures[key]} {key}" for key in tally.COLUMNS if found.figures[key] is not None)
    print(f"  {'clean' if found.is_clean else 'FAULT'}: {shown or 'nothing counted'}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
