"""From a key press on a slider to the new picture on screen: real JupyterLab, real Chromium, trusted input.

All contestants run in one browser and take turns. A move counts from the time stamp of the key's event
until the frame is painted that shows the content for exactly this value (see slider.js).

Playwright is not used here, because it has Chromium report all traffic to it (the protocol's Network
domain): every websocket frame and every picture's address. That alone took a move from 43.5 to 54.3 ms where
it shows a picture and from 29.8 to 30.5 ms where it shows a line of text, and these two are compared here.
"""

import json
import random
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from benchmarks import chrome, peers, report, timing
from tools import lab

PROBE = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").strip()
PACKAGES = ["numpy", "matplotlib", "pillow", "anywidget", "ipywidgets", "ipykernel", "jupyterlab"]
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
REST = (0.1, 0.2)  # seconds between two moves: the last is over, and the next out of step with the screen
WARM_UP = 5
DRAG_SECONDS, DRAG_PAUSE = 4.0, 0.016

BARE = """
import ipywidgets
slider, words = ipywidgets.FloatSlider(0.1, min=0, max=4, step=0.01), ipywidgets.HTML()
slider.observe(lambda change: setattr(words, "value", f"lr {change.new:.3g}"), "value")
display(slider, words)
"""

FIGURE = """
import os
os.environ["COURSE_COMPILED"] = "{2}"
from course_lib.explorers import {0}
{0}({1})
"""

# The usual way: each move draws the whole picture anew. It is Conditioning's own, so both show the same.
# The printed line tells the page which value the picture after it belongs to.
INTERACT = """
import ipywidgets
import matplotlib.pyplot as plt
from course_lib import plots
from course_lib.explorers import Conditioning
from course_lib.explorers.live import artists

drawn = Conditioning()
plt.rcParams.update(plots.STYLE)

def show(lr=ipywidgets.FloatSlider(0.5, min=0, max=2.2, step=0.01)):
    frame = drawn.frame(**drawn.values | {"lr": lr})
    figure = plt.figure(figsize=drawn.inches, dpi=100, layout="constrained")
    for name, artist in drawn.draw(figure, frame).items():
        artists.put(artist, frame.artists[name])
    print(f"lr {lr:.3g}")
    plt.show()

ipywidgets.interact(show);
"""


@dataclass(frozen=True)
class Contestant:
    """A notebook and where to look in its page; ``moves`` of each turn, fewer for the slow.

    ``value``: an expression for the value that the content belongs to. ``bar``: times bare, at most.
    """

    source: str
    slider: str
    value: str
    picture: str | None
    moves: int = 10
    bar: float | None = None


def printed(selector):
    return f"document.querySelector('{selector}')?.textContent.replace('lr ', '')"


def explorer(name, control, bar=None, settings="", where="", is_compiled=False):
    """One of our figures; a hand on one of its sliders, which begins far enough from its end.

    ``where``: a selector of what is around the figure, if a page has more than one.
    """
    figure = f"{where} .course-explorer"
    return Contestant(
        FIGURE.format(name, settings, int(is_compiled)),
        f'{figure} .control:has([aria-label="{control}, exact value"]) input[type=range]',
        f"JSON.parse(document.querySelector('{figure}')?.dataset.settings ?? '{{}}').{control}",
        f"{figure} canvas",
        bar=bar,
    )


PATHS = ["trajectory", "conditioning", "momentum"]
CONTESTANTS = {
    "bare": Contestant(BARE, ".noUi-handle", printed(".jp-OutputArea-output .widget-html-content"), None),
    **{name: explorer(name.capitalize(), "lr", bar=1.25) for name in PATHS},
    "map_crosshair": explorer("StabilityMap", "lr", bar=1.6, settings="lr=0.1"),
    "map_10000_runs": explorer("StabilityMap", "decay", bar=1.6),
    **(
        {"map_100000_runs": explorer("StabilityMap", "decay", bar=2.5, is_compiled=True)}
        if peers.installed("llvmlite")
        else {}
    ),
    "interact": Contestant(
        INTERACT, ".noUi-handle", printed(".widget-output pre"), ".widget-output img", moves=8
    ),
}


