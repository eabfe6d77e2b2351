"""What people say in a contact request besides answers: that they stop, ask back, refuse, agree, or where to be reached."""

from __future__ import annotations

import re

from assistant.dialogue.conversation import CONTACT_CLINIC
from assistant.intake.afterwards import REQUEST_WORDS

RESUME = re.compile(
    rf"\b(?:go on|continue|resume|carry on|finish|back to|take up|pick up)\b.{{0,20}}\b{REQUEST_WORDS}\b", re.IGNORECASE
)
TO_EXERCISE = re.compile(
    r"\b(?:go on|go back|back|continue|resume|carry on|return)\b.{0,20}\bexercise\b", re.IGNORECASE
)
TELLS_CONTACT = re.compile(
    r"\b(?:my (?:number|phone|mobile|cell|email|e-mail|mail)|(?:call|ring|phone|text|reach|email|e-mail|write to|contact) me)\b",
    re.IGNORECASE,
)
END = (
    r"(?:stop|quit|cancel(?: (?:it|this|that|the request|my request))?|forget (?:it|this|about it)|never ?mind|leave it|i(?:'ve| have)? changed my mind|"
    r"i don'?t want (?:this|to do this|to)(?: any ?more)?|(?:don'?t|do not) send (?:it|this|that|anything))"
)
STOPS = re.compile(
    rf"(?:(?:ok|okay|oh|actually|no|sorry|then|hmm?|well|please|wait|just|and|so)[\s,.]+)*{END}(?:[\s,.]+(?:please|now|then|sorry|thanks|{END}))*",
    re.IGNORECASE,
)
ASKS_BACK = re.compile(
    r"\W*(?:what|how|which|who|whose|sorry|pardon|huh)\b.{0,30}\b(?:mean|means|meaning)\b.*|\W*(?:sorry,? )?i?\s?(?:don'?t|do not|didn'?t|not) (?:understand|get)(?: (?:it|that|this|you|the question|what you mean))?\W*|\W*(?:what|huh|pardon|sorry|eh)?\W*\?+",
    re.IGNORECASE,
)
NEXT = re.compile(
    r"\bwhat happens\b|\bwho (?:reads|sees|gets)\b|\bwhat (?:do|will) they do\b|\bhow (?:long|soon|fast)\b",
    re.IGNORECASE,
)
LITERAL = {
    "relation",
    "times",
    "name",
    "trusted_adult",
    "reach_when",
    "language",
    "therapist_gender",
}  # any words may be the answer
FIGURES = {"times", "reach_when", "trusted_adult"}  # figures alone may be the answer
SMALL_TALK = ("greet", "thanks", "affirm", "deny", "bot_challenge", CONTACT_CLINIC)
NO_NAME = {
    "ok",
    "okay",
    "yes",
    "yeah",
    "yep",
    "fine",
    "hi",
    "hello",
    "hey",
    "what",
    "sure",
    "thanks",
    "thank you",
    "me",
    "start",
    "send it",
}
REFUSES = re.compile(
    r"\b(?:rather not|don'?t (?:want|like|wanna|feel like)|won'?t|will not|not (?:giving|going to|gonna|comfortable)|refuse|no way|prefer not|don'?t have|haven'?t got|have no|no)\b",
    re.IGNORECASE,
)
OF_PHONE = re.compile(r"\b(?:phone|number|mobile|cell|call|calls|telephone)\b", re.IGNORECASE)
OF_EMAIL = re.compile(r"\b(?:e-?mail|mail|address|write)\b", re.IGNORECASE)
CHANGING = re.compile(r"\b(?:change|edit|correct|fix|wrong|not right|mistake)\b", re.IGNORECASE)
ATTACHING = {
    "send_without": re.compile(
        r"\b(?:without|not the chat|no chat|only the summary|just the summary|(?:don'?t|do not|not) (?:attach|(?:send|share|show|include|give) (?:them )?(?:the|this|our|my) (?:chat|conversation)))\b",
        re.IGNORECASE,
    ),
    "send_with": re.compile(
        r"\b(?:with (?:the|this|our) (?:chat|conversation)|attach (?:it|the|this)|include (?:it|the|this))\b",
        re.IGNORECASE,
    ),
}
# Consent takes a yes in so many words: "hm", "maybe" and "whatever" are none, however the model reads them.
CLEAR_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|yess+|ye|sure|of course|absolutely|definitely|certainly|exactly|go ahead|please do|do it|i do|i agree|agreed?|that'?s? (?:fine|ok|okay|right)|👍|✅)[\s,!.]*)+"
    r"(?:i (?:do|agree|consent)|it is|it'?s|that'?s|please|pls|thanks|thank you|right|correct|fine|good|send|it|that|this|go|on|ok|okay|with|everything|to|[\s,!.])*",
    re.IGNORECASE,
)
OK = re.compile(r"(?:ok|okay|k|all ?right|fine)(?: (?:then|thanks|please|go on|good))?[\s.!]*", re.IGNORECASE)
CLEAR_NO = re.compile(
    r"(?:no|nope|nah|no,? (?:thanks|thank you|please|not (?:the|this) chat|they don'?t need (?:it|that)|only (?:the )?summary|just (?:the )?summary|keep (?:it|that) (?:private|out)|without(?: it)?|not that|i'?d rather not|not necessary|not needed|leave it out))[\s.!]*",
    re.IGNORECASE,
)
SENDS = re.compile(
    r"^(?:(?:yes|yeah|yep|ok|okay|sure)[\s,]*)?(?:please |pls )?send(?: it| this| that)?(?: now| off| please| pls)*$|^i agree\b|^agreed?$|"
    r"^(?:(?:yes|yeah|yep|ok|okay|sure)[\s,]*)?(?:(?:that'?s|that is|it'?s|it is|this is|everything(?: is|'s)?|all|looks?|sounds?)\s*){1,3}"
    r"(?:good|right|fine|correct|ok|okay|perfect|great)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"^\W*(?:and |but |so )?(?:(?:why|what|how|where|who|when|which)\b|(?:do|does|did|can|could|is|are|will|would|should) (?:you|they|i|it|he|she|this|that|the|there|we|my)\b)",
    re.IGNORECASE,
)
AGED = re.compile(r"^\W*(?:i'?m|i am|im)\s+(?:only |just )?\d{1,2}(?:\s*(?:yrs?|years?)(?: old)?)?\W*$", re.IGNORECASE)
# Words that stand around a number or address and say nothing else.
AROUND_A_NUMBER = re.compile(
    r"hang|hold|on|wrong|its|it's|it|the|my|a|number|mobile|cell|is|are|email|e|mail|address|phone|telephone|"
    r"sorry|no|oh|wait|actually|also|and|here|heres|here's|please|pls|you|they|can|could|me|at|or|use|this|that|"
    r"instead|new|correct|right|to|call|text|ring|write|reach|contact|just|not|but|old|was|should|be|thanks|"
    r"thank|hi|hello|ok|okay|yes|best|by|for|i|i'm|im|dot|com|number's|if|need|with|via|would|got|get|plus|"
    r"double|triple|zero|one|two|three|four|five|six|seven|eight|nine"
)
