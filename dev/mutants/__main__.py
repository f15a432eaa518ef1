"""`make mutants`: every fault of the list, or ONLY=name,name. Ends with an error when one is not noticed by its tests.

Each is put into a copy of the checkout, alone, and the few tests that are there for it are run. Before, all of these
tests have to pass in the copy without a fault: what is red anyway proves nothing.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from dev import locks
from dev.mutants.copy import LONG_PATIENCE, Copy
from dev.mutants.fault import DoesNotApply
from dev.mutants.faults import FAULTS
from dev.mutants.verdict import KILLED, SURVIVED
from dev.paths import LOGS, ROOT, STATE
from dev.services import process

#: So many copies side by side.
COPIES = 2


class Red(Exception):
    """Tests fail without any fault."""


def main(make_copy=Copy):
    """Put them in and tell; returns the exit status."""
    chosen, started = _chosen(), time.monotonic()
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "mutants.lock").open("w") as lock, process.failures_told():
        if not locks.take(lock):
            raise SystemExit("mutants: they run already in this checkout")
        shares = [share for number in range(COPIES) if (share := chosen[number::COPIES])]
        with ThreadPoolExecutor(COPIES) as pool:
            running = [pool.submit(_try_all, make_copy(number), share) for number, share in enumerate(shares, 1)]
        try:
            found = [one for share in running for one in share.result()]
        except Red as error:
            print(f"mutants: {error}")
            return 1
    _tell(found, time.monotonic() - started)
    return 0 if all(said == KILLED for _fault, said, *_more in found) else 1


def _chosen():
    """The faults to try. Those with databases of their own come last: they push out the one that the others share."""
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    unknown = set(only) - {fault.name for fault in FAULTS}
    if unknown:
        raise SystemExit(f"ONLY: there is no fault {', '.join(sorted(unknown))}; dev/mutants/faults/ lists them")
    chosen = [fault for fault in FAULTS if not only or fault.name in only]
    try:
        for fault in chosen:
            fault.check(ROOT)
    except DoesNotApply as error:
        raise SystemExit(f"mutants: {error}") from None
    return sorted(chosen, key=lambda fault: (fault.is_installed, fault.phase))


def _try_all(copy, faults):
    """Try faults in one copy; returns (fault, verdict, reason, seconds) of each."""
    print(f"mutants: copying the checkout ({copy.number}) …", flush=True)
    copy.make()
    found = []
    with copy.in_use():
        _require_green(copy, faults)
        for number, fault in enumerate(faults, 1):
            began = time.monotonic()
            with fault.applied(copy.folder):
                said, reason = copy.judge(fault.name, fault.tests, as_it_was=not fault.is_installed)
            found.append((fault, said, reason, time.monotonic() - began))
            seconds = f"{found[-1][-1]:.0f} s"
            print(f"  {copy.number}: {number}/{len(faults)} {fault.name}: {said} ({seconds})", flush=True)
    return found


def _require_green(copy, faults):
    """Run the tests of all these faults while there is none, phase by phase."""
    for phase in sorted({fault.phase for fault in faults}, reverse=True):
        tests = dict.fromkeys(test for fault in faults if fault.phase == phase for test in fault.tests.split())
        began, name = time.monotonic(), f"none-{copy.number}-{phase}"
        said, reason = copy.judge(name, " ".join(tests), patience=LONG_PATIENCE)
        if said != SURVIVED:
            raise Red(f"without a fault, {phase} is red: {reason}; log {LOGS}/mutant-{name}.log")
        print(f"  {copy.number}: without a fault, {phase}: {reason} ({time.monotonic() - began:.0f} s)", flush=True)


def _tell(found, seconds):
    width = max(len(fault.name) for fault, *_more in found)
    print()
    for fault, said, reason, took in sorted(found, key=lambda one: FAULTS.index(one[0])):
        print(f"{fault.name:{width}}  {fault.phase:4}  {took:4.0f} s  {said:8}  {reason}")
    print(f"\nmutants: {seconds:.0f} s; logs in {LOGS}")
    for fault, said, _reason, _took in found:
        if said != KILLED:
            print(f"mutants: {said}: {fault.name} ({fault.file}): {fault.why}")
    killed = sum(said == KILLED for _fault, said, *_more in found)
    print(f"mutants: {killed} of {len(found)} faults are noticed")


if __name__ == "__main__":
    sys.exit(main())
