"""Phrases that decide by themselves: of suicide or self-harm, and requests for no more replies.

They are looked for whenever a text is read or shown, in Korean, English, Japanese and Chinese. The result about
self-harm is never stored: X forbids keeping conclusions about a person's health.

A request for no more replies counts only at the beginning of its clause: authors who complain about how the desk
answers ("don't answer if you don't know"), or about advertisements, calls and texts, want an answer all the same.
"""

import re
import unicodedata
from functools import cache, lru_cache

from desk.text import unaddressed

_TEXTS = 2_000
"""How many recent texts' results are kept: one mail or list asks about the same text several times."""

# Korean. After words such as 웃겨, 배고파 or 더워, 죽다 is an idiom; and what "dies" is often a device.
_KO_IDIOM = r"(?<![아어여해워파려겨쳐퍼러와껴서]\s)(?<!화나\s)(?<!짜증나\s)(?<!신나\s)"
_KO_DEVICE = r"(?<!폰이\s)(?<!폰도\s)(?<!배터리\s)(?<!배터리가\s)(?<!기기가\s)(?<!공유기가\s)(?<!공유기도\s)(?<!앱이\s)"
_KO_WISH = r"고\s*(?:싶(?!냐|니|[어나]\s*\?|지\s*(?:는\s*)?않|지만\s*떡볶이)|시퍼|시프다|십(?:다|어|네)|파요?\b)"
_KO_PLAN = r"(?:고\s*싶|겠|려고|려는|려\s*(?:해|했|합|하)|러\s*(?:가|간|갈|왔|올라))"
_KO_SAYS = r"고\s*(?:자꾸\s*)?(?:문자|카톡|톡|연락|전화|유서|글|메시지|음성|말|하|해|했|합|그러|그래|썼|써|올렸|적)"
_HARM_KO = (
    rf"(?:죽|뒤지|뒈지|디지){_KO_WISH}",
    r"죽어\s*버리(?:고\s*싶|려|겠|는\s*게)",
    r"죽어\s*버(?:릴|려야)",
    r"죽어야\s*(?:끝|편|해결|하나|할까|겠)",
    r"죽(?:는\s*게|는게|는\s*것이|는\s*편이|는\s*쪽이)\s*(?:더\s*|차라리\s*)?(?:낫|나을|나은|편)",
    (
        rf"{_KO_IDIOM}{_KO_DEVICE}죽을\s*(?:거야|거예요|거에요|겁니다|거임|게요|생각|준비|결심|방법|작정|래요|"
        r"까\s*(?:생각|고민|싶))"
    ),
    r"(?:나|저|난|그냥|차라리|확|콱)\s*죽을(?:래|게|까)(?!\s*\?)",
    r"죽으(?:려고|려는|려\s*(?:해|했|합|하)|러\s*(?:가|간|갈|왔))",
    r"죽기로\s*(?:했|결심|마음|작정|한)",
    r"죽는\s*방법",
    r"(?:안\s*아프게|아프지\s*않게|편하게|고통\s*없이)\s*죽(?:는|고|을)",
    r"(?:나|내가|저|제가|나만|저만|나\s*하나|저\s*하나|제가\s*그냥|내가\s*그냥)\s*죽(?:으면|었으면|어야)",
    r"(?:이대로|그냥|차라리|자다가|콱|확)\s*죽(?:었으면|어\s*버렸으면|고\s*말)",
    r"눈\s*(?:을\s*)?(?:안\s*떴으면|뜨지\s*않았으면)",
    r"죽으면\s*(?:좀\s*|다\s*|그냥\s*|더\s*)?(?:편|끝|낫|나을|해결|며칠|누가|아무도)",
    r"죽을란다",
    r"(?:나|저|전|난)\s*(?:오늘|내일|이제|곧)\s*죽(?:어요|습니다|을)",
    r"^\s*죽을래\s*[.!…~]*$",
    r"(?:나|저)\s*하나\s*(?:없어지|사라지|죽)",
    r"죽음을?\s*(?:생각하|생각해|택하|선택하|결심)",
    (
        rf"{_KO_IDIOM}(?:죽겠다|죽는다|죽을\s*거라|죽을거라|자살한다|자살하겠다|뛰어내린다|뛰어내리겠다|"
        rf"목\s*매단다){_KO_SAYS}"
    ),
    r"죽(?:겠|는)다는\s*(?:글|문자|톡|카톡|메시지|말을|전화)",
    r"죽고\s*싶(?:대|단다|다고|다는|다네)",
    (
        r"(?<![가-힣])(?:나|난|저|전|확|콱|그냥|진짜|차라리)?\s*자살\s*(?:을\s*)?(?:하고\s*싶|하겠|하려|하러|"
        r"할(?!인)|한다|한대|해\s*버|할래|시도|충동|생각|암시|예고|하는\s*(?:법|방법)|방법|각)"
    ),
    r"(?<![가-힣])자해(?!\s*공갈)(?:를|\s*하|했|해요|해서|한다|한\s|\s*충동|\s*시도|\s*중|\s*영상|\s*흔적|\s|$)",
    (
        r"극단(?:적인|적)?\s*(?:선택|생각)(?:을|이|까지|도|만|을\s*자꾸)?\s*(?:자꾸\s*)?(?:하|할|했|해요|한다|"
        r"생각|시도|암시|예고|들|드)"
    ),
    r"(?:자꾸|계속)\s*(?:나쁜|안\s*좋은)\s*(?:생각|마음)(?:이|만|을)\s*(?:들|드|나|하|먹)",
    r"목숨을?\s*(?:끊|버리)(?:고|을|겠|으려|려|어\s*버|는다|는대|기로|을까)",
    r"스스로\s*(?:목숨|생을)",
    rf"(?<!에)(?<!에\s)목을?\s*(?:매달(?:고\s*싶|려고|아\s*죽|까|겠|게|았)|매{_KO_PLAN}|매고\s*죽|맬)",
    r"자살\s*예방\s*(?:상담\s*)?(?:전화|센터).{0,15}(?:통화\s*중|안\s*(?:되|받|걸|돼)|연결)",
    r"손목을?\s*(?:또\s*|다시\s*)?(?:긋|그었|그을|그어)",
    r"(?:팔|손목|허벅지)을?\s*칼로",
    rf"뛰어\s*내리{_KO_PLAN}",
    r"뛰어\s*내릴\s*(?:거|게|까|래|생각|겁)",
    r"뛰어\s*내려\s*(?:죽|버|야)",
    r"뛰어\s*내리면\s*(?:끝|편|다|죽)",
    r"(?:한강|강물|다리|옥상|아파트|창문|건물)(?:에서|에|으로|물에)?\s*(?:그냥\s*)?(?:투신|몸을?\s*던)",
    r"투신\s*(?:하|할|자살)",
    r"(?:옥상|다리|대교)\s*난간에\s*(?:서|올라|앉|걸터)",
    r"살고\s*싶지(?:가|도|는)?\s*않",
    r"(?:그만|더는|더\s*이상)\s*(?:안\s*)?살(?:고\s*싶|래|아야\s*(?:할|하나))",
    r"살\s*만큼\s*살았",
    (
        r"(?:^|[.!?,…\n]\s*|(?:더|더는|더\s*이상|진짜|정말|이제|그냥|너무|나|저|아|하|요즘|오늘도?|"
        r"세상)\s+)살기\s*(?:가\s*)?싫"
    ),
    (
        r"살(?:아갈|아야\s*할|아\s*있을|)\s*(?:이유|의미|자신|용기|가치|의욕|희망)(?:가|이|도|를|을)?\s*(?:"
        r"더\s*)?(?:없|모르|못|사라)"
    ),
    (
        r"(?:사는|살아\s*있는)\s*(?:게|것이|의미가|이유가|것도)\s*(?:너무\s*|진짜\s*|다\s*)?(?:의미|지옥|"
        r"무의미|없|고통|싫|괴로|벌|죄)"
    ),
    r"(?:사라|없어)지고\s*싶",
    r"세상에서\s*(?:사라|없어)(?:지|져|질)",
    rf"(?:이\s*)?세상(?:을|이랑|과|과는)?\s*(?:그만\s*)?(?:떠나|뜨|등지|작별|하직|이별하){_KO_PLAN}",
    r"세상을?\s*떠날\s*(?:거|게|생각|겁|준비)",
    r"(?:삶|인생|생|목숨)을?\s*(?:그만\s*|다\s*|이제\s*)?(?:끝내|마감하|포기하|놓아\s*버리)(?:고\s*싶|겠|려|는\s*게)",
    r"(?:삶|인생|생)을?\s*(?:끝낼|마감할|포기할)\s*(?:게|래|까|생각|거|겁)",
    r"(?:모든\s*걸|모든\s*것을|다\s*그냥)\s*끝내(?:고\s*싶|려|겠|버리)",
    r"유서(?:를|도|에|는|까지|가)?\s*(?:다\s*|이미\s*|방금\s*)?(?:쓰|써|썼|적|남|발견|준비|두고|올라|올렸)",
    r"(?<!약정\s)(?<!계약\s)(?:오늘(?:\s*밤)?에?|이제)\s*(?:정말\s*|진짜\s*|그만\s*|다\s*)?끝내려[고구]",
    r"(?:다|모두|전부)\s*끝낼(?:래|게)",
    r"버티는\s*(?:거|것|걸)\s*(?:이제\s*)?그만",
    r"아침이\s*안\s*왔으면",
    r"이\s*(?:글|트윗|멘션)이\s*마지막(?:이에|이야|입니|일\s)",
    r"(?:다리|난간|옥상|대교)(?:에|\s*위|\s*난간).{0,30}마지막",
    r"(?:번개탄|연탄).{0,12}(?:죽|자살|마지막|가려고|갈게|끝내)",
    (
        r"(?:수면제|약|진통제|알약)(?:을|를)?\s*(?:\S+\s*){0,3}(?:털어\s*넣|한꺼번에|한\s*움큼|과다|모아\s*(?:"
        r"놨|놓|뒀|두))"
    ),
    r"약\s*먹고\s*죽",
)

