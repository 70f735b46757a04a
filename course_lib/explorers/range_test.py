"""Range test: say here in a sentence what the figure shows."""

from typing import ClassVar

from course_lib import plots
from course_lib.explorers.live.controls import Slider
from course_lib.explorers.live.engine import Explorer, Frame
from course_lib.explorers.shared import words


class RangeTest(Explorer):
    """A line whose slope follows the slider.

    >>> figure = RangeTest()
    >>> print(figure.set(slope=2.0))
    slope 2: the line climbs by 2.
    """

    title = "Range test"
    goal = "a slope of 2."
    controls: ClassVar = {"slope": Slider(1.0, low=0, high=3)}
    presets: ClassVar = {
        "Flat": {"slope": 0.0},
        "Half": {"slope": 0.5},
        "Steep": {"slope": 3.0},
    }

    def frame(self, *, slope):
        settings = f"slope {words.number(slope)}: " if "slope" in self.shown else ""
        return Frame(
            {"line": ([0, 1], [0, slope])},
            f"{settings}the line climbs by {words.number(slope)}.",
            reached=slope == 2,
        )

    def draw(self, figure, frame):
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(0, 3), title="The line")
        return {"line": plots.empty_line(axes, color=plots.BLUE)}
