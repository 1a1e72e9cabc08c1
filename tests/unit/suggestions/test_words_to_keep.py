"""What is kept of a reply on X is for everybody: the customer's name, handles and links of their own are gone."""

from copy import replace

import pytest

from desk.cases.model import CaseEvent, CaseEventKind
from desk.cases.store import CaseFile
from desk.suggestions.keeping import words_to_keep
from desk.x.model import Author
from tests.unit.replies.scene import CASE, NOW, brand_with, mention

BRAND = brand_with(signature="^요금팀")
CALLED = replace(CASE, author=Author("7", "kim", "김민수🌸"))


def kept(text: str, *events: CaseEvent, x_id: str = "555") -> str:
    posted = CaseEvent(CaseEventKind.ANSWERED, NOW, "박지민", text, post_id="r1", x_id="555")
    return words_to_keep(CaseFile(CALLED, [mention()], [*events, posted]), x_id, BRAND)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("@kim @other 환불됩니다. ^요금팀", "환불됩니다."),
        ("김민수 님, 환불됩니다.", "{name} 님, 환불됩니다."),
        ("민수님 환불됩니다. 고객님께 알려 드립니다.", "{name}님 환불됩니다. 고객님께 알려 드립니다."),
        ("김민수🌸 님, 환불됩니다.", "{name} 님, 환불됩니다."),
        (f"{CASE.id} 건은 @kim 님께 환불됩니다. @jade", "{case} 건은 님께 환불됩니다. @jade"),
        ("010-1234-5678로 전화했습니다.", "●●●-●●●●-●●78로 전화했습니다."),
        ("보세요 https://jade.example/bills 여기서", "보세요 https://jade.example/bills 여기서"),
        ("보세요 https://jade.example/bills?id=7 여기서", "보세요 여기서"),
        ("보세요 https://jade.example/#7 여기서", "보세요 여기서"),
        ("보세요 https://jade.example/a/Xk29fjQ71LmZp0Qa 여기서", "보세요 여기서"),
        ("보세요 https://jade.example/how-to-read-a-bill", "보세요 https://jade.example/how-to-read-a-bill"),
        ("보세요 www.jade.com/bills?id=7 여기서", "보세요 여기서"),
        ("보세요 www.jade.com/bills 여기서", "보세요 www.jade.com/bills 여기서"),
        ("첫 줄\n\n둘째 줄", "첫 줄\n\n둘째 줄"),
    ],
)
def test_what_belongs_to_one_person_is_taken_out(text: str, words: str) -> None:
    assert kept(text) == words


def test_the_words_of_a_reply_are_those_that_were_queued_and_those_given_on_x_itself_are_its_own() -> None:
    queued = CaseEvent(CaseEventKind.QUEUED, NOW, "박지민", "환불됩니다.", post_id="r1")
    other = CaseEvent(CaseEventKind.ANSWERED, NOW, "", "다른 답변", x_id="777")

    assert kept("", queued, other) == "환불됩니다."
    assert kept("", queued, other, x_id="777") == "다른 답변"
    assert kept("", queued, other._replace(text=""), x_id="777") == ""
    assert kept("환불됩니다.", x_id="1") == ""
