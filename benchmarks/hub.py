"""A class of eight on a JupyterHub, with hub/jupyterhub_config.py and real users, all at the same time.

They log in, run lesson 6, solve the first exercise and hand it in; it is collected and marked. It needs root,
bubblewrap, behind which the users live, and the proxy of docs/hub.md. Browsers are left out: they run on the
students' own machines.
"""

import json
import re
import shutil
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import websocket
from nbgrader.api import Gradebook

from benchmarks import grading, report
from course_lib.course import contents
from tools import hub as hubs
from tools import lab

STUDENTS, A_FEW = 8, 2
HOME_FOLDER = "losses-and-optimizers"
START_PAGE = f"{HOME_FOLDER}/{contents.START_PAGE}"
LESSON = f"{HOME_FOLDER}/lessons/06_stability_map.ipynb"
ASSIGNMENT = "01_learning_rate"
EXERCISE = f"{HOME_FOLDER}/exercises/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
MEMORY = 400  # MiB


def main(quick):
    students = [f"student{number}" for number in range(1, (A_FEW if quick else STUDENTS) + 1)]
    proxy = shutil.which("configurable-http-proxy")
    if proxy is None:
        raise RuntimeError("the hub's proxy is missing: npm install -g configurable-http-proxy")
    with tempfile.TemporaryDirectory() as folder, hubs.serve(folder, ["teacher", *students], proxy) as hub:
        rows = list(a_class(hub, students))
        further = [{"what": "the hub and its proxy", "MiB": mebibytes(hub, "root")}]
        further.append({"what": "the teacher's server, after marking", "MiB": mark(hub, students)})
    bars = [
        report.Bar(
            f"at most {MEMORY} MiB for a student with a lesson and an exercise open",
            rows[-1]["MiB, the most"],
            at_most=MEMORY,
        )
    ]
    report.publish(
        "hub",
        f"Each of {len(students)} students at once, and what the server of each then needs",
        rows,
        bars,
        ["jupyterhub", "jupyterlab", "jupyter-server", "ipykernel", "nbgrader", "numpy"],
        {"For all of them": further},
        quick=quick,
    )


def a_class(hub, students):
    """A row for each thing that all students do at once."""
    people = [hub.person(name) for name in students]

    def row(what, do):
        with ThreadPoolExecutor(len(people)) as pool:
            seconds = list(pool.map(lambda person: timed(do, person), people))
        memory = [mebibytes(hub, name) for name in students]
        return {
            "what": what,
            "seconds, the first": min(seconds),
            "seconds, the last": max(seconds),
            "MiB, median": float(np.median(memory)),
            "MiB, the most": max(memory),
        }

    yield row("log in, and see the start page", arrive)
    yield row("run lesson 6", lambda person: run(person, LESSON))
    yield row("solve and check an exercise too", solve)


def arrive(person):
    """Log in; JupyterLab opens the start page, which has a kernel then."""
    person.log_in().raise_for_status()
    person.page()
    run(person, START_PAGE, cells=0)


def solve(person):
    """Save the exercise with every answer, and run it."""
    body = {"type": "notebook", "content": grading.answered(grading.answers()[0])}
    person.ask(f"api/contents/{EXERCISE}", "PUT", json=body).raise_for_status()
    run(person, EXERCISE)


def mark(hub, students):
    """Release, hand in, collect and mark; all must have every point, and know it. MiB of the teacher."""
    hub.set_up_teaching("teacher", ASSIGNMENT)
    teacher = hub.person("teacher")
    arrive(teacher)
    hub.run("teacher", *in_teaching("nbgrader", "generate_assignment", ASSIGNMENT, "--force"))
    teacher.press("release", ASSIGNMENT)
    for name in students:
        person = hub.person(name)
        arrive(person)
        person.hand_in(ASSIGNMENT)
        done = hub.run(name, sys.executable, "-m", "course_lib", "progress").stdout
        if "12 of 12 points" not in done:
            raise RuntimeError(f"{name}'s progress was not kept:\n{done}")
    teacher.press("collect", ASSIGNMENT)
    hub.run("teacher", *in_teaching("course_grader", "mark", ASSIGNMENT))
    with Gradebook(f"sqlite:///{hub.home / 'teacher' / hubs.TEACHING / 'gradebook.db'}") as gradebook:
        points = {found.student.id: found.score for found in gradebook.assignment_submissions(ASSIGNMENT)}
    if points != dict.fromkeys(students, 12):
        raise RuntimeError(f"all points were owed: {points}")
    return mebibytes(hub, "teacher")


def in_teaching(module, *words):
    """A module's command, given in the teacher's folder."""
    return ["env", f"--chdir={hubs.TEACHING}", sys.executable, "-m", module, *words]


def run(person, path, cells=None):
    """Open a notebook of theirs and run its cells, or the first ``cells``; RuntimeError if one raises."""
    notebook = person.ask(f"api/contents/{path}").json()["content"]
    body = {"path": path, "name": Path(path).name, "type": "notebook", "kernel": {"name": "python3"}}
    session = person.ask("api/sessions", "POST", json=body)
    session.raise_for_status()
    kernel = session.json()["kernel"]["id"]
    address = f"{person.hub.url}/user/{person.name}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.session.cookies)
    channel = websocket.create_connection(address, cookie=cookies, timeout=lab.PATIENCE)
    execute(channel, "")  # it is ready
    for cell in notebook["cells"][:cells]:
        if cell["cell_type"] == "code":
            execute(channel, "".join(cell["source"]))
    channel.close()


def execute(channel, source):
    """Have a kernel execute this, and wait for its reply."""
    request = uuid.uuid4().hex
    header = {"msg_id": request, "msg_type": "execute_request", "username": "", "session": request}
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps(message))
    while True:
        opcode, received = channel.recv_data()
        if opcode != websocket.ABNF.OPCODE_TEXT:
            continue  # a picture
        reply = json.loads(received)
        if reply["parent_header"].get("msg_id") == request and reply["msg_type"] == "execute_reply":
            if reply["content"]["status"] != "ok":
                raise RuntimeError(f"a cell raised {reply['content'].get('evalue')}:\n{source}")
            return


def timed(do, person):
    start = time.perf_counter()
    do(person)
    return time.perf_counter() - start


def mebibytes(hub, name):
    """What all processes of a user of this hub hold; of memory that several share, each counts its part."""
    user = hub.home.parent.joinpath("etc", "passwd").read_text(encoding="utf-8")
    (number,) = (int(line.split(":")[2]) for line in user.splitlines() if line.startswith(f"{name}:"))
    kibibytes = 0
    for process in psutil.Process(hub.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):  # it has just ended
            if process.uids().real == number:
                lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
                kibibytes += int(re.search(r"^Pss: +(\d+) kB", lines, re.MULTILINE)[1])
    return kibibytes / 1024
