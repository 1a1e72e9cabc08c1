"""Who asks for no replies is understood, and who complains of something else is not taken for one."""

from time import perf_counter

import pytest

from desk.reader.phrases import declines_automatic_replies, opts_out
from tests.families import for_each


@for_each(
    "text",
    [
        "답글 그만 좀 달아주세요",
        "답글 달지 마 ㅋㅋ",
        "답글 좀 그만",
        "그만 좀 답글 달아",
        "멘션 걸지 마",
        "댓글 달지 말아주세요",
        "STOP",
        "@emeraldmobile unsubscribe",
        "답글 달지 마세요",
        "@emeraldmobile 이제 답글 달지 마세요",
        "환불은 받았어요 앞으로 답글 달지 마세요",
        "자동 답변 그만",
        "자동답변 그만해 주세요",
        "자동 답글 좀 그만 다세요",
        "자동답글 중단 부탁드립니다",
        "멘션하지 마",
        "멘션하지 마세요",
        "저한테 멘션 그만 보내세요",
        "제 글에 답글 좀 달지 마세요!!",
        "제 트윗에 댓글 달지 마시길",
        "짜증나니까 답글 그만 달아",
        "답글 달지 말라고 했잖아요",
        "더 이상 답글 받고 싶지 않아요",
        "답글 원하지 않습니다",
        "답글 사양합니다",
        "봇 답글 꺼 주세요",
        "태그하지 마세요",
        "말 걸지 마세요",
        "저 태그하지 마세요",
        "나 좀 태그하지 마",
        "저는 답글 원하지 않아요",
        "아 진짜ㅋㅋ 답글 달지마",
        "내 글에 답하지 마라",
        "@emeraldmobile stop replying to me",
        "Please stop replying.",
        "stop tagging me",
        "stop sending me automated replies",
        "please stop sending me your replies",
        "don't @ me",
        "Don't reply to me again",
        "please do not reply to this tweet",
        "I'm done with you, please don't reply",
        "stop the auto replies",
        "No more automated replies please",
        "could you please stop replying to my tweets",
        "I told you to stop mentioning me",
        "opt me out",
        "I want to opt out of automated replies",
        "返信しないでください",
        "もうリプしないで",
        "自動返信はやめてください",
        "メンションしないでほしい",
        "请不要回复我",
        "别@我",
        "別再回覆我了",
        "请停止自动回复",
        "不要再艾特我了",
    ],
)
def test_whoever_asks_for_no_replies_is_understood(text: str) -> None:
    assert opts_out(text)
    assert declines_automatic_replies(text)


@for_each(
    "text",
    [
        "광고 문자 그만 보내세요",
        "스팸 문자 좀 그만 보내라고요",
        "전화 그만 하세요",
        "왜 답글 안 달아 주세요?",
        "모른다고 답변하지 마세요",
        "성의 없이 답글 달지 마세요",
        "복붙 답글 그만하고 사람이 답해 주세요",
        "자동 답변 그만하고 사람이 답해 주세요",
        "자동 답변 말고 사람이 답해 주세요",
        "답글 달지 말고 DM 주세요",
        "이제 답글 그만 다시나요?",
        "남편이 답글 달지 말래요",
        "답글 안 주셔도 돼요",
        "답글 감사합니다",
        "댓글 이벤트 그만해도 되나요",
        "댓글 그만해도 되나요",
        "해시태그 하지 마세요 라는 규정이 있나요",
        "친구 태그하지 마세요 이벤트 규정인가요",
        "말도 안 되는 답변 그만 듣고 싶어요",
        "답변 그만 기다리게 하세요",
        "답글을 복붙으로만 다는거 같아요",
        "아무 말이나 하지 마세요",
        "말하지 마세요 제 번호는",
        "거짓말하지 마세요",
        "저 답답하네요",
        "Stop sending me replies that tell me nothing",
        "왜 멘션하지 말라는 거예요",
        "Stop sending me ads by text",
        "stop texting me",
        "why did you stop replying to me?",
        "you stopped replying to me",
        "why don't you reply to me",
        "you don't reply to my emails",
        "they don't even reply",
        "Please don't reply with a canned message",
        "don't reply until you know",
        "stop the spam calls",
        "I opted out of your ad tracking",
        "Please stop tagging along the cable",
        "My bank never answers",
        "no reply yet",
        "No replies since Monday",
        "don't answer calls from 070?",
        "please don't stop replying, I love it",
        "no need to reply",
        "how do I opt out of marketing texts",
        "返信まだですか",
        "自動返信、何聞いても同じ",
        "返信しないでいたら切られました",
        "你们为什么不回复我",
        "收到回复了",
        "不要回复模板",
        "广告短信别再发了",
        "",
        "https://example.com/답글_달지_마세요",
    ],
)
def test_a_complaint_or_a_question_asks_for_an_answer(text: str) -> None:
    assert not opts_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "자동 답변 그만하고 사람이 답해 주세요",
        "봇 말고 사람이랑 얘기하고 싶어요",
        "자동 답변 말고 사람이 답해 주세요",
        "please don't reply with a bot",
        "no bots please",
        "Please don't reply with a canned message",
        "自動返信ではなく人に",
        "别用机器人回复我",
    ],
)
def test_whoever_wants_a_person_declines_machines_only(text: str) -> None:
    assert declines_automatic_replies(text)
    assert not opts_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "이번 달 청구서가 이상해요",
        "자동차 한 대 말고 호빵 천 개",
        "자동이체일 변경 좀 해 주세요",
        "my bot vacuum needs wifi",
        "",
    ],
)
def test_an_ordinary_matter_declines_nothing(text: str) -> None:
    assert not declines_automatic_replies(text)


@pytest.mark.parametrize(
    "handles", ["@jade 답글 달지 마세요", "답글 달지 마세요 @jade", "@jade @other 답글 달지 마세요 ㅋㅋ"]
)
def test_handles_and_laughter_around_it_do_not_matter(handles: str) -> None:
    assert opts_out(handles)


@pytest.mark.parametrize(
    "part",
    [
        "이제 ",
        "답글 ",
        "please ",
        "요 ",
        "stop the your ",
        " ",
        ".",
        "자동",
        "stop",
        "不要",
        "말",
        "i told you to ",
        "no ",
    ],
)
def test_a_post_of_25_000_characters_is_read_in_no_time(part: str) -> None:
    text = (part * 25_000)[:25_000]
    declines_automatic_replies(part)
    begun = perf_counter()

    declines_automatic_replies(text)

    assert perf_counter() - begun < 0.5
