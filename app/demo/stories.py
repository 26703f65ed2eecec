"""Today's jobs, and those of the last days that are still on a board, told press by press.

Minutes are counted from the moment the demo is made; ``on(1, …)`` is the last working day. Nobody is in two places
at once, but for the one planned overlap that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from app.demo.ground import ZONE
from app.demo.texts import LONG_TITLE
from app.rules.states import Outcome, Priority


@dataclass(frozen=True, slots=True)
class Day:
    """Turns "25 minutes ago" and "the day before at 15:10" into moments."""

    at: datetime

    def ago(self, minutes: int) -> datetime:
        return self.at - timedelta(minutes=minutes)

    def on(self, back: int, clock: str) -> datetime:
        """That time of the ``back``-th working day before today; negative: after today."""
        day, step = self.at.astimezone(ZONE).date(), 1 if back > 0 else -1
        for _ in range(abs(back)):
            day = _next_working_day(day, -step)
        return datetime.combine(day, time.fromisoformat(clock), ZONE)

    def tomorrow(self, clock: str) -> datetime:
        day = self.at.astimezone(ZONE).date() + timedelta(days=1)
        return datetime.combine(day, time.fromisoformat(clock), ZONE)


def _next_working_day(day: date, step: int) -> date:
    day += timedelta(days=step)
    while day.weekday() >= 5:
        day += timedelta(days=step)
    return day


@dataclass(frozen=True, slots=True)
class Step:
    """One press or act. ``lag``: minutes that the phone was without network before the press reached us."""

    when: datetime
    who: str
    verb: str
    lag: int = 0
    words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One job: how it was taken in, planned (start and minutes) and what happened then."""

    title: str
    called: datetime
    kind: str | None = None
    customer: str | None = None
    wall_title: str | None = None
    description: str = ""
    priority: Priority = Priority.NORMAL
    reference: str | None = None
    plan: tuple[datetime, int] | None = None
    people: Sequence[str] = ()
    steps: Sequence[Step] = ()
    parts: Sequence[tuple[str, str]] = ()
    """Number in the price book, or words of one's own, and how many; see ``proof``."""


def step(when: datetime, who: str, verb: str, *, lag: int = 0, **words: Any) -> Step:
    return Step(when, who, verb, lag, words)


def work(
    who: str, begins: datetime, ends: datetime, note: str, *, travel: int = 14
) -> tuple[Step, ...]:
    """The usual way of a job: set off, start, a note, stop."""
    told = (step(ends - timedelta(minutes=2), who, "note", text=note),) if note else ()
    return (
        step(begins - timedelta(minutes=travel), who, "set_off"),
        step(begins, who, "start"),
        *told,
        step(ends, who, "stop", outcome=Outcome.DONE),
    )


def stories(day: Day) -> list[Story]:
    return [
        *_finished_before(day),
        *_still_needed(day),
        *_finished_today(day),
        *_under_way(day),
        *_planned(day),
        *_unplanned(day),
    ]


