"""What in desk.yaml keeps the reader from telling departments apart: no mistakes, but worth a sentence."""

from collections.abc import Iterator, Mapping

from desk.reading import OPERATOR
from local.brand.model import Department
from training.corpus import FEWEST_EXAMPLES


def teaching_notes(departments: Mapping[str, Department]) -> Iterator[str]:
    """A sentence for what all departments with the same lack have in common."""
    others = {key: each for key, each in departments.items() if key != OPERATOR}
    wordless = [key for key, each in others.items() if not each.words]
    if wordless:
        yield f"Without words, which do most of the work: {', '.join(wordless)}."
    few = [f"{key} ({len(each.examples)})" for key, each in others.items() if len(each.examples) < FEWEST_EXAMPLES]
    if few:
        yield f"With fewer than {FEWEST_EXAMPLES} examples, so that `dorothy train` can't learn them: {', '.join(few)}."