# English.
_EN_SELF = r"(?:myself|my ?self|himself|herself|themself|themselves|him self|her self)"
_EN_ONES = r"(?:my|his|her|their)(?: own)?"
_EN_WISH = (
    r"(?:want(?:s|ed|ing)?|wan+a|going|gon+a|about|ready|plan(?:s|ning)?|trying|tried|tries|need|decided|tempted|wish|"
    r"might|may|will|'ll|gotta|have|has|had|could|should|would|'d|to|keeps? (?:saying|talking|thinking)(?: about)?|"
    r"thinking (?:about|of)|thoughts? (?:about|of)|threaten(?:s|ed|ing)? to|afraid (?:he|she|they)(?:'ll| will)|just)"
)
_EN_PERSON = (
    r"(?:i|i'm|im|i am|he|he's|she|she's|they|they're|friend|bro|brother|sister|son|daughter|m[ou]m|dad|mother|father|"
    r"husband|wife|partner|boyfriend|girlfriend|bf|gf|roommate|flatmate|colleague|someone|somebody|kid|cousin|person|girl|guy)"
)
_EN_MOOD = (
    r"(?: (?:is|am|are|was|been|has been|have been|feel|feels|feeling|getting|sounds|seems))?"
    r"(?: (?:really|so|very|feeling|actively))?"
)
_HARM_EN = (
    (
        rf"\b{_EN_WISH} (?:to )?(?:just )?(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?|hang(?:ing)?|drown(?:ing)?|"
        rf"shoot(?:ing)?|cut(?:ting)?|unaliv(?:e|ing)) {_EN_SELF}\b(?! (?:laughing|for (?:buying|forgetting|not"
        r"|missing|signing)))"
    ),
    (
        rf"\b(?:kill(?:ed|s)?|hang(?:ed|s)?|unalived?|harm(?:ed|s|ing)?|cutting) {_EN_SELF}\b(?! (?:laughing|"
        r"for |trying|over))"
    ),
    r"\b(?:cut|cutting|burn|burning|burned) myself (?:again|on purpose|every|because|to feel|tonight|when i)\b",
    r"\b(?:hurting|harming|burning) (?:my|him|her)self\b",
    r"\bset(?:ting)? (?:my|him|her)self (?:alight|on fire|ablaze)\b",
    r"\b(?:going to|gon+a|'ll|will|about to|have to) end it (?:tonight|now|soon|here|all)\b",
    r"\b(?:taken?|taking|took) \W?(?:enough|too many|all (?:my|the|his|her)) (?:\w+ )?pills\b",
    r"\bpills (?:didn't|did not) work\b",
    r"\bways to (?:die|kill)\b",
    r"\bgoodbye (?:note|letter|message|text)\b",
    r"\btexted (?:me |us )?goodbye\b",
    r"\b(?:she's|he's|i'm|they're|is) standing on (?:the|a) (?:bridge|ledge|railing)\b",
    r"\bsuicide (?:hot|help|crisis |prevention )?line\b.{0,40}\b(?:connect|get through|busy|work)",
    r"\bif i (?:died?|am dead|was dead|were dead)\b",
    r"\bcan't do (?:another day|this any ?more)\b.{0,30}\bgoodbye\b",
    rf"\b(?:end|ending|take|takes|taking|took|ended) {_EN_ONES} li(?:fe|ves)\b",
    r"\bend(?:ing)? it all\b",
    (
        r"\b(?:want|wants|wanted|wan+a|wish i could|ready) (?:to )?(?:just )?die\b(?! (?:laughing|of |for |"
        r"from (?:embarrass|cringe|laugh|bore)|on me))"
    ),
    r"\bwish(?:es)? (?:i|he|she|they) (?:was|were|am|would be) (?:dead|never born)\b",
    r"\bwish i(?:'d| had)? never (?:been )?born\b",
    (
        r"\b(?:i'd be|i would be|i'm|im|am|world is|everyone is|everyone's|everyone would be|they'd be|"
        r"family is) better off (?:dead|without me)\b"
    ),
    (
        r"\b(?:do not|don't|dont|didn't|doesn't|no longer|not) (?:really |even )?wan(?:t to|na|nt to) (?:live|"
        r"be alive|exist|wake up|keep living|go on living|be (?:on|in) this (?:earth|world|planet))(?! (?:in|"
        r"with|here|near|without))\b"
    ),
    r"\b(?:no|any|a) (?:reason|point|will)(?: left)? (?:to|in) (?:live|living|being alive|go on living|stay alive)\b",
    r"\b(?:life|living)(?: is|'s|isn't| is not)?(?: not| no longer)? worth living\b(?! for)",
    r"\bnothing(?: left)? to live for\b",
    r"\b(?:tired|sick|done) (?:of|with) (?:living|being alive|my life|existing)\b",
    r"\bcan(?:'t|not| not) go on living\b",
    (
        r"\b(?:jump(?:ing)?) (?:off|from) (?:the|a|this|my) (?:\w+ )?(?:bridge|roof|rooftop|building|balcony|"
        r"cliff)\b(?! (?:game|level))"
    ),
    r"\bjump(?:ing)? in front of (?:the|a) (?:train|bus|car|truck|subway)\b",
    rf"\b(?:slit|slitting|cut|cutting|slash|slashing) {_EN_ONES} (?:wrists?|arms?|thighs?|veins)\b",
    r"\bself[ -]?harm(?:ing|ed|s)?\b(?! (?:policy|filter|prevention|hotline|helpline))",
    r"\bsuicide note\b",
    r"\bgoodbye letter\b.{0,40}\bdie\b",
    (
        r"\b(?:commit(?:s|ted|ting)?|attempt(?:s|ed|ing)?|contemplat(?:e|es|ing)|consider(?:ing)?|think(?:"
        r"ing)? (?:of|about)|thoughts of|talk(?:s|ing)? about|threaten(?:s|ed|ing)?|mention(?:s|ed)?|plan(?:s|"
        r"ning)?|tried) (?:to commit )?suicide\b"
    ),
    r"\bsuicide (?:is|seems|feels like) (?:the|my) (?:only|best|last)\b",
    rf"\b{_EN_PERSON}{_EN_MOOD} suicidal\b",
    r"\bsuicidal (?:thoughts?|ideation|tendenc|message|text|urges?|friend|son|daughter)",
    r"\bfeel(?:ing|s)? suicidal\b",
    (
        r"\b(?:swallow|swallowed|took|taken|take|taking|overdos(?:e|ed|ing)) (?:on )?(?:all|a (?:"
        r"whole )?bottle|a handful|the whole|too many|pills).{0,20}(?:pills|tablets|meds|medication)?(?:"
        r".{0,30}\b(?:die|dying|goodbye|sleep forever))"
    ),
    r"\boverdos(?:e|ed|ing) (?:on|myself|tonight|to)\b",
    r"\b(?:want to|wanna|gonna|going to|i'll|will|'ll|might|about to) kms\b",
)

