"""One line in five libraries: Keras 1, Keras 3, PyTorch, optax and this course.

``libraries`` has one table a library. ``reading`` makes a meaning of a line, ``writing`` a line of a meaning,
``running`` runs two meanings on the same gradients, ``explained`` has the sentences, and ``picture`` draws.

>>> from course_lib.dialects import translate
>>> print(translate("keras.optimizers.Adam(1e-3)").lines["here"].written.line)
optimizers.Adam(lr=0.001, epsilon=1e-07)
"""

from course_lib.dialects.translation import Translation, translate

__all__ = ["Translation", "translate"]
