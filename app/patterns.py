"""Sample cards in every state, for the page /patterns and for tests: nothing here is read from a database."""

from datetime import UTC, datetime, timedelta

from app.queries.cards import CardMoney, JobCard, Needed, Running, Who
from app.rules.states import RUNNING, STATE_LANE, Activity, Priority, State

NOON = datetime(2026, 11, 24, 13, 37, 12, tzinfo=UTC)
"""The moment at which the samples were "drawn": 14:37:12 in Berlin."""

TOM = Who(3, "Tom Brandt", "Tom\u00a0B.")
FATIMA = Who(4, "Fatima Zahra El-Mansouri", "Fatima\u00a0E.")
NHUNG = Who(5, "Lê Thị Hồng Nhung", "Nhung\u00a0L.")
MAREK = Who(6, "Marek Dvořák", "Marek\u00a0D.")
SOFIA = Who(7, "Sofía Muñoz", "Sofía\u00a0M.")

TITLES: dict[State, tuple[str, str, str]] = {
    State.NEW: ("No heating, infant in the house", "Fam. Hofmann", "Fleischhauerstraße 51"),
    State.SCHEDULED: ("Kitchen sockets: second circuit", "Café Noisette", "Wahmstraße 4"),
    State.TRAVELLING: ("Blocked drain, restaurant kitchen", "Zum Anker", "Mühlenstraße 9"),
    State.WORKING: (
        "Heat pump commissioning, plant room 2",
        "Stadtwerke Lübeck GmbH",
        "Plant room 2",
    ),
    State.PAUSED: ("2 lights out “on” in stairwell B", "Hausverwaltung Sommer", "Block 4"),
    State.ON_HOLD: (
        "Wallbox 11 kW: site check and quote",
        "Autohaus Çelik & Söhne",
        "Ratzeburger Allee 106",
    ),
    State.NEEDS_DETAILS: (
        "Circulation pump, basement: replace",
        "Hausverwaltung Sommer",
        "Hüxstraße 22",
    ),
    State.READY: (
        "Boiler: no hot water, pressure drops overnight",
        "Fam. Hofmann",
        "Lindenstraße 18",
    ),
    State.BILLING: ("Door heater: no output", "Bäckerei Öztürk", "Königstraße 2"),
    State.INVOICED: ("+Cooling System: filter change", "Hotel Żuraw", "Am Bahnhof 1"),
    State.PAID: ("AC maintenance, 4 split units", "Praxis Dr. Núñez", "Kronsforder Allee 3"),
    State.NOT_BILLABLE: ("Called for nothing", "Kita Sonnenblume", "Moislinger Allee 210"),
    State.CANCELLED: ("Water meter: reading and seal", "Kita Sonnenblume", "Moislinger Allee 210"),
}

_MISSING = (
    Needed("work_note", "A note on the work done", "technician", TOM.short),
    Needed("customer", "Who pays: the customer", "office", "Office"),
)


def sample_card(state: State, *, number: int = 0, **changes: object) -> JobCard:
    """A believable card in ``state``; ``changes`` are fields to set instead."""
    at = list(State).index(state)
    number = number or 1040 + at
    title, customer, site = TITLES[state]
    runs = state in RUNNING and state is not State.PAUSED
    done = at >= list(State).index(State.NEEDS_DETAILS)
    activity = Activity.TRAVEL if state is State.TRAVELLING else Activity.WORK
    fields: dict[str, object] = {
        "id": number - 1000,
        "number": number,
        "title": title,
        "wall_title": title,
        "customer_id": 12,
        "customer": customer,
        "site": site,
        "town": "Lübeck",
        "job_type": "Heating repair",
        "state": state,
        "lane": STATE_LANE[state],
        "rank": int(NOON.timestamp() * 1_000_000) - number,
        "version": 17,
        "priority": Priority.URGENT if state is State.NEW else Priority.NORMAL,
        "technicians": ()
        if state is State.NEW
        else (TOM, FATIMA)
        if state is State.WORKING
        else (TOM,),
        "planned_start": None if state is State.NEW else NOON - timedelta(minutes=52),
        "planned_end": None if state is State.NEW else NOON + timedelta(minutes=83),
        "time_zone": "Europe/Berlin",
        "running": (Running(TOM, activity, NOON - timedelta(minutes=125)),) if runs else (),
        "paused_at": NOON - timedelta(minutes=12) if state is State.PAUSED else None,
        "pause_reason": "Parts" if state is State.PAUSED else None,
        "hold_reason": "Waits for the landlord’s answer" if state is State.ON_HOLD else None,
        "worked_seconds": 8100 if done else 0,
        "needed": _MISSING if state is State.NEEDS_DETAILS else (),
        "late_after": NOON - timedelta(minutes=25) if state is State.TRAVELLING else None,
        "created_at": NOON - timedelta(minutes=8),
        "state_since": NOON - timedelta(minutes=8),
        "stopped_at": NOON - timedelta(seconds=6) if done else None,
        "flags": ("return_visit",) if state is State.SCHEDULED else (),
        "money": _money(state, number),
    }
    return JobCard(**{**fields, **changes})  # type: ignore[arg-type]  # a sample: the tests build every one of them


def _money(state: State, number: int) -> CardMoney | None:
    """A believable amount, where a card of the billing board has one."""
    amount = 12_000 + number % 60 * 1_370
    if state in RUNNING or state is State.NEEDS_DETAILS:
        return CardMoney(amount, "EUR", is_so_far=True)
    if state is State.READY:
        return CardMoney(amount, "EUR")
    if state is State.BILLING:
        return CardMoney(amount, "EUR", invoice_id=7, jobs=2)
    if state not in (State.INVOICED, State.PAID):
        return None
    return CardMoney(
        amount,
        "EUR",
        invoice_id=number - 1000,
        number=f"2026-{number - 850:04}",
        due_on=NOON.date() + timedelta(days=number % 9 - 3),
        overdue_after=NOON + timedelta(days=number % 9 - 2) if state is State.INVOICED else None,
        balance=amount if state is State.INVOICED else 0,
        settled="paid" if state is State.PAID else None,
        difference=8_500 if state is State.INVOICED and number % 4 == 0 else None,
    )


def sample_cards() -> dict[str, list[tuple[str, JobCard]]]:
    """For each view, what stands above the card and the card."""
    return {
        view: [
            (state.value.replace("_", " "), sample_card(state, number=1040 + 100 * shelf + at))
            for at, state in enumerate(State)
            if view != "wall" or STATE_LANE[state]
        ]
        for shelf, view in enumerate(("dispatch", "office", "wall", "technician"))
    }
