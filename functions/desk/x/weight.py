"""The weighted length of a text by X's rules, and the links that X recognises in it.

Source of the weights: X's published counting rules, configuration v3: most Latin characters weigh 1, Hangul, CJK and
emoji 2, a URL 23 regardless of its length; the text is NFC-normalised first.

Source of the links: the rules of twitter-text 3.1.0, written as a scan that takes time in proportion to the text's
length: the expressions in which X publishes them take minutes on some texts of a few thousand characters. A host is
labels and dots and ends in a top-level domain that X knows. With `http://` or `https://` before it, it may consist of
nearly any characters; without, only of Latin ones. The characters of a path or a query follow.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_NO_CHARACTERS = "\ufeff\ufffe\uffff"
"""Characters that X accepts in no post."""

_TONE = "[\U0001f3fb-\U0001f3ff]"
_SELECTOR = "\ufe0f"
_JOINER = "\u200d"

_SELECTABLE = (
    "[©®\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23ed-\u23ef\u23f1\u23f2\u23f8-\u23fa"
    "\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623"
    "\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u265f\u2660\u2663\u2665\u2666\u2668\u267b\u267f"
    "\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26aa\u26ab\u26b0\u26b1\u26bd\u26be\u26c4\u26c5\u26c8\u26cf"
    "\u26d1\u26d3\u26d4\u26e9\u26ea\u26f0-\u26f5\u26f7-\u26fa\u26fd\u2702\u2708\u2709\u270c\u270d\u270f\u2712\u2714"
    "\u2716\u271d\u2721\u2733\u2734\u2744\u2747\u2757\u2763\u2764\u27a1\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50"
    "\u2b55\u3030\u303d\u3297\u3299"
    "🀄🅰🅱🅾🅿🈂🈚🈯🈷🌡🌤-🌬🌶🍽🎖🎗🎙-🎛🎞🎟🏋-🏎🏔-🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳-🕹🖇🖊-🖍🖐🖥🖨🖱🖲🖼🗂-🗄🗑-🗓🗜-🗞🗡🗣🗨🗯🗳🗺"
    "🛋🛍-🛏🛠-🛥🛩🛰🛳]"
)
"""Characters that may have the selector: symbols that are shown as text without it, and older ones."""
_SELECTABLE_TONED = "[☝⛷⛹✌✍🏋🏌🕴🕵🖐]"
_TONED = (
    "[✊✋🎅🏂-🏄🏇🏊👂👃👆-👐👦-👩👫-👮👰-👸👼💁-💃💅-💇💪"
    "🕺🖕🖖🙅-🙇🙋-🙏🚣🚴-🚶🛀🛌🤏🤘-🤜🤞🤟🤦🤰-🤹🤽🤾🦵🦶🦸🦹🦻🧍-🧏🧑-🧝]"
)

_AT_WORK = f"[👨👩🧑]{_TONE}?{_JOINER}(?:[⚕⚖✈]{_SELECTOR}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯-🦳🦼🦽])"
_WOMAN_OR_MAN = f"{_JOINER}[♀♂]{_SELECTOR}"
_DOING = (
    f"[🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧍-🧏🧖-🧝]{_TONE}?{_WOMAN_OR_MAN}"
    f"|[👯🤼🧞🧟]{_WOMAN_OR_MAN}|[⛹🏋🏌🕴🕵](?:{_SELECTOR}|{_TONE}){_WOMAN_OR_MAN}"
)
_HAND_IN_HAND = (
    f"👨(?P<he>{_TONE}){_JOINER}🤝{_JOINER}👨(?!(?P=he)){_TONE}"
    f"|👩(?P<she>{_TONE}){_JOINER}🤝{_JOINER}[👨👩](?!(?P=she)){_TONE}"
    f"|🧑{_TONE}{_JOINER}🤝{_JOINER}🧑{_TONE}|🧑{_JOINER}🤝{_JOINER}🧑"
)
"""Two of the same tone are one character with that tone, unless they are just people."""
_IN_LOVE = (
    f"(?:👨{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?👨|👩{_JOINER}❤{_SELECTOR}{_JOINER}(?:💋{_JOINER})?[👨👩])"
)
_FAMILY = f"(?:👨{_JOINER}[👨👩]|👩{_JOINER}👩|[👨👩]){_JOINER}(?:👧{_JOINER}[👦👧]|👦{_JOINER}👦|[👦👧])"
_OTHERS = f"👁{_JOINER}🗨|🐕{_JOINER}🦺|🏳{_SELECTOR}{_JOINER}(?:🌈|⚧{_SELECTOR})|🏴{_JOINER}☠{_SELECTOR}"

_KEYCAP = f"[#*0-9]{_SELECTOR}?\u20e3"
_REGIONS = (
    "A[CDEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNOPRUVWXYZ]|D[EGJKMOZ]|E[ACEGHRSTU]|F[IJKMOR]"
    "|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[CDELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]"
    "|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[ACDFGHJKLMNORTVWZ]|U[AGMNSYZ]"
    "|V[ACEGINU]|W[FS]|XK|Y[ET]|Z[AMW]"
)
_LETTER_TO_INDICATOR = {ord("A") + number: 0x1F1E6 + number for number in range(26)}
_LETTER_TO_TAG = {ord("a") + number: 0xE0061 + number for number in range(26)}
_FLAG = "|".join(
    [
        _REGIONS.translate(_LETTER_TO_INDICATOR),
        *(f"🏴{nation.translate(_LETTER_TO_TAG)}\U000e007f" for nation in ("gbeng", "gbsct", "gbwls")),
    ]
)

EMOJI = "|".join(
    [
        *(_HAND_IN_HAND, _AT_WORK, _DOING, _IN_LOVE, _FAMILY, _OTHERS, _KEYCAP, _FLAG),
        f"{_SELECTABLE_TONED}{_SELECTOR}?{_TONE}",
        f"{_TONED}{_TONE}",
        f"{_SELECTABLE}{_SELECTOR}",
    ]
)
"""A regular expression that fits an emoji of more than one character at the place where it begins."""


MAX_WEIGHT = 280
_URL, _HEAVY, _LIGHT = 23, 2, 1
_SIGN = re.compile(f"(?P<emoji>{EMOJI})|(?P<light>[\\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037])|.", re.DOTALL)
_FORBIDDEN = re.compile(f"[{_NO_CHARACTERS}]")


class Weight(NamedTuple):
    """A text in NFC, its weight, whether X accepts it as a post, and its share of the limit in thousandths.

    `valid_text` is the longest beginning that X would accept.
    """

    text: str
    weighted_length: int
    valid: bool
    permillage: int
    valid_text: str


def weigh(text: str) -> Weight:
    """The weight of this text; an empty one weighs 0 and is not valid."""
    normal = unicodedata.normalize("NFC", text)
    units: list[tuple[int, int]] = []
    place = 0
    for link in links(normal):
        units += [*_characters(normal, place, link.begin), (link.end, _URL)]
        place = link.end
    units += _characters(normal, place, len(normal))
    length = fitting = 0
    for end, weight in units:
        length += weight
        if length <= MAX_WEIGHT:
            fitting = end
    forbidden = _FORBIDDEN.search(normal)
    return Weight(
        text=normal,
        weighted_length=length,
        valid=0 < length <= MAX_WEIGHT and forbidden is None,
        permillage=length * 1000 // MAX_WEIGHT,
        valid_text=normal[: min(fitting, forbidden.start()) if forbidden else fitting],
    )


def _characters(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The end and the weight of each emoji or other character."""
    for found in _SIGN.finditer(text, begin, end):
        yield found.end(), _LIGHT if found.lastgroup == "light" else _HEAVY


