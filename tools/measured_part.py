"""The part of a page that a tool measures, between two marks, and writes anew."""

import argparse
import sys

END = "<!-- end -->"


def main(description, page, mark, measure):
    """A tool's command: write what ``measure()`` gives, lines of the page, and print it."""
    argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter
    ).parse_args()
    part = "\n".join(measure())
    write(page, mark, part)
    sys.stdout.write(f"{part}\n")


def write(page, mark, part):
    """Put ``part`` between the line ``mark`` and the next END; the rest of the page stays."""
    before, _, rest = page.read_text(encoding="utf-8").partition(mark)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{mark}\n{part}\n{END}{after}", encoding="utf-8")
