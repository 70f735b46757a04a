"""The course's site in a real Chromium: how long a reader waits, what is fetched, how quick a figure then is.

The host is a plain one on 127.0.0.1 that compresses, and lets browsers keep files for ten minutes. A first
visit has a new profile; the second is a new tab of the same browser, and so is the third, for which the
browser has forgotten all but what the site's service worker keeps. A slow line is the host's: DevTools would
slow down the page and leave its worker alone.
"""

import json
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from tqdm import tqdm

from benchmarks import chrome, lite, report, slider, timing
from course_lib.site import build
from course_lib.site import runtime as runtime_table
from tools import host, runtime

PROBE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").strip()
KEPT = 600  # seconds
SLOW = 10e6 / 8  # bytes a second: 10 Mbit/s
LESSON = "05_momentum"
LIVE = ".course-explorer[data-settings]"
SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
RUN_TO_FIGURE = """(async () => {
    const { content } = jupyterapp.shell.currentWidget;
    content.activeCellIndex = content.widgets.findIndex(({ model }) => model.id === "figure");
    await jupyterapp.commands.execute("notebook:run-all-above");
    await jupyterapp.commands.execute("notebook:run-cell");
})()"""
MB, MIB = 1e6, 2**20
PATIENCE = 300  # seconds

SLIDERS = {  # a figure and its control: the cell of a lesson that shows it, and the bar in milliseconds
    ("LearningRate", "lr"): ("01_learning_rate", "figure", 25),
    ("Conditioning", "lr"): ("04_conditioning", "figure", 25),
    ("Momentum", "lr"): ("05_momentum", "figure", 25),
    ("StabilityMap", "decay"): ("06_stability_map", "whole-map", 40),
}
MOVES = 10


@dataclass(frozen=True)
class Contestant:
    """A lesson as it is served: in ``folder`` the ``page``, whose cells ``begin`` runs if need be.

    ``keeps``: does a service worker keep all of it?
    """

    folder: Path
    page: str
    picture: str
    begin: str = ""
    keeps: bool = False


def main(quick):
    turns = 1 if quick else 5
    with tempfile.TemporaryDirectory() as folder:
        contestants = dict(_contestants(Path(folder)))
        visits = {name: [] for name in contestants}
        with tqdm(total=turns * len(contestants), desc="visits", leave=False) as progress:
            for _ in range(turns):
                for name, contestant in contestants.items():
                    visits[name].append(_visits(contestant))
                    progress.update()
        site = contestants["live page"].folder
        milliseconds, chromium = _moves(site, turns)
        kilobytes = _without_python(site)
    publish(visits, milliseconds, kilobytes, chromium)


def _contestants(folder):
    """The site, and the same lesson in JupyterLite, unless that cannot be had here."""
    files = runtime.gather()
    build.site(folder / "course", [files], verbose=0)
    page = f"lessons/{LESSON}.html#cell-figure"
    yield "live page", Contestant(folder / "course", page, "#cell-figure .outputs img", keeps=True)
    try:
        lite.build(folder / "lite", folder / "made", f"lessons/{LESSON}.ipynb", files)
    except subprocess.CalledProcessError as error:
        return print(f"\nJupyterLite cannot be built here and is left out: {error.stderr.decode()[-500:]}")
    page = f"lab/index.html?path={LESSON}.ipynb"
    yield "JupyterLite", Contestant(folder / "lite", page, ".jp-OutputArea-output img", RUN_TO_FIGURE)


def _visits(contestant):
    """Three visits, and the memory of the page after the first; a first visit by a slow line."""
    with _opened(contestant.folder) as (served, browser):
        first = _visit(browser, served, contestant)
        memory = _renderer()
        second = _visit(browser, served, contestant)
        _forget(browser, served, contestant)
        third = _visit(browser, served, contestant)
    with _opened(contestant.folder, speed=SLOW) as (served, browser):
        slow = _visit(browser, served, contestant)
    return {"first": first, "second": second, "third": third, "10 Mbit/s": slow, "MiB": memory}


@contextmanager
def _opened(folder, **habits):
    """A host of these files, which has them compressed, and a browser that has seen none of them."""
    for path in folder.rglob("*"):
        if path.suffix in host.COMPRESSED:
            host.compressed(path)
    with host.run(folder, max_age=KEPT, **habits) as served, chrome.start() as browser:
        timing.wait_for_quiet()
        yield served, browser


def _visit(browser, served, contestant):
    """Open the page in a new tab: seconds until picture and figure are there, and what was fetched."""
    sent, requests = served.bytes, served.requests
    where = json.dumps([contestant.picture, LIVE])
    page = _open(browser, served.address + contestant.page, f"({PROBE})({where})")
    if contestant.begin:
        page.wait_for(f"{slider.KERNEL}?.connectionStatus === 'connected'", PATIENCE)
        page.evaluate(f"void {contestant.begin}")
    page.wait_for("window.painted?.live", PATIENCE)
    painted = page.evaluate("painted")
    seen = {name: painted[name] / 1e3 for name in ("picture", "live")}
    return seen | {"MB": (served.bytes - sent) / MB, "requests": served.requests - requests}


