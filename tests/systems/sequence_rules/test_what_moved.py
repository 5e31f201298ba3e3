"""`diff` names what was changed and nothing else: a build of the committed run, changed in one
thing at a time.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from diffwork import changed, copy, difference_named, film
from PIL import Image, ImageDraw
from places import baselines

from reportgen.diff.accepted import Shelf
from reportgen.diff.built import Build, at
from reportgen.diff.changes import compare
from reportgen.diff.seeds import of_seed

Measured = dict[str, Any]
ERROR, CHAPTER = "visible_error", "walkthrough/07-attention.md"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return at(copy(tmp_path_factory.mktemp("old") / "plus"), "the old one")


def moved(by: float, *, width: float = 0.0) -> Callable[[Path, Measured], None]:
    """The error and both ends of its interval, further up."""

    def edit(folder: Path, measured: Measured) -> None:
        fact = measured["facts"][ERROR]
        for key, extra in (("value", 0), ("low", -width), ("high", width)):
            fact[key] += by + extra
        fact["text"] = f"{100 * fact['value']:.1f} %"

    return edit


def learning_rate(folder: Path, measured: Measured) -> None:
    """What a build says that was trained at twice the rate: its settings, and the loss."""
    measured["config"]["training"]["lr"] = 0.002
    loss = measured["facts"]["holdout_loss"]
    for key in ("value", "low", "high"):
        loss[key] += 0.5
    loss["text"] = "2.329"


def one_case(folder: Path, measured: Measured) -> None:
    name, part = measured["facts"]["worst_answer_error"]["parts"][0]
    part |= dict(value=0.9, low=0.8, high=0.95, text="90.0 %")


def verdict(folder: Path, measured: Measured) -> None:
    measured["claims"]["learns_rule"]["verdict"] = "fails"
    page = folder / "index.md"
    said = page.read_text(encoding="utf-8")
    assert "**This network obeys the rule.**" in said
    page.write_text(said.replace("**This network obeys", "**This network breaks"), "utf-8")


def threshold(folder: Path, measured: Measured) -> None:
    claim = measured["claims"]["learns_rule"]
    assert "lies under 5 %" in claim["holds_if"]
    claim["holds_if"] = claim["holds_if"].replace("under 5 %", "under 10 %")


def measured_threshold(folder: Path, measured: Measured) -> None:
    """What a threshold came to in this run is no threshold."""
    claim = measured["claims"]["learns_rule"]
    assert "(41.7\xa0%)" in claim["partly_if"]
    claim["partly_if"] = claim["partly_if"].replace("41.7", "43.1")


def removed_claim(folder: Path, measured: Measured) -> None:
    """The claim, and its block on the overview."""
    del measured["claims"]["every_answer"]
    for page in folder.rglob("*.md"):
        said = page.read_text(encoding="utf-8")
        begin = said.find('<div class="rg-claim" data-verdict="holds" id="claim-every_answer"')
        if begin >= 0:
            end = said.index("</div>", begin) + len("</div>")
            page.write_text(said[:begin] + said[end:], encoding="utf-8")


def new_fact(folder: Path, measured: Measured) -> None:
    measured["facts"]["surprise"] = measured["facts"][ERROR] | dict(label="Surprise")


def removed_fact(folder: Path, measured: Measured) -> None:
    del measured["facts"]["copy_distance"]


def other_population(folder: Path, measured: Measured) -> None:
    measured["facts"][ERROR]["of"] = "positions in the training text"


def more_items(folder: Path, measured: Measured) -> None:
    """The same kind of items, and more of them."""
    fact = measured["facts"][ERROR]
    fact |= dict(n=1600, of=fact["of"].replace("299", "301"))


def noise(folder: Path, measured: Measured) -> None:
    """Another processor's rounding, of every fact and case."""
    for fact in measured["facts"].values():
        for each in (fact, *(part for _, part in fact["parts"])):
            for key in ("value", "low", "high"):
                each[key] = each[key] if each[key] is None else each[key] * (1 + 1e-12)


