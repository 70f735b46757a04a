"""A family's runs by machine code, where a compiler is installed; the line that you read is what runs.

``recording`` calls the optimizer's ``update`` and the surface's ``f`` and ``slope`` once, with stand-ins for
arrays, and keeps what they do. ``machine`` makes a loop of it, which LLVM compiles within a hundredth of a
second, and ``runs`` feeds it. The numbers are those of numpy, to the last bit. What cannot be recorded is
computed by numpy, as everything is where llvmlite is not installed or COURSE_COMPILED is 0.
"""

from course_lib.compiled.runs import SWITCH, Unrecordable, is_on, recorded, refuse, run

__all__ = ["SWITCH", "Unrecordable", "is_on", "recorded", "refuse", "run"]
