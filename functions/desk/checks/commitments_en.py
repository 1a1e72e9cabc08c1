"""Times by which an English sentence commits the brand.

A sentence commits by a time if it has a verb of ours that tells of the future (`_COMMITS`) and a time after it, or
before it, by which something may be done (`_is_limit`). Nothing does in a sentence that asks for something first
(`_ASKED`), nor in the part of it, up to "but" or ";", that says otherwise (`_NOT`).
"""

import re
from collections.abc import Iterator, Sequence

from desk.checks.forms import any_of, words
from desk.checks.named_time import NamedTime

# Who acts, what is given, and how the future is told
_TEAM = words("""
    teams? colleagues? engineers? technicians? agents? specialists? managers? advis[eo]rs? department crew staff desk
    shop store supervisor expert person lead member support""")
_WE = rf"(?:we|i|someone|somebody|{words('our the a an one_of_our your my one_of_the')}\s(?:[\w-]+\s){{0,3}}?{_TEAM})"
_ANSWER = (
    rf"(?:{words('an? your the another our my full next further more that this')}\s)+(?:[\w-]+\s){{0,2}}?"
    + words("""
    answer update reply response refund replacement news details information explanation e?-?mail call message credit
    confirmation result results summary parcel order request line account case letter invoice post report statement""")
)  # fmt: skip
_AM = r"(?:['’](?:re|m|s)|\s(?:are|am|is))"
_WILL = (
    rf"(?:['’]ll|\s(?:will|shall)|{_AM}\s{words('going planning about scheduled due set')}\sto"
    rf"|\s{words('plans?_to intends?_to promises?_(?:to|you) commits?_to')})"
)
_ADVERB = words(r"""
    \w+ly also then definitely certainly all both now still be_able_to make_sure_(?:to|we|you) get_to either first
    have_(?:someone|a_\w+|him|her|them|the_team)""")
_BE_DONE = words(r"""
    in_touch back\b checking looking sending contacting calling posting sharing getting with_you able there\b round
    over\b updating refund sent process replac credit issued done fixed shipp ready giving reporting out\b
    in_contact following writing answer pass repl messaging ringing emailing coming visit credited posted shared
    corrected resolved dispatch deliver published mailed emailed cancel hand""")
_NO_DEED = words(rf"""
    not never need open close start begin launch keep continue try do_our_best do_my_best remain stay host run celebrate
    miss love see meet always hold perform welcome reopen go_live stream broadcast introduce sell operate require wait
    know(?!_more) aim hope be_(?!{_BE_DONE})""")
_DONE = words("""
    sent refunded processed replaced dispatched shipped posted credited issued fixed repaired reviewed answered
    corrected returned cancelled updated on_its_way ready in_the_post""")
_WHICH = words("an? the your our more another it my word news that some confirmation full")
_DOING = words("""
    sending calling posting sharing getting_back coming_back issuing shipping refunding emailing replacing dispatching
    visiting contacting ringing crediting mailing""")
_NEWS = words("update updates answer reply more news details word report statement info")

_COMMITS = any_of(
    # we'll certainly look into it
    we_will=rf"\b{_WE}{_WILL},?(?:\sof\scourse,)?(?:\s{_ADVERB}\b)*\s(?!{_NO_DEED}\b)[a-z]+",
    yours_will_be=rf"\byour(?:\s[\w-]+){{1,4}}?(?:['’]ll|\swill)\sbe\s(?:\w+ly\s)?{_DONE}\b",
    answer_will=rf"\b{_ANSWER}(?:['’]ll|\swill|\sis\sgoing\sto|\sis\s(?:due|coming|on\sits\sway))\s?(?:\w+ly\s)?"
    r"(?:be\s(?!restored|back\b|down|closed|open|unavailable)|come|follow|arrive|go\sout|reach|get|land|appear)?",
    you_will_hear=r"\byou(?:['’]ll|\swill|\sshould|\scan\sexpect\sto)\s(?:(?:definitely|certainly)\s)?"
    rf"(?:hear|(?:have|get|receive|see|find)\s{_WHICH}\b)",
    you_can_expect=rf"\b(?:you\scan\s)?expect\s{words('an?_ our_ my_ the_ to_hear_ another_ your_ more_')}"
    rf"(?:\w+\s){{0,2}}?{words('update reply answer call news from_us response message email word')}",
    let_us=r"\b(?:let\s(?:me|us)|allow\s(?:me|us)\sto)\s(?:\w+\s(?:this|it|that|the\s\w+|\w+)\s(?:\w+\s)?and\s)?"
    rf"{words('get come be call check find look update confirm follow ring report write chase dig speak')}\b",
    give_us=r"\b(?:give|bear\swith)\s(?:me|us)\b",
    we_should_have=r"\bwe\s(?:should|hope\sto)\shave\s(?:\w+\s){0,3}?(?:answer|update|reply|news|result|information)\b",
    we_are_doing=r"\b(?:we|i)(?:['’](?:re|m)|\s(?:are|am))\s(?:(?:now|also|already)\s)?"
    rf"{_DOING}\b",
    news_to_follow=rf"(?:^|(?<=[.!,;:–—-]\s)|\b{words('next further another full new an? the your our with more')}\s)"
    rf"{_NEWS}\s?(?:\w+\s)?(?:is\s|will\s)?"
    r"(?:to\s(?:follow|come)|coming|due|by|at|before|:|follows|promised|within|in\s(?=\d|an\b|half))",
    next_update=r"\b(?:next|further)\supdate\b",
    back_by=r"(?<!\bis\s)(?<!\bare\s)\b(?:back|in\stouch)\s(?:to\syou\s|with\s(?:you|an?\s\w+|more|news)\s)?"
    r"(?=(?:by|within|before|in|at)\b)",  # back with you by 3 pm
    and_will=r"\b(?:and|then|but|or)\s(?:will\s)(?!be\s(?:open|closed|down)|not\b)[a-z]+",
    will_at_first=r"^(?:will|going\sto)\s(?!not\b|you\b|be\sopen)[a-z]+",  # Will update by noon
    expects=r"\b(?:expect|hope)s?\sto\shave\s(?:an?|the|your|more)\s(?:\w+\s){0,2}?(?:answer|update|reply|news|result)",
)

