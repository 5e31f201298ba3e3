"""What the pages say of a network that learnt its rule and of one that did not."""

import copy
import re
from pathlib import Path

import pytest
from lookups import listed
from pagework import ROOT, config, kept_config, outline, stored, written

from reportgen.core.recording import ACTIVATIONS
from reportgen.system import systems

RUNS = ("learnt", "unlearnt")
FOLDERS = {path.name: path for path in (ROOT / "templates").iterdir()}
EVERY = sorted((ROOT / "templates").rglob("*.md.j2"))
TEMPLATES = [
    path for name in ("shared", "sequence_rules") for path in sorted(FOLDERS[name].rglob("*.md.j2"))
]
CLAIM = re.compile(r"{% claim (\w+) %}(.*?){% endclaim %}", re.S)
WORDS = "holds|partly|undecided|fails"
# what a text, a rule or the original network is, which no claim about this network answers for
OF_DATA = set(
    """
    sequences_seen windows_seen law_floor hidden_share trigger_share locked_share text_length
    previous_is_answer bigram_floor trigram_floor original_mirror
    """.split()
)
NO_PROSE = (
    *("macros.j2", "words.j2", "ledger.md.j2", "claims.md.j2", "cases.md.j2"),
    *("compare.md.j2", "series.md.j2"),
)
INTRODUCED = re.compile(r"measured|by construction", re.IGNORECASE)
WORDING = re.compile(rf"{{% ({WORDS}) %}}(.*?)(?={{% (?:{WORDS}) %}}|\Z)", re.S)


def bare(template: str) -> list[str]:
    """Facts about a network on lines of prose that neither a claim answers for nor a word
    introduces as measured.
    """
    text = re.sub(
        r"{% (claim|mind) .*?{% end\1 %}|{% macro .*?endmacro %}", "", template, flags=re.S
    )
    lines = [
        line
        for line in text.splitlines()
        if not (line.startswith(("|", "{% set")) or INTRODUCED.search(line))
    ]
    named = {name for line in lines for name in re.findall(r"\bfact\(\"(\w+)\"", line)}
    return sorted(named - OF_DATA)


def rendered(name: str, folder: Path) -> dict[str, str]:
    """All pages of a run by their place in the report."""
    return written(folder, kept_config(name), stored(name))


def wordings(claim: str, verdict: str) -> list[str]:
    """First sentences that templates have for a verdict of a claim, as a page shows them, up to the
    first measured value.
    """
    found = []
    for template in TEMPLATES:
        for name, body in CLAIM.findall(template.read_text(encoding="utf-8")):
            for word, text in WORDING.findall(body):
                if name == claim and word == verdict:
                    found.append(re.split(r"{{|{%", text.strip())[0].strip())
    return [words for words in found if len(words) > 12]


def test_the_unlearnt_run_is_not_said_to_have_learnt(tmp_path: Path) -> None:
    """Of every claim that does not hold for it, no page has the words for one that holds, and of
    those that fail none that partly does.
    """
    pages, claims = rendered("unlearnt", tmp_path), stored("unlearnt")["claims"]
    assert claims["learns_rule"]["verdict"] == "fails"
    failing = [name for name, claim in claims.items() if claim["verdict"] == "fails"]
    undecided = [name for name, claim in claims.items() if claim["verdict"] == "undecided"]
    assert len(failing) + len(undecided) > len(claims) / 2
    said = "\n".join(pages.values())
    for name in (*failing, *undecided):
        for verdict in ("holds", "partly"):
            for words in wordings(name, verdict):
                if not any(words in other for other in wordings(name, "fails")):
                    assert words not in said, (name, words)
    assert not re.search(
        r"\b(?:It learns|This network obeys the rule|The head finds the answer|All of them"
        r" arrive)\b",
        said,
    )
    learnt = "\n".join(rendered("learnt", tmp_path / "other").values())
    assert "**This network obeys the rule.**" in learnt  # the words are there to be said


@pytest.mark.parametrize("run", RUNS)
def test_the_overview_leads_with_every_context_there_is(run: str, tmp_path: Path) -> None:
    """The first claim and the first key number are those without a sample; where there are too many
    contexts, the page says so.
    """
    text = rendered(run, tmp_path)["index.md"]
    assert re.findall(r'class="rg-claim.*?>\s+(.*?):', text)[0] in (
        "We tried every context that fits into the window",
        "We tried every context that fits into the window, and it answers them all",
    )
    assert (
        re.findall(r"<dt>(.*?)</dt>", text)[0] == stored(run)["facts"]["exhaustive_error"]["label"]
    )
    facts, refused = copy.deepcopy(stored(run)), "not counted: there are too many"
    facts["facts"]["exhaustive_error"] |= dict(value=None, n=0, words=refused, text=refused)
    text = written(tmp_path, config(), facts)["index.md"]
    assert text.index(
        "Not decided here: “The network is right in every context tried, up to the longest length"
        " that can be tried”. The number that it rests on is not counted: there are too many."
    ) < text.index("visible_error")


@pytest.mark.parametrize("system", systems())
def test_every_claim_is_used_on_some_page(system: str) -> None:
    used = {
        name
        for template in FOLDERS[system].rglob("*.md.j2")
        for name, _ in CLAIM.findall(template.read_text(encoding="utf-8"))
    }
    assert used == set(listed(system)[1])


def test_every_picture_stands_on_exactly_one_page(tmp_path: Path) -> None:
    pages = rendered("learnt", tmp_path)
    for entry in outline().entries:
        assert [
            place
            for place, text in pages.items()
            if f'id="fig-{entry.file}"' in text
            and "walkthrough" in place
            or f'id="fig-{entry.file}"' in text
            and place == "appendix.md"
        ], entry.file


def test_the_general_templates_name_no_rule() -> None:
    """Trigger and classes come from the rule; only its own introduction speaks of them."""
    for template in TEMPLATES:
        if template.parent.name != "rules":
            prose = re.sub(
                r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>",
                "",
                template.read_text(encoding="utf-8"),
                flags=re.S,
            )
            assert not re.search(
                r"\b(?:evens|odds?|plus|digits?|even (?:number|digit|token)s?)\b|`\+`", prose, re.I
            ), template.name


def test_what_a_network_does_is_claimed_or_measured() -> None:
    """A number outside of a claim is introduced as a measurement."""
    for template in EVERY:
        if template.name not in NO_PROSE:
            assert not bare(template.read_text(encoding="utf-8")), template


def test_a_bare_number_is_seen() -> None:
    said = 'The head looks at it with {{ fact("attention_on_answer") }} of its attention.\n'
    assert bare(said) == ["attention_on_answer"]
    for fine in (f"Measured: {said}", f"{{% claim x %}}\n{{% holds %}}\n{said}{{% endclaim %}}"):
        assert not bare(fine)


def test_the_glossary_has_every_tensor() -> None:
    text = (ROOT / "templates" / "shared" / "glossary.md").read_text(encoding="utf-8")
    for name in ("tokens", *ACTIVATIONS):
        assert f'<span id="{name}">`{name}`</span>' in text, name


def test_every_word_that_pages_link_to_is_in_the_glossary() -> None:
    text = (ROOT / "templates" / "shared" / "glossary.md").read_text(encoding="utf-8")
    for template in EVERY:
        for anchor in re.findall(
            r'doc\("rules/glossary.md"\) }}#([\w-]+)', template.read_text(encoding="utf-8")
        ):
            assert f"{{ #{anchor} }}" in text or f'id="{anchor}"' in text, (template.name, anchor)
