"""How people put their questions: folding of what was typed, courtesies, and ways to ask for each thing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

TYPO_FROM_LETTERS = 5
"""Shorter words are never taken for a misspelling of another: one letter makes another word of them."""

_CONTRACTIONS = {
    "whats": "what is", "wheres": "where is", "hows": "how is", "whos": "who is", "whens": "when is",
    "hasnt": "has not", "havent": "have not", "isnt": "is not", "arent": "are not", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "cant": "can not", "cannot": "can not", "wont": "will not",
    "shouldnt": "should not", "mustnt": "must not", "im": "i am", "ive": "i have", "weve": "we have",
    "thats": "that is", "theres": "there is",
}  # fmt: skip
_MENTION = re.compile(r"<at>[^<]*</at>", re.IGNORECASE)
_INITIALS = re.compile(r"\b(\w)\.(?=\w\b)")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`]")
_NOT_WORD = re.compile(r"[\W_]+")
_LONGEST_MISSPELT, _ONE_SLIP_UP_TO = 30, 8

PLEASE = frozenset({"please", "pls", "plz"})
OPPOSITES = frozenset(
    re.findall(
        r"\w+",
        "not no never stop cancel undo delete remove without except excluding unless nobody none neither "
        "clear erase drop",
    )
)
"""Words that turn a request round: nothing is offered that the person may have asked not to happen."""
ACTIONS = OPPOSITES | frozenset(
    re.findall(
        r"\w+",
        "close withdraw reopen change edit add send chase remind assess rate mark set move approve export "
        "email tell ask extend reject escalate answer submit replace rename update amend correct assign "
        "appoint put make turn block unblock archive issue invite forward message call phone",
    )
)
"""Things to do rather than to know: where the bot has no such word, it does not answer with a question's."""

QUESTION_OPENERS = frozenset(re.findall(r"\w+", "why when who what where which has have did is are does was"))
"""A text that opens so asks about something done; it does not tell the bot to do it."""

_LEADING = (
    "hi|hello|hey|hiya|morning|good (?:morning|afternoon|evening)|ok|okay|so|and|please|pls|plz|sorry|"
    "excuse me|just|(?:can|could|would|will) you|(?:can|could|may) (?:i|we)|"
    "i (?:want|need|would like|wanted) to|let (?:me|us)|show(?: me| us)?|tell (?:me|us)|"
    "(?:give|get) (?:me|us)|see|view|list|look (?:up|at)|find(?: out)?|check|know|do you know|bring up|"
    "display|the|a|an|some"
)
_TRAILING = (
    "please|pls|plz|thanks|thank you|many thanks|ta|cheers|now|today|right now|at the moment|currently|"
    "so far|yet|then|to date|again|bot"
)
_LEAD = re.compile(rf"(?:(?:{_LEADING}) )+(?=.)")
_TRAIL = re.compile(rf"(?: (?:{_TRAILING}))+$")

_ANSWERED = (
    "(?:answered|answer|replied|reply|responded|respond|returned|return|submitted|submit|come back|done it|"
    "sent (?:it|theirs|anything|their (?:return|answer))(?: in)?)"
)
_ALL = "(?:every(?:one|body|thing)|(?:they )?all|(?:all )?(?:of )?(?:the )?agencies)"
_STATE = "(?:status|position|progress|picture|latest|situation|state of play|update)"
_THE_STATE = f"(?:(?:what|where) is )?(?:the )?(?:current |overall |latest )?{_STATE}"
_DOING = "(?:doing|getting on|going|looking|coming along|progressing|faring)"
_LATE = "(?:late|overdue|behind|past due)"
_RETURNS = "(?:returns|items|answers|agencies|ones)"
_WITH = "(?:of|for|on|with|at|from|about)"
_OVER_TIME = "(?:over time|over the years|before|in the past)"
_GET = "(?:(?:can|could|may) (?:i|we) )?(?:take|get|download|save|have|give me)"
_BEGIN = "(?:add|share|record|start|issue|create|enter|log|send|make)"