_HARM_JA = (
    r"(?:死|し)にたい(?!の[?か]|ほど(?:好|笑)|くらい(?:好|笑))",
    r"死の(?:う(?:と|か(?!わ)|かな)|$)",
    r"死ぬ(?:つもり|しかない|準備|方法|って(?:言|連絡|line))",
    r"死んで(?:しまいたい|しまおう|やる|楽に)",
    r"(?:私|僕|俺|自分)が死んだら",
    r"死んだら楽",
    r"薬を?(?:た|溜|貯)めて",
    r"死んだ(?:方|ほう)が(?:まし|マシ|いい|良い|楽)",
    r"楽に死",
    (
        r"自殺(?:し(?:たい|よう|ます|そう|てしま|ようと)|する(?:って|と(?:言|い)|つもり|しか|方法)|を(?:考え|"
        r"図|ほのめか|しよう)|願望|未遂|予告|志願)"
    ),
    r"(?:もう|この世から|世の中から|今すぐ)?(?<!表示が)(?<!アイコンが)消え(?:たい|てしまいたい|てなくなりたい)",
    r"いなくなりたい",
    r"生き(?:るのが|てるのが|ているのが|ること(?:が|に))(?:もう)?(?:つら|辛|しんど|嫌|いや|疲れ|苦し)",
    r"生きて(?:い)?たくない",
    r"生き(?:てる|ている|る)(?:意味|価値|理由|気力)(?:が|も|は)?(?:もう)?(?:な|無|分から|わから)",
    r"首(?:を)?(?:吊|つ)(?:り|る|っ|ろ)(?!革)",
    r"飛び降り(?:たい|よう|ます|るつもり|て死)",
    r"(?:リスカ|リストカット|自傷)(?!ー)",
    r"命を(?:絶|断)(?:つ|ち|と|っ)",
    r"人生(?:を|、)?(?:終わらせ|終わりにし)(?:たい|よう|ます)",
    r"遺書(?:を)?(?:書|残|見つ)",
    r"オーバードーズ(?:し|を)",
)
_HARM_ZH = (
    r"我要是死了",
    r"我死了(?:以后|以後|之后|之後|的话|的話|怎)",
    r"好想消失",
    r"活[着著](?:好|太)累",
    r"(?<!不)(?<!没)想死(?!你|妳|您|他|她|我了|我啦|机|機|心|当|當|了你|了妳|磕)",
    r"(?:不想|不愿|不願|没法|沒法)(?:再)?活(?:了|下去|着|著|啦)",
    r"活不下去",
    r"不想(?:再)?活",
    (
        r"(?:想|要|去|会|會|打算|准备|準備|企图|企圖|试图|試圖|说|說|考虑|考慮|说要|說要|有|过|過)(?:过|過|去|"
        r"要)?(?:自[杀殺]|自[残殘]|轻生|輕生|割腕|上吊)"
    ),
    r"自[杀殺](?:的)?(?:念头|念頭|倾向|傾向|想法|冲动|衝動|未遂|了怎么|了怎麼)",
    r"我(?:在)?(?:自[残殘]|割腕)",
    r"(?:想|要|去|准备|準備)(?:从.{0,8}|從.{0,8})?跳(?:楼|樓|下去|桥|橋|江|河)(?!价|價|的价|甩)",
    r"(?:结束|結束|了结|了結)(?:自己|我|这条|這條|他|她)?(?:的)?(?:生命|性命|一切算了|这一生|這一生)",
    r"(?:不如|干脆|乾脆|還不如|还不如)(?:去)?死(?:了(?:算了|吧|好)?|掉)?(?:算了|$|[,。!！])",
    r"死了(?:一了百了|就解脱|就解脫)",
    r"(?:活着|活著|人生|活下去)(?:真|好|也|都|已经|已經|完全)?(?:没|沒|毫无|毫無)(?:有)?(?:意思|意义|意義|盼头|希望)",
    r"(?:写|寫|留)(?:了|下|好)*遗书",
    r"(?:寫|留)(?:了|下|好)*遺書",
)


