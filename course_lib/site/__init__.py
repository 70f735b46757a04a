"""The course as pages that come alive in the reader's browser: plain files, which any static host serves.

``build.site`` writes them. ``pages`` makes a page of a notebook, ``runtime`` lays the Python that the pages
run, ``course_zip`` the course that it imports. ``browser/`` is what runs there, ``page/`` what shows it.

The seam between a figure and its host is anywidget's front-end contract: a module whose ``render`` is given
a model with ``get``, ``set``, ``save_changes``, ``on`` and ``off``, and an element to fill. In Jupyter the
model is anywidget's. Here ``page/model.js`` stands in for it, and ``browser/anywidget.py`` for the Python
behind it. Nothing else of a figure, a quiz or a prediction knows where it is shown.
"""
