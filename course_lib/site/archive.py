"""Zip archives in memory: the same files give the same bytes, whenever they are written."""

import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows


def write(files):
    """The archive of these files: content by path.

    >>> read(write({"b.txt": b"2", "a.txt": b"1"}))
    {'a.txt': b'1', 'b.txt': b'2'}
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for path in sorted(files):
            archive.writestr(_entry(path), files[path])
    return whole.getvalue()


def _entry(path):
    entry = zipfile.ZipInfo(path, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # the same on every system
    return entry


def read(content):
    """The files of an archive: content by path."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