def _finished_before(day: Day) -> list[Story]:
    """Ready to invoice for days, and some that ended without an invoice."""
    return [
        Story(
            "Replace 3 thermostatic valves, flat 12",
            called=day.on(9, "14:20"),
            kind="Heating repair",
            customer="Hausverwaltung Sommer",
            reference="HV-2207",
            plan=(day.on(7, "09:00"), 120),
            people=("tom",),
            steps=work("tom", day.on(7, "09:04"), day.on(7, "10:49"), "Three valves, all tight."),
            parts=(("H-121", "3"), ("H-120", "3")),
        ),
        Story(
            "Distribution board: swap RCD, label circuits",
            called=day.on(6, "11:05"),
            kind="Electrical repair",
            customer="Bäckerei Öztürk",
            plan=(day.on(4, "11:30"), 180),
            people=("siobhan",),
            steps=work(
                "siobhan",
                day.on(4, "11:26"),
                day.on(4, "14:26"),
                "RCD 40 A / 30 mA replaced, trips at 22 mA. 14 circuits labelled.",
            ),
        ),
        Story(
            "AC maintenance, 4 split units",
            called=day.on(8, "09:40"),
            kind="Cooling and ventilation",
            customer="Praxis Dr. Núñez",
            plan=(day.on(3, "08:00"), 270),
            people=("piotr",),
            steps=work(
                "piotr", day.on(3, "08:07"), day.on(3, "12:27"), "Filters, drains, 4 × leak test."
            ),
        ),
        Story(
            "Door heater: no output",
            called=day.on(2, "15:30"),
            kind="Electrical repair",
            customer="Bäckerei Öztürk",
            plan=(day.on(1, "13:00"), 90),
            people=("ines",),
            steps=work(
                "ines", day.on(1, "13:02"), day.on(1, "14:12"), "Contactor burnt, replaced."
            ),
        ),
        Story(
            "Valve leaks again at the same radiator",
            called=day.on(3, "10:10"),
            kind="Heating repair",
            customer="Fam. Szymański",
            plan=(day.on(2, "10:00"), 60),
            people=("marek",),
            steps=(
                *work("marek", day.on(2, "10:05"), day.on(2, "10:40"), "Seal pinched, redone."),
                step(day.on(2, "13:15"), "olga", "not_billable", reason="Warranty: our own seal"),
            ),
        ),
        Story(
            "Doorbell: no sound",
            called=day.on(3, "16:05"),
            kind="Electrical repair",
            customer="Fam. Ünal",
            plan=(day.on(1, "09:45"), 30),
            people=("zoe",),
            steps=(
                step(
                    day.on(1, "09:30"), "dana", "cancel", reason="The customer repaired it himself"
                ),
                step(day.on(1, "09:47"), "zoe", "start", lag=44),
            ),
        ),
    ]


def _still_needed(day: Day) -> list[Story]:
    return [
        Story(
            "Circulation pump: set the speed, vent the risers",
            called=day.on(4, "08:15"),
            kind="Heating repair",
            customer="Gemeinnützige",
            wall_title="Circulation pump: speed",
            plan=(day.on(2, "14:00"), 90),
            people=("tom",),
            steps=work("tom", day.on(2, "14:06"), day.on(2, "15:21"), ""),
        ),
        Story(
            "Kitchen sockets dead after breaker trip",
            called=day.on(2, "09:20"),
            kind="Electrical repair",
            customer="Café Noisette",
            plan=(day.on(1, "10:00"), 90),
            people=("jerome",),
            steps=(
                *work("jerome", day.on(1, "10:03"), day.on(1, "11:18"), "Loose neutral tightened."),
                step(
                    day.on(1, "15:40"),
                    "olga",
                    "ask",
                    question="How many sockets did you replace: two, or all six on the quote?",
                ),
            ),
        ),
        Story(
            "Annual boiler service",
            called=day.on(6, "13:00"),
            kind="Boiler service",
            customer="Fam. García-Íñiguez",
            plan=(day.on(1, "13:00"), 120),
            people=("juergen",),
            steps=(
                step(day.on(1, "12:49"), "juergen", "set_off"),
                step(day.on(1, "13:08"), "juergen", "start"),
                step(day.on(1, "14:50"), "juergen", "note", text="CO 31 ppm, seals renewed."),
                step(day.on(1, "17:05"), "readyboard", "mark_suspects"),
                step(day.on(1, "20:41"), "juergen", "stop", outcome=Outcome.DONE),
            ),
        ),
        Story(
            "Smoke detectors: replace nine, test all",
            called=day.ago(170),
            kind="Safety inspection",
            plan=(day.ago(100), 60),
            people=("ines",),
            steps=work("ines", day.ago(95), day.ago(40), "Nine replaced, all heard in every room."),
        ),
    ]


