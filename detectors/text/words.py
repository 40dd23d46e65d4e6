"""The words of a normalised text that can tell what it is about: without fillers, numbers, masks and names.

Texts come from detectors.text.normalise: lower case, numbers as 0, addresses and accounts as symbols. A word is made of
letters (and inner hyphens), 3 to 24 of them. What follows a title, a greeting or "my name is" is taken for a name and
left out; so are the commonest words of the five languages served, which tell nothing and would crowd out the others.
"""

from typing import Final

READ_CHARS: Final = 1_000
"""Characters of a text that are looked at: what a message is about is said early."""
_SHORTEST, _LONGEST = 3, 24
_CACHED: Final = 65_536
_NAMED: Final = "\0"  # no word: what follows is a name

_COMMON: Final = """
    the and you your yours for are was were with this that these those have has had not but can could would should will
    what when where which who why how all any some there here from out get got just been being its our ours his her him
    she they them their then than too very also only about into after before again still now please thanks thank
    need want know does did doing done dont cant wont let may might must more most much many one two per via since
    because while every each other another same such own off over under yet ever never always really anyone someone
    something anything nothing help hello morning evening afternoon day today yes okay sorry regards best
    und oder aber der die das dem den des ein eine einen einem einer eines ich sie wir ihr ihre ihren ihrem mein meine
    meinen meinem meiner mir mich uns unser unsere ist sind war waren bin hat habe haben hatte wird werden wurde kann
    können könnte könnten nicht kein keine keinen auch noch nur schon mal wie was wann wer warum wenn weil dass mit von
    vom für auf aus bei bis nach über unter durch ohne zum zur als dann doch sehr mehr immer wieder seit dieser diese
    dieses bitte danke gerne jetzt hier dort alles man vielen dank grüße heute
    les des une est que qui quoi dans pour pas plus par sur avec sans mon mes ton tes son ses notre nos votre vos leur
    leurs nous vous ils elles elle lui moi mais donc car sont suis êtes été avoir être fait faire cette ces cet tout
    tous toute toutes très bien aussi encore depuis peux peut pouvez pourriez puis merci ici comme quand comment
    pourquoi rien chez entre vers même jour cordialement
    los las una unos unas del que con por para como pero más muy sin sobre este esta esto estos estas ese esa eso mis
    sus nos nosotros usted ustedes ellos ellas está están estoy soy son era fue ser hay han hemos puedo puede pueden
    podría favor gracias cuando cómo qué quién dónde porque también aún todavía desde hasta entre todo toda todos todas
    nada algo otra otro vez solo ahora aquí buenos buenas días tardes saludos hoy
    این آن که را است هست هستم هستید بود شد شده شود برای های هایی تون شما من ما او آنها خود چه چرا چطور کی کجا هم اما
    ولی اگر تا باید نیست نمی می ام ای اید اند دارم دارید دارد داره کنم کنید کند کنه کرد کردم کرده لطفا لطفاً ممنون
    مرسی سپاس یک دو هر همه هیچ دیگر دیگه هنوز الان امروز روز وقت خیلی فقط پیش پس روی زیر بین بدون
    """
_STOP: Final = frozenset(_COMMON.split())
_TITLES: Final = """
    mr mrs ms miss dr mister sir dear hi hey name called herr frau hallo liebe lieber heiße heisse monsieur madame mme
    mlle cher chère appelle bonjour salut señor señora señorita sr sra don doña hola estimado estimada querido querida
    llamo nombre آقای خانم اسم اسمم نام سلام جناب سرکار
    """
_BEFORE_NAMES: Final = frozenset(_TITLES.split())
_COPULAS: Final = frozenset(("is", "ist", "es", "est", "war", "was"))


class _Words(dict[str, str]):
    """The word in each piece between blanks: empty if it tells nothing, `_NAMED` if a name follows.

    A dictionary that fills itself, and starts again when it is full: most pieces were met before, and looking them up
    is most of what this costs.
    """

    def __missing__(self, token: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        word = self[token] = _word(token)
        return word


def _word(token: str) -> str:
    begin, end = 0, len(token)
    while begin < end and not token[begin].isalnum():
        begin += 1
    while end > begin and not token[end - 1].isalnum():
        end -= 1
    word = token[begin:end]
    if word in _BEFORE_NAMES:
        return _NAMED
    fits = _SHORTEST <= len(word) <= _LONGEST and word.replace("-", "").isalpha()
    return word if fits and word not in _STOP else ""


_WORDS = _Words()


def telling_words(normalised: str) -> list[str]:
    """The telling words of a normalised text, in order, repeated ones too.

    >>> telling_words("hi anna, my name is bob. the router 0 drops the wi-fi!!")
    ['router', 'drops', 'wi-fi']
    """
    tokens = normalised[:READ_CHARS].split()
    words = [word for word in map(_WORDS.__getitem__, tokens) if word]
    return _without_names(tokens) if _NAMED in words else words


def _without_names(tokens: list[str]) -> list[str]:
    words = []
    named = False
    for token in tokens:
        word = _WORDS[token]
        if named:
            named = token in _COPULAS or word == _NAMED
        elif word == _NAMED:
            named = True
        elif word:
            words.append(word)
    return words
