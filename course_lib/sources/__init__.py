"""SGD three times, in the words of Keras 1, of Keras 3 and of PyTorch, to be read beside one another.

``keras_1``, ``keras_3`` and ``pytorch`` are short transcriptions that run. A line that has twins in the
others ends with the name of its part, as in ``# memory``; ``twins`` shows them. ``installed`` finds the real
source where the library is installed, and ``shown`` shows it.
"""
