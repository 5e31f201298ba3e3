"""Files of rules that are odd in one way each, all in one project: each is told with its line, and
every other report is planned.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from ownwork import BANG, bang, place
from places import ROOT

COMMAND = "from reportgen.cli import main; main(prog_name='reportgen')"
GIVEN = yaml.safe_load((ROOT / "configs" / "plus_last_even.yaml").read_text(encoding="utf-8"))
SIZES = dict(
    data=dict(sequences=200, holdout=100),
    model=dict(n_ctx=6),
    training=dict(steps=4, seeds=1, checkpoint_every=2),
)
LONG = ("m_loops_late", "m_moves")  # whose oddness only a long sequence meets
LIMITS = dict(REPORTGEN_RULE_SECONDS="2", REPORTGEN_RULE_GIGABYTES="0.7")
LATE = "did not end within 2 s (REPORTGEN_RULE_SECONDS=60 gives it a minute)"
NOTHING_ELSE = "; a file of rules defines its rules and nothing else"
SHARING = (
    "what rules share goes into a file beside them whose name begins with _, and `import _shared`"
    " finds it"
)
REGISTRY = "from reportgen.rules.base import RULES\n"

# what a file does when it is run -> the line and the words that tell of it
FILES: dict[str, tuple[str | bytes, str]] = {
    "leaves": ("import sys\nsys.exit(0)\n", ":2: SystemExit: 0"),
    "leaves_at_once": ("import os\n\nos._exit(0)\n", ":3: ended its process with exit code 0"),
    "kills_itself": ("import os\nos.kill(os.getpid(), 9)\n", ":2: ended its process by SIGKILL"),
    "is_told_to_end": (
        "import signal\nsignal.raise_signal(15)\n",
        ":2: ended its process by SIGTERM",
    ),
    "aborts": ("import os\nos.abort()\n", ":2: ended its process by SIGABRT"),
    "crashes": ("import ctypes\nctypes.string_at(0)\n", ":2: ended its process by SIGSEGV"),
    "loops": ("x = 1\nwhile True: x += 1  #!\n", f": {LATE}"),
    "sleeps": ("import time\ntime.sleep(1e6)\n", f":2: {LATE}"),
    "recurses": (
        "def f():\n    return f()\n\nf()\n",
        ":2: RecursionError: maximum recursion depth exceeded",
    ),
    "grows": (
        "import numpy\n\nnumpy.empty(10**8)\n",
        (
            ":3: MemoryError: Unable to allocate 763. MiB for an array with shape (100000000,) and"
            " data type float64: needs more than 0.7 GB (REPORTGEN_RULE_GIGABYTES=8 gives it more)"
        ),
    ),
    "has_no_words": (
        "class Bad(Exception):\n    def __str__(self):\n        return 1 / 0\n\n\nraise Bad\n",
        ":6: Bad, whose text cannot be shown (ZeroDivisionError)",
    ),
    "talks": ("raise ValueError('a\\nb' * 1000)\n", f":1: ValueError: {('a b' * 200)[:300]}…"),
    "is_no_exception": ("class Gone(BaseException): ...\n\n\nraise Gone('!')\n", ":4: Gone: !"),
    "interrupts": ("raise KeyboardInterrupt\n", ":1: KeyboardInterrupt"),
    "reads": ("input()\n", ":1: reads the keyboard, where a rule only answers; take the line away"),
    "prints": (
        "print('hello')\n",
        ":1: prints, where a rule only answers; take the line away, or print to sys.stderr",
    ),
    "clears": (
        f"{REGISTRY}RULES.clear()\n",
        (
            ":2: changes the rules of the package: 'balanced_brackets' is gone or"
            f" another{NOTHING_ELSE}"
        ),
    ),
    "deletes": (
        f"{REGISTRY}del RULES['lucky7']\n",
        f":2: changes the rules of the package: 'lucky7' is gone or another{NOTHING_ELSE}",
    ),
    "replaces": (
        f"{REGISTRY}RULES['lucky7'] = RULES['successor']\n",
        f":2: changes the rules of the package: 'lucky7' is gone or another{NOTHING_ELSE}",
    ),
    "adds": (
        f"{REGISTRY}RULES['other'] = RULES['lucky7']\n",
        f":2: changes the rules of the package: adds 'other' without @rule{NOTHING_ELSE}",
    ),
    "rebinds": (
        bang("rebinds", end="from reportgen.rules import base\nbase.RULES = {}  #!"),
        f": changes reportgen.rules.base.RULES{NOTHING_ELSE}",
    ),
    "patches": (
        bang("patches", end="Rule.marks = lambda self, sequence: []  #!"),
        f": changes reportgen.rules.base.Rule.marks{NOTHING_ELSE}",
    ),
    "patches_python": (
        bang("patches_python", end="import builtins\nbuiltins.print = abs  #!"),
        f": changes builtins.print{NOTHING_ELSE}",
    ),
    "answers_nothing": (
        bang("answers_nothing", end="import json\njson.dumps = lambda *a, **k: '{}'  #!"),
        f": changes json.dumps{NOTHING_ELSE}",
    ),
    "encodes": (
        bang("encodes", end="import json\njson.JSONEncoder.default = lambda *a: 0  #!"),
        f": changes json.encoder.JSONEncoder.default{NOTHING_ELSE}",
    ),
    "is_not_random": (
        bang("is_not_random", end="import random\nrandom.random = lambda: 0.5  #!"),
        f": changes random.random{NOTHING_ELSE}",
    ),
    "joins": (
        bang("joins", end="import os\nos.path.join = lambda *parts: ''  #!"),
        f": changes posixpath.join{NOTHING_ELSE}",
    ),
    "forgets": (
        bang("forgets", end="import os\ndel os.path.exists  #!"),
        f": changes posixpath.exists{NOTHING_ELSE}",
    ),
    "closes_the_output": (
        bang("closes_the_output", end="import os\nos.close(1); os.close(2)  #!"),
        f": changes which files are open: standard output is closed, or another file{NOTHING_ELSE}",
    ),
    "closes_everything": (
        bang("closes_everything", end="import os\nos.closerange(0, 200)  #!"),
        f": changes which files are open: standard input is closed, or another file{NOTHING_ELSE}",
    ),
    "sets_a_variable": (
        bang("sets_a_variable", end="import os\nos.environ['OMP_NUM_THREADS'] = '8'  #!"),
        f": changes os.environ{NOTHING_ELSE}",
    ),
    "unloads": (
        bang("unloads", end="import sys\nsys.modules['reportgen.errors'] = None  #!"),
        f": changes sys.modules['reportgen.errors']{NOTHING_ELSE}",
    ),
    "moves": (
        bang("moves", end="import os\nos.chdir('/')  #!"),
        f": changes the working directory{NOTHING_ELSE}",
    ),
    "adds_a_path": (
        bang("adds_a_path", end="import sys\nsys.path.append('/')  #!"),
        (
            ": changes sys.path, and no result would know of what is imported by it:"
            f" {SHARING}{NOTHING_ELSE}"
        ),
    ),
    "ignores_signals": (
        bang("ignores_signals", end="import signal\nsignal.signal(2, signal.SIG_IGN)  #!"),
        f": changes how signals are handled{NOTHING_ELSE}",
    ),
    "raises_in_numpy": (
        bang("raises_in_numpy", end="np.seterr(all='raise')  #!"),
        f": changes how NumPy tells of errors{NOTHING_ELSE}",
    ),
    "hides_the_output": (
        bang("hides_the_output", end="import io, sys\nsys.stdout = io.StringIO()  #!"),
        f": changes how Python ends and what it prints to{NOTHING_ELSE}",
    ),
    "goes_on": (
        bang("goes_on", end="import threading\nthreading.Timer(1000, print).start()  #!"),
        f": changes the number of threads: one goes on running{NOTHING_ELSE}",
    ),
    "forks": (
        bang("forks", end="import os\nos.fork() or os._exit(0)  #!"),
        f": changes how many processes run this build: it forks{NOTHING_ELSE}",
    ),
    "has_nul": ("x = 1\n\0\n", ":2: SyntaxError: a NUL byte"),
    "is_latin": (b"x = 1\n# \xe4\n", ":2: SyntaxError: not UTF-8 text (byte 8)"),
    "is_utf16": (BANG.encode("utf-16"), ":1: SyntaxError: not UTF-8 text (byte 0)"),
    "is_long": (
        b"#" * 2_000_000,
        ": 2,000,000 bytes, allowed: at most 1,048,576; keep data in files of their own",
    ),
    "is_nested": ("x = " + "(" * 999, ":1: SyntaxError: too many nested parentheses"),
    "is_a_function": (
        "from reportgen.rules.base import rule\n\n\n@rule\ndef f(): ...\n",
        ":4: f is no rule: write `class f(Rule):` under @rule",
    ),
    "has_no_title": (
        bang("has_no_title").replace('"The first letter again"', "3"),
        ":12: BangFirst: title: got 3, allowed: a text of one line",
    ),
    "names_a_list": (
        bang("names_a_list").replace('{"letter": "letter", "trigger": "trigger"}', '["letter"]'),
        (
            ":12: BangFirst: class_names: got ['letter'], allowed: a mapping of the class of a"
            " token to what a reader calls it, both of them texts"
        ),
    ),
    "is_of_no_system": (
        bang("is_of_no_system").replace('"sequence_rules"', '"sequence_rule"'),
        (
            ":12: BangFirst: system: got 'sequence_rule', allowed: input_to_output,"
            " repeated_sequences, sequence_rules, sequence_to_sequence, text (did you mean"
            " 'sequence_rules' or 'sequence_to_sequence'?)"
        ),
    ),
    "lacks_inputs": (
        bang("lacks_inputs").replace('"sequence_rules"', '"sequence_to_sequence"'),
        (
            ":12: BangFirst lacks length, highest, inputs, rows, mirror, which the system"
            " 'sequence_to_sequence' needs: every input of some digits there is, and these digits"
            " backwards, each one more; add what it lacks, or name another `system`"
        ),
    ),
    "lacks_repeats": (
        bang("lacks_repeats").replace('"sequence_rules"', '"repeated_sequences"'),
        (
            ":12: BangFirst lacks period, which the system 'repeated_sequences' needs: different"
            " tokens that begin again after their period; add what it lacks, or name another"
            " `system`"
        ),
    ),
    "has_a_name_of_ours": (
        bang("lucky7"),
        ":12: rule 'lucky7' stands in reportgen.rules.lucky7 already; give BangFirst another slug",
    ),
    "is_a_copy": (
        bang("good"),
        ":14: rule 'good' stands in {rules}/good.py already; give BangFirst another slug",
    ),
    "imports_a_rule": (
        "import good\n",
        f":1: ModuleNotFoundError: No module named 'good'; {SHARING}",
    ),
    "has_a_helper_with_rules": (
        "import _rules\n",
        (
            ":1: _rules.py marks BangFirst with @rule, and a file whose name begins with _ gives no"
            " rules; move the class to one without"
        ),
    ),
}
HELPERS = {"_rules": bang("helped"), "_half": "def half(n):\n    return n / 0\n"}

# what a member of a rule does when it is asked -> the member that is named, unless a line is
# marked, and the words that tell of it
MEMBERS: dict[str, tuple[str, dict[str, str], str]] = {}
ANSWER = "a rule must have an answer for every sequence of its tokens, the empty one too"


def odd(slug: str, member: str, code: str, told: str, **others: str) -> None:
    """A rule with an odd member."""
    MEMBERS[slug] = (member, {member: code, **others}, told)


odd("m_leaves", "demand", "raise SystemExit(1)  #!", "SystemExit: 1")
odd("m_exits", "demand", "import os\nos._exit(0)  #!", "ended its process with exit code 0")
odd("m_loops", "demand", "while True: pass  #!", LATE)
odd("m_loops_in_state", "state", "while True: pass  #!", LATE)
odd("m_loops_in_weights", "weights", "while True: pass  #!", LATE)
odd("m_loops_in_vocabulary", "vocabulary", "while True: pass  #!", LATE)
odd("m_loops_in_post_init", "__post_init__", "while True: pass  #!", LATE)
odd("m_loops_in_mistakes", "mistakes", "while True: pass  #!\nyield", LATE)
odd(
    "m_loops_late",
    "demand",
    "while len(prefix) == 49: pass  #!\nreturn Demand(frozenset({prefix[0]}), 0) if prefix[-1:] =="
    " ['!'] else FREE",
    LATE,
)
odd("m_interrupts", "weights", "raise KeyboardInterrupt  #!", "KeyboardInterrupt")
odd(
    "m_recurses",
    "state",
    "return self.state(*given)  #!",
    f"m_recurses: RecursionError: maximum recursion depth exceeded; {ANSWER}",
)
odd(
    "m_prints",
    "demand",
    "print(prefix)  #!",
    "prints, where a rule only answers; take the line away, or print to sys.stderr",
)
odd(
    "m_moves",
    "demand",
    "import os\nif len(prefix) == 45:\n    os.chdir('/')  #!\nreturn Demand(frozenset({prefix[0]}),"
    " 0) if prefix[-1:] == ['!'] else FREE",
    f"changes the working directory{NOTHING_ELSE}",
)
odd(
    "m_gives_none",
    "demand",
    "pass",
    "m_gives_none: after (nothing) `demand` gives None, a NoneType; give Demand(frozenset({…})) or"
    " FREE",
)
odd(
    "m_weights_are_random",
    "weights",
    "x = np.random.rand(5)\nreturn x / x.sum()",
    "m_weights_are_random: after (nothing) `weights` gives something else when it is asked again; a"
    " rule answers the same whenever it is asked",
    state="return tuple(given[0]), np.random.rand()",
)
odd(
    "m_mistakes_are_none",
    "mistakes",
    "pass",
    "m_mistakes_are_none: `mistakes` gives None, a NoneType; give pairs of a key, a tuple of texts,"
    " and what is wrong with it",
)
odd(
    "m_model_is_none",
    "asks_of_model",
    "pass",
    "m_model_is_none: `asks_of_model` gives None, a NoneType; give pairs of a key, a tuple of"
    " texts, and what is wrong with it",
)
odd(
    "m_materials_are_a_list",
    "materials",
    "return []",
    "m_materials_are_a_list: `materials` gives [], a list; give a dict of names to hashes, all of"
    " them texts",
)
odd(
    "m_helper_fails",
    "demand",
    "from _half import half\nreturn half(1)  #!",
    f"m_helper_fails: ZeroDivisionError: division by zero; {ANSWER}",
)
odd(
    "m_has_no_words",
    "demand",
    "class Bad(Exception): __str__ = lambda self: 1 / 0\nraise Bad  #!",
    f"m_has_no_words: Bad, whose text cannot be shown (ZeroDivisionError); {ANSWER}",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good rule with its report, and all odd files beside it."""
    root = tmp_path_factory.mktemp("odd")
    for folder in ("rules", "configs"):
        (root / folder).mkdir()
    (root / "mkdocs.yml").write_text("site_name: test\n")
    write = lambda name, text: (root / "rules" / f"{name}.py").write_bytes(
        text if isinstance(text, bytes) else text.encode()
    )
    write(
        "good",
        bang("good", end="from _shared import LETTERS")
        .replace("le=20", "le=LETTERS")
        .replace("\n\n\n@rule", "\n\nfrom _shared import LETTERS\n\n\n@rule"),
    )
    write("_shared", "LETTERS = 20\n")
    for name, text in HELPERS.items():
        write(name, text)
    for name, (text, _) in FILES.items():
        write(name, text)
    for name, (_, members, _) in MEMBERS.items():
        write(name, bang(name, **members))
    (root / "rules" / "is_a_folder.py").mkdir()
    os.mkfifo(root / "rules" / "is_a_pipe.py")
    (root / "rules" / "is_gone.py").symlink_to("nowhere.py")
    for name in ("good", *FILES, *MEMBERS):
        values = {k: v | SIZES.get(k, {}) if isinstance(v, dict) else v for k, v in GIVEN.items()}
        values |= dict(name=name, rule=dict(name=name, letters=4))
        values["data"]["length"] = [7, 50] if name in LONG else [7, 7]
        (root / "configs" / f"{name}.yaml").write_text(yaml.safe_dump(values))
    return root


