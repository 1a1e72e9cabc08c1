"""What speaks of suicide or self-harm, and what only sounds like it."""

import time

import pytest

from desk.reader.phrases import speaks_of_self_harm
from tests.families import for_each

SPEAKS = """
죽고 싶다 진짜
이제 그만 죽고싶어요
요금 때문에 매일 전화 오는데 죽고 싶을 만큼 힘들어요
그냥 죽을래요
오늘 밤에 죽을 거예요
나 하나 죽으면 다 편해지겠지
제가 죽어야 끝나나요
이렇게 사느니 죽는 게 낫겠어요
확 죽어버릴까 생각 중이에요
자다가 그냥 죽었으면 좋겠다
약 먹고 죽으려고 했어요
안 아프게 죽는 방법 아시는 분
죽기로 마음먹었습니다
살고 싶지 않아요 더는
진짜 살기 싫다
살아갈 이유가 없네요
더 살 의미를 모르겠어요
사는 게 의미가 없어요
세상에서 사라지고 싶어요
이 세상 떠나고 싶다
자살하고 싶어요
자꾸 자살 충동이 들어요
자해했어요 또
손목을 그었는데 피가 안 멈춰요
목숨을 끊고 싶습니다
한강에 투신하려고요
여기 다리 위인데 뛰어내릴 거예요
옥상 난간에 서 있어요
극단적인 선택을 할 것 같아요
자꾸 나쁜 생각이 들어요
인생 끝내고 싶다
모든 걸 끝내고 싶습니다
유서 썼습니다 안녕히 계세요
수면제 모아놨어요
나 하나 없어지면 그만이지
어차피 죽으면 다 편해질 텐데
오늘 밤에 끝내려고 해요
이 글이 마지막입니다 다들 고마웠어요
유서는 다 썼고 폰은 동생한테 주세요
자살예방전화가 계속 통화 중이에요
친구가 죽고 싶대요 어떡하죠
동생이 죽겠다고 문자를 남기고 전화를 안 받아요
남편이 자살한다고 하고 나갔는데 위치추적 되나요
딸이 유서를 남기고 휴대폰을 꺼 놨어요
아들이 뛰어내린다고 전화 왔는데 통화가 끊겼어요
팔로워 한 분이 자살 암시 글을 올렸어요
I want to kill myself
i wanna die
I'm going to end my life tonight
i just want to end it all
I don't want to live anymore
I don’t want to be alive
there is no reason to live
my life is not worth living
everyone would be better off without me
I wish I was dead
I've been feeling suicidal for weeks
I keep thinking about suicide
about to jump off this bridge
I cut myself again last night
I can't stop self-harming
gonna kms
if I died, would my family owe you the rest of the contract
I'm going to end it tonight
he left a goodbye note and took the car
the suicide hotline will not connect from my phone
I have nothing left to live for
my friend says she wants to die and her phone is off, can you locate it
my brother left a suicide note
My son is suicidal and your line is dead
he's threatening to kill himself and I can't get through
she tried to hurt herself
someone on here is talking about suicide
I took all the pills, goodbye, I just want to sleep forever
死にたい
もう死んでしまいたいです
自殺したい
消えたい、もう疲れた
生きるのがつらいです
生きてる意味がない
リスカがやめられません
友達が死ぬって連絡してきて電話が繋がらない
弟が遺書を残していなくなりました
今から飛び降ります
私が死んだら契約はどうなりますか
我想死
真的不想活了
活着没意思
我想自杀
活着好累，好想消失
好想從樓頂跳下去
朋友说要自杀，电话打不通
她割腕了我割腕的照片我也有，我想結束自己的生命
我女儿留了遗书，手机关机
""".strip().splitlines()

