"""Whether the heads that a build ships know a desk's departments."""

from pathlib import Path

from desk.brand import Brand
from desk.reader.heads import load_trained
from local.brand.load import DESK_FILE
from local.cli.errors import UserError


def untrained(brand: Brand, desk: Path) -> str:
    """A sentence that says that these departments are not trained, else ""; raises UserError for unusable heads."""
    try:
        trained = load_trained(brand.departments)
    except ValueError as exc:
        raise UserError(f"{exc}: `dorothy train`, with --general for general.heads.") from exc
    if trained.department((), {}) is not None:
        return ""
    message = f"The departments of {desk.name} are not those that were trained last, so that words tell them apart"
    return f"{message}: `dorothy train{'' if desk == DESK_FILE else f' --desk {desk}'}`."
