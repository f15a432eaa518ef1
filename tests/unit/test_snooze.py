"""Until when a ticket is snoozed, in every zone and on the days on which clocks change."""

from datetime import date, datetime, timedelta
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


@pytest.mark.parametrize(
    ("now", "zone", "named"),
    [
        (NOW, BERLIN, {date(2026, 11, 30): "tomorrow"}),
        # There it is Monday already.
        (NOW, AUCKLAND, {date(2026, 12, 1): "tomorrow", date(2026, 12, 7): "monday"}),
        (datetime(2026, 11, 30, 12), UTC, {date(2026, 12, 1): "tomorrow", date(2026, 12, 7): "monday"}),
        (datetime(2026, 12, 4, 12), UTC, {date(2026, 12, 5): "tomorrow", date(2026, 12, 7): "monday"}),
        (datetime(2026, 12, 5, 12), UTC, {date(2026, 12, 6): "tomorrow", date(2026, 12, 7): "monday"}),
        (datetime(2026, 12, 6, 12), UTC, {date(2026, 12, 7): "tomorrow"}),
    ],
)
def test_a_menu_offers_each_day_once_tomorrow_first(now, zone, named):
    found = snooze.offered(now, zone)
    assert {day: name for day, name in found.items() if name} == named
    assert list(found)[: len(named)] == list(named)
    tomorrow = next(iter(named))
    assert sorted(found) == [tomorrow + timedelta(days=number) for number in range(30)]


@pytest.mark.parametrize("zone", [UTC, BERLIN, NEW_YORK, AUCKLAND], ids=str)
def test_what_is_offered_are_moments_of_their_own(zone):
    for day in range(400):
        now = NOW + timedelta(days=day, hours=day % 24)
        moments = [snooze.until(day.isoformat(), now, zone) for day in snooze.offered(now, zone)]
        assert None not in moments
        assert len(set(moments)) == 30
        assert moments[0] == snooze.until("tomorrow", now, zone)
