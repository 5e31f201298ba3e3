"""What is required of every report: each check gives what is wrong, in words."""

import re
from collections.abc import Iterator

from liars.bench import FINAL, Report
from liars.evidence import excluding, unsupported
from liars.laws import LAWS
from liars.perturbations import OVER_TIME
from liars.skeleton import CLAIMS, FACT, others, words_of

MIND = re.compile(r'<aside class="rg-mind".*?</aside>', re.S)
SENTENCE = re.compile(r"(?<=[.?!])\s+|\n")
SAID = re.compile(r'<div class="rg-claim" data-verdict="([\w ]+)"[^>]*?(?: id="claim-(\w+)")')


def problems(report: Report, original: Report) -> Iterator[tuple[str, str]]:
    """The kind and the words of everything that is wrong with a report."""
    for name, verdict, reason in law_broken(report, original):
        yield "a verdict that may not be", f"{name}: {verdict} ({reason})"
    for one, other in excluding(report.system, report.measured):
        yield "verdicts that exclude each other", f"{one} and {other}"
    for words in unsupported(report.system, report.measured):
        yield "a verdict from a sample without an interval", words
    for words in conditions(report):
        yield "a condition that a measurement has met or not", words
    for words in other_verdicts(report):
        yield "a page with another verdict than was found", words
    if report.compared:
        yield from _outside(report, original)


def _outside(report: Report, original: Report) -> Iterator[tuple[str, str]]:
    told = words_of(report.measured) | words_of(original.measured)
    for place, line in others(report.pages, original.pages, told):
        yield "a sentence about the network outside of a claim", f"{place}: {line}"


def law_broken(report: Report, original: Report) -> list[tuple[str, str, str]]:
    """By the law of its perturbation: a training in another order is another one until its end, and
    what is to stay is compared where the same seed is shown.
    """
    law = LAWS.get(report.perturbation)
    if law is None or report.perturbation in OVER_TIME and report.at != FINAL:
        return []
    same = report.measured["shown"] == original.measured["shown"]
    return law.broken(report.verdicts, original.verdicts if same else {})


def ruled(report: Report) -> set[str]:
    """The claims of a report that the law of its perturbation speaks of."""
    law = LAWS.get(report.perturbation)
    return law.claims & set(report.verdicts) if law else set()


def conditions(report: Report) -> Iterator[str]:
    """Sentences “If ..., we would ...” that hold a measured value."""
    for place, page in report.pages.items():
        for block in MIND.findall(page):
            for sentence in SENTENCE.split(block):
                if sentence.startswith("If ") and FACT.search(sentence):
                    yield f"{place}: {FACT.sub('#', sentence)}"


def other_verdicts(report: Report) -> Iterator[str]:
    """Claims whose words on a page are those of a verdict that was not found."""
    for place, page in report.pages.items():
        for block in CLAIMS.findall(page):
            for verdict, name in SAID.findall(block):
                if report.verdicts.get(name) != verdict:
                    yield f"{place}: {name} is said to be {verdict}"


def turned(report: Report, original: Report) -> Iterator[str]:
    """Claims with another verdict than in the original, of which one is that it holds or fails."""
    for name, verdict in report.verdicts.items():
        was = original.verdicts.get(name)
        if was is not None and was != verdict and {"holds", "fails"} & {was, verdict}:
            yield name
