"""The words of the demo company: who works there, for whom, and on what. Tables only, read by ``ground``.

Numbers are from the range that German telephone networks keep free for films; mail goes to ``.example``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.rules.access import Role

COMPANY = "Brandt Building Services GmbH"

_T = (Role.TECHNICIAN,)

PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("owner", "Henrik Brandt", (Role.OWNER,)),
    ("dana", "Dana Rasmussen", (Role.DISPATCHER,)),
    ("olga", "Olga Petrenko", (Role.OFFICE,)),
    ("tom", "Tom Brandt", _T),
    ("ines", "Inês Carvalho", _T),
    ("sofia", "Sofía Muñoz", _T),
    ("fatima", "Fatima Zahra El-Mansouri", _T),
    ("nhung", "Lê Thị Hồng Nhung", _T),
    ("juergen", "Jürgen Großmann", _T),
    ("siobhan", "Siobhán O’Connell", _T),
    ("piotr", "Piotr Wiśniewski", _T),
    ("zoe", "Zoë Kessler", _T),
    ("asa", "Åsa Lindqvist", _T),
    ("marek", "Marek Dvořák", _T),
    ("jerome", "Jérôme Lefèvre", _T),
    ("ibrahim", "Ibrahim Çelik", _T),
)
"""Name before the @, full name, roles."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A job type: what it asks for and how many, its checklist (text, answer), and what its photos show."""

    asks: Mapping[str, int]
    checklist: tuple[tuple[str, str], ...] = ()
    scenes: tuple[str, str] = ("boiler", "gauge")


JOB_TYPES: dict[str, Kind] = {
    "Heating repair": Kind({"work_note": 1, "photos_after": 1, "parts": 1}),
    "Boiler service": Kind(
        {"work_note": 1, "photos_before": 1, "photos_after": 1, "checklist": 1},
        (
            ("Gas cock closed before the work?", "Yes"),
            ("Burner cleaned, seals renewed?", "Yes"),
            ("CO in the flue, in ppm", "31"),
            ("Customer shown how to refill?", "Yes"),
        ),
    ),
    "Heat pump": Kind(
        {"work_note": 1, "photos_before": 1, "checklist": 1},
        (("Brine pressure in bar", "2.1"), ("Condensate runs off?", "Yes")),
        ("gauge", "fan"),
    ),
    "Cooling and ventilation": Kind(
        {"work_note": 1, "photos_before": 1, "photos_after": 1}, scenes=("fan", "gauge")
    ),
    "Plumbing": Kind({"work_note": 1, "photos_before": 1, "parts": 1}, scenes=("pipes", "pipes")),
    "Drains": Kind({"photos_after": 1}, scenes=("pipes", "pipes")),
    "Electrical repair": Kind(
        {"work_note": 1, "photos_before": 1, "photos_after": 1}, scenes=("board", "board")
    ),
    # The one that demands everything.
    "Safety inspection": Kind(
        {
            "work_note": 1,
            "photos_before": 1,
            "photos_after": 2,
            "checklist": 1,
            "signature": 1,
            "parts": 1,
        },
        (
            ("Every device tried?", "Yes"),
            ("How many were out of order?", "2"),
            ("Log book filled in?", "Yes"),
        ),
        ("lamp", "lamp"),
    ),
    "Site check and quote": Kind({}),
}

_PIECE, _METRE = "piece", "m"

