"""What works on this machine, and what to do next."""

from course_grader import sandbox, standing, summary
from course_grader.course import Course
from course_grader.faults import GraderFault
from course_grader.gradebook import Gradebook

NOT_YET = "not yet"


def report(folder):
    """For the course in a ``folder``: a text for a teacher; and whether all is there that is needed now."""
    walls = [(one.name, sandbox.fault(one)) for one in (sandbox.Bubblewrap(), sandbox.Landlock())]
    state, fault = _gradebook(folder)
    parts = [*((name, "no" if why else "yes") for name, why in walls), ("gradebook", state)]
    reasons = [f"{name}: {summary.plain(why)}" for name, why in (*walls, ("gradebook", fault)) if why]
    safe, kept = not all(why for _, why in walls), not fault
    next_step, well = _next(folder, safe, kept)
    table = summary.columns([["part", "works"], *parts])
    said = [table, "\n".join(reasons), sandbox.describe(), next_step]
    return "\n\n".join(filter(None, said)), well


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