WAYS: Mapping[str, tuple[str, ...]] = {
    "help": (
        "hi|hello|hey|hiya|good (?:morning|afternoon|evening)",
        "help me|i need (?:some )?help|i am stuck|commands|menu|options|how do i use (?:this|you|it)",
        "what can (?:you do|i (?:do|ask|say|type)|i ask you)|how does (?:this|it) work",
        "(?:who|what) are you|what is this|what do (?:you|i) do|what next|instructions",
    ),
    "status": (
        f"{_THE_STATE}(?: (?:of|for|on) {_ALL})?|status {_ALL}",
        "heat ?map|overview|(?:the )?(?:whole|full|overall|big) picture|how (?:do )?things stand",
        f"how (?:is|are) (?:{_ALL}|things|it|it all)(?: {_DOING})?|how are we doing",
        "where (?:are we|do we stand|we stand|things stand|is every(?:one|body))(?: up to| all)?",
        f"(?:who|which agenc(?:y|ies)|how many(?: agencies)?) (?:has|have)(?: not)?(?: yet)? {_ANSWERED}",
        f"(?:has|have|did) (?:not )?(?:{_ALL}|anyone|anybody|any agency) {_ANSWERED}",
        "(?:what|who) is (?:still )?(?:outstanding|unanswered|missing|to come|waiting)|anything outstanding",
        "who are we (?:still )?waiting (?:for|on)|outstanding",
        f"{_THE_STATE} {_WITH} {{P}}|{{P}} {_STATE}",
        f"(?:any|is there any) (?:news|update|progress|word) {_WITH} {{P}}",
        f"how (?:is|are) {{P}}(?: {_DOING})?",
        "how (?:has|have) {P} (?:been doing|got on|done)|how did {P} (?:do|get on)",
        f"how (?:is it|are things|are we)(?: {_DOING})? (?:with|at|for|on) {{P}}",
        "where (?:is|are) {P}(?: up to| at| with this)?|where does {P} stand",
        "where (?:are we|do we stand|do things stand|we are|we stand)(?: up to)? (?:with|on|for|at) {P}",
        f"(?:has|have|did) (?:not )?{{P}} (?:not )?(?:yet )?{_ANSWERED}",
        f"(?:is|are) {{P}} (?:{_LATE}|on time|on track|up to date|outstanding|done|finished)",
        f"what (?:is|are) {{P}} {_LATE} (?:with|on|for)|what does {{P}} (?:still )?owe(?: us)?",
        f"(?:is )?(?:anything|what is|what) (?:{_LATE}|outstanding|missing) (?:for|from|with|at|on) {{P}}",
        f"who has (?:not )?(?:yet )?{_ANSWERED}(?: to| on| for| about)? {{P}}",
        f"who is {_LATE} (?:with|on|for) {{P}}|(?:what|how) about {{P}}|about {{P}}",
        "(?:have we (?:got |had )?)?anything (?:back )?from {P}",
    ),
    "overdue": (
        f"(?:what|who|which|which (?:agencies|returns|items)) (?:is|are) (?:running )?{_LATE}",
        f"(?:(?:is|are) (?:there )?)?(?:any(?:thing|one|body| agenc(?:y|ies))?|{_ALL}) (?:that is )?{_LATE}",
        f"(?:(?:are there )?any |all |the |everything |everyone )?(?:that is )?{_LATE}(?: {_RETURNS})?",
        f"late|{_LATE} list|(?:what|who) is due(?: next| soon)?|due",
    ),
    "my returns": (
        "(?:my|our) (?:returns?|answers|status|position|tasks|requests|list|work|to do(?: list)?)",
        f"{_THE_STATE} (?:of|for|on) (?:my (?:returns?|answers)|me)|my returns status",
        "what (?:do|have|must|should|can) i (?:still )?(?:(?:got |have |need )?to )?(?:answer|return|owe)",
        "(?:what is|(?:is there |have you (?:got )?)?anything) (?:for|from) me|what is mine",
        f"how am i doing|where am i(?: up to)?|(?:what )?am i {_LATE}(?: with| on)?",
        f"my {_LATE}(?: returns| answers)?|what (?:is outstanding for me|have i got to (?:answer|return))",
        "how (?:are we doing|do we look)|what is due(?: next| soon)?|due",
    ),
    "people": (
        "members|membership|(?:the )?(?:list of )?(?:people|members)(?: list)?|who is who|who sits where",
        "who (?:is|are) (?:in|on) the (?:group|team)|who are the (?:members|people|representatives)",
        "who (?:is|sits|are) (?:on|in|at|for) {P}|who (?:answers|represents|speaks) (?:for )?{P}",
        "who is (?:the )?(?:representative|rep|member|contact|lead|person) (?:for|at|of|from) {P}",
        "people (?:at|in|for|on) {P}",
    ),
    "meeting": (
        "meetings|(?:the )?(?:date of (?:the )?)?next meeting(?: date)?|meeting dates?",
        "(?:when|what) is (?:the|our) (?:next )?(?:meeting|meeting date)|when do we (?:next )?meet(?: next)?",
    ),
    "summary": ("(?:the |our )?(?:latest |newest |last |current )?(?:quarterly )?summar(?:y|ies)",),
    "drafts": ("my drafts|saved drafts|unfinished (?:drafts|learning)|what have i saved|what is in draft",),
    "new learning": (
        f"{_BEGIN} (?:some |a |the )?(?:new )?(?:piece of |item of )?(?:learning|item|learning item)",
        "new (?:item|learning item)",
        "i have (?:some )?(?:new )?learning(?: to share)?",
        "how do i (?:add|share|issue|start) (?:new )?learning",
    ),
    "today": ("who is away|what (?:is waiting|waits) for me",),
    "away": ("i am (?:back|on leave|on holiday|off)|out of (?:the )?office",),
    "deputy": ("(?:who is|name|choose|appoint|change) (?:my |a )?(?:deputy|substitute|stand in)|substitute",),
    "remind": (
        "(?:chase|nudge)(?: up)? {P}|send (?:a )?reminder to {P}",
        "who (?:do|should) (?:i|we) (?:remind|chase|ring)",
    ),
    "history": (
        "(?:the )?(?:full |whole |past )?(?:history|track record)",
        f"(?:what is )?(?:the |a )?(?:full |whole |past )?(?:history|track record) {_WITH} {{P}}",
        f"{{P}} (?:history|track record|{_OVER_TIME})",
        f"(?:past|previous|earlier|old|all) {_RETURNS}(?: (?:of|for|by|from|at) {{P}})?",
        f"what (?:has|have) {{P}} (?:said|answered|told us|returned)(?: (?:so far|{_OVER_TIME}))?",
        f"what did {{P}} (?:say|answer|return|tell us)(?: (?:last (?:time|quarter|round|year)|{_OVER_TIME}))?",
        f"how (?:has|have) {{P}} (?:done|answered|got on|been doing) {_OVER_TIME}",
    ),
    "export": (
        f"{_GET} (?:out )?(?:the |our |my |a |all )?(?:whole |entire )?(?:records?|data|files?)(?: out)?",
        f"(?:{_GET} )?(?:the |a |an )?(?:evidence|word|excel) (?:files?|documents?|workbooks?)",
        f"(?:{_GET} )?(?:the )?(?:whole |entire |full )?(?:record|workbook)(?: as (?:an )?excel(?: file| workbook)?)?",
        "(?:the |a )?(?:summary of learning|(?:learning )?dissemination (?:action )?plan)(?: (?:in|as) (?:a )?word)?",
        "exports?|excel|spreadsheet|download|files",
    ),
    "bring in": ("import(?: (?:a |the |our |some )?(?:workbook|(?:earlier )?records?|list|file|people|members))?",),
    "roll call": ("(?:start|do|run|send|take|make) (?:a |the )?roll ?call|who can (?:(?:you|we) reach|be reached)",),
}
"""Ways to ask, by the name of the word they mean; {P} is where a seat, organisation or item is named.

They serve only for words that the command table holds. For a word that changes anything they lead to a
question back, never to the thing itself."""