def _forget(browser, served, contestant):
    """Empty the browser's HTTP cache, when the service worker has kept what it keeps."""
    page = _open(browser, served.address)
    if contestant.keeps:
        page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    page.send("Network.clearBrowserCache")


def _open(browser, address, script=""):
    """A new tab with this page, before whose own scripts ``script`` runs."""
    page = browser.open("data:,")  # on about:blank the address bar would have the focus
    page.send("Page.enable")
    page.send("Page.addScriptToEvaluateOnNewDocument", source=script)
    page.send("Page.navigate", url=address)
    return page


def _renderer():
    """MiB of the process that shows the page and runs its Python, with what it shares with others."""
    processes = psutil.Process().children(recursive=True)
    renderers = [process for process in processes if "--type=renderer" in process.cmdline()]
    return max(process.memory_info().rss for process in renderers) / MIB


def _moves(site, turns):
    """Milliseconds from a key to the picture, of each figure; and the browser's version."""
    milliseconds: dict[str, list[float]] = {figure: [] for figure, _ in SLIDERS}
    with _opened(site) as (served, browser):
        players = {}
        for (figure, control), (lesson, cell, _) in SLIDERS.items():
            where = f"#cell-{cell}"
            page = _open(browser, f"{served.address}lessons/{lesson}.html{where}")
            page.wait_for(f"document.querySelector('{where} {LIVE}')", PATIENCE)
            players[figure] = slider.Player(page, slider.explorer(figure, control, where=where))
            players[figure].press(slider.WARM_UP)
            players[figure].check()
        for _ in tqdm(range(turns), desc="moves", leave=False):
            for figure, player in players.items():
                timing.wait_for_quiet()
                milliseconds[figure] += player.press(MOVES)
        return milliseconds, browser.version


def _without_python(site):
    """Kilobytes of each lesson's page with all its pictures, for a reader whose browser saves data."""
    kilobytes = {}
    for page in sorted(site.glob("lessons/*.html")):
        with _opened(site) as (served, browser):
            tab = _open(browser, f"{served.address}lessons/{page.name}", SAVES_DATA)
            tab.wait_for("document.readyState === 'complete' && document.querySelector('.loading')")
            tab.evaluate("document.querySelectorAll('img').forEach((image) => { image.loading = 'eager'; })")
            tab.wait_for("[...document.images].every(({ complete }) => complete)")
            kilobytes[page.stem] = served.bytes / 1e3
    return kilobytes


def publish(visits, milliseconds, kilobytes, chromium):
    rows = [_row(name, results) for name, results in visits.items()]
    median = {figure: float(np.median(times)) for figure, times in milliseconds.items()}
    moves = [
        {"figure": figure, "slider": control, "moves": len(milliseconds[figure]), "median ms": median[figure]}
        | {"p95 ms": float(np.percentile(milliseconds[figure], 95))}
        for figure, control in SLIDERS
    ]
    pages = [{"lesson": lesson, "kB": size} for lesson, size in kilobytes.items()]
    report.publish(
        "live",
        f"Lesson {LESSON}, opened at its figure",
        rows,
        list(_bars(rows[0], median, kilobytes)),
        ["numpy"],
        {
            "Slider to pixels on a page: one press of an arrow key": moves,
            "A lesson's page with all its pictures, without Python": pages,
        },
        chromium=chromium,
        pyodide=runtime_table.TABLE["version"],
        peer=lite.LITE,
        visits=visits,
        milliseconds=milliseconds,
    )


def _row(name, results):
    def median(visit, key):
        return float(np.median([result[visit][key] for result in results]))

    return {
        "contestant": name,
        "visits": len(results),
        "picture s": median("first", "picture"),
        "live s": median("first", "live"),
        "MB": median("first", "MB"),
        "requests": int(median("first", "requests")),
        "again live s": median("second", "live"),
        "again MB": median("second", "MB"),
        "kept live s": median("third", "live"),
        "kept MB": median("third", "MB"),
        "10 Mbit/s: live s": median("10 Mbit/s", "live"),
        "MiB": float(np.median([result["MiB"] for result in results])),
    }


def _bars(ours, median, kilobytes):
    yield report.Bar("picture within 0.6 s", ours["picture s"], at_most=0.6)
    yield report.Bar("first visit: live within 7 s", ours["live s"], at_most=7)
    yield report.Bar("first visit: at most 12 MB", ours["MB"], at_most=12)
    yield report.Bar("second visit: live within 4 s", ours["again live s"], at_most=4)
    yield report.Bar("second visit: nothing is fetched, MB", ours["again MB"], at_most=0)
    yield report.Bar("service worker alone: live within 4 s", ours["kept live s"], at_most=4)
    yield report.Bar("service worker alone: at most 0.01 MB is fetched", ours["kept MB"], at_most=0.01)
    yield report.Bar("at 10 Mbit/s: live within 15 s", ours["10 Mbit/s: live s"], at_most=15)
    yield report.Bar("memory: at most 400 MiB", ours["MiB"], at_most=400)
    for (figure, control), (_, _, bar) in SLIDERS.items():
        yield report.Bar(f"{figure}, {control}: painted within {bar} ms", median[figure], at_most=bar)
    yield report.Bar("page without Python: at most 350 kB", max(kilobytes.values()), at_most=350)
