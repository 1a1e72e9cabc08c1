"""`dorothy init`: a desk.yaml to begin with."""

from pathlib import Path
from typing import Annotated

import typer

from local.brand.known_departments import KNOWN
from local.brand.load import checked, dotted, full_stop
from local.brand.model import Language
from local.brand.proposal import (
    COUNTRY_OF,
    UNKNOWN_ACCOUNT,
    ZONES,
    BrandAnswers,
    UnknownDepartment,
    brand_key,
    proposal,
)
from local.brand.yaml_tree import read_tree
from local.cli.errors import UserError

_USUAL = "payments, delivery, product, service"

NameOption = Annotated[str | None, typer.Option("--name", help="The brand's name.")]
NameEnOption = Annotated[
    str | None, typer.Option("--name-en", help="Its name in Latin letters.", show_default="--name")
]
HandleOption = Annotated[str | None, typer.Option("--handle", help="The account's name on X.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="What the brand's people read: ko or en.")]
DepartmentsOption = Annotated[
    str | None,
    typer.Option("--departments", help=f"With commas: {', '.join(KNOWN)}, or others like warranty=보증."),
]
EmailOption = Annotated[str | None, typer.Option("--email", help="The address of the people who run the account.")]
CountryOption = Annotated[
    str | None, typer.Option("--country", help="Whose public holidays are kept.", show_default="KR for ko, US for en")
]
TimezoneOption = Annotated[
    str | None, typer.Option("--timezone", help="Like Asia/Seoul.", show_default="that of the country")
]
UserIdOption = Annotated[
    str, typer.Option("--user-id", help="The account's number on X; `dorothy preview` prints it.", show_default="open")
]
FolderOption = Annotated[Path, typer.Option("--folder", help="Where desk.yaml is written.", show_default="here")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a desk.yaml that is there.")]


def init(  # noqa: PLR0913, PLR0917 - each is an option
    name: NameOption = None,
    name_en: NameEnOption = None,
    handle: HandleOption = None,
    language: LanguageOption = None,
    departments: DepartmentsOption = None,
    email: EmailOption = None,
    country: CountryOption = None,
    timezone: TimezoneOption = None,
    user_id: UserIdOption = UNKNOWN_ACCOUNT,
    folder: FolderOption = Path(),
    *,
    force: ForceOption = False,
) -> None:
    """Propose a desk.yaml for your brand, to be edited. It asks for what the options leave out.

    An existing desk.yaml stays as it is unless --force is given.
    """
    path = folder / "desk.yaml"
    if path.exists() and not force:
        raise UserError(f"{path} is there already and stays as it is; --force replaces it.")
    name = name or typer.prompt("The brand's name")
    handle = (handle or typer.prompt("Its account on X, like @brand")).removeprefix("@")
    spoken = _language(language or typer.prompt("The language of the brand's people, ko or en", default="ko"))
    listed = departments or typer.prompt(
        f"Departments, with commas: {', '.join(KNOWN)}, or others like warranty=보증", default=_USUAL
    )
    address = email or typer.prompt("The e-mail address of the people who run the account", default=_address(handle))
    where = (country or COUNTRY_OF[spoken]).upper()
    zone = timezone or ZONES.get(where)
    if zone is None:
        raise UserError(
            f"The time zone of {where} is not known here: give it with --timezone, like Asia/Seoul.", exit_code=2
        )
    english = name_en or (name if name.isascii() else handle)
    answers = BrandAnswers(name, english, handle, spoken, where, zone, address, listed.split(","), user_id)
    text = _checked(answers)
    existed = path.exists()
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    typer.echo(
        f"{path} is written{' in place of the earlier one' if existed else ''}. Edit it: words and examples first."
    )
    typer.echo(f"Then `dorothy check --desk {path}`, and `dorothy preview @{handle} --desk {path}`.")


def _language(answer: str) -> Language:
    match answer.strip().lower():
        case "ko":
            return "ko"
        case "en":
            return "en"
    raise UserError(f"{answer} is no language that the desk speaks: ko or en.", exit_code=2)


def _address(handle: str) -> str:
    return f"desk@{brand_key(handle)}.example"


def _checked(answers: BrandAnswers) -> str:
    """The proposal, which `dorothy check` accepts; raises UserError with a sentence for each answer that it refuses."""
    try:
        text = proposal(answers)
    except UnknownDepartment as exc:
        raise UserError(str(exc), exit_code=2) from exc
    _, findings = checked(read_tree(text.encode()).value)
    if findings:
        raise UserError("\n".join(f"{dotted(place)} {full_stop(said)}" for place, said in findings), exit_code=2)
    return text
