"""desk.yaml is either taken whole or everything that is wrong with it is told at its place."""

from pathlib import Path

import pytest

from local.brand.load import DESK_FILE, load_desk
from local.brand.problems import DeskFileError, Problem
from local.brand.yaml_tree import MAX_BYTES

GOOD = """\
brand:
  key: jade
  name: {ko: 제이드, en: Jade}
  handle: jade
  user_id: "17"
  language: ko
  timezone: Asia/Seoul
hours:
  monday: "09:00-18:00"
holidays:
  country: KR
greetings:
  - 좋은 아침이에요.
departments:
  billing:
    name: {ko: 요금, en: Billing}
    words: [청구서]
  operator:
    name: {ko: 운영자, en: Operator}
    emails: [desk@jade.example]
"""


LONG = [f"{'a' * 36} {number}" for number in range(13)]
"""More words that are left out than a query of X's search has room for."""


@pytest.fixture
def desk_file(tmp_path: Path) -> Path:
    return tmp_path / "desk.yaml"


def problems_of(path: Path, content: str | bytes) -> list[Problem]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DeskFileError) as caught:
        load_desk(path)
    return list(caught.value.problems)


def only_problem(path: Path, old: str, new: str) -> Problem:
    """The one problem of the good file in which `old` was replaced."""
    assert GOOD.count(old) == 1
    (problem,) = problems_of(path, GOOD.replace(old, new))
    return problem


def test_the_shipped_desk_has_ten_departments_and_the_operator() -> None:
    desk = load_desk(DESK_FILE)

    assert list(desk.departments) == [
        "devices", "network", "billing", "plans", "home", "apps", "stores", "policy", "pr", "marketing", "operator",
    ]  # fmt: skip
    assert (desk.brand.name.ko, desk.brand.name.en, desk.brand.handle) == (
        "에메랄드모바일", "Emerald Mobile", "emeraldmobile",
    )  # fmt: skip


def test_every_department_of_the_shipped_desk_can_be_recognised_and_reached() -> None:
    desk = load_desk(DESK_FILE)

    for key, department in desk.departments.items():
        assert department.emails, key
        assert key == "operator" or (len(department.words) >= 25 and len(department.examples) >= 10), key


def test_a_good_file_is_taken_and_what_it_leaves_out_has_a_default(desk_file: Path) -> None:
    desk_file.write_text(GOOD, encoding="utf-8")

    desk = load_desk(desk_file)

    assert desk.mail.count == 20
    assert desk.retention.words_days == 30
    assert desk.departments["billing"].words == ("청구서",)
    assert (desk.departments["billing"].answers, desk.departments["billing"].signature) == ("to_operator", None)
    assert (desk.greeting_time, desk.digest.morning, desk.digest.evening) == ("09:00", "08:50", "18:10")
    assert (desk.digest.emails, desk.api) == ((), None)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(desk_file: Path) -> None:
    desk_file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load_desk(desk_file).brand.name.ko == "제이드"


