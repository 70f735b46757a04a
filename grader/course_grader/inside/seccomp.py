"""System calls that a submission has no need of, refused by the kernel (seccomp).

Limits on one process hold only if there is one process, and if its memory is what the limit counts. So there
are no new processes (threads may be), no memory that is counted nowhere, and no sockets; nothing that looks
into other processes or into rarely used parts of the kernel; nothing that is counted for a whole user; and
nothing through which two students could speak, such as a lock on a file that both may read.

Numbers: the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
Filter: linux/filter.h, linux/seccomp.h.
"""

import ctypes
import os
import platform
import struct

# Name of the call: its number on x86-64 and on 64-bit ARM, None where there is no such call.
REFUSED = {
    # a process of its own
    "fork": (57, None), "vfork": (58, None), "setsid": (112, 157), "setpgid": (109, 154),
    "unshare": (272, 97), "setns": (308, 268), "execve": (59, 221), "execveat": (322, 281),
    # memory that RLIMIT_AS does not count, and what outlives its process: it may be another's
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195),
    "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "mq_unlink": (241, 181), "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183), "mq_notify": (244, 184), "mq_getsetattr": (245, 185),
    "setsockopt": (54, 208),  # larger buffers of socket pairs
    # counted for the whole user
    "inotify_init": (253, None), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    "fanotify_init": (300, 262), "timer_create": (222, 107), "timerfd_create": (283, 85),
    # seen by others: locks, names, what is in memory of a file
    "flock": (73, 32), "bind": (49, 200), "listen": (50, 201), "connect": (42, 203),
    "accept": (43, 202), "accept4": (288, 242), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "recvmsg": (47, 212), "recvmmsg": (299, 243), "mincore": (27, 232), "cachestat": (451, 451),
    # who is at the other end
    "getsockname": (51, 204), "getpeername": (52, 205), "getsockopt": (55, 209), "getppid": (110, 173),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "pidfd_send_signal": (424, 424),
    "move_pages": (279, 239), "migrate_pages": (256, 238), "get_robust_list": (274, 100),
    "getpgid": (121, 155), "getsid": (124, 156), "getpriority": (140, 141), "ioprio_get": (252, 31),
    "sched_getscheduler": (145, 120), "sched_getparam": (143, 121), "sched_getattr": (315, 275),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274),
    # who may do what with a file, which Landlock does not ask
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "file_setattr": (469, 469),
    # what is known of a file, which Landlock does not ask either
    "getxattr": (191, 8), "lgetxattr": (192, 9), "fgetxattr": (193, 10), "listxattr": (194, 11),
    "llistxattr": (195, 12), "flistxattr": (196, 13), "getxattrat": (464, 464), "listxattrat": (465, 465),
    "file_getattr": (468, 468), "statfs": (137, 43), "ustat": (136, None),
    # file systems
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsmount": (432, 432),
    "fsconfig": (431, 431), "fspick": (433, 433), "quotactl_fd": (443, 443),
    "mount_setattr": (442, 442), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "mknod": (133, None), "mknodat": (259, 33), "quotactl": (179, 60), "statmount": (457, 457),
    "listmount": (458, 458), "sync": (162, 81), "syncfs": (306, 267),
    # parts of the kernel with a history
    "io_uring_setup": (425, 425), "io_setup": (206, 0), "modify_ldt": (154, None), "syslog": (103, 116),
    "userfaultfd": (323, 282), "bpf": (321, 280),
    "perf_event_open": (298, 241), "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "personality": (135, 92), "acct": (163, 89),
    "swapon": (167, 224), "reboot": (169, 142),
}  # fmt: skip
CLONE, CLONE3, SOCKET, SOCKETPAIR = (56, 220), (435, 435), (41, 198), (53, 199)
PRLIMIT, PRCTL = (302, 261), (157, 167)
FCNTL, FCNTL_ALLOWED = (72, 25), (0, 1, 2, 3, 4, 1030, 1032)  # copies, flags; no locks, owners, sizes
IOCTL = (16, 29)
IOCTL_ALLOWED = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, is there more, flags
SIGNALS = {"kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
           "rt_tgsigqueueinfo": (297, 240)}  # fmt: skip
