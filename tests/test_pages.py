"""What the look promises: every card and page draws, escapes, fits its budget, and names what it shows."""

import gzip
import re
from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import pages
from app.patterns import NOON, TOM, sample_card
from app.queries.screens.boards import day_filters
from app.queries.screens.frame import Form, WallOptions
from app.rules import dates
from app.rules.states import STATE_LANE, State
from tests.page_samples import page_samples

BERLIN = ZoneInfo("Europe/Berlin")
VIEWS = ("dispatch", "office", "wall", "technician")
TEMPLATES = sorted(pages.TEMPLATES.rglob("*.html"))
CSS = sorted(pages.STATIC.glob("css/*.css"))
SAMPLES = list(page_samples())
HOSTILE = "<script>alert('1')</script>\"' onload=x {{ 7 * 7 }} &amp;"
NAMELESS = ("hidden", "submit", "button")

every_page = pytest.mark.parametrize(
    ("name", "template", "context"), SAMPLES, ids=[one[0] for one in SAMPLES]
)
every_card = pytest.mark.parametrize("state", list(State))
every_view = pytest.mark.parametrize("view", VIEWS)


class Outline(HTMLParser):
    """The tags of a page: enough to see roots, ids, labels and references."""

    VOID = frozenset(
        {"area", "br", "hr", "img", "input", "link", "meta", "path", "rect", "circle", "use"}
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.roots = 0
        self.depth = 0
        self.inside_label = 0
        self.unlabelled: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.roots += self.depth == 0
        self.depth += tag not in self.VOID
        self.inside_label += tag == "label"
        if (
            tag in ("input", "select", "textarea")
            and found.get("type") not in NAMELESS
            and not self.inside_label
        ):
            self.unlabelled.append(str(found.get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in self.VOID
        self.inside_label -= tag == "label"

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute))]


# --- cards ------------------------------------------------------------------------------------------------------------


@every_view
@every_card
def test_a_card_is_one_element_that_names_itself(view: str, state: State) -> None:
    outline = Outline(pages.render_card(view, sample_card(state), zone=BERLIN))
    tag, attrs = outline.tags[0]
    assert (outline.roots, outline.depth, tag) == (1, 0, "article")
    assert attrs["id"] == sample_card(state).key
    assert attrs["data-v"] == "17"
    assert attrs.get("data-lane") == STATE_LANE[state]


@every_view
@every_card
def test_a_card_holds_no_form_and_no_line_break(view: str, state: State) -> None:
    html = pages.render_card(view, sample_card(state), zone=BERLIN)
    # A tick box is no form: it belongs to the page's own, under the board.
    assert not re.search(r"<(form|button)|<input(?! type=\"checkbox\" name=\"job\")|\n", html)


@every_view
@every_card
def test_a_card_travels_light(view: str, state: State) -> None:
    size = len(pages.render_card(view, sample_card(state), zone=BERLIN).encode())
    assert size <= (900 if view == "wall" else 2048)


@every_view
def test_a_card_escapes_what_people_typed(view: str) -> None:
    card = sample_card(
        State.ON_HOLD, title=HOSTILE, wall_title=HOSTILE, site=HOSTILE, hold_reason=HOSTILE
    )
    html = pages.render_card(view, card, zone=BERLIN, options=WallOptions(shows_titles=True))
    assert "<script" not in html
    assert {tag for tag, _ in Outline(html).tags} <= {
        "article",
        "header",
        "h3",
        "p",
        "a",
        "b",
        "span",
        "div",
        "footer",
        "svg",
        "use",
        "time",
        "ul",
        "li",
    }
    assert "{{ 7 * 7 }}" in html


@every_view
@every_card
def test_a_card_has_the_same_bytes_whenever_it_is_drawn(view: str, state: State) -> None:
    card = sample_card(state)
    assert pages.render_card(view, card, zone=BERLIN) == pages.render_card(view, card, zone=BERLIN)