@pytest.mark.parametrize(
    ("old", "new", "place", "key", "part"),
    [
        ("key: jade", "key: Jade", (2, 3), "brand.key", "small letters"),
        ("key: jade", "key: lawson", (2, 3), "brand.key", "has 'aws' in it, which Amazon Cognito refuses"),
        ("handle: jade", 'handle: "@jade"', (4, 3), "brand.handle", "without @"),
        ('user_id: "17"', "user_id: 17", (5, 3), "brand.user_id", "put it in quotes"),
        ("language: ko", "language: fr", (6, 3), "brand.language", "'ko' or 'en'"),
        ("Asia/Seoul", "Asia/Soul", (7, 3), "brand.timezone", "no IANA time zone"),
        ('"09:00-18:00"', '"9-18"', (9, 3), "hours.monday", 'like "09:00-18:00"'),
        ('"09:00-18:00"', '"18:00-09:00"', (9, 3), "hours.monday", "end after it begins"),
        ('"09:00-18:00"', '"09:00-24:30"', (9, 3), "hours.monday", "24:00 at the latest"),
        ('"09:00-18:00"', "null", (8, 1), "hours", "no working day"),
        ("monday", "mondey", (9, 3), "hours.mondey", "did you mean 'monday'?"),
        ("country: KR", "country: XX", (11, 3), "holidays.country", "'XX' has no holidays known here"),
        ("country: KR", "subdivision: NY", (11, 3), "holidays.subdivision", "no region of KR"),
        ("country: KR", "extra: [2026-02-30]", (11, 11), "holidays.extra[0]", "a date like 2026-12-31"),
        ("  - 좋은 아침이에요.", '  - ""', (13, 5), "greetings[0]", "1 to 500 characters"),
        ("좋은 아침이에요.", "가" * 141, (13, 5), "greetings[0]", "weighs 282 on X, which takes 280"),
        ("[청구서]", "[청구서, 5]", (17, 18), "departments.billing.words[1]", "put it in quotes"),
        ("[청구서]", "[Bill, bill]", (17, 19), "departments.billing.words[1]", "as item 1 of this list already does"),
        ("words: [청구서]", "words: []", (15, 3), "departments.billing", "needs words or examples"),
        ("desk@jade.example", "desk at jade", (20, 14), "departments.operator.emails[0]", "one e-mail address"),
        ("    emails: [desk@jade.example]\n", "", (18, 3), "departments.operator", "needs an e-mail address"),
        ("  operator:", "  others:", (14, 1), "departments.operator", "is missing"),
        (
            "    words: [청구서]",
            "    answers: to_press",
            (17, 5),
            "departments.billing.answers",
            "'to_operator' or 'to_x'",
        ),
        (
            "    words: [청구서]",
            "    feedback: monthly",
            (17, 5),
            "departments.billing.feedback",
            "'daily', 'weekly' or 'never'",
        ),
        ("greetings:", "fact_checkers: biling\ngreetings:", (12, 1), "fact_checkers", "did you mean 'billing'?"),
        ("greetings:", "feedback: often\ngreetings:", (12, 1), "feedback", "'daily', 'weekly' or 'never'"),
        (
            "    emails: [desk",
            "    answers: to_x\n    emails: [desk",
            (20, 5),
            "departments.operator.answers",
            "is for the other departments",
        ),
        ("greetings:", 'greeting_time: "9:00"\ngreetings:', (12, 1), "greeting_time", 'a time like "09:00"'),
        ("greetings:", "digest: {morning: 08:50, evening: '24:00'}\ngreetings:", (12, 26), "digest.evening", "a time"),
        (
            "greetings:",
            "x_budget: {day_usd: 5, month_usd: 4}\ngreetings:",
            (12, 24),
            "x_budget.month_usd",
            "less than a day",
        ),
        ("greetings:", "x_budget: {day_usd: 1401}\ngreetings:", (12, 12), "x_budget.day_usd", "less than a day"),
        (
            "greetings:",
            "x_budget: {day_usd: 5, at_most_usd_a_day: {trends: 6}}\ngreetings:",
            (12, 44),
            "x_budget.at_most_usd_a_day.trends",
            "more than the whole day's budget",
        ),
        ("greetings:", "digest: {morning: '18:10'}\ngreetings:", (12, 10), "digest.morning", "before the evening's"),
        ("greetings:", "digest: {evening: '08:00'}\ngreetings:", (12, 10), "digest.evening", "after the morning's"),
        (
            "greetings:",
            "digest: {emails: [a@b.example, A@b.example]}\ngreetings:",
            (12, 32),
            "digest.emails[1]",
            "again",
        ),
        ("greetings:", "digest: {emails: [me]}\ngreetings:", (12, 19), "digest.emails[0]", "one e-mail address"),
        (
            "greetings:",
            "targets: {kinds: {chat: {high_minutes: 9}}}\ngreetings:",
            (12, 19),
            "targets.kinds.chat",
            "'fault'",
        ),
        ("greetings:", "on_call: {phones: ['010 1']}\ngreetings:", (12, 20), "on_call.phones[0]", "country code"),
        (
            "greetings:",
            "on_call: {webhooks: [http://a.example]}\ngreetings:",
            (12, 22),
            "on_call.webhooks[0]",
            "https://",
        ),
        ("greetings:", "on_call: {alarm: never}\ngreetings:", (12, 11), "on_call.alarm", "'likely' or 'every'"),
        (
            "greetings:",
            "on_call: {safety_checks: never}\ngreetings:",
            (12, 11),
            "on_call.safety_checks",
            "'call' or 'mail'",
        ),
        ("greetings:", "reminders: {before_minutes: -1}\ngreetings:", (12, 13), "reminders.before_minutes", "0"),
        (
            "greetings:",
            "acknowledgements: {fault: {texts: [one]}}\ngreetings:",
            (12, 28),
            "acknowledgements.fault.texts",
            "2",
        ),
        (
            "greetings:",
            "acknowledgements: {fault: {texts: ['{name}님', 둘]}}\ngreetings:",
            (12, 36),
            "acknowledgements.fault.texts[0]",
            "{due} or {case}",
        ),
        (
            "greetings:",
            "acknowledgements: {fault: {texts: [하나, '@jade 둘']}}\ngreetings:",
            (12, 40),
            "acknowledgements.fault.texts[1]",
            "a handle or a link",
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: b, department: biling}]\ngreetings:",
            (12, 37),
            "saved_replies[0].department",
            "did you mean 'billing'?",
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: 010-1234-5678}]\ngreetings:",
            (12, 28),
            "saved_replies[0].text",
            "private numbers",
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: b, texts: {en: c, ko: d}}]\ngreetings:",
            (12, 52),
            "saved_replies[0].texts.ko",
            "the desk's own language",
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: b, texts: {fr: c}}]\ngreetings:",
            (12, 45),
            "saved_replies[0].texts.fr",
            "'zh'",
        ),
        *(
            ("greetings:", f"saved_replies: [{{title: a, text: {text}}}]\ngreetings:", (12, column), place, words)
            for text, column, place, words in (
                ("'{time}', promise: soon", 44, "saved_replies[0].promise", "30m, 2h, today, closing, due"),
                ("b, promise: 30분", 28, "saved_replies[0].text", "must say {time}"),
                ("'{time}'", 28, "saved_replies[0].text", "needs `promise`"),
            )
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: b, only_when: no_spikes}]\ngreetings:",
            (12, 37),
            "saved_replies[0].only_when",
            "no_spike",
        ),
        (
            "좋은 아침이에요.",
            "좋은 아침 @somebody",
            (13, 5),
            "greetings[0]",
            "does not let this account mention @somebody",
        ),
        ("좋은 아침이에요.", "아침 x.com/a/status/1", (13, 5), "greetings[0]", "as a quoted post"),
        (
            "greetings:",
            "checks: {banned: [never, Never]}\ngreetings:",
            (12, 26),
            "checks.banned[1]",
            "says 'Never' again",
        ),
        (
            "greetings:",
            "checks: {products: [{name: Sea Pass, wrong: [SeaPass]}, {name: SeaPass}]}\ngreetings:",
            (12, 46),
            "checks.products[0].wrong[0]",
            "which is a product's name",
        ),
        (
            "greetings:",
            "saved_replies: [{title: a, text: b}, {title: A, text: c}]\ngreetings:",
            (12, 38),
            "saved_replies[1]",
            "again",
        ),
        (
            "greetings:",
            "feeds: [{name: 블로그, url: 'ftp://blog.jade.example/feed'}]\ngreetings:",
            (12, 21),
            "feeds[0].url",
            "the address of a feed",
        ),
        (
            "greetings:",
            "feeds: [{name: 블로그, url: 'https://blog.jade.example:8080/feed'}]\ngreetings:",
            (12, 21),
            "feeds[0].url",
            "the address of a feed",
        ),
        (
            "greetings:",
            "feeds: [{name: a, url: 'https://a.example/'}, {name: A, url: 'https://b.example/'}]\ngreetings:",
            (12, 47),
            "feeds[1]",
            "again",
        ),
        (
            "greetings:",
            "feeds: [{name: a, url: 'https://a.example/'}, {name: b, url: 'https://a.example/'}]\ngreetings:",
            (12, 47),
            "feeds[1]",
            "again",
        ),
        ("greetings:", "listen: {terms: [a, A]}\ngreetings:", (12, 21), "listen.terms[1]", "again"),
        (
            "greetings:",
            "listen: {terms: [jade ring, rings], without: {words: [Ring]}}\ngreetings:",
            (12, 18),
            "listen.terms[0]",
            "would find nothing",
        ),
        ("greetings:", "listen: {hashtags: ['2026']}\ngreetings:", (12, 21), "listen.hashtags[0]", "needs a letter"),
        (
            "greetings:",
            "listen: {terms: [a], without: {words: ['#a']}}\ngreetings:",
            (12, 40),
            "listen.without.words[0]",
            "must not begin with #",
        ),
        (
            "greetings:",
            f"listen: {{terms: [a], without: {{words: {LONG}}}}}\ngreetings:",
            (12, 1),
            "listen",
            "too long",
        ),
        ("greetings:", "api: {domain: desk.jade.example}\ngreetings:", (12, 1), "api.certificate", "is missing"),
        ("greetings:", "api: {domain: https://jade.example}\ngreetings:", (12, 7), "api.domain", "without https://"),
        (
            "greetings:",
            "api: {certificate: mine}\ngreetings:",
            (12, 7),
            "api.certificate",
            "beginning with arn:aws:acm:",
        ),
    ],
)
def test_a_mistake_has_line_column_and_key(  # noqa: PLR0917 - the columns of the table above
    desk_file: Path, old: str, new: str, place: tuple[int, int], key: str, part: str
) -> None:
    problems = problems_of(desk_file, GOOD.replace(old, new))

    told = {(problem.line, problem.column, problem.key): problem.sentence for problem in problems}
    assert part in told[*place, key]