def reportgen(root: Path, *arguments: str) -> tuple[subprocess.CompletedProcess[str], float]:
    start = time.process_time(), os.times().children_user
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "--project", str(root), *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=600,
        env=os.environ | LIMITS,
    )
    return done, os.times().children_user - start[1]


@pytest.fixture(scope="module")
def first_list(project: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    done, seconds = reportgen(project, "list")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done, seconds


@pytest.fixture(scope="module")
def listed(first_list: tuple[subprocess.CompletedProcess[str], float]) -> str:
    return first_list[0].stderr


@pytest.fixture(scope="module")
def planned(project: Path, listed: str) -> subprocess.CompletedProcess[str]:
    done, _ = reportgen(project, "build", "--all", "--dry-run")
    assert "Traceback" not in done.stderr, done.stderr
    return done


def way_on(project: Path) -> str:
    return f"; mend the file or move it out of {project / 'rules'}"


@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_is_told_with_its_line(
    project: Path, listed: str, planned: subprocess.CompletedProcess[str], name: str
) -> None:
    """By `list`, and by a build of everything."""
    text, told = FILES[name]
    if isinstance(text, str) and "#!" in text:
        told = f":{place(text)}{told}"
    path = project / "rules" / f"{name}.py"
    line = f"{path}{told.format(rules=path.parent) if name == 'is_a_copy' else told}"
    line = line if way_on(project)[2:17] in line else line + way_on(project)
    assert [said for said in listed.splitlines() if said.startswith(f"{path}:")][:1] == [
        line
    ] or line in listed
    assert line in planned.stderr


@pytest.mark.parametrize("name", MEMBERS)
def test_an_odd_member_is_told_with_its_line(
    project: Path, listed: str, planned: subprocess.CompletedProcess[str], name: str
) -> None:
    """By a build of everything, at the configuration that uses the rule; the file itself can be
    run.
    """
    member, members, told = MEMBERS[name]
    path, text = project / "rules" / f"{name}.py", bang(name, **members)
    assert f"{path}:" not in listed
    config = project / "configs" / f"{name}.yaml"
    line = f"{name} was not built:\n{config}:"
    assert line in planned.stderr
    said = planned.stderr.partition(line)[2].splitlines()[0]
    assert (
        said.partition(": rule: ")[2].removesuffix(way_on(project))
        == f"{path}:{place(text, member)}: {told}"
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("is_a_folder", "a folder, not a file"),
        ("is_a_pipe", "a pipe, not a file"),
        ("is_gone", "cannot be read: a link to nowhere.py, which is not there"),
    ],
)
def test_what_is_no_file_is_told(
    project: Path, listed: str, planned: subprocess.CompletedProcess[str], name: str, told: str
) -> None:
    line = f"{project / 'rules' / name}.py: {told}{way_on(project)}"
    assert line in listed.splitlines()
    assert line in planned.stderr.splitlines()


