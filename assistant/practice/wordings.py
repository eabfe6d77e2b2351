"""Wordings that plainly mean something in the middle of an exercise, whatever the trained model makes of them."""

from __future__ import annotations

import re
from typing import Optional

from assistant.practice.checks import person_in

BACK_FROM_AWAY = re.compile(
    r"(ok(ay)?,? |right,? |hey,? |hi,? )*(i'?m |im |i am )?back( now| again)?(,? now what| what now)?"
)
GREETING = re.compile(r"(hi|hiya|hello|hey|heya|good (morning|evening|afternoon)|hi there|hey there)( again| there)?")
LENGTH = re.compile(
    r".{0,20}\bhow (many|much) (more )?(steps?|questions?|longer|time|minutes|is left|are left|is there|left)\b.{0,30}"
    r"|(so )?how long (does|do|will|is|would) (it|this|that|the exercise)\b.{0,20}|.{0,20}\b(is |this is |that'?s |it'?s |its )?(too|so) (long|many|much) ?(steps|questions|writing)?"
    r"|i (only )?have (like )?(\d+|five|ten|two|a few) min(ute)?s?( only| left| now)?"
)
WRITTEN = re.compile(
    r"(can (i|you) |please |could you )?(what (did|have) i (write|written|wrote|put|said|say)|(show|see|read) (me )?(what i (wrote|said|have)|my (words|notes|answers)))\b.{0,25}"
)
CHART = re.compile(r".{0,30}\b(show|see|where|look at|open)\b.{0,25}\b(chart|graph|diary|notes so far)\b.{0,15}")
GO_ON = re.compile(
    r"(ok(ay)?,? |yes,? |no,? |yeah,? )*(i (just )?want to |i'?ll |let'?s |lets |can we |can i |i would like to |i'?d like to )?"
    r"(go on|carry on|continue|keep going|go ahead|do it( anyway| now)?|anyway|resume|start again|try again|i'?m (fine|ok|okay|better|calmer|good|ready)( now| again)?|i said go on)"
    r"( please| now| anyway| with it| with the exercise| then)*"
)
OTHER_EXERCISE = re.compile(
    r".{0,12}\b(this|that|it)('?s| is|) ?(not|isn'?t) (the )?(right|what i (want|need|meant))\b.{0,60}|.{0,10}\bwrong (one|exercise)\b.{0,40}"
    r"|(can|could|may) (i|we) (do|have|try|get) (the|a|an|another) .{0,30}\b(one|exercise)( instead)?|.{0,30}\b(one|exercise|that) instead( please)?"
)
OPTIONAL = re.compile(
    r"(do|must) (i|we) (really )?(have|need) to( say| write| answer| do (this|that|it))?( something| anything| this| that| it)?|is (this|that|it) (a must|needed|necessary)|(like |as )?(i|ive|i'?ve) (just |already )+(told you|said|wrote|written|answered)( that| it| this| you)*"
)
POINTLESS = re.compile(
    r"(so )?(what'?s|what is|i (don'?t|do not|cant|can'?t) see) the point( of (this|that|it))?( then| anyway| tbh)?|(what'?s|what is) in it for me"
)
ANNOYED = re.compile(
    r"(fuck|screw|sod|stuff) (this|that|it|you|off)|(this|that)('?s| is|) (bullshit|bs|crap|rubbish|boring|dumb)|(i'?m |im |so )?(bored|boring)( of this)?"
)
DONT_KNOW = re.compile(
    r"(um+,? |er+,? |well,? |honestly,? |sorry,? )*(idk|dunno|no idea|no clue|(i )?(really |just |honestly )?(don'?t|do not|dont) (really )?(know|remember)|not sure|i'?m not sure|im not sure|"
    r"(i )?(can'?t|cant|cannot) (think|say|remember)( of (one|any|anything|it|that))?|hard to say|no words|who knows)( really| tbh| sorry| yet| what to (say|write|put))*"
)
DONT_WRITE = re.compile(
    r"(no,? |sorry,? |i )*((really |just )?(don'?t|do not|dont) (want|wanna|like|feel like)( to)? (writ(e|ing)|typ(e|ing))|can'?t write|no writing)\b.{0,30}"
    r"|.{0,12}\bno exercises?\b.{0,40}|.{0,12}\b(don'?t|do not|dont) want (to do )?(an |any |the )?exercises?\b.{0,40}"
)
TOO_MUCH = re.compile(
    r"(and |but |just |honestly |like )*(i )?(can'?t|cannot|cant|can not) (((do|take|stand|bear|handle) (this|it|that)|keep (going|doing this)) any( )?(more|longer)|go on( any ?more| like this)?)( sorry| tbh)?"
)
PLAIN_STOP = re.compile(
    r"(please |ok(ay)? )?(i (want|need|would like|wanna|have) to |i'?d like to |can (we|i) |let'?s )?(stop|quit|end it|end this|take a break|have a break|pause)"
    r"( here| now| this| it| the exercise| for now| for today| please)*"
)
_TO_STOP = (
    r"(please |ok(ay)? |no,? )?(i (want|need|would like|wanna|have) to |i'?d like to |can (we|i) |let'?s |let us )?(stop|quit|end (it|this)|take a break|have a break|pause|"
    r"leave (it|this)( there| here)?|finish)( here| now| this| it| the exercise| for (now|today|tonight)| please)*"
)
_TIRED = r"(i'?m|i am|im|it'?s|its|it is|this is)( (too|so|very|really|just|getting|all))* (tired|exhausted|worn out|knackered|done in|late|sleepy|much|long|shattered)"
# "Stop now please, I am tired"; "im tired lets leave it"
STOP_AND_WHY = re.compile(
    rf"{_TO_STOP}[,.;!]* (because |cos |as |coz )?{_TIRED}|{_TIRED}[,.;!]* (so |and |then )?{_TO_STOP}"
)
WAIT = re.compile(
    r"([^?]{0,45}[,.] ?)?((just |give me )?(a|one) (moment|minute|min|sec|second)|brb|hang on|hold on|wait|be right back)( please| pls)?([,.] ?[^?]{0,45})?"
)
# Wishes to the program, as its buttons and menus have them; nobody answers a step so.
COMMAND = re.compile(
    r"(please )?(((main |show (me )?the )?menu)|start over|(erase|delete)( (this|my|the))?( chat| data| conversation| everything)?|(help me )?find (me )?a therapist|"
    r"i want (to be called by|a call from) the clinic|contact the clinic|talk to a (person|human))( please| now)?"
)
LEAVING = re.compile(
    r"(ok(ay)? |thanks |thank you |right )*(bye|goodbye|bye bye|good night|goodnight|see you|cancel|exit|finish|i'?m done)( now| then| for now| everything)?"
)
WORSE = re.compile(
    r"(now |actually |hm+ |this |it |that )*(i feel|i'?m feeling|makes me feel|is making me feel|feel|feeling) (much |even |a lot |so much )?worse( now| than before)?|(this|it|that)('?s| is) making (it|me|things) worse"
)
# What was said is no answer, or one to another question.
NOT_AN_ANSWER = re.compile(
    r"(?!.*\?$).*\b((not|wasn'?t|isn'?t) (meant )?(for|part of|to go (in|into)) (the|my|this|that) (letter|answer|exercise|list|question|step|notes?)|(was|is|'?s)(n'?t| not) (my|an|the) answer|"
    r"(that|thats|that'?s|it'?s|its|all|you put (it|that|this|them)|went|is|goes) (all )?in(to)? the wrong (places?|box|boxes|steps?|ones?|spots?)|don'?t (save|note) (that|it)|that was not an? answer)\b.*"
)
CHANGE_IT = re.compile(
    r"(can|could|may) i (still )?(change|redo|rewrite|edit|reword|fix|correct) (it|that|this|them)( please| now| again)*"
)
IS_IT_NORMAL = re.compile(
    r"((wait|hang on|ok|so|and|but|hm+|sorry),? )*(is (it|this|that)|am i|is that) (normal|weird|strange|silly|stupid|crazy|mad)( of me)?( (that|to|if|when|for|because|how) .{0,80})?"
)
ASKS_WHAT_TO_DO = re.compile(
    r"(so |ok(ay)?,? |and |but |yeah,? |right,? |well,? |then |now )*"
    r"((but |and )?(what|how) (can|could|should|shall|do|would|am i (meant|supposed) to) ?i? (even )?(do|say|fix|change|handle|solve|deal with|cope with|stop)"
    r"( about| with)?( it| this| that| all this| all of this| him| her| them)?( then| now| here| though| better)?"
    r"|what (now|next|then)|(have you got |got |do you have |is there )?any(thing)? (advice|tips|ideas|help|suggestions?|(i|we) (can|could) (do|try))( for (me|this|that))?( about (it|this|that))?"
    r"|(can|could|will) you help( me)?( with (it|this|that))?|(please )?help me( with (it|this|that))?( please)?|how (can|do) you help( me)?"
    r"|(i )?(really |just |honestly )?(don'?t|dont|do not) know what to do( about (it|this|that)| any ?more| with (it|this|that|myself))?|is there (a|any) way( out| to fix (it|this|that))?)"
)
ON_THIS = re.compile(r"(this|that)( is|'s|s| feels)\b")
KEEP = re.compile(r"(no,? )?(keep|leave) (it|that|mine|this)\b|(i )?meant it|it'?s fine (like|as) (that|it)")
ASKS_A_VERDICT = re.compile(
    r"(so )?(is|does|do|was|what|how|would|should|can)\b.{0,40}\b(good|ok|okay|right|better|mean|sound|you say|you think|wrong|improve)\b"
)
IS_IT_GOOD = re.compile(
    r"(so )?(is|was|does) (that|it|this|mine)( sound| come across( as)?)? (any )?(good|ok|okay|right|fine|alright|correct|too much|enough|allowed|(too|a bit|bit) (harsh|mean|rude|hard|cold|soft|blunt|long))"
    r"( or (is it )?(not|bad|wrong|too much|((too|a bit|bit) )?(harsh|mean|rude|hard|cold|soft|blunt|long)))?( enough| like that| so far| then)?"
)
ASKS = re.compile(
    r"(so |and |but |ok |wait |hey |sorry |um )*(what|who|where|when|why|how|is|are|am|do|does|did|can|could|will|would|should|which|"
    r"whats|hows|whos|tell me|explain|give me|show me|i want to know|i have a question|quick question|question)\b"
)
SOME_TIME = re.compile(
    r"(maybe |probably |perhaps |some ?time |i think |i guess |well )*(later|soon|tonight|tomorrow|tmrw|today|now|after|before|when|whenever|as soon as|once|next|"
    r"in (the|a|an|about|\d)|at |on |this (week\w*|morning|evening|afternoon|month|mon|tue|wed|thu|fri|sat|sun)|mid|end of|early|late|never|not (today|now|yet|tonight|before|until|this|at)|i'?m not (going|gonna|doing)|i won'?t|id rather not|i'?d rather not|any ?time|half|\d)"
)
# A wish that the model reads must be said with one of these; "go back to work" and "good enough" are answers.
ANYTHING = re.compile("")
SAID_WITH = {
    "done": re.compile(
        r"\b(that'?s (all|it|everyone|everything|them)|that is (all|it)|that will do|done|finished|(nothing|no one|nobody) (else|more)|no more|all (for now|done)|end of (the )?list|that was it)\b"
    ),
    "keep": re.compile(
        r"\b(keep|leave (it|that)|fine|good|meant?|happy|as it is|like it|stays?|ok|okay|yes|yeah|next|go on|same)\b"
    ),
    "repeat": re.compile(
        r"\b(repeat|again|the (question|step)|come again|didn'?t (get|catch|read|understand)|where (was|were|am) (i|we)|pardon|what did you (say|ask))\b"
    ),
    "example": re.compile(
        r"\b(examples?|sample|e\.?g|like what|for instance|show me|such as|what (do|would|did|could|might) \w+)\b"
    ),
    "why": re.compile(r"\b(why|reason|purpose|point|what for|how come|for)\b"),
    "help": re.compile(
        r"^(?!.*\b(nothing|nobody|no one)\b).*\b(help|idk|know|stuck|explain|what|how|mean|confus\w+|understand|sure|idea|ideas|blank|hint|clue|suggest\w*|lost|think of|remember|dunno|hard to)\b"
    ),
    "back": re.compile(
        r"\b(previous|last (step|question|one|answer|bit)|one before|step back|undo|before (that|this)|(change|fix|redo|correct|edit) (my|the|that|what|an)|"
        r"back (one|a (step|bit)|please|now|to (the )?(last|previous|step|question|one|first|start|beginning|my)))\b|^(actually |no,? |sorry,? |wait,? |oh |hang on,? |can (we|i|you) |please |ok |i want to |i need to |lets |let's )*(go |step )?back( please)?$"
    ),
    "stop": re.compile(
        r"\b(stop|quit|done|enough|finish\w*|end|leave|no more|over|give up|exit|bye|close|can'?t do this|cant do this|not doing (this|it)|for today)\b"
    ),
    "pause": re.compile(
        r"\b(break|pause|later|another (day|time)|tomorrow|continue|carry on|come back|not now|moment|minute|sec|brb|for now|go now|have to go|gotta|g2g|gtg|bed|sleep|save)\b"
    ),
}
NOT_A_STOP = re.compile(
    r"\b(good|not|do|doing|be|are|am|i'?m) enough\b|^(that )?(i|he|she|they|we)( will|'?ll|'?d| would) \w+|^the end$|^enough (is|of)\b|^that i"
)
_CORRECTS = re.compile(
    r"\b(no|wait|oh|oops|actually|hang on|hold on|i meant?|it'?s (about )?my|it'?s actually|not my|wrong|asking|about|this is)\b"
)
_OF_A_CORRECTION = re.compile(
    r"no|wait|sorry|oh|oops|actually|ah|well|i|mean|meant|it'?s|i'?m|asking|talking|to|about|not|is|for|hang|on|hold|that'?s|wrong|the|one|who|with|this|ok|was|instead"
)
_NOT_THAT = re.compile(r",? ?\bnot (for |about |to )?my [\w-]+( [\w-]+)?$|\bit'?s not my [\w-]+,?")