def test_no_card_template_knows_the_present() -> None:
    sources = "".join(file.read_text() for file in (pages.TEMPLATES / "cards").glob("*.html"))
    assert not re.search(r"\bnow\b|frame\.", sources)


def test_a_wall_card_tells_no_customer_and_no_free_title_by_default() -> None:
    card = sample_card(State.READY, title="Mrs Hofmann’s boiler", wall_title="Heating repair")
    html = pages.render_card("wall", card, zone=BERLIN)
    assert "Heating repair" in html
    assert not re.search(r"Hofmann|Lindenstraße|Lübeck|href", html)


def test_a_wall_card_shows_the_customer_where_the_owner_says_so() -> None:
    html = pages.render_card(
        "wall", sample_card(State.READY), zone=BERLIN, options=WallOptions(shows_customers=True)
    )
    assert "Fam. Hofmann" in html


# --- pages ------------------------------------------------------------------------------------------------------------


@every_page
def test_a_page_draws_with_unique_ids(
    name: str, template: str, context: Mapping[str, object]
) -> None:
    ids = Counter(Outline(pages.render(template, **context)).values("id"))
    assert [one for one, times in ids.items() if times > 1] == []


@every_page
def test_every_field_has_a_label(name: str, template: str, context: Mapping[str, object]) -> None:
    outline = Outline(pages.render(template, **context))
    assert set(outline.unlabelled) <= set(outline.values("for"))


@every_page
def test_every_reference_leads_somewhere(
    name: str, template: str, context: Mapping[str, object]
) -> None:
    outline = Outline(pages.render(template, **context))
    wanted = [
        one
        for attribute in ("aria-labelledby", "aria-describedby", "for")
        for value in outline.values(attribute)
        for one in value.split()
    ]
    targets = [href[1:] for href in outline.values("href") if href.startswith("#")]
    assert set(wanted + targets) - set(outline.values("id")) <= {"dialog-title"}


@every_page
def test_every_page_is_small(name: str, template: str, context: Mapping[str, object]) -> None:
    assert len(gzip.compress(pages.render(template, **context).encode())) <= 30_000


@every_page
def test_no_page_uses_the_words_we_do_not_say(
    name: str, template: str, context: Mapping[str, object]
) -> None:
    said = re.sub(r"<[^>]*>", " ", pages.render(template, **context))
    assert not re.search(r"\b(Submit|Clock out|Sync|Error \d{3}|[Ii]nvalid)\b", said)


def test_every_page_and_dialog_has_a_sample() -> None:
    drawn = {template for _, template, _ in SAMPLES}
    there = {
        file.relative_to(pages.TEMPLATES).as_posix()
        for folder in ("pages", "dialogs")
        for file in (pages.TEMPLATES / folder).glob("*.html")
    }
    assert there == drawn


@pytest.mark.parametrize(
    "file",
    [file for file in TEMPLATES if file.parent.name in ("pages", "dialogs")],
    ids=lambda f: f.name,
)
def test_a_page_says_first_what_it_is_given(file: Path) -> None:
    assert file.read_text().startswith("{#")


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_has_no_inline_style_script_or_handler(file: Path) -> None:
    source = file.read_text()
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)", source
    )


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_a_template_switches_no_escaping_off_but_for_our_own_pictures(file: Path) -> None:
    source = file.read_text()
    assert not re.search(r"\{% autoescape", source)
    assert set(re.findall(r"(\S+) \| safe", source)) <= {"qr_svg", "link.qr_svg", '"")'}