PRICE_BOOK: tuple[tuple[str, str, str, str], ...] = (
    ("H-101", "Expansion vessel 18 l", _PIECE, "78.50"),
    ("H-102", "Expansion vessel 25 l", _PIECE, "92.00"),
    ("H-110", "Safety valve 3 bar", _PIECE, "32.00"),
    ("H-115", "Pressure gauge 0 to 4 bar", _PIECE, "18.90"),
    ("H-120", "Thermostatic head", _PIECE, "24.80"),
    ("H-121", "Thermostatic valve, angled", _PIECE, "31.20"),
    ("H-130", "Circulation pump 25-60", _PIECE, "289.00"),
    ("H-140", "Actuator 230 V for underfloor heating", _PIECE, "36.40"),
    ("H-150", "Ignition electrode", _PIECE, "27.60"),
    ("H-151", "Burner seal set", _PIECE, "41.30"),
    ("H-152", "Oil nozzle 0.50", _PIECE, "14.75"),
    ("H-153", "Oil filter insert", _PIECE, "9.80"),
    ("H-160", "Air separator 1 inch", _PIECE, "68.00"),
    ("H-170", "Insulation for pipe 22 mm", _METRE, "4.35"),
    ("P-201", "Copper pipe 15 mm", _METRE, "6.125"),
    ("P-202", "Copper pipe 22 mm", _METRE, "9.40"),
    ("P-210", "Press elbow 22 mm", _PIECE, "5.20"),
    ("P-211", "Press tee 22 mm", _PIECE, "7.90"),
    ("P-220", "Mixer for a basin", _PIECE, "89.00"),
    ("P-221", "Cartridge for a mixer", _PIECE, "22.50"),
    ("P-230", "Trap 1 1/4 inch", _PIECE, "12.30"),
    ("P-240", "Fill valve for a cistern", _PIECE, "19.60"),
    ("P-250", "Sacrificial anode", _PIECE, "38.00"),
    ("P-251", "Relief valve for a water heater", _PIECE, "29.50"),
    ("P-260", "Hose, reinforced, 1/2 inch", _METRE, "3.2"),
    ("E-301", "RCD 40 A / 30 mA", _PIECE, "46.00"),
    ("E-302", "RCD type B 63 A", _PIECE, "318.00"),
    ("E-310", "Circuit breaker B16", _PIECE, "6.40"),
    ("E-311", "Circuit breaker C16", _PIECE, "7.10"),
    ("E-320", "Socket, white", _PIECE, "5.95"),
    ("E-321", "Socket, outdoor", _PIECE, "11.40"),
    ("E-330", "Cable 3 x 1.5", _METRE, "0.895"),
    ("E-331", "Cable 5 x 2.5", _METRE, "2.48"),
    ("E-340", "Staircase timer", _PIECE, "38.70"),
    ("E-350", "LED lamp E27, 8 W", _PIECE, "4.20"),
    ("E-360", "Contactor 24 A", _PIECE, "33.90"),
    ("S-401", "Smoke alarm, ten years", _PIECE, "27.90"),
    ("S-402", "Emergency lamp with battery", _PIECE, "84.00"),
    ("S-403", "Battery for an emergency lamp", _PIECE, "21.50"),
    ("V-501", "Filter F7, 592 x 592", _PIECE, "34.60"),
    ("V-502", "Fan belt SPA 1250", _PIECE, "12.95"),
    ("V-503", "Bathroom fan, quiet", _PIECE, "96.00"),
)
"""Number, what it is, unit, price of one in euros."""

