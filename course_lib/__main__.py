"""The course's command: ``losses-and-optimizers``, or ``python -m course_lib``."""

import argparse
import difflib
import io
import os
import sys
from pathlib import Path

from course_lib import __version__
from course_lib.base import console, naming, web
from course_lib.course import contents, copies, doctor, lab
from course_lib.record import keeping

NAME = "losses-and-optimizers"
EXAMPLES = f"""examples:
  {NAME} start                     the course in ./{NAME}, opened in JupyterLab
  {NAME} start "My course"         ... in a folder of that name
  {NAME} start --no-browser --port 9999
  {NAME} reset 05_momentum         lesson 5 as it was; yours is kept beside it
  {NAME} reset exercises/05_momentum
  {NAME} progress                  how each lesson stands, and what is due again
  {NAME} doctor                    what works on this machine
  {NAME} diagnose log.csv          what the losses of a run of your own tell
  {NAME} site public               the course as web pages, in the folder public
  {NAME} translate "SGD(lr=0.1)"   one line in the words of five libraries
"""


def main(arguments=None):
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may know no ✔
    return console.status(lambda: _done(arguments))


def _done(arguments):
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return f"{NAME}: cannot write{where}: {error.strerror}. Give another folder: {NAME} start FOLDER"
    except ValueError as error:
        return f"{NAME}: {error}"


def start(options):
    """Lay the course in a folder, or bring it up to date there, and open it in JupyterLab."""
    web.check("--site", options.site)
    if options.site:
        os.environ[web.SITE] = options.site  # kernels have it from here
    update(options)
    lab.run(options.folder, browser=not options.no_browser, port=options.port)


def update(options):
    """Bring the folder up to date with the installed course, and open nothing."""
    print(f"The course is in {options.folder.resolve()}: {copies.lay(options.folder)}", flush=True)


def reset(options):
    """Lay a lesson or an exercise anew; the learner's is kept beside it."""
    if not copies.is_course(options.folder):
        raise ValueError(f"{options.folder} holds no course: name its folder with --folder, or use start")
    name = _file(options.lesson)
    kept = copies.reset(options.folder, name)
    print(f"{name} is as the course has it." + (f" Yours is kept beside it: {kept.name}" if kept else ""))


def progress(options):
    """Print how each lesson stands; or export the record behind it, or begin anew."""
    if options.export or options.reset:
        try:
            _keep(options)
        except OSError as error:
            raise ValueError(f"the record stays as it is: {error}") from None
        return
    from course_lib.checks import progress as done  # the tasks take a moment to load

    print(done())


def _keep(options):
    if options.export:
        count = keeping.export(options.export)
        print(f"{count} event{' is' if count == 1 else 's are'} in {options.export}.")
    if options.reset:
        kept = " ".join(map(str, keeping.reset()))
        print(f"The record begins anew. The last one is kept: {kept}" if kept else "There was no record yet.")


def examine(_):
    """Print what works on this machine, and what to do about the rest."""
    found = list(doctor.findings())
    print(*found, sep="\n", flush=True)
    return int(any(finding.needed and not finding.well for finding in found))


def diagnose(options):
    """Say what the log of a run of one's own tells: its likely cause, for and against, and what to try."""
    from course_lib import diagnosis  # pictures take a moment to load

    found = diagnosis.diagnose(options.log, options.ignore)
    print(found)
    if options.picture:
        found.picture().savefig(options.picture)
        print(f"The picture is in {options.picture}.")


def site(options):
    """Write the course as pages that come alive in the reader's browser, for any static host."""
    try:
        from course_lib.site import build, bytecode  # what writes pages takes a moment to load
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{error.name} is missing, which writes the pages: pip install '{NAME}[site]'"
        ) from None
    try:
        sources = options.runtime or build.given_sources()
        build.site(options.folder, sources, options.runtime_address, options.address)
    except OSError as error:
        raise ValueError(f"the site was not written: {error}") from None
    print(f"The site is in {options.folder.resolve()}: put this folder on any static host.")
    if not options.runtime_address and (remark := bytecode.remark()):
        print(remark)


