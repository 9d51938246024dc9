"""What is clearly in another language is told from what may be in the right one."""

from __future__ import annotations

import pytest

from sandbox.guards.language import other_than
from sandbox.guards.tongues import NAMED
from tests.sandbox.guards.held import reason

SAID = {
    "ar": "أعتقد أننا يمكن أن نتفق على هذا السعر.",
    "cs": "Myslím, že se můžeme dohodnout, pokud mi dáte trochu více času na platbu, ale ne moc.",
    "da": "Jeg tror, at vi kan blive enige, hvis du giver mig lidt mere tid til betalingen, men ikke meget.",
    "de": "Ich denke, dass wir uns einigen können, wenn Sie mir etwas mehr Zeit für die Zahlung geben.",
    "el": "Νομίζω ότι μπορούμε να συμφωνήσουμε σε αυτό.",
    "en": "I think that we can agree on this if you give me a little more time for the payment.",
    "es": "Creo que podemos llegar a un acuerdo si me da un poco más de tiempo para el pago.",
    "fi": "Luulen, että voimme päästä sopimukseen, jos annat minulle vähän enemmän aikaa, mutta se ei ole helppoa.",
    "fr": "Je pense que nous pouvons nous mettre d'accord si vous me donnez un peu plus de temps pour le paiement.",
    "he": "אני חושב שאנחנו יכולים להסכים על המחיר הזה.",
    "hi": "मुझे लगता है कि हम इस पर सहमत हो सकते हैं।",
    "hu": "Azt hiszem, meg tudunk egyezni, ha egy kicsit több időt adsz nekem, de nem túl sokat.",
    "it": "Penso che possiamo metterci d'accordo se mi dai un po' più di tempo per il pagamento.",
    "ja": "もう少し時間をいただければ、合意できると思います。",
    "ko": "조금 더 시간을 주시면 합의할 수 있을 것 같습니다.",
    "nl": "Ik denk dat we het eens kunnen worden als u mij wat meer tijd geeft voor de betaling.",
    "no": "Jeg tror vi kan bli enige hvis du gir meg litt mer tid til betalingen, men ikke mye.",
    "pl": "Myślę, że możemy się dogadać, jeśli dasz mi trochę więcej czasu na zapłatę, ale nie za dużo.",
    "pt": "Acho que podemos chegar a um acordo se você me der um pouco mais de tempo para o pagamento.",
    "ro": "Cred că putem ajunge la un acord dacă îmi dai puțin mai mult timp pentru plată, dar nu prea mult.",
    "ru": "Я думаю, что мы можем договориться, если вы дадите мне немного больше времени, но не очень много.",
    "sv": "Jag tror att vi kan komma överens om du ger mig lite mer tid för betalningen, men inte mycket.",
    "th": "ฉันคิดว่าเราตกลงกันได้ในราคานี้",
    "tr": "Bence bana biraz daha zaman verirsen bu konuda anlaşabiliriz, ama çok değil, bir hafta kadar.",
    "uk": "Я думаю, що ми можемо домовитися, якщо ви дасте мені трохи більше часу, але це не так просто.",
    "zh": "我想如果你给我多一点时间,我们就可以达成协议。",
}
ALIKE = {("da", "no"), ("es", "pt")}
"""Too alike to be told apart by a sentence: the one passes where the other is asked for."""


@pytest.mark.parametrize("code", NAMED)
def test_a_sentence_passes_as_what_it_is_and_as_no_other(code: str) -> None:
    assert reason({"language": code}, SAID[code]) is None
    others = {other for other in NAMED if other != code and other_than((other,), SAID[code]) is None}
    assert {(code, other) for other in others} <= ALIKE


def test_the_reason_names_the_language() -> None:
    told = "it must be in English or French, and seems to be in German"
    assert reason({"language": ["en", "fr"]}, SAID["de"]) == told


@pytest.mark.parametrize("text", ["", "OK.", "210 €", "Schadenfreude!", "🚲", "Hm. 300? Na ja.", "Okay, d'accord."])
def test_what_is_too_short_to_tell_passes(text: str) -> None:
    assert reason({"language": "en"}, text) is None


def test_a_foreign_word_in_a_sentence_passes() -> None:
    assert (
        reason({"language": "en"}, "I would call that Schadenfreude, and we do not need that here: c'est la vie.")
        is None
    )
    assert reason({"language": "en"}, "The sign said 自転車, which is what I am selling to you for 300.") is None