def _finished_today(day: Day) -> list[Story]:
    return [
        Story(
            "+Cooling System: filter change",
            called=day.on(2, "12:30"),
            kind="Cooling and ventilation",
            customer="Hotel Żuraw",
            wall_title="+Cooling System: filter change",
            plan=(day.ago(185), 75),
            people=("piotr",),
            steps=work("piotr", day.ago(184), day.ago(109), "Eight F7 filters, belt tension set."),
        ),
        Story(
            "Manifold actuator, underfloor heating",
            called=day.on(1, "08:50"),
            kind="Heating repair",
            customer="Kita Sonnenblume",
            plan=(day.ago(180), 90),
            people=("tom",),
            steps=work("tom", day.ago(172), day.ago(84), "Actuator in the quiet room replaced."),
            parts=(("H-140", "1"),),
        ),
        Story(
            "Emergency lighting test and log book",
            called=day.on(5, "10:00"),
            kind="Safety inspection",
            customer="Hausverwaltung Sommer",
            reference="HV-2211",
            plan=(day.ago(210), 150),
            people=("nhung",),
            steps=work("nhung", day.ago(206), day.ago(61), "31 of 31 lamps, log book signed."),
            parts=(("S-403", "2"),),
        ),
        Story(
            "Boiler: no hot water, pressure drops overnight",
            called=day.ago(390),
            kind="Heating repair",
            customer="Fam. Hofmann",
            wall_title="Boiler: no hot water, pressure drops",
            description="Viessmann Vitodens 200-W. Refilled twice this week; "
            "check expansion vessel and valve.",
            plan=(day.ago(112), 120),
            people=("sofia",),
            parts=(("H-101", "1"), ("H-110", "1")),
            steps=(
                step(day.ago(122), "sofia", "set_off"),
                step(day.ago(103), "sofia", "start"),
                step(
                    day.ago(47),
                    "sofia",
                    "note",
                    text="Vessel membrane torn, valve seeping. Both replaced, filled to 1.6 bar, "
                    "two heating cycles watched.",
                ),
                step(
                    day.ago(39),
                    "olga",
                    "message",
                    text="Ask about the old valve, please. The landlord wants it kept.",
                ),
                step(
                    day.ago(35),
                    "sofia",
                    "message",
                    text="Kept, it is in the yellow box by the boiler.",
                ),
                step(day.ago(1), "sofia", "stop", outcome=Outcome.DONE),
            ),
        ),
    ]