@pytest.mark.parametrize(
    ("section", "column", "key", "part"),
    [
        ("{issuer: https://login.jade.example, role_claim: roles}", 1, "", "needs client_id"),
        ("{issuer: https://login.jade.example, client_id: d}", 1, "", "nobody could use the console"),
        ("{issuer: http://login.jade.example}", 11, ".issuer", "exactly as its tokens name it"),
        ("{client_id: dorothy}", 11, ".client_id", "an issuer, which is missing"),
        ("{departments: {sales: [a@jade.example]}}", 25, ".departments.sales", "no department"),
        ("{departments: {operator: [a@jade.example]}}", 25, ".departments.operator", "use operators"),
        ("{operators: [a@jade.example, A@jade.example]}", 39, ".operators[1]", "again"),
        ("{undo_seconds: 31}", 11, ".undo_seconds", "30 or less"),
        ("{domain_prefix: Jade}", 11, ".domain_prefix", "small letters"),
        ("{domain_prefix: my-cognito}", 11, ".domain_prefix", "has 'cognito' in it, which Amazon Cognito refuses"),
    ],
)
def test_a_console_that_nobody_could_use_is_refused(
    desk_file: Path, section: str, column: int, key: str, part: str
) -> None:
    problems = problems_of(desk_file, GOOD.replace("greetings:", f"console: {section}\ngreetings:"))

    told = {(problem.line, problem.column, problem.key): problem.sentence for problem in problems}
    assert part in told[12, column, f"console{key}"]