_ALNUM = "0-9A-Za-z"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = "\u0400-\u04ff"
_NOT_IN_HOSTS = (
    r"!#$%&'()*+,/:;<=>?@\[\\\]^{|}~"
    "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    f"{_NO_CHARACTERS}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
)

_RUN = re.compile(f"[^{_NOT_IN_HOSTS}]+")
"""A run of characters that may be in a host: those of labels, with hyphens, underscores and dots."""
_BEGINNING = re.compile(f"(?<![{_ALNUM}@＠$#＃{_NO_CHARACTERS}])[^{_NOT_IN_HOSTS}._-]")
_PROTOCOL = re.compile(rf"(?<![{_ALNUM}@＠$#＃{_NO_CHARACTERS}])https?://", re.IGNORECASE | re.ASCII)
_LONGEST_PROTOCOL = len("https://")
_NO_URL_AFTER = frozenset("-_./")
"""After one of these no URL without a protocol begins."""

_WORD = re.compile(f"[{_ALNUM}]+")
_PUNYCODE = re.compile(f"xn--[{_ALNUM}-]+", re.IGNORECASE | re.ASCII)
_GOES_ON = re.compile(f"[{_ALNUM}@+-]")
"""Characters that may not follow a top-level domain."""

_ENDS_PATH = rf"{_ALNUM}{_LATIN}{_CYRILLIC}+=_#/\-"
_IN_PATH = r"!*';:,.$%\[\]\u2013~@|&"
_ANY = f"[{_ENDS_PATH}{_IN_PATH}]"
_BRACKETS = rf"\((?:{_ANY}++|{_ANY}*+\({_ANY}++\){_ANY}*+)\)"
_QUERY = rf"\?(?:[!?*'@();:+$%\[\].,~|]*+[{_ALNUM}\-_&=#/])++"
_AFTER_HOST = re.compile(
    rf"(?::[0-9]+)?(?P<path>/(?:(?:[{_IN_PATH}]|{_BRACKETS})*+[{_ENDS_PATH}])*+(?:{_BRACKETS})*+)?(?:{_QUERY})?"
)
_SHORT_LINK = re.compile(rf"https?://t\.co/([{_ALNUM}]+)(?:{_QUERY})?", re.IGNORECASE | re.ASCII)
_LATIN_LABELS = re.compile(rf"(?:[{_ALNUM}{_LATIN}-]++\.)+")
_DOTS_IN_LABELS = re.compile("[\u3002\uff0e\uff61]")

