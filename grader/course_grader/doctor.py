"""What works on this machine, and what to do next."""

from course_grader import sandbox, standing, summary
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook

NOT_YET = "not yet"
CLOSED = (
    "Students' code runs there as a user of its own, who must be able to read Python and the course: "
    "install both outside of a home folder that is closed to others."
)


def report(folder):
    """For the course in a ``folder``: a text for a teacher; and whether all is there that is needed now."""
    walls = [(one.name, sandbox.fault(one)) for one in (sandbox.Bubblewrap(), sandbox.Landlock())]
    state, fault = _gradebook(folder)
    parts = [*((name, "no" if why else "yes") for name, why in walls), ("gradebook", state)]
    reasons = [_reason(name, why) for name, why in (*walls, ("gradebook", fault)) if why]
    safe, kept = not all(why for _, why in walls), not fault
    next_step, well = _next(folder, safe, kept)
    table = summary.columns([["part", "works"], *parts])
    return "\n\n".join(filter(None, [table, "\n".join(reasons), next_step])), well


def _reason(name, why):
    advice = f" {CLOSED}" if "Permission denied" in why else ""
    return f"{name}: {summary.plain(why)}{advice}"


def _gradebook(folder):
    """Is it there and of use: "yes", "no" or NOT_YET; and why not, as a sentence, if that is a fault."""
    try:
        gradebook = Gradebook(Course(folder).config, "")
        if not gradebook.begun():
            return NOT_YET, ""
        gradebook.assignments()
    except GraderFault as fault:
        return "no", str(fault)
    return "yes", ""


def _next(folder, safe, kept):
    """What to do, as text; and whether that is a step of the course, and not of putting it right."""
    if not safe:
        return (
            "There is no sandbox, so nothing that students wrote is run here. One is enough; bubblewrap is "
            "the better one. In a container, it must be allowed to make namespaces."
        ), False
    if not kept:
        return "Without the gradebook nothing is marked.", False
    try:
        return standing.next_step(Course(folder)), True
    except GraderFault as fault:
        return f"Next: {summary.plain(str(fault))}", False
