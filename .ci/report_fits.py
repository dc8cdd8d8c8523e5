"""Opens a report in Chromium at two widths and fails when the page scrolls sideways: `report_fits.py HTML...`.

The report is put in a frame of the wanted width, because a browser window has a smallest width that is wider than a
telephone. The page around it measures the frame after it was laid out and writes down what it found.
"""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTHS = (1280, 390)

# Chromium asks for nothing outside, and works without a display, also for root in a container.
CHROMIUM = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--virtual-time-budget=10000",
    "--window-size=1400,1000",
    "--dump-dom",
]

MEASURE = """
addEventListener("load", () => {
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const width = page.documentElement.clientWidth;
    const style = (e) => page.defaultView.getComputedStyle(e);
    // A box that scrolls by itself holds what is in it, but not what is placed absolutely by an element around the box.
    const boxed = (e, placed) => {
      const around = e.parentElement;
      if (!around || around === page.body) return false;
      if (placed && style(around).position === "static") return boxed(around, true);
      return style(around).overflowX !== "visible" || boxed(around, style(around).position === "absolute");
    };
    const wide = [...page.querySelectorAll("body *")].filter(
      (e) => e.getBoundingClientRect().right > width && !boxed(e, style(e).position === "absolute"));
    const first = wide.map((e) => e.tagName.toLowerCase() + "." + (e.getAttribute("class") || ""))[0] || "none";
    const found = document.createElement("output");
    found.textContent = [width, page.documentElement.scrollWidth, page.querySelectorAll("h1").length,
      page.body.innerText.trim().length, first].join(" ");
    document.body.append(found);
  }
});
"""


def measured(report: Path) -> list[tuple[int, int, int, int, str]]:
    """Width of the frame and of its content, main headings, letters and the first wide element, per width."""
    text = html.escape(report.read_text(encoding="utf-8"), quote=True)
    frame = '<iframe srcdoc="{}" style="width:{}px;height:900px;border:0"></iframe>'
    frames = "".join(frame.format(text, width) for width in WIDTHS)
    page = f'<!doctype html><meta charset="utf-8"><script>{MEASURE}</script><body>{frames}'
    with tempfile.TemporaryDirectory() as folder:
        around = Path(folder) / "around.html"
        around.write_text(page, encoding="utf-8")
        command = [*CHROMIUM, f"--user-data-dir={folder}/profile", around.as_uri()]
        dumped = subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout
    found = re.findall(r"<output>(\d+) (\d+) (\d+) (\d+) ([^<]*)</output>", dumped)
    return [(*map(int, numbers), wide) for *numbers, wide in found]


def main(reports: list[Path]) -> int:
    """Prints each width; 1 when one scrolls sideways, is empty, or was not measured."""
    wrong = 0 if reports else 1
    for report in reports:
        found = measured(report)
        if [frame for frame, *_ in found] != list(WIDTHS):
            print(f"{report.name}: Chromium measured {found}, expected the widths {WIDTHS}", file=sys.stderr)
            wrong += 1
        for frame, content, heads, letters, wide in found:
            fits = content <= frame and heads == 1 and letters > 1000
            verdict = "fits" if fits else f"does not fit; first element that sticks out: {wide}"
            print(f"{report.name} at {frame} px: {content} px wide, {heads} h1, {letters} letters: {verdict}")
            wrong += 0 if fits else 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
