"""A configuration that names files of weights in, Run out: one network at the steps at which it was
saved, and no step of an optimiser.
"""

import platform
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np

from reportgen import __version__
from reportgen.core.config import Config, WeightsConfig
from reportgen.core.runs import Run
from reportgen.core.runs.origin import Origin, OriginFile
from reportgen.core.runs.stored import read_bytes
from reportgen.core.weights.account import Account
from reportgen.core.weights.assembled import Reading, Weights, assembled
from reportgen.core.weights.files import read_tensors
from reportgen.core.weights.layouts import layout_of
from reportgen.errors import RunError, WeightsError
from reportgen.system import system_of

SEED = 0  # what the one network of given weights is called among seeds
NARROW = ("float16", "bfloat16")


def reading_of(config: Config, given: WeightsConfig) -> Reading:
    """How the files of a configuration are read."""
    order, tokens = None, list(map(str, config.rule.vocabulary))
    listed = config.rule.in_order(given.tokens or "as_listed") or ()
    if list(listed) != tokens:
        rows = {token: row for row, token in enumerate(listed)}
        order = [rows[token] for token in tokens]
    return Reading(
        layout_of(given),
        given.ignore,
        given.prefix,
        given.tied,
        given.folded_normalization,
        order,
    )


def given_weights(config: Config) -> list[tuple[Weights, Account]]:
    """The weights of each file of a configuration, in the order of their steps; WeightsError lists
    what is wrong with all of them.
    """
    assert config.weights is not None
    reading, vocabulary = reading_of(config, config.weights), len(config.rule.vocabulary)
    made, problems = list[tuple[Weights, Account]](), list[str]()
    for each in config.weights.files:
        path = Path(each.file)
        try:
            tensors = read_tensors(path, config.weights.inside)
            made.append(assembled(config.model, vocabulary, reading, tensors))
        except WeightsError as error:
            said = str(path)
            problems += [w if w.startswith(said) else f"{said}: {w}" for w in error.problems]
    if problems:
        raise WeightsError(problems)
    return made


def given_run(config: Config, progress: Callable[[int], None] = lambda done: None) -> Run:
    """The run of given weights, evaluated on the data of the configuration at every checkpoint.

    `progress(n)` is called as files are read. Errors: WeightsError; RunError where a loss is no
    number.
    """
    assert config.weights is not None
    made, reading = given_weights(config), reading_of(config, config.weights)
    progress(len(made))
    kind = np.result_type(*(values.dtype for weights, _ in made for values in weights.values()))
    parameters = {
        name: np.stack([weights[name].astype(kind) for weights, _ in made])[None]
        for name in config.shapes
    }  # [seed, checkpoint, ...]
    system = system_of(config)
    history = system.evaluate(config, system.draw(config), parameters)
    steps = np.array([each.step for each in config.weights.files])
    versions = dict(reportgen=__version__, numpy=np.__version__, python=platform.python_version())
    run = Run(
        config.told(),
        (SEED,),
        steps,
        parameters,
        history,
        versions,
        origin_of(config.weights, made[-1][1], reordered=reading.order is not None),
    )
    for wrong in run.not_finite():
        raise RunError(f"{config.name}: the given weights make {wrong}; nothing was stored")
    return run


def origin_of(given: WeightsConfig, account: Account, *, reordered: bool) -> Origin:
    """What is said of where the weights come from."""
    types = dict(account.types)
    return Origin(
        files=[
            OriginFile(
                name=Path(each.file).name,
                sha256=sha256(read_bytes(Path(each.file))).hexdigest(),
                step=each.step,
            )
            for each in given.files
        ],
        layout=given.layout,
        tensors=len(account.used),
        ignored=list(account.ignored),
        idle=list(account.idle),
        filled=list(account.filled),
        types={kind: len(names) for kind, names in types.items()},
        narrow=[name for kind in NARROW for name in types.get(kind, ())],
        reordered=reordered,
        tied=account.tied,
        folded=account.folded,
    )