# What says that it commits to nothing
_POLICY = words("""
    usually normally typically generally always on_average standard policy as_a_rule opening_hours office_hours
    every_(?:day|week|month|request|enquir|message) all_(?:requests|enquir|messages|refunds|orders|tickets|claims)
    each_(?:request|message) most_(?:requests|refunds|orders) any_(?:request|message)""")
_NOT = any_of(
    after_you=r"\b(?:if|once|when|unless|provided|should|as\ssoon\sas|after|whenever|until)\s(?:you|your)\b",
    on_receipt=r"\bupon\s(?:receipt|receiving)\b",
    negated=r"\bwon['’]t\b|\bwill\snot\b|\bcannot\b|\bcan['’]t\b|\bnever\b",
    policy=rf"\b{_POLICY}\b",
    effort=r"\bdo\sour\sbest\b|\btry\sto\b|\bhopefully\b",
    asks=r"\b(?:please|must|need\sto)\b[^,.;]*\b(?:by|before)\b|\b(?:would|could|shall\swe|may\swe|can\swe)\b[^.]*\?",
    event=r"\bmaintenance\b|\bplanned\sworks?\b|\bsale\b|\blive\sstream\b",
    estimate=r"\bestimated\b|\bexpected\sto\sbe\b",
    reported=r"\bbring\sit\b|\bsa(?:id|ys?)\b|\btold\b|\bpromised\sto\b",
)
_ASKED = any_of(  # and then we …: "Send us your number and we'll call you within the hour"
    at_first=r"^(?:(?:please|just|could\syou|can\syou|do|kindly|hi|sorry)[\s,]+)*"
    + words("send share dm message reply tell leave drop provide let_(?:us|me)_know confirm call return post fill pop")
    + r"\b[^.]*\b(?:and|so)\s(?:we|i|someone|our)",
    later=r"\b(?:send|share|dm|message|reply\swith|leave|drop|provide)\s(?:us|me|your|over)\b[^.]*(?:\band|,|"
    r"[-–—])\s?(?:then\s)?(?:we|i|someone|our)",
)
_UNSTARTED = re.compile(  # of a wait that has not begun
    r"\b(?:once|when|after|as\ssoon\sas|from\sthe\smoment|if|upon|of\s(?:receiving|getting|hearing))\b", re.IGNORECASE
)
_BUT = re.compile(r";|,?\s(?:but|though|however)\b", re.IGNORECASE)

# What stands before a time: it only belongs to something ("your 3 pm appointment"), or it limits what is done
_RELATED = any_of(
    to_what=rf"\b{words('your since after from of the until till for reported last opens opened closes')}\s(?:the\s)?$",
    to_whom=r"['’]s\s$",
)
_LIMITING = words("""
    by before within at on in around about no_later_than not_later_than latest during over sometime some_time later
    first_thing for_you early the_end_of end_of between from""")
_LIMIT = re.compile(rf"\b{_LIMITING}\s(?:the\s)?$", re.IGNORECASE)


def english_commitments(sentence: str, times: Sequence[NamedTime]) -> Iterator[NamedTime]:
    """The times by which a part of the sentence commits the brand."""
    if _ASKED.search(sentence):
        return
    verbs = list(_COMMITS.finditer(sentence))
    for place, verb in enumerate(verbs):
        end = verbs[place + 1].start() if place + 1 < len(verbs) else len(sentence)
        begin = verbs[place - 1].end() if place else 0
        turns = [each.start() for each in _BUT.finditer(sentence)]
        since = max((turn for turn in turns if turn <= verb.start()), default=0)
        begin, end = max(begin, since), min((turn for turn in turns if turn > verb.end()), default=end)
        if _NOT.search(sentence[since:end]):
            continue
        after = [each for each in times if verb.start() < each.end and each.begin <= end and _is_limit(sentence, each)]
        before = [each for each in times if begin <= each.begin < verb.start() and _is_limit(sentence, each)]
        for each in (after or before)[:1]:
            if not (each.is_wait and _UNSTARTED.search(sentence)):
                yield each


def _is_limit(sentence: str, named: NamedTime) -> bool:
    """Whether something may be done by the time: "your 3 pm appointment" and "since noon" only name one."""
    before = sentence[: named.begin]
    if named.is_wait or sentence[named.begin : named.end].lower().startswith(("by ", "before ")):
        return True
    return not _RELATED.search(before) or bool(_LIMIT.search(before))
