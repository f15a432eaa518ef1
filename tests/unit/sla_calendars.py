"""Hand-made calendars for the tables, and a short way to write moments."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from tools.sla import working_time

WEEK, WORKDAYS, SATURDAY = range(7), range(5), [5]
ALL_DAY = [(0, 24)]


class Calendar:
    """Hours of a week in a time zone, holidays, and how to write a moment there."""

    def __init__(self, zone, days, hours, off=(), ends="2030-01-01 00:00"):
        self.zone, self.days, self.hours = ZoneInfo(zone), days, hours
        self.off = [tuple(map(self.utc, holiday)) for holiday in off]
        self.ends = self.utc(ends)

    def utc(self, written):
        """``06-01 09:00`` there is which moment? A year that is not written is 2026; a ``*`` ends a doubled hour."""
        if written is None:
            return None
        written, fold = written.rstrip("*"), written.endswith("*")
        if written[4] != "-":
            written = f"2026-{written}"
        local = datetime.fromisoformat(written).replace(tzinfo=self.zone, fold=fold)
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def written(self, moment):
        """The same the other way round."""
        if moment is None:
            return None
        local = moment.replace(tzinfo=timezone.utc).astimezone(self.zone)
        words = local.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00").removeprefix("2026-")
        return f"{words}*" if local.fold else words

    def working(self, begin):
        """Working intervals from a moment on, as `tools.sla.working_time` wants them."""
        day = begin.replace(tzinfo=timezone.utc).astimezone(self.zone).date()
        while (moment := self._at(day, 0)) < self.ends:
            if day.weekday() in self.days:
                for hour_from, hour_to in self.hours:
                    shift = max(begin, self._at(day, hour_from)), self._at(day, hour_to)
                    yield from without([shift] if shift[0] < shift[1] else [], self.off)
            day += timedelta(days=1)
        assert moment >= self.ends

    def _at(self, day, hour):
        if hour == 24:
            return self._at(day + timedelta(days=1), 0)
        local = datetime.combine(day, time(int(hour), round(hour % 1 * 60)), self.zone)
        return local.astimezone(timezone.utc).replace(tzinfo=None)


class Always(Calendar):
    """No calendar: around the clock."""

    def __init__(self):
        super().__init__("UTC", WEEK, ALL_DAY)

    def working(self, begin):
        return working_time.around_the_clock(begin)


def without(intervals, breaks):
    """What is left of working intervals when nobody works in the breaks.

    :param breaks: (begin, end) in any order, they may overlap; an end of None is still to come
    """
    ordered = sorted((begin, end or datetime.max) for begin, end in breaks)
    for begin, end in intervals:
        for pause_begin, pause_end in ordered:
            if pause_end <= begin:
                continue
            if pause_begin >= end:
                break
            if pause_begin > begin:
                yield begin, pause_begin
            begin = pause_end
            if begin >= end:
                break
        if begin < end:
            yield begin, end
        if ordered and ordered[-1][1] == datetime.max and end >= ordered[-1][0]:
            return  # nothing comes after a break without an end


CHRISTMAS = ("12-24 00:00", "12-27 00:00")
HALF_DAY = ("12-31 12:00", "2027-01-02 00:00")
SHUTDOWN = ("08-03 00:00", "08-24 00:00")

ALWAYS = Always()
PRAGUE = Calendar("Europe/Prague", WORKDAYS, [(9, 17)])
HOLIDAYS = Calendar("Europe/Prague", WORKDAYS, [(9, 17)], off=[CHRISTMAS, HALF_DAY, SHUTDOWN])
LUNCH = Calendar("Europe/Prague", WORKDAYS, [(8, 12), (13, 17)])
DAY_IN_PRAGUE = Calendar("Europe/Prague", WEEK, ALL_DAY)
NIGHT = Calendar("Europe/Prague", WEEK, [(0, 6), (22, 24)])
NEW_YORK = Calendar("America/New_York", WORKDAYS, [(9, 17)])
LORD_HOWE = Calendar("Australia/Lord_Howe", WEEK, ALL_DAY)
KOLKATA = Calendar("Asia/Kolkata", range(6), [(10, 18)])
CHATHAM = Calendar("Pacific/Chatham", WORKDAYS, [(9, 17)])
SATURDAYS = Calendar("Europe/Prague", SATURDAY, [(9, 13)])
NEVER = Calendar("UTC", [], ALL_DAY)
CLOSING_DOWN = Calendar("UTC", WORKDAYS, [(9, 17)], ends="06-04 00:00")


def seconds(hours):
    """``4:30`` hours, or ``0:00:01``."""
    return sum(int(part) * unit for part, unit in zip(hours.split(":"), (3600, 60, 1), strict=False))
