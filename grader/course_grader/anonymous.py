"""Manual grading without names, as an extension of Jupyter's server, for as long as it runs:

    jupyter lab --ServerApp.jpserver_extensions=course_grader.anonymous=True

nbgrader's formgrader numbers the submissions, but each page has the name within it, and shows it at a click.
With this, the pages and data on which prose is marked have no name at all: the table of submissions, the
submission, its points and comments. The pages Manage Assignments and Manage Students stay as they are.
"""

import json

from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader import apihandlers, handlers
from nbgrader.server_extensions.formgrader.base import BaseApiHandler

WHO = ("student", "first_name", "last_name")  # keys of nbgrader's data


def _jupyter_server_extension_points():
    return [{"module": "course_grader.anonymous"}]


def _load_jupyter_server_extension(server):
    """Answer in nbgrader's place: extensions are loaded by their names, and the first one has a page."""
    base = server.web_app.settings["base_url"]
    server.web_app.add_handlers(".*$", [(url_path_join(base, path), handler) for path, handler in PAGES])


def nameless(about):
    """nbgrader's data on something, without who it is of.

    >>> nameless({"id": "f3", "student": "ada", "index": 4})
    {'id': 'f3', 'student': 'Submission #5', 'index': 4}
    """
    number = f"Submission #{about['index'] + 1}" if "index" in about else None
    return about | {key: number if key == "student" else None for key in WHO if key in about}


class _Data(BaseApiHandler):
    """Mixed into a handler of data: what it sends has no names."""

    def write(self, chunk):
        super().write(_hidden(chunk) if self.get_status() == 200 else chunk)  # what an error says is no data


def _hidden(text):
    """The same data, one or many, as nbgrader would send them."""
    data = json.loads(text)
    return json.dumps([nameless(one) for one in data] if isinstance(data, list) else nameless(data))


class Submission(handlers.SubmissionHandler):
    """The page of one submission."""

    @property
    def exporter(self):
        return _Exporter(super().exporter)


class _Exporter:
    """What makes a page of a notebook; it is told no name."""

    def __init__(self, exporter):
        self.exporter = exporter

    def from_filename(self, filename, resources):
        hidden = nameless(resources) | {"notebook_path": ""}  # its folder has the student's name
        return self.exporter.from_filename(filename, resources=hidden)


def _without_names(handler):
    return type(handler.__name__, (_Data, handler), {})


DATA = ("/formgrader/api/submitted_notebook", "/formgrader/api/grade", "/formgrader/api/comment")
PAGES = [
    (r"/formgrader/submissions/([^/]+)/?", Submission),
    *(
        (path, _without_names(handler))
        for path, handler in apihandlers.default_handlers
        if path.startswith(DATA)
    ),
]
