"""How much a submission may use."""

from dataclasses import dataclass

MiB = 2**20


@dataclass(frozen=True)
class Limits:
    """Seconds; bytes.

    A cell may take ``cell_seconds``; a call has the seconds of its check, and ``grace`` more until its
    process is ended: these are seconds that the process computes (``running.spent``). ``whole_seconds`` and
    ``start_seconds`` are on the clock: for the whole notebook, with all that is run again after such an end,
    and for the start of a process.
    """

    cell_seconds: float = 30.0
    grace: float = 2.0
    whole_seconds: float = 300.0
    start_seconds: float = 30.0
    memory: int = 2048 * MiB  # address space
    file: int = 16 * MiB  # the largest file it may write
    scratch: int = 64 * MiB  # its /tmp, in memory
    open_files: int = 256
    threads: int = 32
    signals: int = 64  # that wait for it
