"""Hold all that the course is made of to its grammar: notebooks, exercises, questions, figures, optimizers.

    python tools/lint.py

Prints a line for each fault, with its file, its line and what to do, and exits 1 if there is any. How many of
what is the course's choice, in ``rules.toml``.
"""

import argparse
import sys

import lint_exercises
import lint_figures
import lint_notebooks
import lint_optimizers
import lint_questions
import lint_quizzes


def faults():
    """Everything wrong with the course."""
    for path in [*lint_notebooks.LESSONS, *lint_notebooks.SOLUTIONS]:
        yield from lint_notebooks.faults(path)
    for lint in (lint_exercises, lint_questions, lint_quizzes, lint_figures, lint_optimizers):
        yield from lint.faults()


def main(arguments=None):
    argparse.ArgumentParser(description=__doc__.split("\n\n")[0]).parse_args(arguments)
    sys.exit("\n".join(map(str, faults())) or 0)


if __name__ == "__main__":
    main()