@pytest.mark.parametrize(
    "console",
    ["{domain_prefix: jade}", "{issuer: 'https://login.jade.example', client_id: d, operators: [a@jade.example]}"],
)
def test_a_key_that_cognito_refuses_can_be_had_with_another_address(desk_file: Path, console: str) -> None:
    named = GOOD.replace("key: jade", "key: lawson")

    desk_file.write_text(named.replace("greetings:", f"console: {console}\ngreetings:"), encoding="utf-8")

    assert load_desk(desk_file).brand.key == "lawson"


def test_more_departments_than_the_stack_can_have_are_refused(desk_file: Path) -> None:
    further = "".join(f"  further{at}:\n    name: {{ko: 부서, en: Team}}\n    words: [말{at}]\n" for at in range(39))

    problem = only_problem(desk_file, "departments:\n", f"departments:\n{further}")

    assert (problem.key, problem.sentence) == ("departments", "takes at most 40, has 41.")


_ONE, _TWO = "[a@jade.example]", "[a@jade.example, b@jade.example]"
_ISSUER = "issuer: 'https://login.jade.example', client_id: dorothy"


@pytest.mark.parametrize(
    ("approval", "console", "part"),
    [
        ("[outage]", f"{{{_ISSUER}, operators: {_ONE}}}", "needs two operators"),
        ("[outage]", f"{{{_ISSUER}, operators: {_TWO}}}", None),
        ("[outage]", f"{{{_ISSUER}, operators: {_ONE}, role_claim: groups}}", None),
        ("[outage]", f"{{operators: {_ONE}}}", None),
        ("[]", f"{{{_ISSUER}, operators: {_ONE}}}", None),
        ("[greeting]", "{}", "announcement"),
    ],
)
def test_approval_needs_a_second_person(desk_file: Path, approval: str, console: str, part: str | None) -> None:
    text = GOOD.replace("greetings:", f"approval: {approval}\nconsole: {console}\ngreetings:")

    desk_file.write_text(text, encoding="utf-8")

    if part is None:
        assert load_desk(desk_file).approval == (() if approval == "[]" else ("outage",))
    else:
        assert any(part in problem.sentence for problem in problems_of(desk_file, text))


