"""What the templates of a case use on every page that has them: words, formats and links."""

from functools import partial
from typing import Any

from desk.checks.sentences import sentence_of
from desk.formatting.formatter import DeskFormatter, short_name
from desk.links import account_link, post_link
from desk.reading import Kind
from desk.text import one_line
from desk.x.weight import MAX_WEIGHT


def template_values(formatter: DeskFormatter) -> dict[str, Any]:
    """The values, by the names that the templates use."""
    brand = formatter.brand
    return {
        "brand": brand,
        "formatter": formatter,
        "phrase": formatter.phrase,
        "departments": [(key, brand.department_name(key)) for key in brand.departments],
        "kinds": tuple(Kind),
        "max_weight": MAX_WEIGHT,
        "one_line": one_line,
        "short_name": short_name,
        "finding_sentence": partial(sentence_of, language=brand.language),
        "post_link": partial(post_link, site=brand.x_site),
        "account_link": partial(account_link, site=brand.x_site),
    }
