"""The course as the pages import it: one archive, with the stand-ins for what a browser does not have."""

from pathlib import Path

from course_lib.site import archive

BROWSER = Path(__file__).with_name("browser")
PACKAGE = Path(__file__).parents[1]
NOT_THERE = ("__main__.py", "course", "site")  # they lay the course, and write the pages
ENDINGS = {".py", ".js", ".css", ".toml", ".json", ".gz", ".md"}


def write():
    """The bytes of course.zip; the same for the same course."""
    course = {f"course_lib/{name}": content for name, content in _files(PACKAGE, NOT_THERE)}
    return archive.write(course | dict(_files(BROWSER)))


def _files(folder, left_out=()):
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix in ENDINGS and name.parts[0] not in left_out:
            yield name.as_posix(), path.read_bytes()
