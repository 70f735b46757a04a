"""``python -m benchmarks [name ...] [--quick]``: race, print a table, keep the numbers in results/.

They are written into docs/performance.md too; ``--page`` does only this.
"""

import argparse
from importlib import import_module

from benchmarks import page

BENCHMARKS = {  # a module of this package each, with a function ``main(quick)``; imported when it is run
    "sweep": "10,000 settings of SGD at once, beside JAX and a hand-written numpy loop",
    "step": "one update of 2 to 10^7 weights, beside PyTorch, optax and Keras 3",
    "train": "an epoch of the digits model, beside Keras 3 and PyTorch",
    "imports": "what importing the library costs on top of numpy",
    "checks": "how long a learner waits for a check",
    "slider": "from a key press to the new picture on screen, in a real JupyterLab",
    "live": "the course as web pages: until a figure is live, and how quick it is, beside JupyterLite",
    "grading": "submissions a minute, beside nbgrader as it is",
    "notebooks": "how long all lessons and solutions take to be run again, and make test",
    "hub": "eight students at once on a JupyterHub: how long they wait, and what memory they need; as root",
    "golden": "no race: how much of what Keras 1.2.2 computed comes out to the last bit",
}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Without a name, all of them:\n\n"
        + "\n".join(f"  {name:11}{what}" for name, what in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="fewer repeats: a first impression")
    parser.add_argument("--page", action="store_true", help="run nothing: write docs/performance.md again")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"name must be one of {', '.join(BENCHMARKS)}; got {', '.join(sorted(unknown))}")
    if arguments.page:
        return page.write()
    for name in arguments.names or BENCHMARKS:
        import_module(f"benchmarks.{name}").main(arguments.quick)
        page.write()


if __name__ == "__main__":
    main()
