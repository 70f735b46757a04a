"""One table a library: its constructors with their order and defaults, and what their words are here."""

from course_lib.dialects.libraries.here import HERE
from course_lib.dialects.libraries.keras_1 import KERAS_1
from course_lib.dialects.libraries.keras_2 import KERAS_2
from course_lib.dialects.libraries.keras_3 import KERAS_3
from course_lib.dialects.libraries.optax import OPTAX
from course_lib.dialects.libraries.pytorch import PYTORCH

READ = {library.name: library for library in (KERAS_1, KERAS_2, KERAS_3, PYTORCH, OPTAX, HERE)}
WRITTEN = {name: library for name, library in READ.items() if library is not KERAS_2}
