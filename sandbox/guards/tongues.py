"""What languages are told apart by: letters that only they have, and their most frequent words."""

from __future__ import annotations

from typing import Final

SCRIPTS: Final = (
    ("\u0370-\u03ff\u1f00-\u1fff", "el"),
    ("\u0590-\u05ff", "he"),
    ("\u0600-\u06ff\u0750-\u077f", "ar"),
    ("\u0900-\u097f", "hi"),
    ("\u0e00-\u0e7f", "th"),
    ("\u3040-\u30ff", "ja"),
    ("\u4e00-\u9fff\u3400-\u4dbf", "zh"),
    ("\uac00-\ud7af\u1100-\u11ff", "ko"),
)
"""Ranges of letters, and the language that is taken to be written in them."""

NAMED: Final = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian",
    "zh": "Chinese",
}  # fmt: skip

WORDS: Final = {
    "cs": "a aby ale ani až bude by byl byla být co do jak jako je jeho jen ještě již jsem jsme jsou jste k kde když"
    " která které který ma má mám máme me mi mít může na nebo není o od pak po pod pokud pro proto protože při s"
    " se si tak také takže tím to tom tu už v ve vám vás velmi více však z za že",
    "da": "af alle at bare blev blive da de dem den der deres det dig dog du efter eller en end er et for fordi fra få"
    " ham han har havde hende her hun hvad hvis hvor i ikke ind ja jeg jer kan kun man med meget men mere mig min"
    " mit må ned nej noget nogle nu når og også om op os over på se sig skal skulle som så til ud uden var ved vi"
    " vil ville være",
    "de": "aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dem den der des die dies diese"
    " dieser doch du durch ein eine einem einen einer er es etwas für gegen haben habe hat hatte hier ich ihm ihn"
    " ihr ihre im in ist ja jetzt kann kein keine können machen man mehr mein mich mir mit muss nach nicht nichts"
    " noch nun nur ob oder ohne schon sehr sein sich sie sind so über um und uns unser unter vom von vor war was"
    " weil wenn wer werden wie wieder will wir wird wo würde zu zum zur",
    "en": "a about after all also am an and any are as at be because been but by can could did do does for from get"
    " give had has have he her here him his how i if in into is it its just like make may me more my no not now of"
    " on one only or other our out over see she should so some take than that the their them then there these they"
    " this to too up us was we well were what when where which who will with would you your",
    "es": "a al algo ante antes aquí así aunque bien cada como con cual cuando de del desde donde dos el él ella ellos"
    " en entre era es esa ese eso esta está estamos están estar este esto estoy fue ha hace hacer hasta hay he la"
    " las le les lo los más me mi muy nada ni no nos nosotros o otra otro para pero por porque puede pueden puedo"
    " que qué quien se sea ser si sí sin sobre son soy su sus también tan te tengo tiene todo todos tu un una uno"
    " usted y ya yo",
    "fi": "ei eivät eli en enemmän että hän he hyvin ja jo joka jos jotka kaikki kanssa kuin kun kuten me mikä minun"
    " minä mitä mutta mukaan myös ne niiden niin nyt ole olen oli olisi olla on ovat se sekä sen siitä silloin"
    " sillä sinä sitten sitä siis tai te tämä tämän tässä tätä vain vaikka vielä voi voin voimme",
    "fr": "à ai au aussi autre aux avec avez avoir avons bien c ce cela ces cette chez comme d dans de des deux donc du"
    " elle elles en encore est et était être eu faire fait faut il ils j je l la le les leur leurs lui ma mais me"
    " même moi moins mon n ne nos notre nous on ont ou où par pas peu peut peux plus pour pouvez qu quand que qui"
    " quoi s sa sans se ses si son sont suis sur ta te toi ton tous tout toute très tu un une vos votre vous y",
    "hu": "a az be csak de egy el én és ez ezt fel ha hanem hogy hogyan is itt jó kell ki le legyen lehet lesz ma már"
    " még meg mert mi mint minden most na ne nekem nem nincs ott ő olyan pedig s sem talán tehát úgy után vagy"
    " vagyok van vannak volt",
    "it": "a ad ai al alla alle allo anche ancora avere c che chi ci come con cosa così cui d da dal dalla degli dei"
    " del della delle dello di dove e è ed era essere fa fare fra gli ha hai hanno ho i il in io l la le lei lo"
    " loro lui ma me meno mi mia mio molto ne negli nei nel nella noi non nostro o ogni per perché più poi"
    " possiamo può posso quale quando quello questa questo qui se sei senza si sì sia siamo solo sono su sua sul"
    " sulla suo ti tra tu tutti tutto un una uno vi voi",
    "nl": "aan al alle als ben bij daar dan dat de deze die dit doen door dus een en er geen had hebben hebt heb heeft"
    " heel hem het hier hij hoe hun ik in is ja je jij jullie kan kunnen maar me meer men met mij mijn moet na"
    " naar niet niets nog nu of om omdat onder ons onze ook op over te tegen toch toen tot u uit uw van veel voor"
    " waar wat we wel werd wie wij wil willen worden wordt zal ze zeer zich zij zijn zo zou",
    "no": "alle at av bare ble bli blir da de deg dem den denne der deres det dette du eller en enn er et etter for"
    " fordi fra få gjøre ha hadde han har hun hva hvis hvor hvordan i ikke inn ja jeg kan kun man med meg men mer"
    " min mot mye må ned nei noe noen nå når og også om opp oss over på seg si skal skulle som så til ut uten var"
    " ved vi vil ville være vært",
    "pl": "a aby ale bardzo bez będzie bo być był była było by ci co coś czy dla do gdy gdzie go i ich ja jak jako je"
    " jednak jego jej jest jestem jeszcze jeśli już ją ile każdy kiedy która które który którzy lub ma mam mi mnie"
    " może możemy można mój my na nad nam nas nasz nawet nie niż nic o od on ona oraz po pod ponieważ przed przez"
    " przy są się sobie ta tak także tam te tego tej ten to tu ty tylko tym u w we więc wszystko z za ze że",
    "pt": "a à ao aos as até com como da das de dela dele depois do dos e é ela ele eles em entre era essa esse esta"
    " está estamos estão estar estou eu foi fazer há isso isto já lhe mais mas me mesmo meu minha muito na não nas"
    " nem no nos nós nossa nosso num numa o os ou para pela pelas pelo pelos podemos pode por porque posso quando"
    " que quem são se seja sem ser será seu sua sou também te tem temos tenho ter têm tudo um uma você vocês",
    "ro": "a acest această acum ai al ale am ar are aș asta așa ca că când care ce cel cu cum da dacă dar de deci din"
    " doar după ea ei el este eu fi foarte fără iar în îmi între la le lui mai mă mea meu mi mult ne nici nimic"
    " noi nu o ori pe pentru poate prea prin sa să sau se și sunt spre te tot trebuie tu un una unde unei unui va"
    " vă voi vor vreau",
    "ru": "а без бы был была были было быть в вам вас ваш весь во вот все всё вы где да даже для до его ее её если есть"
    " ещё же за здесь и из или им их к как когда который которые кто ли лучше мне меня может можем мы на над нас"
    " наш не него нет ни но ну о об он она они от очень по под после потому при с сейчас себя со так также там"
    " тебя тем то тогда того тоже только ты у уже хорошо чего чем что чтобы это этого этот я",
    "sv": "alla att av bara blev bli blir de den denna dem deras det detta dig du där då efter eller en ett finns från"
    " för får göra ha hade han har hon hur här i in inte ja jag kan kanske man med men mer mig min mitt mot mycket"
    " ni nu någon något några när nej och också om oss på sedan ska skulle som så sig till under upp ut utan vad"
    " var vara vi vid vill är än även över",
    "tr": "acaba ama aslında az bana bazı belki ben beni bile bir biraz biz bize bizim bu buna bunu bunun çok çünkü da"
    " daha de değil diye en evet gibi göre hayır hem hepsi her hiç için ile ise kadar kendi ki kim mı mi mu mü"
    " nasıl ne neden nerede o olan olarak oldu olur olduğu ona onu onun öyle sadece sana sen senin siz sizin sonra"
    " şey şimdi şu tüm var ve veya ya yani yok",
    "uk": "а або але б без би був була були було бути в вам вас ваш ви від він вона вони все всі вже де для до є її за"
    " з зі і із їм їх й його як яка який які якщо коли краще ще лише ми мене мені може можемо на над нам нас наш"
    " не немає ні ну о однак от під після по при про себе так також там те тепер ти тим то тоді того тобто тому"
    " тут у це цей цього ця чи чого через що щоб я",
}
"""Words that others use too count for both."""