def main(quick):
    turns, drag_turns = (2, 1) if quick else (5, 3)
    milliseconds = {name: [] for name in CONTESTANTS}
    others_cores = {name: [] for name in CONTESTANTS}
    drags = {name: [] for name, contestant in CONTESTANTS.items() if contestant.picture}
    plays = {name: [] for name in PATHS}

    with (
        contestants_in_a_browser() as (chromium, players),
        tqdm(total=turns + drag_turns, desc="slider to pixels", leave=False) as progress,
    ):
        for player in players.values():
            player.press(WARM_UP)
            player.check()  # not earlier: the picture of interact's first move comes out blank or half drawn
        for _ in range(turns):
            for name, player in players.items():
                timing.wait_for_quiet()
                others = timing.Others()
                milliseconds[name] += player.press(CONTESTANTS[name].moves)
                others_cores[name].append(others.cores())
            progress.update()
        for _ in range(drag_turns):
            for name in drags:
                timing.wait_for_quiet()
                drags[name].append(players[name].drag())
            for name in plays:
                timing.wait_for_quiet()
                plays[name].append(players[name].play())
            progress.update()

    publish(milliseconds, others_cores, drags, plays, chromium)


def publish(milliseconds, others_cores, drags, plays, chromium):
    median = {name: float(np.median(times)) for name, times in milliseconds.items()}
    in_drags = {name: _medians(results) for name, results in drags.items()}
    in_plays = {name: _medians(results) for name, results in plays.items()}
    nothing = dict.fromkeys(in_drags["interact"] | in_plays["trajectory"])
    rows = [
        {
            "contestant": name,
            "moves": len(times),
            "median ms": median[name],
            "p95 ms": float(np.percentile(times, 95)),
            "x bare": median[name] / median["bare"],
            "others' cores": float(np.mean(others_cores[name])),
            **nothing,
            **in_drags.get(name, {}),
            **in_plays.get(name, {}),
        }
        for name, times in milliseconds.items()
    ]
    report.publish(
        "slider",
        "Slider to pixels in JupyterLab: one press of an arrow key; a drag and a play of 4 s",
        rows,
        list(_bars(median, in_drags, in_plays)),
        PACKAGES,
        chromium=chromium,
        milliseconds=milliseconds,
        others_cores=others_cores,
        drags=drags,
        plays=plays,
    )


def _bars(median, in_drags, in_plays):
    ours = {name: contestant.bar for name, contestant in CONTESTANTS.items() if contestant.bar}
    for name, bar in ours.items():
        yield report.Bar(f"{name}: at most {bar} x bare", median[name] / median["bare"], at_most=bar)
    slower = median["interact"] / max(median[name] for name in PATHS)
    yield report.Bar("interact takes at least 10 x as long as any path", slower, at_least=10)
    for name in ours:
        yield report.Bar(
            f"{name}: at least 12 pictures a second in a drag", in_drags[name]["shown/s"], at_least=12
        )
    for name, play in in_plays.items():
        yield report.Bar(f"{name}: at least 30 pictures a second in a play", play["played/s"], at_least=30)
        yield report.Bar(f"{name}: no message to the kernel in a play", play["messages"], at_most=0)


def _medians(results):
    return {key: float(np.median([result[key] for result in results])) for key in results[0]}


@contextmanager
def contestants_in_a_browser():
    """The browser's version, and each contestant's notebook, run and ready, in a tab: name -> Player."""
    with tempfile.TemporaryDirectory() as folder:
        for name, contestant in CONTESTANTS.items():
            lab.write_notebook(Path(folder) / f"{name}.ipynb", contestant.source)
        with lab.serve(folder) as url, chrome.start() as browser:
            yield (
                browser.version,
                {
                    name: Player(in_jupyterlab(browser, f"{url}/doc/tree/{name}.ipynb?reset"), contestant)
                    for name, contestant in CONTESTANTS.items()
                },
            )


