"""Fair times on a machine that others use too: take turns, warm up first, wait for a quiet moment."""

import time

import psutil
from tqdm import tqdm

WARM_UPS = 2


def take_turns(contestants, repeats):
    """Seconds of each call of each function, by name. They run in turn, so all meet the same weather."""
    seconds = {name: [] for name in contestants}
    wait_for_quiet()  # once: after a rest before each turn the processor would have to wake up first
    for turn in tqdm(range(WARM_UPS + repeats), desc="turns", leave=False):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            if turn >= WARM_UPS:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def wait_for_quiet(cores=0.3, at_most=5.0, look=0.25):
    """Wait, ``at_most`` so many seconds, until other people's processes use less than ``cores``."""
    give_up = time.monotonic() + at_most
    while time.monotonic() < give_up:
        others = Others()
        time.sleep(look)
        if others.cores() < cores:
            return


class Others:
    """What the processes use that are neither this one nor started by it: server, kernels, browser."""

    def __init__(self):
        self.start, self.used = time.monotonic(), _busy() - _ours()

    def cores(self):
        """How many cores they kept busy, on average, since this object was made."""
        return max(0.0, _busy() - _ours() - self.used) / (time.monotonic() - self.start)


def _busy():
    """Processor seconds that the whole machine has worked."""
    times = psutil.cpu_times()
    return sum(getattr(times, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal"))


def _ours():
    """Processor seconds of this process and of all it has started."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:  # it has just ended
            continue
        total += times.user + times.system
    return total
