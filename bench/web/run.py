"""How heavy the website chat is: sizes, time from click to greeting, and what the launcher costs the page it is on.

    python -m bench.web.run [--out bench/results]

Chromium with Lighthouse's "slow 4G" (150 ms round trip, 1.6 Mbit/s down, 0.75 up) and a processor slowed down four times, cold cache.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from bench.latency.run import ROOT, our_bot

RUNS = 9
PHONE = {"width": 360, "height": 640}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
GREETED = """() => document.querySelector('ipt-chat').shadowRoot.querySelector('iframe')
  .contentDocument?.querySelector('.message')?.innerText"""
PAINT = """() => new Promise((resolve) => new PerformanceObserver((list, observer) => {
  const largest = list.getEntries().at(-1).startTime;
  observer.disconnect();
  const load = performance.getEntriesByType('navigation')[0];
  const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  resolve({ first_paint: first, largest_paint: largest, loaded: load.loadEventEnd });
}).observe({ type: 'largest-contentful-paint', buffered: true }))"""


def slowed(browser: Browser) -> Page:
    """Return a page of a new visitor on a slow phone."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def greeting_milliseconds(browser: Browser, url: str) -> float:
    """Return how long after the click on the launcher the greeting stands there."""
    page = slowed(browser)
    page.goto(url)
    page.locator("ipt-chat button.open").wait_for()
    page.evaluate(
        "document.querySelector('ipt-chat').shadowRoot.querySelector('button')"
        ".addEventListener('click', () => { window.clicked = performance.now() }, true)"
    )
    page.locator("ipt-chat button.open").click()
    page.wait_for_function(GREETED, polling="raf")
    taken = float(page.evaluate("performance.now() - window.clicked"))
    page.context.close()
    return taken


def page_milliseconds(browser: Browser, url: str, with_launcher: bool) -> dict[str, float]:
    """Return first and largest paint and the end of loading of the demonstration page."""
    page = slowed(browser)

    def answer(route: Route) -> None:
        text = route.fetch().text()
        route.fulfill(body=text if with_launcher else text[: text.rindex("<script")], content_type="text/html")

    page.route(url, answer)
    page.goto(url, wait_until="load")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    figures = dict(page.evaluate(PAINT))
    page.context.close()
    return figures


def main() -> None:
    """Measure, print, write `web.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results")
    arguments = parser.parse_args()
    dist = ROOT / "web" / "dist"
    sizes = {name: len(gzip.compress((dist / name).read_bytes(), 9)) for name in ("widget.js", "panel.js", "panel.css")}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        bot, _ = our_bot(Path(folder))
        url = f"{bot.address}/"
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            greeting = [greeting_milliseconds(browser, url) for _ in range(RUNS)]
            pages = {True: [], False: []}  # type: dict[bool, list[dict[str, float]]]
            for _ in range(RUNS):
                for with_launcher in (True, False):
                    pages[with_launcher].append(page_milliseconds(browser, url, with_launcher))
        finally:
            bot.stop()
    results = {
        "gzipped_bytes": sizes,
        "click_to_greeting_ms": {"median": round(statistics.median(greeting)), "slowest": round(max(greeting))},
        "page_with_launcher_ms": _medians(pages[True]),
        "page_without_launcher_ms": _medians(pages[False]),
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "web.json").write_text(json.dumps(results, indent=2) + "\n")
    for name, figures in results.items():
        print(name, figures)


def _medians(runs: list[dict[str, float]]) -> dict[str, int]:
    return {name: round(statistics.median(run[name] for run in runs)) for name in runs[0]}


if __name__ == "__main__":
    main()