FOR_A_KERNEL = {  # it is alone in its namespaces: sockets; its own group; ZeroMQ sets its threads' policy
    *("bind", "listen", "connect", "accept", "accept4", "sendmsg", "recvmsg"),
    *("getsockname", "getpeername", "getsockopt", "getppid", "getpgid", "statfs"),
    *("sched_setscheduler", "sched_getscheduler", "sched_getparam"),
}
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

CLONE_THREAD, AF_UNIX, PR_SET_PDEATHSIG = 0x00010000, 1, 1
SOCK_STREAM, SOCK_KINDS = 1, 0xF
LOAD, KEEP_BITS, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
ALLOW, KILL = 0x7FFF0000, 0x80000000
X32 = 0x40000000  # calls of the x32 interface have this bit


def _refuse(error):
    return 0x00050000 | error


EPERM, ENOSYS = _refuse(1), _refuse(38)


def program(sockets_of_its_own=False, machine=None):
    """The filter, as bytes. ``sockets_of_its_own``: sockets within the machine are allowed, for a kernel.

    OSError on a processor that is not in ``ARCHITECTURES``.
    """
    machine = machine or platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(
            f"no filter of system calls is known for {machine}; known are {', '.join(ARCHITECTURES)}"
        )
    column, architecture = ARCHITECTURES[machine]
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER),
    ]
    if machine == "x86_64":
        steps += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, ENOSYS)]
    steps += [
        (EQUAL, 0, 1, CLONE3[column]),
        (RETURN, 0, 0, ENOSYS),
    ]  # glibc falls back to clone, which can be read
    steps += _by_argument(CLONE[column], ANY_BIT, CLONE_THREAD)
    steps += _by_argument(PRLIMIT[column], EQUAL, 0)  # its own limits
    steps += _by_argument(PRCTL[column], EQUAL, PR_SET_PDEATHSIG, passes=False)  # it ends with the grader
    steps += _by_argument(SOCKET[column], EQUAL, AF_UNIX) if sockets_of_its_own else _always(SOCKET[column])
    steps += _streams_only(SOCKETPAIR[column])
    steps += _one_of(FCNTL[column], SECOND_ARGUMENT, FCNTL_ALLOWED)
    steps += _one_of(IOCTL[column], SECOND_ARGUMENT, IOCTL_ALLOWED)
    if not sockets_of_its_own:
        for numbers in SIGNALS.values():
            steps += _one_of(numbers[column], FIRST_ARGUMENT, [os.getpid()])  # others may not even be found
    allowed = FOR_A_KERNEL if sockets_of_its_own else ()
    for name, numbers in REFUSED.items():
        if numbers[column] is not None and name not in allowed:
            steps += _always(numbers[column])
    steps += [(RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _always(number):
    return [(EQUAL, 0, 1, number), (RETURN, 0, 0, EPERM)]


def _by_argument(number, test, operand, passes=True):
    """Refused, unless the first argument passes the test; or if it does."""
    return [
        (EQUAL, 0, 4, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (test, 0, 1, operand),
        (RETURN, 0, 0, ALLOW if passes else EPERM),
        (RETURN, 0, 0, EPERM if passes else ALLOW),
    ]


def _one_of(number, argument, values):
    """Refused, unless the argument has one of the values."""
    count = len(values)
    return [
        (EQUAL, 0, count + 3, number),
        (LOAD, 0, 0, argument),
        *((EQUAL, count - place, 0, value) for place, value in enumerate(values)),
        (RETURN, 0, 0, EPERM),
        (RETURN, 0, 0, ALLOW),
    ]


def _streams_only(number):
    """A pair for datagrams could send to any socket of the machine, where Landlock is the only wall."""
    return [
        (EQUAL, 0, 5, number),
        (LOAD, 0, 0, SECOND_ARGUMENT),
        (KEEP_BITS, 0, 0, SOCK_KINDS),
        (EQUAL, 0, 1, SOCK_STREAM),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, EPERM),
    ]


def apply(filter_program):
    """From now on, for this process and all that comes of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(filter_program, len(filter_program))

    class Program(ctypes.Structure):
        _fields_ = [("steps", ctypes.c_ushort), ("text", ctypes.c_void_p)]

    given = Program(len(filter_program) // 8, ctypes.addressof(text))
    for option, *values in [
        (38, 1, 0, 0, 0),
        (22, 2, ctypes.byref(given), 0, 0),
    ]:  # no new privileges; filter
        if libc.prctl(option, *values) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option}): {os.strerror(ctypes.get_errno())}")