@pytest.mark.parametrize(
    ("signature", "part"),
    [
        ('"^이주의 요금팀 드림"', None),
        ("^요금팀", None),
        ("Jade's billing team", None),
        ('"^요금을 살펴보는 우리"', "weighs 21 on X; a signature takes 20 at most"),
        ('"1234567890 1234567890"', "must be 1 to 20 characters on one line"),
        ('"^요금\\n팀"', "on one line"),
        ('""', "must be 1 to 20 characters"),
        ('" ^요금팀"', "no blanks around"),
        ('"^요금팀 @jade"', "has a handle or a link"),
        ("요금팀＠jade", "has a handle or a link"),
        ('"^팀 https://a.kr"', "has a handle or a link"),
        ("^요금팀 jade.kr", "has a handle or a link"),
        ('"^\\u202e팀"', "has characters that nobody sees; remove them: U+202E."),
        ('"\\u200d"', "is empty."),
        ("5", "put it in quotes"),
    ],
)
def test_a_signature_is_short_and_leads_nowhere(desk_file: Path, signature: str, part: str | None) -> None:
    content = GOOD.replace("    words: [청구서]", f"    words: [청구서]\n    signature: {signature}")
    if part is None:
        desk_file.write_text(content, encoding="utf-8")
        assert load_desk(desk_file).departments["billing"].signature == signature.strip('"')
        return

    (problem,) = problems_of(desk_file, content)

    assert (problem.line, problem.key) == (18, "departments.billing.signature")
    assert part in problem.sentence


def test_a_missing_key_is_reported_at_its_section(desk_file: Path) -> None:
    problem = only_problem(desk_file, "  language: ko\n", "")

    assert (problem.line, problem.key, problem.sentence) == (1, "brand.language", "is missing.")


def test_a_duplicate_key_is_reported_with_its_first_line(desk_file: Path) -> None:
    problem = only_problem(desk_file, "  handle: jade\n", "  handle: jade\n  key: opal\n")

    assert (problem.line, problem.key) == (5, "brand.key")
    assert "given in line 2" in problem.sentence


def test_departments_that_differ_by_hyphens_only_are_refused(desk_file: Path) -> None:
    twin = "  bill-ing:\n    name: {ko: 청구, en: Bills}\n    words: [요금]\n  operator:"

    problem = only_problem(desk_file, "  operator:", twin)

    assert (problem.line, problem.key) == (18, "departments.bill-ing")
    assert "'billing'" in problem.sentence


def test_a_day_cannot_be_off_and_worked_on(desk_file: Path) -> None:
    problem = only_problem(desk_file, "country: KR", "extra: [2026-12-31]\n  working_on: [2026-12-31]")

    assert problem.key == "holidays.working_on[0]"


def test_all_mistakes_are_reported_together_in_the_files_order(desk_file: Path) -> None:
    wrong = GOOD.replace("key: jade", "key: Jade").replace('"09:00-18:00"', '"9-18"').replace("[청구서]", "[a, A]")

    problems = problems_of(desk_file, wrong)

    assert [problem.key for problem in problems] == ["brand.key", "hours.monday", "departments.billing.words[1]"]


@pytest.mark.parametrize(
    ("content", "line", "column", "part"),
    [
        (b"", 1, 1, "is empty"),
        (b"# only a comment\n", 1, 1, "is empty"),
        (b"just words", 1, 1, "must be a section"),
        (b"- a\n- b\n", 1, 1, "must be a section"),
        (b"brand:\n\tkey: jade\n", 2, 1, "has a tab"),
        (b"brand: [1, 2\nhours: x\n", 2, 6, "is not YAML"),
        ("brand: 제이드\n".encode("cp949"), 1, 8, "is not UTF-8 text"),
        ("brand: x\n".encode("utf-16"), 1, 1, "is not UTF-8 text"),
        (b"brand: x\nhours: \x07\n", 2, 8, "U+0007"),
        (b"a: &x [1]\nb: *x\n", 1, 4, "anchor"),
        (b"a: 1\n---\nb: 2\n", 2, 1, "second document"),
        (b"a: " + b"[" * 5000, 1, 13, "deeper than 10 levels"),
        (b"a: x\n" * (MAX_BYTES // 5 + 1), 1, 1, "larger than 512 KiB"),
        (b'a: "\\ud800"\n', 1, 4, "one half of a character"),
    ],
)
def test_unusable_yaml_is_an_error_in_one_sentence(
    desk_file: Path, content: bytes, line: int, column: int, part: str
) -> None:
    problems = problems_of(desk_file, content)

    assert any(part in problem.sentence and (problem.line, problem.column) == (line, column) for problem in problems), (
        problems
    )


def test_a_bomb_of_aliases_is_refused_before_it_grows(desk_file: Path) -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

    (problem,) = problems_of(desk_file, bomb)

    assert (problem.line, problem.column) == (1, 5)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeskFileError, match=r"nowhere\.yaml:1:1 cannot be read: no such file or directory\."):
        load_desk(tmp_path / "nowhere.yaml")
