"""The package runs on Linux, macOS and Windows as far as its calls tell: what only some have is
asked for first.
"""

import ast
from collections.abc import Iterator

import pytest
from places import ROOT

MODULES = {"crypt", "fcntl", "grp", "posix", "pty", "pwd", "resource", "spwd", "syslog", "termios"}
MODULES |= {"tty", "msvcrt", "winreg", "winsound", "_winapi"}
OF_OS = {  # functions of os that Windows does not have
    *("chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid"),
    *("getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getresuid", "getsid"),
    *("getuid", "initgroups", "killpg", "lchown", "mkfifo", "mknod", "nice", "openpty", "pipe2"),
    *("posix_fadvise", "posix_spawn", "pread", "preadv", "pwrite", "pwritev", "readv", "sendfile"),
    *("sched_getaffinity", "setgid", "setpgid", "setpriority", "setsid", "setuid", "statvfs"),
    *(
        "sync",
        "tcgetpgrp",
        "uname",
        "wait",
        "wait3",
        "wait4",
        "writev",
        "O_DIRECTORY",
        "O_NOFOLLOW",
    ),
}
OF_SIGNAL = {  # of signal
    *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP"),
    *("SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGXCPU", "alarm", "pause", "pthread_kill", "setitimer"),
    *("pthread_sigmask", "siginterrupt", "sigwait"),
}
ONLY_SOME = {"os": OF_OS, "signal": OF_SIGNAL}
OPTIONS = {"start_new_session", "preexec_fn", "process_group", "pass_fds", "dir_fd"}
# that a file may say where another of its lines asks which system it runs on
ASKED = {"reportgen/children.py": {"start_new_session"}}


def only_some(text: str, allowed: set[str] = frozenset()) -> list[tuple[int, str]]:  # type: ignore[assignment]
    """What not every system has, by line, unless it stands under a question for it."""
    found = _found(ast.parse(text), asked=False)
    return [(line, name) for line, name in found if name not in allowed]


def _found(node: ast.AST, *, asked: bool) -> Iterator[tuple[int, str]]:
    line = getattr(node, "lineno", 0)
    if not asked:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [each.name for each in node.names]
            module = node.module if isinstance(node, ast.ImportFrom) else None
            yield from ((line, name) for name in ([module] if module else names) if name in MODULES)
            if module in ONLY_SOME:
                yield from ((line, name) for name in names if name in ONLY_SOME[module])
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in ONLY_SOME.get(node.value.id, ()) or node.attr == "CDLL":
                yield line, node.attr
        if isinstance(node, ast.keyword) and node.arg in OPTIONS:
            yield line, str(node.arg)
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            yield from ((line, key) for key in keys if key in OPTIONS)
    for name, value in ast.iter_fields(node):
        below = asked or (name in ("body", "orelse", "values") and _asks(node))
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _found(each, asked=below)


def _asks(node: ast.AST) -> bool:
    """Is this a question for what the system has, or for which one it is."""
    if isinstance(node, ast.Try):
        caught = " ".join(ast.unparse(each.type) for each in node.handlers if each.type)
        return any(name in caught for name in ("ModuleNotFoundError", "AttributeError"))
    if isinstance(node, ast.If | ast.IfExp):
        question = ast.unparse(node.test)
    elif isinstance(node, ast.BoolOp):
        question = ast.unparse(node.values[0])
    else:
        return False
    return "hasattr(" in question or "sys.platform" in question


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import fcntl", ["fcntl"]),
        ("from pwd import getpwnam", ["pwd"]),
        ("from os import killpg", ["killpg"]),
        ("import os\nos.killpg(1, 9)", ["killpg"]),
        ("import signal\nsignal.alarm(1)", ["alarm"]),
        ("Popen([], start_new_session=True)", ["start_new_session"]),
        ("options = {'start_new_session': True}", ["start_new_session"]),
        ("ctypes.CDLL(None)", ["CDLL"]),
        ("if hasattr(os, 'killpg'):\n    os.killpg(1, 9)", []),
        ("if sys.platform == 'linux' and ctypes.CDLL(None):\n    pass", []),
        ("try:\n    import resource\nexcept ModuleNotFoundError:\n    pass", []),
        ("try:\n    import resource\nexcept ValueError:\n    pass", ["resource"]),
        ("os.getpid()", []),
    ],
)
def test_what_not_every_system_has_is_seen(text: str, names: list[str]) -> None:
    assert [name for _, name in only_some(text)] == names


def test_what_not_every_system_has_is_asked_for_first() -> None:
    found = []
    for path in sorted((ROOT / "reportgen").rglob("*.py")):
        where = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        found += [(where, *each) for each in only_some(text, ASKED.get(where, set()))]
    assert found == []


def test_texts_are_read_and_written_in_one_encoding() -> None:
    """The one of Windows is another, unless it is named."""
    found = []
    for path in sorted((ROOT / "reportgen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = {"read_text": 0, "write_text": 1}.get(node.func.attr)
                named = any(each.arg == "encoding" for each in node.keywords)
                if first is not None and not named and len(node.args) <= first:
                    found.append((path.relative_to(ROOT).as_posix(), node.lineno))
    assert found == []