def test_every_symbol_that_is_drawn_is_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([^"]+)"', (pages.TEMPLATES / "partials/icons.html").read_text())
    )
    drawn = {
        one
        for _, template, context in SAMPLES
        for one in re.findall(r'href="#([gi]-[^"]+)"', pages.render(template, **context))
    }
    assert drawn - sprite == set()


def test_an_error_is_tied_to_its_field_and_stands_first() -> None:
    template = pages._ENVIRONMENT.from_string(
        '{% import "partials/fields.html" as fields %}{{ fields.errors(form) }}'
        '{{ fields.input(form, "name", "Name", hint="H") }}'
    )
    html = template.render(form=Form({"name": "x"}, {"name": "Type a name."}))
    assert html.index('href="#f-name"') < html.index('id="f-name"')
    assert 'aria-describedby="f-name-hint f-name-error" aria-invalid="true"' in html


def test_a_password_is_never_written_back() -> None:
    template = pages._ENVIRONMENT.from_string(
        '{% import "partials/fields.html" as fields %}{{ fields.input(form, "password", "Password", type="password") }}'
    )
    assert "secret" not in template.render(form=Form({"password": "secret"}))


# --- words and numbers ------------------------------------------------------------------------------------------------


def test_moments_in_attributes_are_utc_to_the_second() -> None:
    assert pages.iso(NOON) == "2026-11-24T13:37:12Z"
    assert dates.local_input(NOON, BERLIN) == "2026-11-24T14:37"


@pytest.mark.parametrize(
    ("name", "short"), [("Tom Brandt", "TB"), ("Lê Thị Hồng Nhung", "LN"), ("Ana", "A"), ("", "")]
)
def test_initials_are_of_the_first_and_the_last_name(name: str, short: str) -> None:
    assert pages.initials(name) == short


def test_three_technicians_are_one_and_two_more() -> None:
    assert pages.shorts((TOM, TOM, TOM)) == "Tom\u00a0B. + 2"


def test_what_was_planned_yesterday_and_not_begun_stays_under_today() -> None:
    today, tomorrow, *_ = day_filters(NOON.date().replace(day=25))
    card = sample_card(State.SCHEDULED)
    assert (today.shows(card, BERLIN), tomorrow.shows(card, BERLIN)) == (True, False)


@pytest.mark.parametrize(
    ("here", "label"),
    [
        ("/dispatch", "Dispatch"),
        ("/people/3", "Settings"),
        ("/customers/new", "Customers"),
        ("/jobs/4", None),
    ],
)
def test_the_top_bar_marks_where_one_is(here: str, label: str | None) -> None:
    current = [link.label for link in pages.nav(["owner"], here) if link.current]
    assert current == ([label] if label else [])


def test_a_technician_sees_no_office_places() -> None:
    assert [link.href for link in pages.nav(["technician"], "/my-jobs")] == ["/my-jobs"]


# --- styles -----------------------------------------------------------------------------------------------------------


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"(--[a-z0-9-]+|color-scheme):\s*([^;]+);", block))


def test_dark_is_the_same_by_choice_and_by_device() -> None:
    source = (pages.STATIC / "css/tokens.css").read_text()
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\n\}', source, re.DOTALL)
    device = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\n  \}", source, re.DOTALL)
    assert chosen is not None
    assert device is not None
    assert _tokens(chosen[1]) == _tokens(device[1])


@every_page
def test_the_styles_of_a_page_are_small(
    name: str, template: str, context: Mapping[str, object]
) -> None:
    """The patterns page shows all of them, in development only."""
    linked = set(re.findall(r"/css/([a-z]+\.css)", pages.render(template, **context)))
    styles = "".join(file.read_text() for file in CSS if file.name in linked)
    assert len(gzip.compress(styles.encode())) <= 12_288 or name == "patterns"


@pytest.mark.parametrize(
    "file", [file for file in CSS if file.name != "tokens.css"], ids=lambda file: file.name
)
def test_only_the_tokens_name_colours(file: Path) -> None:
    source = file.read_text()
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(|!important", source)


def test_every_style_sheet_is_linked_by_a_page() -> None:
    linked = {
        name
        for _, template, context in SAMPLES
        for name in re.findall(r"/css/([a-z]+\.css)", pages.render(template, **context))
    }
    assert linked == {file.name for file in CSS}


def test_static_addresses_change_with_the_build() -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{12}/css/card\.css", pages.static("css/card.css"))
