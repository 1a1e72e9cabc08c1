"""Why a mention was read as it was, as sentences."""

from desk.brand import Brand
from desk.catalogue import phrase
from desk.reading import OPERATOR, Reading, Why


def reason(why: Why, reading: Reading, brand: Brand) -> str:
    """One reason as a sentence in the desk's language; raises KeyError for a rule that the catalogue does not know."""
    department = spoken_department(reading.department or OPERATOR, brand)
    return phrase(brand.language, f"why.{why.rule}", evidence=why.evidence, department=department)


def spoken_department(key: str, brand: Brand) -> str:
    """The department's name in the desk's language; the operator has one even where desk.yaml lists none."""
    if key in brand.departments:
        return brand.department_name(key)
    return phrase(brand.language, "department.operator") if key == OPERATOR else key