_CUSTOMERS = """
Fam. Hofmann | Lindenstraße 18, ground floor left | 23558 | Márta Hofmann | Key at the bakery next door. Dog in yard.
Hausverwaltung Sommer GmbH | Königstraße 117 | 23552 | Jutta Sommer | Ring at the caretaker's, Block 4, before 16:00.
Stadtwerke Lübeck GmbH | Geniner Straße 80, plant room 2 | 23560 | Uwe Thomsen | Badge at the gate. Hearing protection.
Hotel Żuraw | An der Untertrave 41 | 23552 | Agnieszka Żuraw | Service lift at the back. Guests sleep until 10:00.
Café Noisette | Hüxstraße 22 | 23552 | Amélie Noiret | Closed on Mondays; key in the safe, code from Dana.
Bäckerei Öztürk | Fackenburger Allee 9 | 23554 | Gülşen Öztürk | Come after 11:00, the ovens are off then.
Praxis Dr. Núñez | Ratzeburger Allee 106 | 23562 | Dr. Beatriz Núñez | No drilling during consultation hours.
Fam. García-Íñiguez | Moislinger Allee 210 | 23558 | Iñaki García-Íñiguez |
Kita Sonnenblume | Kronsforder Allee 3 | 23560 | Birgit Fröhlich | Children sleep from 12:00 to 14:00. Shoes off inside.
Autohaus Çelik & Söhne | Travemünder Allee 77 | 23568 | Mehmet Çelik | Park behind the workshop.
Restaurant Fährhaus | Mühlenstraße 9 | 23552 | Giorgos Papadopoulos | Kitchen door in the yard, ring twice.
Fam. Lefèvre-Dubois | Wahmstraße 4 | 23552 | Hélène Lefèvre-Dubois | Third floor, no lift.
Fam. Nguyễn | Fleischhauerstraße 51 | 23552 | Nguyễn Văn Thành | The bell is broken, please call from the door.
Wohnungsgenossenschaft Trave eG | Schlutuper Straße 23 | 23566 | Renate Ahlers | Keys at the porter's lodge.
Gemeinnützige Wohnungsbaugesellschaft Marli-Brandenbaum mbH | Marlistraße 101 | 23566 | Kerstin Voß | Key box 12.
Musikschule Kranich | Rosengarten 14 | 23552 | Ágnes Szűcs | Lessons until 19:00; the cellar is free all day.
Zahnärzte am Holstentor | Holstenstraße 30 | 23552 | Dr. Sven Bröker | Compressor off first: ask at the desk.
Buchhandlung Weißer Rabe | Breite Straße 66 | 23552 | Noémie Weiß |
Schiffswerft Krøger & Sønner | Einsiedelstraße 6 | 23554 | Bjørn Krøger | Helmet and boots. Ask for the shift leader.
Fam. Wójcik | Brolingstraße 44 | 23554 | Małgorzata Wójcik | Spare key with Mrs Petersen, first floor.
Fam. Đorđević | Ziegelstraße 12 | 23556 | Snežana Đorđević |
Fam. O’Sullivan | Steinrader Weg 5 | 23558 | Aoife O’Sullivan | Cat must not get out.
Evangelische Kirchengemeinde St. Gertrud | Bonnusstraße 3 | 23568 | Pastorin Ute Claaßen | Boiler house in the yard.
Fitness Nord | Lohmühle 62 | 23554 | Kwame Asante-Mensah | Showers are free from 13:00 to 15:00.
Druckerei Schmidt | Glashüttenweg 33 | 23568 | Rüdiger Schmidt | Ramp 2; do not block the lorries.
Fam. Schäfer | Hansering 8 | 23558 | Jörg Schäfer |
Fam. Hansen | Elswigstraße 15 | 23562 | Kirsten Hansen | Side entrance, gate code 4711.
Fam. Yıldız | Dornbreite 140 | 23556 | Elif Yıldız |
Fam. Kovačević-Ångström | Wakenitzufer 27 | 23564 | Tomislav Kovačević-Ångström | Boathouse at the end of the path.
Fam. van der Meer | Heiligen-Geist-Kamp 2 | 23568 | Jolijn van der Meer |
Fam. Petersen | Am Burgfeld 10 | 23568 | Hauke Petersen | Hard of hearing: knock loudly.
Fam. Szymański | Schwartauer Allee 88 | 23554 | Łukasz Szymański |
Fam. Müller-Lüdenscheidt | Roeckstraße 19 | 23568 | Heinz Müller-Lüdenscheidt | Bathroom on the first floor.
Fam. Bąk | Kastorpstraße 20 | 23560 | Żaneta Bąk |
Fam. Fernández Álvarez | Kalandstraße 7 | 23564 | Ximena Fernández Álvarez | Fuse box in the stairwell, second floor.
Fam. Groß | Triftstraße 31 | 23554 | Günther Groß |
Fam. Łoś | Helmholtzstraße 11 | 23562 | Ewa Łoś | Ladder in the shed.
Fam. Ødegård | Plönniesstraße 4 | 23560 | Solveig Ødegård |
Fam. Çakır | Reiferstraße 26 | 23554 | Derya Çakır | Works nights: not before 13:00.
Fam. Jansen | Falkenstraße 38 | 23564 | Wiebke Jansen |
Fam. Ünal | Artlenburger Straße 17 | 23556 | Barış Ünal |
Fam. Traoré | Hudekamp 31, 9th floor | 23556 | Aïssata Traoré | The lift stops at eight.
Fam. Sjöström | Strandweg 52, Travemünde | 23570 | Maj-Britt Sjöström | Holiday flat; key at the kiosk.
Fam. Nováková | Vorderreihe 18, Travemünde | 23570 | Zdeňka Nováková |
Strandhotel Möwenblick | Kaiserallee 6, Travemünde | 23570 | Thorsten Möller | Report at the back office first.
Segelschule Priwall | Mecklenburger Landstraße 60 | 23570 | Femke Dijkstra | Take the ferry; tools on the trolley.
Apotheke am Koberg | Koberg 11 | 23552 | Dr. Şirin Aydın | Alarm is armed from 18:30.
Gärtnerei Grünkern | Kahlhorststraße 90 | 23562 | Friederike Löwe | Glasshouse 3. Close the doors behind you.
Steuerberatung Thießen & Partner | Beckergrube 57 | 23552 | Anneke Thießen |
Tierarztpraxis Pfotenglück | Wesloer Landstraße 12 | 23566 | Dr. Lene Sørensen | Dogs in the waiting room.
Kino Koki | Mengstraße 35 | 23552 | Matthias Bühring | Quiet from 15:30, the first film begins.
Theaterwerkstatt e. V. | Dr.-Julius-Leber-Straße 9 | 23552 | Juliane Öhlschläger | Stage lift: house technician only.
Grundschule Falkenfeld | Ziegelteller 4 | 23556 | Bernd Kühn | Only outside lessons: after 13:10.
Sportverein Vorwärts 09 | Travemünder Landstraße 2 | 23570 | Dörte Rüß | Groundsman has the keys.
Logistik Baltic Port | Zum Hafenplatz 1, hall C | 23570 | Virginija Žukauskaitė | Safety briefing at gate 3.
Metallbau Jørgensen | Taschenmacherstraße 21 | 23556 | Ove Jørgensen |
Friseur Haarscharf | Große Burgstraße 44 | 23552 | Nadège Okafor |
Pension Zur Alten Salzstraße | Obertrave 16 | 23552 | Edeltraud Gößler | Low beams: mind your head.
Weinhandlung Château Lübeck | Aegidienstraße 60 | 23552 | Loïc Béranger | Steep cellar stairs; light on the left.
Fam. Ågren | Brömsenstraße 9 | 23566 | Nils Ågren |
"""