ONLY_SOUNDS_LIKE_IT = """
웃겨 죽겠다 ㅋㅋㅋ
배고파 죽겠네
더워 죽겠는데 매장 에어컨 왜 안 틀어요
답답해 죽겠어요 인터넷이 너무 느려요
짜증나 죽겠네 진짜
보고 싶어 죽겠어요 다음 광고 모델
귀여워 죽을 것 같아요 캐릭터
심심해 죽을 거예요 인터넷 안 되면
너 죽고 싶냐
죽을래?
죽인다 이 요금제
이 카메라 화질 죽이네요
폰이 죽었어요 안 켜져요
배터리가 죽을 거예요 곧
배터리 빨리 죽어요
와이파이 또 죽음
죽고 싶지만 떡볶이는 먹고 싶어 전자책 있나요
느려서 못 살겠어요
이 동네 살기 싫다는 말이 나올 정도로 안 터져요
죽도록 사랑합니다 에메랄드모바일
죽어라 전화해도 상담원이 안 받아요
자살골 넣고 웃는 선수 광고 뭐예요
자살예방 캠페인 후원하시나요
자살 예방의 날 행사 참여하고 싶어요
자해공갈 보험사기 문자 스팸 신고요
어디에 투자해야 되나요 주식
투자하면 손해 보나요
감자살 때 멤버십 할인 되나요
할인에 목매는 사람 아니에요
왜 결합상품에 목매달게 만들어요
유서 깊은 회사네요
한강 공원에서 데이터가 안 터져요
한강 가서 치킨 먹고 싶다
다리 위에서 통화가 끊겨요
옥상에 중계기 설치 언제 하나요
요금 폭탄 맞았어요
팔 아파요 대기줄 길어서
알림이 자꾸 사라지는데 왜 그래요
앱 목록에서 사라졌어요
이 폰 이제 보내주고 싶다 수명이 다했어요
제 폰이 생을 마감했습니다
극한의 선택 요금제 고르기 힘들다
약정 끝내고 싶어요 위약금 얼마예요
약정 이제 끝내려고 해요
이번 달이 마지막 할부예요 그동안 감사했어요
이 통신사랑 이별하고 싶다
세상 편하다 자동이체
데이터 없이는 살 수 없어요
새로 살 이어폰 추천해 주세요
요금제 바꿀 이유가 없네요
I'm dying laughing
this bill is killing me
my phone died again
my battery dies by noon
this plan is killer
this camera is to die for
I'm dying to get the new phone
your hold music makes me want to die of boredom
I could kill for a decent signal
kill the process and restart the app?
the line went dead
dead zone at my house
drop dead gorgeous phone
so embarrassed I'd die of embarrassment
killing myself laughing at your ad
I want to live in Busan, is there fibre?
I don't want to live with this router's ads
suicidal pricing from your competitor lol
Suicide Squad is on your TV service?
switching now would be career suicide
it's 5 kms from the store
end my contract please
I'm setting myself up with a new plan
no signal while I'm on the bridge
I want to end my plan
cut my bill in half please
I hurt my hand, is the shop accessible?
he cut himself a great deal
jump off the bandwagon already
死ぬほど嬉しい
笑い死ぬかと思った
スマホが死んだ
充電が死にそう
死にたくないので災害速報の設定を教えて
アイコンが消えたのですが
自殺行為みたいな料金
自殺予防のキャンペーンに協力していますか
笑死
笑死我了哈哈
想死你了
手机死机了
累死我了
跳楼价大甩卖
你们的套餐便宜死了
""".strip().splitlines()


@for_each("text", SPEAKS)
def test_suicide_and_self_harm_are_found(text: str) -> None:
    assert speaks_of_self_harm(text)


@for_each("text", ONLY_SOUNDS_LIKE_IT)
def test_idioms_and_other_matters_keep_their_meaning(text: str) -> None:
    assert not speaks_of_self_harm(text)


@pytest.mark.parametrize(
    "text",
    [
        "@emeraldmobile 죽고   싶어요",
        "죽고\n싶다",
        "@emeraldmobile I WANT TO DIE",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "와이파이 느려요. 근데 그보다 죽고 싶어요 https://t.co/a1",
        "청구서 문의드립니다\n사실 저 자살하려고 해요",
    ],
)
def test_self_harm_is_found_in_any_notation(text: str) -> None:
    assert speaks_of_self_harm(text)


def test_a_long_post_takes_no_time() -> None:
    began = time.process_time()
    for text in (
        "죽고 " * 5_000,
        "살 이유 " * 4_000,
        "I want to " * 2_500,
        "遺書" * 5_000,
        " " * 25_000,
        "자살 " * 8_000,
    ):
        speaks_of_self_harm(text)
    assert time.process_time() - began < 1
