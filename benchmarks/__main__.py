"""``python -m benchmarks [name ...] [--quick]``: race, print a table, keep the numbers in results/."""

import argparse
from importlib import import_module

BENCHMARKS = {  # a module of this package each, with a function ``main(quick)``; imported when it is run
    "sweep": "10,000 settings of SGD at once, beside a hand-written numpy loop",
    "imports": "what importing the library costs on top of numpy",
    "slider": "from a key press to the new picture on screen, in a real JupyterLab",
}


def main():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Without a name, all of them:\n\n"
        + "\n".join(f"  {name:8}{what}" for name, what in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="fewer repeats: a first impression")
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"name must be one of {', '.join(BENCHMARKS)}; got {', '.join(sorted(unknown))}")
    for name in arguments.names or BENCHMARKS:
        import_module(f"benchmarks.{name}").main(arguments.quick)


if __name__ == "__main__":
    main()