_LONGEST_LABEL = 63
_LONGEST_URL = 4_096
_LONGEST_SHORT_LINK = 40


class Link(NamedTuple):
    """A URL as written, and where in the text it begins and ends (exclusive)."""

    begin: int
    end: int
    url: str


class _Label(NamedTuple):
    """One label of a run, and where a host that has it may end: with the name after it, and with what follows further.

    Each is None where there is no such host.
    """

    begin: int
    end: int
    host_end: int | None
    later_host_end: int | None


def links(text: str) -> list[Link]:
    """The URLs that X recognises, in order; none contains another."""
    if "." not in text:
        return []
    found: list[Link] = []
    free = 0  # the next link may begin here
    for run in _RUN.finditer(text):
        if "." not in run[0].rstrip("."):  # a sentence that ends has no name behind its dot
            continue
        for label in _labels(text, run.start(), run.end()):
            start = _start(text, label, run.start(), free)
            if start is None:
                continue
            link_begin, host_begin, host_end = start
            rest = next(_AFTER_HOST.finditer(text, host_end))  # matches at once, perhaps nothing
            whole = text[link_begin : rest.end()]
            if _is_possible(text[host_begin:host_end], whole, text[link_begin:host_begin]):
                if link_begin < host_begin:
                    found += _with_protocol(link_begin, whole)
                elif not (host_begin and text[host_begin - 1] in _NO_URL_AFTER):
                    found += _without_protocol(text, host_begin, host_end, rest)
            free = rest.end() + 1
    return found


def _labels(text: str, begin: int, end: int) -> list[_Label]:
    """The labels of a run that a dot follows."""
    dots = [begin - 1, *[found.start() for found in re.finditer(r"\.", text[begin:end])]]
    dots[1:] = [begin + dot for dot in dots[1:]]
    labels: list[_Label] = []
    later: int | None = None
    for before, dot in reversed(list(pairwise(dots))):
        first, last = before + 1, dot - 1
        ends_well = first <= last and text[last] not in "-_"
        host_end = _name_end(text, dot + 1) if ends_well else None
        label = _Label(first, dot, host_end, later if ends_well else None)
        labels.append(label)
        if not ends_well or text[first] in "-_":
            later = None
        elif later is None and "_" not in text[first:dot]:
            later = host_end
    return labels[::-1]


def _start(text: str, label: _Label, run: int, free: int) -> tuple[int, int, int] | None:
    """Where a URL begins whose first label is in this one, where its host does, and where that ends."""
    host_end = label.later_host_end or label.host_end
    if host_end is None:
        return None
    first = label.begin
    if label.later_host_end is None:
        first = max(first, text.rfind("_", label.begin, label.end) + 1)
    if first == run and text[first] not in "-_" and (protocol := _protocol_before(text, run, free)) is not None:
        return protocol, run, host_end
    first = max(first, free)
    found = (not first and _BEGINNING.match(text, 1, label.end)) or _BEGINNING.search(text, first, label.end)
    return (found.start(), found.start(), host_end) if found else None


def _protocol_before(text: str, host: int, free: int) -> int | None:
    for length in (_LONGEST_PROTOCOL, _LONGEST_PROTOCOL - 1):
        begin = host - length
        if begin >= free and _PROTOCOL.fullmatch(text, begin, host):
            return begin
    return None


