"""How moments, lengths and counts are said in English, on the clock of a time zone. Nothing here asks for the time."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def hm(moment: datetime, zone: ZoneInfo) -> str:
    """ "14:37", on the clock of the company's zone."""
    return moment.astimezone(zone).strftime("%H:%M")


def hms(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%H:%M:%S")


def day(moment: datetime, zone: ZoneInfo) -> str:
    """ "Tue 24 Nov". English on purpose: the interface is, whatever the server's locale says."""
    return said_day(moment.astimezone(zone).date())


def said_day(when: date) -> str:
    return f"{WEEKDAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]}"


def short_date(when: date) -> str:
    """ "8 Dec 2026"."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def long_day(moment: datetime, zone: ZoneInfo) -> str:
    """ "Tuesday 24 November", for the head of a wall."""
    when = moment.astimezone(zone).date()
    return f"{LONG_WEEKDAYS[when.weekday()]} {when.day} {LONG_MONTHS[when.month - 1]}"


def day_hm(moment: datetime, zone: ZoneInfo) -> str:
    """ "Tue 24 Nov, 14:37": absolute, so that it stays true; a browser shortens it where it is today."""
    return f"{day(moment, zone)}, {hm(moment, zone)}"


def local_input(moment: datetime | None, zone: ZoneInfo) -> str:
    """ "2026-11-24T14:37", for a datetime-local field in the company's zone; empty where there is nothing yet."""
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if moment else ""


def hours(seconds: int) -> str:
    """ "2 h 05", under an hour "48 min". Whole minutes, rounded down: a clock never runs ahead."""
    minutes = max(seconds, 0) // 60
    return f"{minutes // 60} h {minutes % 60:02}" if minutes >= 60 else f"{minutes} min"


def lasted(start: datetime, end: datetime) -> str:
    return hours(int((end - start) / timedelta(seconds=1)))


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 job", "2 jobs"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def waited(since: datetime, now: datetime) -> str:
    """ "9 days", "5 hours", "12 minutes": how long something has been waiting, the largest unit only."""
    minutes = int((now - since) / timedelta(minutes=1))
    if minutes < 60:
        return counted(max(minutes, 0), "minute")
    if minutes < 24 * 60:
        return counted(minutes // 60, "hour")
    return counted(minutes // (24 * 60), "day")
