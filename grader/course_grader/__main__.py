"""The commands ``python -m course_grader mark | report | export | doctor``."""

import argparse
import difflib
import gc
import os
import sys
from contextlib import contextmanager
from pathlib import Path

from course_grader.faults import GraderFault
from course_lib.base import console

DONE, LEFT, STOPPED = 0, 1, 130  # exit status; 2 is argparse's, and the last what a shell has for Ctrl-C

MARK = """\
Mark all submissions of an assignment, each in a sandbox, on all cores, and put the marks into nbgrader's
gradebook. What was done before is not done again: after an interruption, whatever it was, give the same
command once more. A new submission or a changed task is marked anew without being asked for.
"""
EXAMPLES = """\
examples:
  python -m course_grader mark 01_learning_rate
  python -m course_grader mark 01_learning_rate --student ada --student bob --csv marks.csv
  python -m course_grader mark 01_learning_rate --scheduler tcp://marking-host:8786

exit status:
  0  everybody is marked and in the gradebook
  1  somebody is not: the last lines say who, and what to do
  2  the command cannot be understood
  130  it was stopped by Ctrl-C
"""


def main(words=None):
    """Do what the command line says; returns the exit status."""
    return console.status(lambda: _done(words))


def _done(words):
    arguments = parser().parse_args(words)
    try:
        return arguments.run(arguments)
    except GraderFault as fault:
        print(fault, file=sys.stderr)
        return LEFT
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where it was.", file=sys.stderr)
        return STOPPED


def parser():
    """What the command line understands."""
    whole = argparse.ArgumentParser(prog="python -m course_grader", description="Marks a teacher can trust.")
    commands = whole.add_subparsers(required=True, metavar="mark | report | export | doctor")
    marking = commands.add_parser(
        "mark",
        help="mark all submissions of an assignment",
        description=MARK,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    marking.set_defaults(run=mark, parser=marking)
    marking.add_argument("assignment", help="its name, as in exercises/")
    marking.add_argument(
        "--student", metavar="NAME", action="append", help="only this one; may be given more than once"
    )
    marking.add_argument(
        "--jobs", metavar="N", type=_jobs, help=f"how many at a time (default: all cores, here {cores()})"
    )
    marking.add_argument("--dry-run", action="store_true", help="only say what would be done, and why")
    marking.add_argument("--again", action="store_true", help="mark everybody anew")
    marking.add_argument("--csv", metavar="FILE", type=Path, help="write the table for a spreadsheet, too")
    marking.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="mark on the workers of this scheduler of Dask, and not on this machine",
    )
    marking.add_argument(
        "--trusted-code",
        action="store_true",
        help="without a sandbox: for work of your own only, as the code may do whatever you may",
    )
    _add_course(marking)
    reporting = commands.add_parser("report", help="write a page and a table on how the class did")
    reporting.set_defaults(run=report, parser=reporting)
    reporting.add_argument("assignment", nargs="?", help="its name, as in exercises/ (default: the course)")
    _add_course(reporting)
    exporting = commands.add_parser("export", help="write the marks as Moodle or Canvas imports them")
    exporting.set_defaults(run=export, parser=exporting)
    exporting.add_argument("--to", required=True, choices=["moodle", "canvas"], help="whose columns")
    exporting.add_argument("file", nargs="?", type=Path, help="default: grading/reports/, named after --to")
    exporting.add_argument(
        "--assignment", metavar="NAME", action="append", help="only this one; may be given more than once"
    )
    exporting.add_argument(
        "--column",
        metavar="NAME=TITLE",
        action="append",
        type=_column,
        help="what an assignment is called there, if not the same; in Canvas with its number: 'Rates (123)'",
    )
    _add_course(exporting)
    doctor = commands.add_parser("doctor", help="say what works on this machine, and what to do next")
    doctor.set_defaults(run=diagnose, parser=doctor)
    _add_course(doctor)
    return whole


def mark(arguments):
    """The command ``mark``."""
    with _loading():
        from course_grader import schedulers, step

    _check_folder(arguments)
    wrong = arguments.parser.error
    if arguments.csv and not arguments.csv.parent.is_dir():
        wrong(f"--csv must be a file in a folder that exists; got {arguments.csv}")
    if arguments.scheduler and arguments.jobs:
        wrong("--jobs is for this machine, and --scheduler for its workers; give one of them")
    if arguments.scheduler:
        workers = schedulers.Dask(arguments.scheduler)
    else:
        workers = schedulers.Processes(arguments.jobs or cores(), step.AT_MOST)
    with workers:
        ready = [] if arguments.dry_run else workers.prepared(step.ready, arguments.trusted_code)
        return _mark(arguments, workers, ready)  # it loads nbgrader, while the workers load what they need