def no_value(folder: Path, measured: Measured) -> None:
    fact = measured["facts"]["copy_distance"]
    fact |= dict(value=None, low=None, high=None, text="never", words="never")


def baseline(folder: Path, measured: Measured) -> None:
    measured["facts"][ERROR]["baseline"]["value"] -= 0.2


def details(folder: Path, measured: Measured) -> None:
    kinds = measured["facts"]["failing_kinds"]["details"]
    kinds["by"] = "by the moon"


def counted(folder: Path, measured: Measured) -> None:
    seeds = measured["claims"]["learns_rule"]["seeds"]
    seeds["fails"].append(seeds["holds"].pop())


def reason(folder: Path, measured: Measured) -> None:
    measured["claims"]["learns_rule"]["reason"] = "It was so."


def meaning(folder: Path, measured: Measured) -> None:
    measured["facts"][ERROR]["meaning"] = "How often it errs."


def sentence(folder: Path, measured: Measured) -> None:
    rewrite(folder, "A softmax turns the scores of each row into shares", "A softmax makes shares")


def number(folder: Path, measured: Measured) -> None:
    rewrite(folder, "Figure 13a.", "Figure 14a.")


def rewrite(folder: Path, old: str, new: str) -> None:
    page = folder / CHAPTER
    said = page.read_text(encoding="utf-8")
    assert said.count(old) == 1
    page.write_text(said.replace(old, new), encoding="utf-8")


def new_page(folder: Path, measured: Measured) -> None:
    (folder / "walkthrough" / "11-more.md").write_text("# More\n\nThere is more.\n", "utf-8")


def table_row(folder: Path, measured: Measured) -> None:
    """A page that repeats what facts and claims say."""
    page = folder / "ledger.md"
    page.write_text(page.read_text(encoding="utf-8") + "\nAnother line.\n", encoding="utf-8")


def recoloured(folder: Path, measured: Measured) -> None:
    path = folder / "figures" / "learning-curve.png"
    picture = Image.open(path).convert("RGB")
    red, green, blue = picture.split()
    Image.merge("RGB", (blue, green, red)).save(path)


def one_digit(folder: Path, measured: Measured) -> None:
    """A stroke as long as one of a digit."""
    path = folder / "figures" / "typical-values.png"
    picture = Image.open(path).convert("RGB")
    ImageDraw.Draw(picture).line([(2, 2), (2, 9)], fill="#555555")
    picture.save(path)


def cropped(folder: Path, measured: Measured) -> None:
    path = folder / "figures" / "qk-space.png"
    picture = Image.open(path).convert("RGB")
    picture.crop((0, 0, picture.width - 4, picture.height)).save(path)


def gone(folder: Path, measured: Measured) -> None:
    (folder / "figures" / "qk-space.png").unlink()


def cut(folder: Path, measured: Measured) -> None:
    path = folder / "figures" / "qk-space.png"
    path.write_bytes(path.read_bytes()[:200])


def frames(folder: Path, measured: Measured) -> None:
    (folder / "films" / "growing.mp4").write_bytes(film(60).read_bytes())


SAID = (
    f"sentence {CHAPTER}: A softmax turns the scores of each row into shares of attention. -> A"
    " softmax makes shares of attention."
)
SEEDED: list[tuple[Callable[[Path, Measured], None], set[str], int]] = [
    (learning_rate, {"fact holdout_loss", "setting training.lr 0.001 → 0.002"}, 1),
    (moved(0.2), {f"fact {ERROR}"}, 1),
    (moved(0.0001), set(), 0),
    (moved(0.012, width=0.05), {f"fact {ERROR}"}, 1),
    (one_case, {"fact worst_answer_error / 0"}, 1),
    (verdict, {"verdict learns_rule: holds, fails"}, 3),
    (threshold, {"threshold learns_rule holds if"}, 1),
    (measured_threshold, set(), 0),
    (removed_claim, {"claim went every_answer"}, 1),
    (new_fact, {"fact came surprise"}, 1),
    (removed_fact, {"fact went copy_distance"}, 1),
    (other_population, {f"fact {ERROR}"}, 1),
    (more_items, set(), 0),
    (noise, set(), 0),
    (no_value, {"fact copy_distance"}, 1),
    (baseline, {f"fact {ERROR} / baseline"}, 1),
    (details, {"fact failing_kinds / details"}, 1),
    (counted, {"seeds learns_rule"}, 1),
    (reason, {"words learns_rule reason"}, 1),
    (meaning, {f"words {ERROR} meaning"}, 1),
    (sentence, {SAID}, 1),
    (number, set(), 0),
    (new_page, {"page came walkthrough/11-more.md"}, 1),
    (table_row, set(), 0),
    (recoloured, {"figure learning-curve"}, 1),
    (one_digit, {"figure typical-values"}, 1),
    (cropped, {"figure qk-space"}, 1),
    (gone, {"figure qk-space"}, 1),
    (cut, {"figure qk-space"}, 1),
    (frames, {"film growing"}, 1),
]


