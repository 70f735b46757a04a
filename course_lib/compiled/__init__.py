"""A family's runs by machine code, where a compiler is installed; the line that you read is what runs.

``recording`` has the formulas of optimizer and surface work on stand-ins for arrays, and keeps what they do.
``text`` writes this as a loop, ``machine`` compiles it, within about a hundredth of a second, and ``runs``
feeds it. The numbers are those of numpy, to the last bit. What cannot be recorded is computed by numpy, as
everything is where llvmlite is not installed or COURSE_COMPILED is 0.
"""

from course_lib.compiled.runs import SWITCH, Unrecordable, is_on, recorded, refuse, run

__all__ = ["SWITCH", "Unrecordable", "is_on", "recorded", "refuse", "run"]