def _under_way(day: Day) -> list[Story]:
    return [
        Story(
            "Blocked drain, restaurant kitchen",
            called=day.ago(95),
            kind="Drains",
            customer="Restaurant Fährhaus",
            plan=(day.ago(25), 60),
            people=("marek",),
            steps=(step(day.ago(33), "marek", "set_off"),),
        ),
        Story(
            "Radiators cold on the top floor",
            called=day.on(1, "17:45"),
            kind="Heating repair",
            customer="Musikschule Kranich",
            plan=(day.ago(-3), 60),
            people=("zoe",),
            steps=(step(day.ago(16), "zoe", "set_off"),),
        ),
        Story(
            "EV charger: RCD trips at night",
            called=day.on(1, "11:55"),
            kind="Electrical repair",
            customer="Autohaus Çelik",
            plan=(day.ago(-8), 60),
            people=("ibrahim",),
            steps=(step(day.ago(4), "ibrahim", "set_off"),),
        ),
        Story(
            "Heat pump commissioning, plant room 2",
            called=day.on(6, "09:00"),
            kind="Heat pump",
            customer="Stadtwerke Lübeck",
            reference="4500881723",
            plan=(day.ago(127), 210),
            people=("fatima",),
            steps=(
                step(day.ago(148), "fatima", "set_off"),
                step(day.ago(125), "fatima", "start"),
                step(
                    day.ago(70), "fatima", "note", text="Brine circuit vented, 2.1 bar, flow 14 l."
                ),
            ),
        ),
        Story(
            "Distribution board: relabel, new meter panel",
            called=day.on(3, "13:30"),
            kind="Electrical repair",
            customer="Druckerei Schmidt",
            plan=(day.ago(150), 115),
            people=("siobhan",),
            steps=(
                step(day.ago(161), "siobhan", "set_off"),
                step(day.ago(146), "siobhan", "start", lag=7),
            ),
        ),
        Story(
            "Replace bathroom extractor fan",
            called=day.on(2, "16:15"),
            kind="Cooling and ventilation",
            customer="Hotel Żuraw",
            plan=(day.ago(75), 105),
            people=("asa", "jerome"),
            steps=(
                step(day.ago(88), "asa", "set_off"),
                step(day.ago(72), "asa", "start"),
                step(day.ago(70), "jerome", "start"),
            ),
        ),
        Story(
            '2 lights out "on" in stairwell B',
            called=day.on(1, "14:00"),
            kind="Electrical repair",
            customer="Hausverwaltung Sommer",
            wall_title='2 lights out "on"',
            reference="HV-2214",
            plan=(day.ago(55), 90),
            people=("nhung",),
            steps=(
                step(day.ago(52), "nhung", "start"),
                step(day.ago(12), "nhung", "pause", reason="Parts"),
            ),
        ),
        Story(
            "AC not cooling, server room",
            called=day.ago(120),
            kind="Cooling and ventilation",
            customer="Steuerberatung Thießen",
            plan=(day.ago(50), 103),
            people=("piotr",),
            steps=(
                step(day.ago(66), "piotr", "set_off"),
                step(day.ago(48), "piotr", "start"),
            ),
        ),
        Story(
            "Gas meter room: ventilation fault",
            called=day.ago(140),
            kind="Cooling and ventilation",
            customer="Wohnungsgenossenschaft Trave",
            plan=(day.ago(30), 140),
            people=("juergen",),
            steps=(
                step(day.ago(45), "juergen", "set_off"),
                step(day.ago(31), "juergen", "start"),
            ),
        ),
        Story(
            "Water heater: swap anode and relief valve",
            called=day.on(1, "09:35"),
            kind="Plumbing",
            customer="Fam. Ødegård",
            plan=(day.ago(25), 105),
            people=("tom",),
            steps=(
                step(day.ago(38), "tom", "set_off"),
                step(day.ago(22), "tom", "start"),
            ),
        ),
    ]