def _name_end(text: str, begin: int) -> int | None:
    """Where the top-level domain ends that begins here; None when there is none."""
    word = _WORD.match(text, begin)
    if word and word[0].lower() in _TOP_LEVEL_DOMAINS and not _GOES_ON.match(text, word.end()):
        return word.end()
    for length in _LENGTHS_BEYOND_ASCII:
        stop = begin + length
        if stop <= len(text) and text[begin:stop].lower() in _BEYOND_ASCII and not _GOES_ON.match(text, stop):
            return stop
    punycode = _PUNYCODE.match(text, begin)
    return punycode.end() if punycode else None


def _is_possible(host: str, url: str, protocol: str) -> bool:
    """Whether each label has a length that DNS allows, and the URL one that X does."""
    if host.startswith("xn--") and not next(_latin_hosts(host), None):
        return False
    length = len(protocol or "https://") + len(url) + sum(character > "\uffff" for character in host)
    return length <= _LONGEST_URL and all(_is_label(label) for label in host.split("."))


def _is_label(label: str) -> bool:
    if len(label) > _LONGEST_LABEL:
        return False
    parts = _DOTS_IN_LABELS.split(label)
    length = sum(len(part) if part.isascii() else len("xn--" + part.encode("punycode").decode()) for part in parts)
    return length + len(parts) - 1 <= _LONGEST_LABEL


def _with_protocol(begin: int, url: str) -> Iterator[Link]:
    short = _SHORT_LINK.match(url)
    if short is None:
        yield Link(begin, begin + len(url), url)
    elif len(short[1]) <= _LONGEST_SHORT_LINK:
        yield Link(begin, begin + short.end(), short[0])


def _without_protocol(text: str, begin: int, end: int, rest: re.Match[str]) -> Iterator[Link]:
    """The Latin hosts in this one; the path belongs to the last of them if it ends where the path begins."""
    for host_begin, host_end in _latin_hosts(text[begin:end]):
        first, last = begin + host_begin, begin + host_end
        if last == end and rest["path"]:
            last = rest.end()
        yield Link(first, last, text[first:last])


def _latin_hosts(host: str) -> Iterator[tuple[int, int]]:
    free = 0
    while labels := _LATIN_LABELS.search(host, free):
        dots = (place for place in range(labels.end(), labels.start(), -1) if host[place - 1] == ".")
        ends = (_name_end(host, dot) for dot in dots)
        end = next((end for end in ends if end is not None), None)
        if end is not None:
            yield labels.start(), end
        free = end or labels.end()


