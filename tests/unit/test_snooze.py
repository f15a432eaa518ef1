"""Until when a ticket is snoozed, in every zone and on the days on which clocks change."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from helpdesk_bridge.tools.ticket import snooze

BERLIN, NEW_YORK, AUCKLAND, UTC = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Pacific/Auckland", "UTC"))
#: A Sunday.
NOW = datetime(2026, 11, 29, 18, 0)


@pytest.mark.parametrize(
    ("choice", "now", "zone", "expected"),
    [
        ("tomorrow", NOW, UTC, datetime(2026, 11, 30, 9)),
        ("tomorrow", NOW, BERLIN, datetime(2026, 11, 30, 8)),
        ("tomorrow", datetime(2026, 11, 29, 23, 30), BERLIN, datetime(2026, 12, 1, 8)),
        ("tomorrow", NOW, AUCKLAND, datetime(2026, 11, 30, 20)),
        ("tomorrow", datetime(2026, 3, 28, 12), BERLIN, datetime(2026, 3, 29, 7)),
        ("tomorrow", datetime(2026, 10, 24, 12), BERLIN, datetime(2026, 10, 25, 8)),
        ("monday", NOW, UTC, datetime(2026, 11, 30, 9)),
        ("monday", datetime(2026, 11, 30, 7), UTC, datetime(2026, 12, 7, 9)),
        ("monday", datetime(2026, 12, 4, 18), NEW_YORK, datetime(2026, 12, 7, 14)),
        ("2026-12-24", NOW, BERLIN, datetime(2026, 12, 24, 8)),
        ("2026-11-29", NOW, UTC, None),
        ("2026-11-29", datetime(2026, 11, 29, 8), UTC, datetime(2026, 11, 29, 9)),
        ("2020-01-01", NOW, UTC, None),
        ("9999-12-31", NOW, UTC, datetime(9999, 12, 31, 9)),
        ("yesterday", NOW, UTC, None),
        ("", NOW, UTC, None),
        (None, NOW, UTC, None),
        ("2026-02-30", NOW, UTC, None),
    ],
)
def test_until(choice, now, zone, expected):
    assert snooze.until(choice, now, zone) == expected


def test_the_days_of_a_menu_follow_tomorrow():
    found = snooze.days(NOW, BERLIN)
    assert (found[0], found[-1], len(found)) == (date(2026, 12, 1), date(2026, 12, 29), 29)
    assert snooze.days(NOW, AUCKLAND)[0] == date(2026, 12, 2)
