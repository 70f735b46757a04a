"""A translation as a notebook shows it: a row for each library, with a drawing where lines part."""

from html import escape

import numpy as np

from course_lib.dialects import explained
from course_lib.dialects.running import SIZES

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 430, 150, 64, 92, 12, 34  # of a drawing, and of its margins
COLOURS = ("#0072B2", "#B26B00", "#008F68")  # blue, orange and green, seen on white and on black
DASHES = ("", "7 4", "2 3")
LOWEST = 1e-10  # of the way: what is less lies on the axis


def html(translation):
    """The whole translation as HTML in the colours of the page."""
    reading = translation.reading
    listed = "".join(
        f"<dt><code>{escape(said)}</code></dt><dd>{escape(means)}.</dd>"
        for said, means in explained.arguments(reading)
    )
    rows = "".join(_row(line) for line in translation.lines.values())
    head = f"<p>Read as {escape(reading.library.name)}, <code>{escape(reading.name)}</code>:</p>"
    return f'<div style="max-width: 60em">{head}<dl>{listed}</dl>{rows}</div>'


def _row(line):
    """A library's heading, lines, verdict, reasons and drawing."""
    texts = [] if line.written is None else [line.written.line, *line.written.beside]
    code = (
        f"<pre style='white-space: pre-wrap; overflow-wrap: anywhere'>{escape(chr(10).join(texts))}</pre>"
        if texts
        else ""
    )
    said = escape(" ".join([line.verdict, *line.reasons]))
    drawn = drawing(line.parting) if line.parting is not None and line.parting.first is not None else ""
    return f"<h4>{escape(line.library)}</h4>{code}<p>{said}</p>{drawn}"


def drawing(parting):
    """How far apart they are after each update, as a part of the way, on a scale of powers of ten; an SVG."""
    apart = np.clip(parting.apart, LOWEST, None)
    top = max(1.0, 10 ** np.ceil(np.log10(apart.max())))
    count = len(apart)
    heights = _spread([_y(of[-1], top) for of in apart.T])
    curves = "".join(
        _curve(of, top, colour, dash, f"gradients {size:g}", height)
        for of, size, colour, dash, height in zip(apart.T, SIZES, COLOURS, DASHES, heights, strict=True)
    )
    ticks = "".join(_tick(10.0**power, top) for power in range(-9, round(np.log10(top)) + 1, 3))
    bottom = HEIGHT - BOTTOM
    axis = (
        f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="currentColor" opacity=".5"/>'
    )
    below = _text(LEFT, bottom + 16, "1", "middle") + _text(WIDTH - RIGHT, bottom + 16, f"{count}", "middle")
    below += _text((LEFT + WIDTH - RIGHT) / 2, bottom + 16, "updates", "middle")
    title = "How far apart the weights are, as a part of their way, after each update"
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" style="max-width: {WIDTH}px" role="img" '
        f'aria-label="{title}" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>{title}</title>{axis}{ticks}{below}{curves}</svg>"
    )


def _curve(apart, top, colour, dash, name, height):
    """A line of its colour and dashes, with its name at its end."""
    across = np.linspace(LEFT, WIDTH - RIGHT, len(apart))
    points = " ".join(f"{x:.1f},{_y(y, top):.1f}" for x, y in zip(across, apart, strict=True))
    style = f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"'
    return f'<polyline points="{points}" {style}/>' + _text(WIDTH - RIGHT + 6, height + 4, name, "start")


def _tick(value, top):
    said = f"{100 * value:g}%"
    return _text(LEFT - 6, _y(value, top) + 4, said, "end")


def _y(part, top):
    """Where a part of the way stands, from the top."""
    up = np.log(part / LOWEST) / np.log(top / LOWEST)
    return float(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM))


def _spread(heights, gap=14.0):
    """The heights of names, moved down as little as keeps each below the one before it."""
    placed = dict(enumerate(heights))
    last = -gap
    for place in sorted(placed, key=placed.__getitem__):
        last = placed[place] = max(placed[place], last + gap)
    excess = max(0.0, last - (HEIGHT - BOTTOM))
    return [height - excess for height in placed.values()]


def _text(x, y, said, anchor):
    return f'<text x="{x:g}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