def in_jupyterlab(browser, address):
    """A tab with a notebook, as soon as its kernel begins to run all its cells."""
    page = browser.open(address)
    page.wait_for(f"{KERNEL}?.connectionStatus === 'connected'")
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells').then(() => null)")
    return page


class Player:
    """A hand on one contestant's slider, on a page that shows it or is about to."""

    def __init__(self, page, contestant):
        self.page, self.contestant = page, contestant
        self.slider = f"document.querySelector({json.dumps(contestant.slider)})"
        for selector in filter(None, [contestant.slider, contestant.picture]):
            page.wait_for(f"document.querySelector({json.dumps(selector)})")
        where = json.dumps([contestant.value, contestant.picture])
        page.evaluate(f"({PROBE})([{self.slider}, ...{where}])")
        page.evaluate(f"{self.slider}.scrollIntoView()")  # and the picture below it

    def check(self):
        """A picture is painted with its own value: each is another, and all come back on the way back."""
        if self.contestant.picture is None:
            return
        self._take_hold()
        there, back = ([self._content_after(key) for _ in range(4)] for key in ("ArrowRight", "ArrowLeft"))
        for part in ("value", "source"):
            assert len({content[part] for content in there}) == len(there), f"the same {part} twice"
        assert back[:-1] == there[-2::-1], "the picture does not belong to its value"

    def press(self, times):
        """Press ArrowRight so many times; milliseconds from each to its content on screen."""
        self._take_hold()
        return [self._press() for _ in range(times)]

    def drag(self):
        """Drag the thumb to and fro around the middle; how many pictures came, and how late the last."""
        self.page.to_front()
        x, y = self.page.evaluate("Object.values(stopwatch.thumb())")
        middle = self.page.evaluate("stopwatch.middle()")
        self.page.mouse("mousePressed", x, y)
        self.page.mouse("mouseMoved", middle, y)
        self._settle_after_drag()

        self.page.evaluate("stopwatch.clear()")
        start = time.monotonic()
        for move in range(1, 1 + int(DRAG_SECONDS / DRAG_PAUSE)):  # a hand does not wait for a slow page
            time.sleep(max(0.0, start + move * DRAG_PAUSE - time.monotonic()))
            self.page.mouse("mouseMoved", middle + _to_and_fro(move, reach=50), y)
        asked, shown = self._settle_after_drag()
        self.page.mouse("mouseReleased", middle, y)

        first, last = asked[0]["at"], asked[-1]["at"]
        seconds = (last - first) / 1e3
        return {
            "asked/s": len(asked) / seconds,
            "shown/s": sum(picture["at"] <= last for picture in shown) / seconds,
            "drain ms": shown[-1]["at"] - last,
        }

    def play(self):
        """Press Play and wait for the end; how many pictures were painted, and what went to the kernel."""
        self.page.to_front()
        seconds, pictures, messages = self.page.evaluate("stopwatch.played()")
        return {"played/s": pictures / seconds, "messages": messages}

    def _take_hold(self):
        self.page.to_front()
        self.page.evaluate(f"{self.slider}.focus()")

    def _press(self, key="ArrowRight"):
        time.sleep(random.uniform(*REST))
        self.page.evaluate("stopwatch.clear()")
        self.page.press(key)
        asked, shown = self._settle()
        return shown[-1]["at"] - asked[-1]["at"]

    def _content_after(self, key):
        self._press(key)
        return self.page.evaluate("stopwatch.content()")

    def _settle(self):
        """Wait until the slider's value is on screen; all that was asked for and all that was shown."""
        return self.page.evaluate("stopwatch.settled()")

    def _settle_after_drag(self):
        time.sleep(0.5)  # the last moves have arrived, and anything late would be noticed
        return self._settle()


def _to_and_fro(move, reach):
    """Where a hand is that moves by one pixel a move: 0 ... reach ... -reach ... 0 and so on."""
    return reach - abs((move + reach) % (4 * reach) - 2 * reach)