def translate(options):
    """Say a line of code that makes an optimizer in the words of five libraries."""
    from course_lib import dialects  # the other commands need no optimizers

    print(dialects.translate(options.line, options.library))


def _file(lesson):
    """The path of a lesson or an exercise from what a learner may call it; ValueError with names near it."""
    notebooks = [name for name in contents.names() if name.endswith(".ipynb")]
    wanted = lesson.replace("\\", "/").removesuffix(".ipynb").strip("/")
    called = {}
    for name in notebooks:  # lessons come last, so a bare name is the lesson's
        room, stem = name.split("/")[0], Path(name).stem
        for short in (stem, stem.partition("_")[0], naming.lesson_number(stem)):
            called |= {short: name, f"{room}/{short}": name}
        called[name.removesuffix(".ipynb")] = name
    if wanted not in called:
        stems = {Path(name).stem for name in notebooks}
        near = difflib.get_close_matches(wanted, stems, n=3, cutoff=0.4) or sorted(stems)
        raise ValueError(f"there is no lesson {lesson!r}; near it are {', '.join(near)}")
    return called[wanted]


def _default_folder():
    """The course's folder in which one stands, at any depth; else a folder with its name."""
    here = Path.cwd()
    return next(filter(copies.is_course, [here, *here.parents]), Path(NAME))


def _parser():
    whole = argparse.ArgumentParser(
        prog=NAME,
        description="A hands-on course in losses and optimizers.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)

    def command(name, run):
        told = run.__doc__
        made = commands.add_parser(name, help=told[0].lower() + told[1:].rstrip("."), description=told)
        made.set_defaults(run=run)
        return made

    where = {"type": Path, "default": _default_folder(), "help": f"default: {_default_folder()}"}
    for name, run in [("start", start), ("update", update)]:
        made = command(name, run)
        made.add_argument("folder", nargs="?", metavar="FOLDER", **where)
        if run is start:
            made.add_argument("--no-browser", action="store_true", help="open none, only print the address")
            made.add_argument(
                "--port", type=_port, help="serve on this one; default: the next free from 8888"
            )
            made.add_argument(
                "--site", metavar="URL", default="", help="where the course is on the web: figures link to it"
            )
    made = command("reset", reset)
    made.add_argument("lesson", metavar="LESSON", help="05_momentum, 5, or exercises/05_momentum")
    made.add_argument("--folder", **where)
    made = command("progress", progress)
    made.add_argument("--export", type=Path, metavar="FILE", help="write all that is recorded into this file")
    made.add_argument("--reset", action="store_true", help="begin anew; the record so far is kept beside it")
    command("doctor", examine)
    made = command("diagnose", diagnose)
    made.add_argument("log", metavar="FILE", type=Path, help="a CSV file; its first line names the columns")
    made.add_argument("--ignore", metavar="NAME", nargs="+", default=[], help="columns to leave out")
    made.add_argument("--picture", metavar="FILE", type=Path, help="draw the log beside simulated runs")
    made = command("site", site)
    made.epilog = f"example: {NAME} site public --address https://example.org/course/"
    made.add_argument(
        "folder", nargs="?", metavar="FOLDER", type=Path, default=Path("site"), help="default: site"
    )
    made.add_argument(
        "--runtime",
        metavar="FOLDER",
        type=Path,
        action="append",
        help="take Pyodide's files from here, where they are; may be given again (or set COURSE_RUNTIME)",
    )
    made.add_argument(
        "--runtime-address", metavar="URL", default="", help="where another site's runtime/ is served"
    )
    made.add_argument(
        "--address", metavar="URL", default="", help="where the site will stand, for links to it"
    )
    made = command("translate", translate)
    made.add_argument("line", metavar="LINE", help='such as "torch.optim.Adam(p, lr=1e-3)"; never run')
    made.add_argument("--library", metavar="NAME", help='whose it is, such as "Keras 2"; default: a guess')
    return whole


def _port(text):
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to 65535; got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
