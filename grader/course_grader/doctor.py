"""What works on this machine, and what to do next."""

from course_grader import sandbox, summary
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook


def report(folder):
    """For the course in a ``folder``: a text for a teacher; and whether all is there that marking needs."""
    walls = [(one.name, sandbox.fault(one)) for one in (sandbox.Bubblewrap(), sandbox.Landlock())]
    parts = [*walls, ("gradebook", _gradebook(folder))]
    table = summary.columns([["part", "works"], *([name, "no" if fault else "yes"] for name, fault in parts)])
    reasons = "\n".join(f"{name}: {summary.plain(fault)}" for name, fault in parts if fault)
    safe, kept = not all(fault for _, fault in walls), not parts[-1][1]
    return "\n\n".join(filter(None, [table, reasons, sandbox.describe(), *_next(safe, kept)])), safe and kept


def _gradebook(folder):
    """Why the gradebook is of no use, as a sentence; "" if it is."""
    try:
        Gradebook(Course(folder).config, "").assignments()
    except GraderFault as fault:
        return str(fault)
    return ""


def _next(safe, kept):
    """What to do, a sentence each."""
    if not safe:
        yield (
            "There is no sandbox, so nothing that students wrote is run here. One is enough; bubblewrap is "
            "the better one. In a container, it must be allowed to make namespaces."
        )
    if not kept:
        yield "Without the gradebook nothing is marked."
    if safe and kept:
        yield "Ready. In the course's folder: python -m course_grader mark ASSIGNMENT"