NO = re.compile(
    r"(no+|nope|nah|no,? (thanks|thank you|ta|i'?m (good|fine|ok))|not really|n/a|no (text|reason|offer|draft|message)|(no,? )?(i )?(don'?t|do not) want to( say| write)?|"
    r"leave (it|that|this) out|i'?d rather not( say)?|none of (these|them|that))"
)
KEEP_ALONE = re.compile(r"(no,? |yes,? |ok,? )?keep( (it|that|mine))?( as it is| like that| then)?")
HELP_LINES = re.compile(r"(yes,? )?(please )?((show|give) (me )?)?(the |some )?help ?lines?( please)?")
WHAT_TO_WRITE = re.compile(
    r"(so |but |and )?(what|how) (should|do|can|could|would|am) i (supposed to )?(start|begin|say|write|put|answer)( here| now| it| this| that| then)?"
)
THAT_IS_ALL = re.compile(
    r"(ok(ay)?,? |no,? |i think )*(that'?s|that is|that was|thats|this is) (it|all|everything|everyone|them|the lot)( really| i think| for now| then| now)?|that will do|no ?more|"
    r"nothing else|no ?one else|nobody else|i (don'?t|cant|can'?t) think( of)? (there'?s |of )?any(thing|one) (else|more)|done|finished"
)
YES = re.compile(r"yes|yeah|yep|yup|ye|y")
JUST_THE_SENTENCE = re.compile(
    r".*\b(just|only|straight) (write|do|say|to) (it|the (sentence|message|line|letter|text|answer)).*|.*\bskip (all|to the (end|sentence|last)).*"
)
NODS = re.compile(
    r"(ok(ay)?|k|sure|right|alright|cool|lol|ha(ha)*|thanks|thank you|ty|good|nice|great|x|got it|all right)+"
)
_FEELINGS = re.compile(r"stuck|lost|confused|blank|numb|empty")


def only_a_feeling(said: str) -> bool:
    """Return whether a word that may ask for help is as well a feeling."""
    return _FEELINGS.fullmatch(said) is not None


def plainly(text: str) -> str:
    """Return a text as these wordings are compared with it."""
    return " ".join(text.replace("’", "'").strip().strip(".!?… ").casefold().split())


def corrected_person(text: str) -> Optional[tuple[str, Optional[str]]]:
    """Return the person (and group) that a message puts right: "wait no i meant my mum", "its my sister im asking not my mum"."""
    said = plainly(text)
    if not _CORRECTS.search(said):
        return None
    person, group = person_in(_NOT_THAT.sub("", said))
    named = (person or "").removeprefix("your ")
    rest = re.sub(r"\bmy [\w-]+( in law)?\b", "", _NOT_THAT.sub("", said)).split()
    alone = all(_OF_A_CORRECTION.fullmatch(word) or word in named.split() for word in rest)
    return (person, group) if person and alone else None