def test_everything_else_is_planned(planned: subprocess.CompletedProcess[str]) -> None:
    """The good rule with its helper, and every report of the package; and the exit code says that
    some are missing.
    """
    assert planned.returncode == 1
    assert "good was not built" not in planned.stderr, planned.stderr
    for name in ("good", *(path.stem for path in (ROOT / "configs").glob("*.yaml"))):
        assert f"train {name}/train-1: would run" in planned.stdout
    assert not re.findall(r"train (?:m_\w+|" + "|".join(FILES) + r")/", planned.stdout)


def test_every_trial_is_made_once(
    project: Path,
    first_list: tuple[subprocess.CompletedProcess[str], float],
    planned: subprocess.CompletedProcess[str],
) -> None:
    """With all verdicts there, `list` runs no file: it takes the time that reading takes."""
    verdicts = {p: p.stat().st_mtime_ns for p in (project / ".reportgen" / "_rules").iterdir()}
    done, seconds = reportgen(project, "list")
    assert done.stderr.count(way_on(project)[2:]) > len(FILES)
    assert seconds < first_list[1] / 10
    assert {p: p.stat().st_mtime_ns for p in verdicts} == verdicts


@pytest.mark.parametrize("name", ["m_gives_none", "m_loops", "loops", "is_of_no_system"])
def test_a_report_of_an_odd_rule_alone_is_refused(project: Path, listed: str, name: str) -> None:
    """Nothing was built, and the exit code says so."""
    done, _ = reportgen(project, "build", "--rule", name, "--dry-run")
    assert done.returncode == 2
    assert str(project / "rules" / f"{name}.py") in done.stderr
