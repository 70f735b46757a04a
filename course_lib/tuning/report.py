"""One page on how a line was found: what was tried, how fair it was, and what came out."""

from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.base import validation, whole_file
from course_lib.tuning.judgement import judge

HEAD = ("line", "rates tried", "best rate", "seeds", "test loss", "spread")


class Report:
    """A page on a Comparison; ``print`` says it, ``picture`` draws it, ``save`` writes both into one file.

    ``title``: what the model is. ``ranges``: the RangeTest of each line that has one, by its name.
    ``floors``: the Floors of a line of SGD, or None.
    """

    def __init__(self, title, comparison, ranges=None, floors=None):
        self.title, self.comparison = title, comparison
        self.ranges: Any = dict(ranges or {})
        self.floors: Any = floors

    @property
    def rulings(self):
        return judge(self.comparison)

    @property
    def verdict(self):
        """What came out, in a sentence; with what is to be mended first, if there is anything."""
        best = self.comparison.best
        found = f"{best} at {self.comparison.chosen(best).lr:.3g} ends lowest"
        unfair = sum(not ruling.holds for ruling in self.rulings)
        if unfair:
            return f"{found}, but mend {unfair} of the 4 points below first."
        return f"{found}, by {'less' if self._is_close() else 'more'} than the seeds differ."

    def _is_close(self):
        """Is the best line's lead over the next less than the larger spread over seeds?"""
        ends = np.array([self.comparison.ends(line) for line in self.comparison.lines])
        means = np.sort(ends.mean(axis=1))
        return len(means) > 1 and means[1] - means[0] <= ends.std(axis=1, ddof=1).max()

    def rows(self):
        """The table, a line each: tried and chosen, then mean and standard deviation over the seeds."""
        found = []
        for line in self.comparison.lines:
            rates, ends = self.comparison.rates(line), self.comparison.ends(line)
            tried = f"{len(rates)}, from {rates[0]:.3g} to {rates[-1]:.3g}"
            best = f"{self.comparison.chosen(line).lr:.3g}"
            spread = f"{ends.std(ddof=1):.4f}" if len(ends) > 1 else "–"
            found.append((line, tried, best, f"{len(ends)}", f"{ends.mean():.4f}", spread))
        return found

    def __str__(self):
        table = [HEAD, *self.rows()]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in table]
        return "\n".join([self.title, self.verdict, "", *lines, "", *map(str, self.rulings)])

    __repr__ = __str__

    def picture(self):
        """A matplotlib Figure: range tests, the trials, and the predicted floor over the measured one."""
        from course_lib.tuning import report_picture  # matplotlib takes a moment, and checks need none

        return report_picture.drawn(self)

    def _repr_mimebundle_(self, **kwargs):
        """In a notebook: the picture, and for those who do not see it the verdict."""
        data = {"text/plain": self.verdict, "image/png": self._encoded_picture()}
        return data, {"image/png": {"alt": self.verdict}}

    def _encoded_picture(self):
        drawn = BytesIO()
        self.picture().savefig(drawn, format="png")
        return b64encode(drawn.getvalue()).decode()

    def save(self, path):
        """Write the page, its picture inside, as one HTML file, which takes the place of ``path``."""
        if Path(path).suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"path must end with .html; got {validation.shorten_text(Path(path).name, 60)}")
        with whole_file.replacing(path) as file:
            file.write(self._html().encode())

    def _html(self):
        rows = "".join(
            f"<tr>{''.join(f'<{cell}>{escape(text)}</{cell}>' for text in row)}</tr>"
            for cell, row in [("th", HEAD), *(("td", row) for row in self.rows())]
        )
        rulings = "".join(f"<li>{escape(str(ruling))}</li>" for ruling in self.rulings)
        return PAGE.format(
            title=escape(self.title),
            verdict=escape(self.verdict),
            rows=rows,
            rulings=rulings,
            picture=self._encoded_picture(),
        )


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }} th, td {{ text-align: left; padding: .2rem .8rem .2rem 0 }}
li {{ list-style: none }} img {{ max-width: 100% }}</style>
<h1>{title}</h1>
<p>{verdict}</p>
<table>{rows}</table>
<ul>{rulings}</ul>
<img alt="Range tests, last losses by rate, and the noise floor" src="data:image/png;base64,{picture}">
</html>
"""
