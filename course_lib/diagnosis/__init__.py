"""What ails a run of one's own, from its log.

A rule for each cause asks for signs that are measured on the curve (``rules``); a cause is likely if nothing
speaks against it. Each cause can be simulated (``simulated``): so the rules are measured, in
docs/diagnosis.md, and so a log is drawn beside a run of which the cause is known.

>>> diagnose([1.0] * 40).verdict
'nothing moves'
"""

from course_lib.diagnosis.log import Log, read
from course_lib.diagnosis.rules import CAUSES
from course_lib.diagnosis.verdict import CANNOT_TELL, Diagnosis, Finding, diagnose

__all__ = ["CANNOT_TELL", "CAUSES", "Diagnosis", "Finding", "Log", "diagnose", "read"]
