"""A small, exact reference library for the course: losses, optimizers, and what they act on.

>>> from course_lib import optimizers, surfaces, training
>>> run = training.run(surfaces.Parabola(), optimizers.SGD(lr=0.5), w0=[1.0], steps=3)
>>> run.path[:, 0]
array([1.   , 0.5  , 0.25 , 0.125])

Modules, in the order in which they build on each other: ``losses``, ``schedules``, ``constraints``,
``activations``, ``initialisers``, ``datasets``, ``surfaces``, ``theory``; ``optimizers``, ``layers``,
``metrics``; ``models``, ``training``, ``data_loss``; all of these need numpy only. Then ``plots``
(matplotlib) and ``explorers`` (live figures). Importing ``course_lib`` itself loads nothing else.
"""

__version__ = "0.1.0"