def _planned(day: Day) -> list[Story]:
    """Later today, tomorrow and the week: title, customer, kind, start, minutes, people."""
    rows: list[tuple[str, str, str, datetime, int, tuple[str, ...]]] = [
        ("Kitchen sockets: second circuit", "Fam. Lefèvre-Dubois", "Electrical repair",
         day.ago(-40), 60, ("sofia",)),
        ("Sockets behind the counter", "Café Noisette", "Electrical repair",
         day.ago(-53), 90, ("jerome",)),
        ("Thermostat: radio receiver lost", "Praxis Dr. Núñez", "Heating repair",
         day.ago(-85), 60, ()),
        # The one overlap that is meant: he is planned elsewhere for another ten minutes then.
        ("Boiler house: leak at the safety valve", "Evangelische Kirchengemeinde",
         "Heating repair", day.ago(-100), 60, ("juergen",)),
        ("Water meter: reading and seal", "Fam. García-Íñiguez", "Plumbing",
         day.ago(-115), 30, ("sofia",)),
        ("Smoke alarms: yearly test", "Pension Zur Alten Salzstraße", "Safety inspection",
         day.tomorrow("08:00"), 90, ("siobhan",)),
        ("Heat pump: yearly check", "Fam. Kovačević-Ångström", "Heat pump",
         day.tomorrow("08:30"), 120, ("fatima",)),
        ("Shower drain slow, whole 9th floor", "Fam. Traoré", "Drains",
         day.tomorrow("09:00"), 90, ("marek",)),
        ("Gas boiler: service and flue test", "Fam. Petersen", "Boiler service",
         day.tomorrow("10:00"), 120, ("juergen",)),
        ("Glasshouse 3: fan controller", "Gärtnerei Grünkern", "Electrical repair",
         day.tomorrow("10:30"), 120, ("ibrahim", "jerome")),
        ("Compressor: new supply line", "Zahnärzte am Holstentor", "Electrical repair",
         day.tomorrow("13:30"), 150, ()),
        ("Kiln room: emergency stop", "Metallbau Jørgensen", "Safety inspection",
         day.on(-2, "08:00"), 120, ("nhung",)),
        ("Showers: thermostatic mixers, six", "Fitness Nord", "Plumbing",
         day.on(-2, "13:00"), 120, ("tom", "asa")),
        ("Stage dimmer: breaker trips", "Theaterwerkstatt", "Electrical repair",
         day.on(-3, "09:00"), 90, ("siobhan",)),
        ("Ventilation: change filters, hall C", "Logistik Baltic Port", "Cooling and ventilation",
         day.on(-3, "10:00"), 180, ("piotr",)),
        ("Oil burner: nozzle and filter", "Fam. Groß", "Boiler service",
         day.on(-4, "08:30"), 90, ("juergen",)),
        ("Projection booth: extra socket", "Kino Koki", "Electrical repair",
         day.on(-4, "10:00"), 60, ("ibrahim",)),
        ("Holiday flat: shut down the water for the winter", "Fam. Sjöström", "Plumbing",
         day.on(-5, "11:00"), 60, ("zoe",)),
    ]  # fmt: skip
    return [
        Story(
            title,
            called=day.on(1 + place % 4, f"{8 + place % 9:02d}:{7 * place % 60:02d}"),
            kind=kind,
            customer=customer,
            plan=(begins, minutes),
            people=people,
        )
        for place, (title, customer, kind, begins, minutes, people) in enumerate(rows)
    ]


def _unplanned(day: Day) -> list[Story]:
    return [
        Story(
            "No heating, infant in the house",
            called=day.ago(8),
            kind="Heating repair",
            customer="Fam. Nguyễn",
            priority=Priority.URGENT,
            description="Out since last night, 15 °C inside. Mother is at home all day.",
        ),
        Story(
            "Wallbox 11 kW: site check and quote",
            called=day.on(1, "16:25"),
            kind="Site check and quote",
            customer="Autohaus Çelik",
        ),
        Story(
            "Circulation pump, basement: replace",
            called=day.on(3, "08:40"),
            kind="Heating repair",
            customer="Hausverwaltung Sommer",
            plan=(day.on(1, "08:30"), 90),
            people=("tom",),
            steps=(
                step(day.on(1, "08:15"), "tom", "set_off"),
                step(day.on(1, "08:33"), "tom", "start"),
                step(
                    day.on(1, "09:27"),
                    "tom",
                    "stop",
                    outcome=Outcome.RETURN_VISIT,
                    reason="Pump is seized",
                    parts_to_order="Circulation pump 25-60, here on Thursday",
                    note="Isolated the pump, heating runs on the second circuit meanwhile.",
                ),
            ),
        ),
        Story(
            "Dripping mixer, staff kitchen",
            called=day.ago(55),
            kind="Plumbing",
            customer="Praxis Dr. Núñez",
        ),
        Story(
            "Doorbell transformer hums",
            called=day.on(1, "10:30"),
            kind="Electrical repair",
            customer="Buchhandlung Weißer Rabe",
            description="Any time they are open; not urgent.",
            people=("ines",),
        ),
        Story(LONG_TITLE, called=day.ago(76), wall_title="Radiator whistles, flat 2 left"),
        Story(
            "Heating circuit pump: renew after the offer",
            called=day.on(5, "09:50"),
            kind="Heating repair",
            customer="Wohnungsgenossenschaft Trave",
            plan=(day.on(-1, "14:00"), 120),
            people=("ines",),
            steps=(
                step(
                    day.on(2, "11:45"),
                    "dana",
                    "hold",
                    reason="The landlord has to agree to the offer first",
                ),
            ),
        ),
    ]