@cache
def customers() -> list[list[str]]:
    """Rows of name, street, postcode, contact and access note (may be empty)."""
    return [[part.strip() for part in line.split("|")] for line in _CUSTOMERS.strip().splitlines()]


HISTORY: dict[str, tuple[tuple[str, str], ...]] = {
    "Heating repair": (
        ("Radiator stays cold in the bedroom", "Valve freed, system vented, runs evenly."),
        ("Boiler shows F28, no ignition", "Electrode replaced, ignition tested ten times."),
        ("Replace thermostatic valves", "Three heads replaced and set to 3."),
        ("Heating knocks at night", "Pump speed lowered, air separator cleaned."),
    ),
    "Boiler service": (
        ("Annual boiler service", "Burner cleaned, seals renewed, CO 38 ppm."),
        ("Gas boiler: service and flue test", "Flue tight, condensate trap flushed."),
        ("Oil burner: nozzle and filter", "Nozzle 0.50 fitted, soot number 0.4."),
    ),
    "Heat pump": (
        ("Heat pump: fault 5224", "Flow sensor replaced, de-icing watched."),
        ("Heat pump: yearly check", "Refrigerant circuit tight, filters cleaned."),
    ),
    "Cooling and ventilation": (
        ("AC maintenance, two split units", "Filters washed, drain flushed, 8 °C at the outlet."),
        ("Extractor fan rattles", "Bearing replaced, duct cleaned."),
        ("Ventilation: change filters", "F7 filters replaced, pressure difference noted."),
    ),
    "Plumbing": (
        ("Dripping tap in the kitchen", "Cartridge replaced, tight."),
        ("Toilet cistern runs on", "Fill valve replaced."),
        ("Leak under the sink", "Trap resealed, cupboard dried."),
        ("Water heater: descale", "4 kg of lime out, anode fine."),
    ),
    "Drains": (
        ("Blocked drain in the yard", "Rodded 12 m, roots cut, flow is good."),
        ("Floor drain smells", "Trap filled, cover sealed."),
    ),
    "Electrical repair": (
        ("RCD trips", "Kettle faulty; circuit measured, 200 MΩ."),
        ("Socket without power", "Loose neutral found in the junction box."),
        ("Stairwell light: timer", "Relay replaced, set to 4 minutes."),
        ("Replace distribution board cover", "Cover fitted, circuits labelled."),
    ),
    "Safety inspection": (
        ("Emergency lighting test", "14 of 14 lamps, log book filled in."),
        ("Portable appliances: yearly test", "63 passed, 2 taken out of use."),
        ("Smoke alarms: yearly test", "All nine heard, batteries changed in two."),
    ),
    "Site check and quote": (("Wallbox: site check", "Cable route 18 m, meter board has room."),),
}
"""Titles and what was done, by job type."""

LONG_TITLE = (
    "Forwarded from the property manager: tenant on the second floor, left, reports that the radiator in the "
    "children's room makes a whistling noise as soon as the one in the bathroom is opened, that the water in the "
    "shower is lukewarm between six and half past seven in the morning, that the pressure gauge in the cellar stood "
    "at 0.8 bar on Sunday and that somebody from another firm was there twice; please call before you "
    "come, the tenant works shifts and the neighbour with the key is away, thanks"
)
"""As long as an e-mail pasted into one line: what boards must survive (496 characters)."""
