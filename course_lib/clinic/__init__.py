"""A clinic for sick trainings: order tests, name the cause, prescribe one change, and see it go on.

Every patient is a real run of a small network on the digits (``patients``, ``running``). Every test runs it
again (``ordered``), and so does every change (``prescriptions``). What each cause shows stands in one table
(``signs``), and a simple rule that uses it (``procedure``) is measured in docs/clinic.md.

>>> patient = admit("no warm-up")
>>> patient.line, result("lr / 10", patient).word, go_on(patient, "warm-up").is_cured
('SGD, lr 1.9', 'cures it', True)
"""

from course_lib.clinic.ordered import TESTS, Result, result
from course_lib.clinic.patients import CAUSES, Patient, admit, ward
from course_lib.clinic.prescriptions import CHANGES, Treated, go_on
from course_lib.clinic.procedure import CANNOT_TELL, Opinion, examine
from course_lib.clinic.signs import left, seen

__all__ = [
    "CANNOT_TELL",
    "CAUSES",
    "CHANGES",
    "TESTS",
    "Opinion",
    "Patient",
    "Result",
    "Treated",
    "admit",
    "examine",
    "go_on",
    "left",
    "result",
    "seen",
    "ward",
]