@pytest.mark.parametrize(
    ("edit", "wanted", "status"), SEEDED, ids=[edit.__name__ for edit, _, _ in SEEDED]
)
def test_what_was_changed_is_named_and_nothing_else(
    edit: Callable[[Path, Measured], None],
    wanted: set[str],
    status: int,
    old: Build,
    tmp_path: Path,
) -> None:
    assert difference_named(old, changed(copy(tmp_path / "plus"), edit)) == (wanted, status)


def test_another_seed_is_named_by_its_verdicts(old: Build) -> None:
    """Those of claims that are counted over seeds, as facts.json lists them."""
    claims = old.measured["claims"]
    verdicts = [
        {
            name: verdict
            for name, claim in claims.items()
            for verdict, seeds in (claim.get("seeds") or {}).items()
            if seed in seeds
        }
        for seed in (0, 1)
    ]
    both = verdicts[0].keys() & verdicts[1].keys()
    turned = {name for name in both if verdicts[0][name] != verdicts[1][name]}
    found, status = difference_named(of_seed(old, 0), of_seed(old, 1))
    assert {each for each in found if each.startswith("verdict")} == {
        f"verdict {name}: {verdicts[0][name]}, {verdicts[1][name]}" for name in turned
    }
    assert len(turned) > 5
    assert status == 3
    assert not any(each.startswith(("figure", "film", "sentence", "page")) for each in found)


def test_what_was_accepted_is_the_same_as_what_was_built(tmp_path: Path) -> None:
    """Facts, cases and pictures, one of which has more colours than are kept."""
    folder = copy(tmp_path / "plus")
    many = baselines("sequence_rules") / "figures" / "generated-sequences.png"
    shutil.copy(many, folder / "figures")
    built, shelf = at(folder, "the new one"), Shelf(tmp_path / "accepted")
    place = shelf.accept(built)
    assert difference_named(shelf.build(built.name), built) == (set(), 0)
    edited = changed(folder, verdict)
    assert difference_named(shelf.build(built.name), edited) == (
        {"verdict learns_rule: holds, fails"},
        3,
    )
    assert sum(path.stat().st_size for path in place.rglob("*.png")) < 200_000


def test_a_flipped_verdict_has_both_wordings(old: Build, tmp_path: Path) -> None:
    new = changed(copy(tmp_path / "plus"), verdict)
    (flipped,) = compare(old, new).claims.flipped
    assert flipped.old_wording.startswith("This network obeys the rule. On held-out text")
    assert flipped.new_wording.startswith("This network breaks the rule. On held-out text")


def test_a_run_that_did_not_learn_moves_nearly_all(old: Build, tmp_path: Path) -> None:
    """And what it does move is in facts.json as another value."""
    new = at(copy(tmp_path / "plus", "unlearnt"), "the new one")
    found, status = difference_named(old, new)
    facts = (json.loads(json.dumps(each.measured["facts"])) for each in (old, new))
    then, now = facts
    unlike = {name for name in then if then[name] != now.get(name)}
    assert {each.split()[1] for each in found if each.startswith("fact ")} - {"came", "went"} <= (
        unlike
    )
    assert len(unlike) > 90
    assert "verdict learns_rule: holds, fails" in found
    assert status == 3
