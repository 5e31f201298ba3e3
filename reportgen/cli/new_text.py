"""`reportgen new text`: a report on a text of one's own, with sizes that fit it."""

import json
import shutil
from pathlib import Path

from reportgen import names
from reportgen.cli.started import filled, refuse_if_there, words_of, write
from reportgen.errors import ProjectError, RuleError, UsageError
from reportgen.project import TAKEN, Project

TEXTS = "texts"  # the project's folder for them
N_CTX, BATCH = 32, 32  # tokens of a window; windows of a training step
BLOCKS, BLOCK = 60, (2 * N_CTX + 1, 1_000)  # of a text; characters of a block, at least and at most
PASSES, STEPS = 20, (300, 3_000)  # through what trains; training steps, at least and at most
TOKENS = 96  # of the vocabulary, at most
TRAINED = 0.85  # share of the blocks that train


def new_text(project: Project, name: str, file: Path) -> list[Path]:
    """Write the configuration of a report on a text, and put the text into the project if it lies
    elsewhere; nothing that exists is touched.

    Errors: UsageError for a name that cannot be one or is taken, and for a file that is no text or
    too short for a report; ProjectError where nothing can be written.
    """
    _check_name(project, name)
    length, different = _counted(file)
    kept = place_of(project, name, file)
    inside = kept == file.resolve()
    config = project.root / "configs" / f"{name}.yaml"
    refuse_if_there((config, *(() if inside else (kept,))), name)
    if not inside:
        copied(file, kept)
    text = _configuration(name, kept.relative_to(project.root), length, different)
    try:
        write(project, {config: text}, config)
    except BaseException:
        if not inside:
            kept.unlink(missing_ok=True)
        raise
    return [config] if inside else [config, kept]


def _check_name(project: Project, name: str) -> None:
    if wrong := names.problem(name, taken=TAKEN):
        raise UsageError(f"text {names.shown(name)}: {wrong}; take another, for example my_letters")
    if name in (known := project.configs()):
        raise UsageError(
            f"text {name!r}: a report of this name is configured in {known[name]}; take another"
            " name"
        )


def _counted(file: Path) -> tuple[int, int]:
    """Characters of a text, and how many different ones."""
    from reportgen.rules.text import Text

    text = Text(unit="characters", size=2, file=str(file))
    try:
        length, different = text.length, text.corpus.different
    except RuleError as error:
        raise UsageError(str(error)) from error
    if length < (least := BLOCKS * BLOCK[0]):
        raise UsageError(
            f"{file}: holds {length:,} characters; a report needs {least:,}, so that some of them"
            " can be held out in pieces that are apart; give a longer text"
        )
    return length, different


def place_of(project: Project, name: str, file: Path) -> Path:
    """Where a text lies in the project: where it is, or where it is copied to."""
    whole = file.resolve()
    inside = whole.is_relative_to(project.root)
    return whole if inside else project.root / TEXTS / f"{name}.txt"


def copied(file: Path, kept: Path) -> None:
    """Copy a text. Errors: ProjectError where it cannot be written."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, kept)
    except OSError as error:
        raise ProjectError(
            f"{kept}: cannot be written: {error.strerror}; mend that and try again"
        ) from error


def _configuration(name: str, place: Path, length: int, different: int) -> str:
    """The text of a configuration for a text at this place in the project."""
    block = min(BLOCK[1], length // BLOCKS)
    steps = round(PASSES * TRAINED * length / (N_CTX * BATCH))
    steps = min(max(steps, STEPS[0]), STEPS[1])
    passes = steps * N_CTX * BATCH / (TRAINED * length)
    return filled(
        "text",
        words_of(name)
        | dict(
            file=place.name,
            quoted=json.dumps(f"../{place.as_posix()}"),
            length=f"{length:,}",
            different=str(different),
            passes=f"{passes:.1f} passes",
            size=str(min(TOKENS, different)),
            block=str(block),
            n_ctx=str(N_CTX),
            batch=str(BATCH),
            steps=str(steps),
            warmup=str(min(100, steps // 10)),
            every=str(max(1, steps // 40)),
        ),
    )