_SLOT = "(?P<place>.+?)"


def _alternatives(way: str) -> list[str]:
    """Split at the bars that stand outside all brackets, so that each part has at most one place."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(way):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append(way[start:at])
            start = at + 1
    return [*parts, way[start:]]


PATTERNS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    name: tuple(re.compile(part.replace("{P}", _SLOT)) for way in ways for part in _alternatives(way))
    for name, ways in WAYS.items()
}
_VOCABULARY = frozenset(
    re.findall(r"[a-z]+", " ".join([_LEADING, _TRAILING, *(way for ways in WAYS.values() for way in ways)]))
)


def without_mention(text: str) -> str:
    """What was typed, without the "@Learning Loop" by which Teams calls the bot."""
    return _MENTION.sub(" ", text)


def fold(text: str) -> str:
    """Small letters, no punctuation, single spaces, "what's" as "what is"."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _APOSTROPHES.sub("", _INITIALS.sub(r"\1", plain)).replace("&", " and ")
    return " ".join(_CONTRACTIONS.get(token, token) for token in _NOT_WORD.sub(" ", plain).split())


def without_please(folded: str) -> str:
    """The folded text without "please" at either end."""
    tokens = folded.split()
    while tokens and tokens[0] in PLEASE:
        tokens.pop(0)
    while tokens and tokens[-1] in PLEASE:
        tokens.pop()
    return " ".join(tokens)


def without_courtesies(tokens: tuple[str, ...]) -> tuple[int, int]:
    """The span (first, past the last) of the tokens that is left without "could you show me ... thanks"."""
    text = " ".join(tokens)
    lead = _LEAD.match(text)
    first = text[: lead.end()].count(" ") if lead else 0
    rest = " ".join(tokens[first:])
    trail = _TRAIL.search(rest)
    return first, len(tokens) - (rest[trail.start() :].count(" ") if trail else 0)


def nearest_word(token: str, vocabulary: Iterable[str]) -> str | None:
    """The one word of which the token is plainly a misspelling (same first letter), or None."""
    if not TYPO_FROM_LETTERS - 1 <= len(token) <= _LONGEST_MISSPELT or not token.isalpha():
        return None
    near = [word for word in vocabulary if len(word) >= TYPO_FROM_LETTERS and word[0] == token[0]]
    found = process.extract(token, near, scorer=OSA.distance, score_cutoff=2, limit=3)
    fitting = [(word, slips) for word, slips, _ in found if slips <= (1 if len(word) <= _ONE_SLIP_UP_TO else 2)]
    if not fitting or (len(fitting) > 1 and fitting[0][1] == fitting[1][1]):
        return None
    return str(fitting[0][0])


def spelt(tokens: tuple[str, ...], also: frozenset[str], known: frozenset[str]) -> tuple[str, ...]:
    """The tokens with misspelt words of the language put right; `known` words (names) are left alone."""
    vocabulary = _VOCABULARY | also
    return tuple(
        token if token in vocabulary or token in known else (nearest_word(token, vocabulary) or token)
        for token in tokens
    )
