"""axe-core on a page: WCAG 2.0 to 2.2, A and AA.

In dark and high contrast only colours can differ, so only they are looked at again.
"""

from collections.abc import Iterable

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_RUN = """async (options) => {
  const found = await axe.run(document, {...options, resultTypes: ['violations']});
  return found.violations.flatMap(({id, help, nodes}) => nodes.map((node) =>
    `${id} (${help}): ${node.target.join(' ')} ${node.html.slice(0, 120)}`));
}"""

_THEME = "(theme) => document.documentElement.setAttribute('data-theme', theme)"


THEMES = ("light", "dark", "contrast")


async def problems_in(page: Page, themes: Iterable[str] = THEMES) -> list[str]:
    """Nothing is what we want. The page keeps the last theme."""
    await page.evaluate(AXE_SCRIPT)
    found = []
    for theme in themes:
        await page.evaluate(_THEME, theme)
        only: dict[str, object] = {"runOnly": TAGS if theme == "light" else ["color-contrast"]}
        found += [f"{theme}: {one}" for one in await page.evaluate(_RUN, only)]
    return found