def _mark(arguments, workers, ready):
    with _loading():
        from course_grader import summary  # these load nbgrader, which takes a second
        from course_grader.batch import Batch
        from course_grader.course import Course
        from course_grader.gradebook import Gradebook
        from course_grader.schedulers import result

    course, assignment = Course(arguments.course), arguments.assignment
    _known("ASSIGNMENT", [assignment], course.assignments, arguments.parser)
    handed_in = course.students(assignment)
    _known("--student", arguments.student or [], handed_in, arguments.parser)
    students = sorted(set(arguments.student or handed_in))
    gradebook = Gradebook(course.config, assignment, arguments.trusted_code)
    batch = Batch(course, assignment, students, gradebook, arguments.again, arguments.trusted_code)
    if not students:
        raise GraderFault(f"Nobody has handed in {assignment}. To collect: nbgrader collect {assignment}")
    if arguments.dry_run:
        batch.check()
        print(summary.plan(batch.jobs()))
        return DONE
    with batch.records.locked():
        batch.check()
        jobs = batch.jobs()
        to_mark = sum(bool(job.why) for job in jobs)
        if to_mark < len(jobs):
            print(f"{len(jobs) - to_mark} of {len(jobs)} were marked before.", flush=True)
        for worker in ready if to_mark else []:
            if fault := result(worker):  # it has no sandbox
                raise fault
        if arguments.again:
            batch.forget()
        return _run(arguments, batch, jobs, workers)


@contextmanager
def _loading():
    """Modules stay: to look through them for garbage would take a sixth of the command's time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _run(arguments, batch, jobs, workers):
    from tqdm import tqdm

    from course_grader import summary

    rows = []
    try:
        for row in tqdm(
            batch.run(jobs, workers), arguments.assignment, len(jobs), unit="student", disable=None
        ):
            rows.append(row)
    except KeyboardInterrupt:
        done = sum(not row.failed for row in rows)
        command = "The same command without --again" if arguments.again else "The same command"
        print(f"\nStopped. {done} of {len(jobs)} are marked. {command} goes on from there.", file=sys.stderr)
        return STOPPED
    rows.sort(key=lambda row: row.student)
    print(summary.whole(rows))
    if arguments.csv:
        summary.write_csv(arguments.csv, rows)
    return LEFT if any(row.failed for row in rows) else DONE


def report(arguments):
    """The command ``report``."""
    course = _course(arguments)
    from course_grader.reports import write

    if arguments.assignment:
        _known("ASSIGNMENT", [arguments.assignment], course.assignments, arguments.parser)
        sentences = write.report(course, [arguments.assignment])
    else:
        sentences = write.report_all(course)
    for sentence in sentences:
        print(sentence, flush=True)
    return DONE


def export(arguments):
    """The command ``export``."""
    course = _course(arguments)
    from course_grader import export

    titles = dict(arguments.column or [])
    for what, names in (("--assignment", arguments.assignment or []), ("--column", titles)):
        _known(what, names, course.assignments, arguments.parser)
    if arguments.file and not arguments.file.parent.is_dir():
        arguments.parser.error(f"FILE must be in a folder that exists; got {arguments.file}")
    file = arguments.file or course.grading / "reports" / f"{arguments.to}.csv"
    for sentence in export.write(course, arguments.to, file, arguments.assignment, titles):
        print(sentence)
    return DONE


def diagnose(arguments):
    """The command ``doctor``."""
    from course_grader import doctor

    text, well = doctor.report(arguments.course)
    print(text)
    return DONE if well else LEFT


def _course(arguments):
    """The Course whose folder is given; the command ends if it is none."""
    _check_folder(arguments)
    from course_grader.course import Course  # it loads nbgrader, which takes a second

    return Course(arguments.course)


def _check_folder(arguments):
    if not (arguments.course / "nbgrader_config.py").is_file():
        where = arguments.course.resolve()
        arguments.parser.error(f"--course must be a folder with nbgrader_config.py; got {where}")


def _known(what, names, among, command):
    """End the command if one of the ``names`` is not ``among`` those that there are."""
    for name in names:
        if name not in among:
            near = difflib.get_close_matches(name, among, n=3, cutoff=0.4)
            said = f"near it are: {', '.join(near)}" if near else f"there are: {', '.join(among) or 'none'}"
            command.error(f"{what}: there is no {name!r}; {said}")


def cores():
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _add_course(command):
    command.add_argument(
        "--course",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="where nbgrader_config.py is (default: here)",
    )


def _column(text):
    name, _, title = text.partition("=")
    if not name or not title:
        raise argparse.ArgumentTypeError(f"must be NAME=TITLE; got {text!r}")
    return name, title


def _jobs(text):
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1; got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