_NAMES = """
aaa aarp abarth abb abbott abbvie abc able abogado abudhabi ac academy accenture accountant accountants aco active
actor ad adac ads adult ae aeg aero aetna af afamilycompany afl africa ag agakhan agency ai aig aigo airbus airforce
airtel akdn al alfaromeo alibaba alipay allfinanz allstate ally alsace alstom am americanexpress americanfamily amex
amfam amica amsterdam an analytics android anquan anz ao aol apartments app apple aq aquarelle ar arab aramco archi
army arpa art arte as asda asia associates at athleta attorney au auction audi audible audio auspost author auto
autos avianca aw aws ax axa az azure ba baby baidu banamex bananarepublic band bank bar barcelona barclaycard
barclays barefoot bargains baseball basketball bauhaus bayern bb bbc bbt bbva bcg bcn bd be beats beauty beer
bentley berlin best bestbuy bet bf bg bh bharti bi bible bid bike bing bingo bio biz bj bl black blackfriday blanco
blockbuster blog bloomberg blue bm bms bmw bn bnl bnpparibas bo boats boehringer bofa bom bond boo book booking
boots bosch bostik boston bot boutique box bq br bradesco bridgestone broadway broker brother brussels bs bt
budapest bugatti build builders business buy buzz bv bw by bz bzh ca cab cafe cal call calvinklein cam camera camp
cancerresearch canon capetown capital capitalone car caravan cards care career careers cars cartier casa case caseih
cash casino cat catering catholic cba cbn cbre cbs cc cd ceb center ceo cern cf cfa cfd cg ch chanel channel charity
chase chat cheap chintai chloe christmas chrome chrysler church ci cipriani circle cisco citadel citi citic city
cityeats ck cl claims cleaning click clinic clinique clothing cloud club clubmed cm cn co coach codes coffee college
cologne com comcast commbank community company compare computer comsec condos construction consulting contact
contractors cooking cookingchannel cool coop corsica country coupon coupons courses cpa cr credit creditcard
creditunion cricket crown crs cruise cruises csc cu cuisinella cv cw cx cy cymru cyou cz dabur dad dance data date
dating datsun day dclk dds de deal dealer deals degree delivery dell deloitte delta democrat dental dentist desi
design dev dhl diamonds diet digital direct directory discount discover dish diy dj dk dm dnp do docs doctor dodge
dog doha domains doosan dot download drive dtv dubai duck dunlop duns dupont durban dvag dvr dz earth eat ec eco
edeka edu education ee eg eh email emerck energy engineer engineering enterprises epost epson equipment er ericsson
erni es esq estate esurance et etisalat eu eurovision eus events everbank exchange expert exposed express extraspace
fage fail fairwinds faith family fan fans farm farmers fashion fast fedex feedback ferrari ferrero fi fiat fidelity
fido film final finance financial fire firestone firmdale fish fishing fit fitness fj fk flickr flights flir florist
flowers flsmidth fly fm fo foo food foodnetwork football ford forex forsale forum foundation fox fr free fresenius
frl frogans frontdoor frontier ftr fujitsu fujixerox fun fund furniture futbol fyi ga gal gallery gallo gallup game
games gap garden gay gb gbiz gd gdn ge gea gent genting george gf gg ggee gh gi gift gifts gives giving gl glade
glass gle global globo gm gmail gmbh gmo gmx gn godaddy gold goldpoint golf goo goodhands goodyear goog google gop
got gov gp gq gr grainger graphics gratis green gripe grocery group gs gt gu guardian gucci guge guide guitars guru
gw gy hair hamburg hangout haus hbo hdfc hdfcbank health healthcare help helsinki here hermes hgtv hiphop hisamitsu
hitachi hiv hk hkt hm hn hockey holdings holiday homedepot homegoods homes homesense honda honeywell horse hospital
host hosting hot hoteles hotels hotmail house how hr hsbc ht htc hu hughes hyatt hyundai ibm icbc ice icu id ie ieee
ifm iinet ikano il im imamat imdb immo immobilien in inc industries infiniti info ing ink institute insurance insure
int intel international intuit investments io ipiranga iq ir irish is iselect ismaili ist istanbul it itau itv iveco
iwc jaguar java jcb jcp je jeep jetzt jewelry jio jlc jll jm jmp jnj jo jobs joburg jot joy jp jpmorgan jprs juegos
juniper kaufen kddi ke kerryhotels kerrylogistics kerryproperties kfh kg kh ki kia kim kinder kindle kitchen kiwi km
kn koeln komatsu kosher kp kpmg kpn kr krd kred kuokgroup kw ky kyoto kz la lacaixa ladbrokes lamborghini lamer
lancaster lancia lancome land landrover lanxess lasalle lat latino latrobe law lawyer lb lc lds lease leclerc lefrak
legal lego lexus lgbt li liaison lidl life lifeinsurance lifestyle lighting like lilly limited limo lincoln linde
link lipsy live living lixil lk llc llp loan loans locker locus loft lol london lotte lotto love lpl lplfinancial lr
ls lt ltd ltda lu lundbeck lupin luxe luxury lv ly ma macys madrid maif maison makeup man management mango map
market marketing markets marriott marshalls maserati mattel mba mc mcd mcdonalds mckinsey md me med media meet
melbourne meme memorial men menu meo merckmsd metlife mf mg mh miami microsoft mil mini mint mit mitsubishi mk ml
mlb mls mm mma mn mo mobi mobile mobily moda moe moi mom monash money monster montblanc mopar mormon mortgage moscow
moto motorcycles mov movie movistar mp mq mr ms msd mt mtn mtpc mtr mu museum mutual mutuelle mv mw mx my mz na nab
nadex nagoya name nationwide natura navy nba nc ne nec net netbank netflix network neustar new newholland news next
nextdirect nexus nf nfl ng ngo nhk ni nico nike nikon ninja nissan nissay nl no nokia northwesternmutual norton now
nowruz nowtv np nr nra nrw ntt nu nyc nz obi observer off office okinawa olayan olayangroup oldnavy ollo om omega
one ong onion onl online onyourside ooo open oracle orange org organic orientexpress origins osaka otsuka ott ovh pa
page pamperedchef panasonic panerai paris pars partners parts party passagens pay pccw pe pet pf pfizer pg ph
pharmacy phd philips phone photo photography photos physio piaget pics pictet pictures pid pin ping pink pioneer
pizza pk pl place play playstation plumbing plus pm pn pnc pohl poker politie porn post pr pramerica praxi press
prime pro prod productions prof progressive promo properties property protection pru prudential ps pt pub pw pwc py
qa qpon quebec quest qvc racing radio raid re read realestate realtor realty recipes red redstone redumbrella rehab
reise reisen reit reliance ren rent rentals repair report republican rest restaurant review reviews rexroth rich
richardli ricoh rightathome ril rio rip rmit ro rocher rocks rodeo rogers room rs rsvp ru rugby ruhr run rw rwe
ryukyu sa saarland safe safety sakura sale salon samsclub samsung sandvik sandvikcoromant sanofi sap sapo sarl sas
save saxo sb sbi sbs sc sca scb schaeffler schmidt scholarships school schule schwarz science scjohnson scor scot sd
se search seat secure security seek select sener services ses seven sew sex sexy sfr sg sh shangrila sharp shaw
shell shia shiksha shoes shop shopping shouji show showtime shriram si silk sina singles site sj sk ski skin sky
skype sl sling sm smart smile sn sncf so soccer social softbank software sohu solar solutions song sony soy space
spiegel sport spot spreadbetting sr srl srt ss st stada staples star starhub statebank statefarm statoil stc
stcgroup stockholm storage store stream studio study style su sucks supplies supply support surf surgery suzuki sv
swatch swiftcover swiss sx sy sydney symantec systems sz tab taipei talk taobao target tatamotors tatar tattoo tax
taxi tc tci td tdk team tech technology tel telecity telefonica temasek tennis teva tf tg th thd theater theatre
tiaa tickets tienda tiffany tips tires tirol tj tjmaxx tjx tk tkmaxx tl tm tmall tn to today tokyo tools top toray
toshiba total tours town toyota toys tp tr trade trading training travel travelchannel travelers travelersinsurance
trust trv tt tube tui tunes tushu tv tvs tw tz ua ubank ubs uconnect ug uk um unicom university uno uol ups us uy uz
va vacations vana vanguard vc ve vegas ventures verisign versicherung vet vg vi viajes video vig viking villas vin
vip virgin visa vision vista vistaprint viva vivo vlaanderen vn vodka volkswagen volvo vote voting voto voyage vu
vuelos wales walmart walter wang wanggou warman watch watches weather weatherchannel webcam weber website wed
wedding weibo weir wf whoswho wien wiki williamhill win windows wine winners wme wolterskluwer woodside work works
world wow ws wtc wtf xbox xerox xfinity xihuan xin xperia xxx xyz yachts yahoo yamaxun yandex ye yodobashi yoga
yokohama you youtube yt yun za zappos zara zero zip zippo zm zone zuerich zw
vermögensberater vermögensberatung ελ ευ бг бел дети ею католик
ком мкд мон москва онлайн орг рус рф сайт срб укр қаз հայ קום
ابوظبي اتصالات ارامكو الاردن البحرين الجزائر السعودية العليان
المغرب امارات ایران بارت بازار بيتك بھارت تونس سودان سورية شبكة
عراق عرب عمان فلسطين قطر كاثوليك كوم مصر مليسيا موبايلي موريتانيا
موقع همراه پاکستان ڀارت कॉम नेट भारत भारतम् भारोत संगठन বাংলা ভারত
ভাৰত ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ ഭാരതം
ලංකා คอม ไทย ລາວ გე みんな クラウド グーグル コム ストア セール ファッション ポイント 世界 中信 中国
中國 中文网 企业 佛山 信息 健康 八卦 公司 公益 台湾 台灣 商城 商店 商标 嘉里 嘉里大酒店 在线 大众汽车 大拿 天主教
娱乐 家電 工行 广东 微博 慈善 我爱你 手机 手表 招聘 政务 政府 新加坡 新闻 时尚 書籍 机构 淡马锡 游戏 澳門 点看
珠宝 移动 组织机构 网址 网店 网站 网络 联通 诺基亚 谷歌 购物 通販 集团 電訊盈科 飞利浦 食品 餐厅 香格里拉 香港
닷넷 닷컴 삼성 한국
"""
_TOP_LEVEL_DOMAINS = frozenset(_NAMES.split())
_BEYOND_ASCII = frozenset(name for name in _TOP_LEVEL_DOMAINS if not name.isascii())
_LENGTHS_BEYOND_ASCII = sorted({len(name) for name in _BEYOND_ASCII}, reverse=True)
