"""The course as a learner has it: a folder of their own with lessons and exercises, opened in JupyterLab.

``contents`` says what the course is made of, ``copies`` lays it and renews it, ``lab`` opens it, ``doctor``
says what works on this machine. ``python -m course_lib`` is the command.
"""