# The letters that a text must have for a language's phrases to be looked for.
_LANGUAGES = (
    (re.compile(r"[가-힣]"), _HARM_KO),
    (re.compile(r"[a-z]{2}"), _HARM_EN),
    (re.compile(r"[一-鿿]"), (*_HARM_JA, *_HARM_ZH)),
    (re.compile(r"[ぁ-ヿ]"), _HARM_JA),
)


@lru_cache(_TEXTS)
def speaks_of_self_harm(text: str) -> bool:
    """Whether the author speaks of killing or hurting themselves, or fears it of somebody else."""
    plain = unaddressed(unicodedata.normalize("NFKC", text).lower().replace("’", "'"))
    spaced = " ".join(plain.split())
    return any(letters.search(spaced) and _compiled(phrases).search(spaced) for letters, phrases in _LANGUAGES)


@cache
def _compiled(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_CLAUSE_END = re.compile(r"[\n.!?…。！？~;,、，:()\"“”「」ㅋㅎㅠㅜ^*\U0001f000-\U0001faff\u2600-\u27bf]+")

# Korean: where a clause begins, and whom or what it speaks of; what is not wanted; that it is not.
_KO_START = (
    r"(?:^|\. |(?:요|니다|니까|데|죠|네|음|서) )"
    r"(?:(?:이제|앞으로|앞으론|다시는|더는|더 이상|제발|좀|부탁인데|절대|그냥|그리고|여기(?:에|다)?"
    r"|(?:저|나)(?:한테|한텐|에게|를|는|은)?|제게|(?:제|내|이) ?(?:글|계정|트윗|게시물|멘션)에(?:는|다)?) ?){0,4}"
)
_KO_MACHINE = r"(?:자동(?:으로|(?!차))|봇|로봇|챗봇|기계|매크로)"
_KO_REPLY = rf"(?:{_KO_MACHINE} ?)?(?:답글|답변|답장|댓글|대댓글|대댓|리플|응답)"
_KO_WHAT = rf"(?:{_KO_REPLY}|답|말(?! ?하)|멘션|맨션|태그)"
_KO_GAP = r"(?:을|를|은|는|도|이|가)? ?(?:(?:이제|좀|더|더는|더 이상|다시는|제발|절대|(?:저|나)(?:한테|에게)) ?){0,3}"
_KO_DO = r"(?:달|하|보내|쓰|남기|걸|붙이)"
_KO_DO_NOT = (
    rf"{_KO_DO}지 ?(?:좀 )?(?:마세|마셔요|마십|마시길|마시기|마시오|마요|마라(?!고)|말아"
    r"|말라고 ?(?:했|몇)|말았으면|말길|마(?=\.|$)|않았으면|않으셨으면)"
)
_KO_ENOUGH = (
    r"(?:좀 )?그만 ?(?:좀 ?)?(?:해(?!도| 주신|주신)|하세|하십|하시길|하시기|다세|다십|다시길|달아"
    r"|달라고|보내(?:세|주|라|요| 주)|쓰세|남기세|두세|주세|부탁|요?(?=\.|$))"
)
_KO_UNWANTED = (
    r"(?:사양|거부)(?:합|할|하겠|해요)|(?:안|그만) ?받(?:을래|을게|겠|고 ?싶)|받고 ?싶지 ?않(?:아|습|으니|네)"
    r"|원(?:하지|치) ?않(?:아|습|으니|네)"
)
_KO_OFF = r"(?:중단|중지|해지|정지) ?(?:해|하|요청|부탁|바|(?=\.|$))|(?:꺼|끊어|빼|멈춰) ?(?:주|줘)"
_STOP_KO = (
    rf"{_KO_START}(?:{_KO_WHAT}{_KO_GAP}(?:{_KO_DO_NOT}|{_KO_ENOUGH}|{_KO_UNWANTED})"
    rf"|{_KO_MACHINE} ?{_KO_REPLY}{_KO_GAP}(?:{_KO_OFF})"
    rf"|그만 ?(?:좀 )?(?:{_KO_REPLY}|멘션) ?(?:좀 )?(?:달아|다세|다십|하세|해(?=\.|$)|보내세))"
)

# English: a request, then what of.
_EN_START = (
    r"(?:^|\. |\b(?:and|so|just|now|but) )"
    r"(?:(?:please|pls|plz|kindly|just|hey|again|(?:could|can|will|would) you"
    r"|(?:i )?(?:told|asked|want|need) you to) ){0,3}"
)
_EN_MY = (
    r" (?:(?:to|at|on|under|in) )?"
    r"(?:me|us|my (?:posts?|tweets?|mentions?|replies|account)|this(?: account| post| tweet)?)"
)
_EN_END = r"(?: (?:again|any ?more|ever|please|pls|at all|thanks|thank you))*(?=\.|$)"
_EN_MACHINE = r"(?:auto(?:mated|matic)?|bot|canned)"
_EN_REPLIES = rf"(?:{_EN_MACHINE}[ -]?)?(?:repl(?:y|ies)|responses?|mentions)"
_EN_STOP = rf"{_EN_START}(?:stop|quit|no more|enough with)(?: (?:the|your|these|with))*"
_EN_GIVING = r"(?:(?:sending|giving) (?:me )?(?:(?:the|your|these|any) )?)?"
_EN_DO_NOT = r"(?:do not|don't|dont|never)(?: ever)?"
_STOP_EN = (
    rf"{_EN_STOP} {_EN_GIVING}(?:{_EN_REPLIES}|replying|responding|mentioning|tagging|@ ?-?ing)(?:{_EN_MY})?{_EN_END}",
    rf"{_EN_START}{_EN_DO_NOT} (?:reply|respond|answer|tag|mention|@){_EN_MY}{_EN_END}",
    rf"{_EN_START}{_EN_DO_NOT} (?:reply|respond){_EN_END}",
    rf"{_EN_START}opt(?:ing)? (?:me )?out(?: of (?:your |the |these )?{_EN_REPLIES})?(?=\.|$)",
    rf"\bi (?:want to |would like to |wish to )?opt out of (?:your |the |these )?{_EN_REPLIES}\b",
    r"^(?:\. )?(?:stop|unsubscribe)\.?$",
)

_STOP_JA = (
    r"(?:自動)?(?:返信|リプライ|リプ|メンション|コメント)[はをも]?(?:もう)?"
    r"(?:(?:送ら|飛ばさ|つけ|付け|し)ないで(?:ください|下さい|くれ|ほしい|欲しい|ね|もらえ|\.|$)|やめて(?!い)|止めて(?!い)|お断り)"
)
_STOP_ZH = (
    r"(?:^|\. |[请請]|拜[托託]|麻[烦煩]|求|以[后後]|都) ?(?:你们|你們|您)?"
    r"(?:停止(?:自[动動])?回[复覆復]|(?:[别別勿]|不要)再?(?:自[动動])?(?:回[复覆復]|[評评][论論]|艾特|@)"
    r"我?(?:的(?:帖子|推文|[贴貼]文))?[了啦吧]?(?=\.|$| ))"
)

# Automatic replies alone, also by authors who want an answer by a person.
_MACHINES = (
    rf"{_KO_MACHINE} ?(?:{_KO_REPLY})?.{{0,12}}(?:그만|말고|[하달]지 ?[마말]|보내지 ?[마말]|싫|사양|거부|필요 ?없)",
    rf"\b(?:no|stop|not an?|without|instead of|don't|do not)\b.{{0,20}}\b{_EN_MACHINE}s?\b",
    r"自動返信.{0,6}(?:やめ|止め|いらない|不要|ではなく|じゃなく)|(?:[别別]|不要).{0,4}(?:自[动動]|机器人|機器人)",
)


@lru_cache(_TEXTS)
def opts_out(text: str) -> bool:
    """Whether the author asks for no more replies."""
    return bool(_replies().search(_clauses(text)))


def declines_automatic_replies(text: str) -> bool:
    """Whether the author may refuse automatic replies, also where an answer by a person is welcome."""
    clauses = _clauses(text)
    return bool(_replies().search(clauses) or _machines().search(clauses))


def _clauses(text: str) -> str:
    """The text in lower case with single spaces, without handles and links; `.` ends a clause."""
    plain = unaddressed(unicodedata.normalize("NFC", text).lower().replace("’", "'"))
    return " ".join(_CLAUSE_END.sub(". ", plain).split()).replace(" .", ".")


@cache
def _replies() -> re.Pattern[str]:
    return re.compile("|".join((_STOP_KO, *_STOP_EN, _STOP_JA, _STOP_ZH)))


@cache
def _machines() -> re.Pattern[str]:
    return re.compile("|".join(_MACHINES))
