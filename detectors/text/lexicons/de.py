"""German words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problem//e/en fehler störung//en kaputt ausfall ausgefallen abgestürzt stürzt hängt fehlt fehlen verloren
            verspätet verspätung langsam//e/er spät falsch//e/er/en/es leider beschwer/de/en verweigert
            defekt//e/er/es abgelehnt vergeblich umsonst
        """,
        1.0: """
            schlecht//e/er/es/en schlimm//e/er mies//e/er/en/es nervig//e/er nervt genervt ärger ärgerlich//e
            verärgert ärgere sauer wütend enttäuscht enttäuschend//e enttäuschung traurig unzufrieden inakzeptabel
            unfähig//e/er/en nutzlos//e unbrauchbar//e lächerlich//e/er peinlich//e unfreundlich//e/er/en
            unverschämt//e/er/heit frech gelogen lügen lüge unseriös//e/er unzuverlässig//e chaos alptraum albtraum
            angst sorge//n stress//ig mist dreck blöd//e/er/en/es doof//e/er dumm//e/er hasse ignoriert satt unfair
            schade verarscht verarsche murks teuer überteuert beschädigt//e/er/es schmutzig//e zumutung bereue kotzt
            ätzend//e hilflos saftladen
        """,
        2.0: """
            furchtbar//e/er/es schrecklich//e/er/es katastroph/e/al/ale/aler frechheit skandal//ös schande abzocke//r
            betrüger scheiß//e/en scheisse verdammt//e/er/en miserabel grauenhaft//e/er ekelhaft//e/er
            unterirdisch//e/er schlechteste//r/n/s schlimmste//r/n/s idioten entsetzt stinksauer empörend//e desaster
            grottig//e/er widerlich//e unmöglich/e/er hölle
        """,
    },
    positive={
        0.5: """
            funktioniert//e klappt//e läuft geht ok okay klar einfach//er schnell//e/er/en pünktlich//e hilfreich//e
            nützlich//e praktisch gelöst erledigt repariert passt behoben
        """,
        1.0: """
            gut//e/er/es/en danke dank dankeschön dankbar schön//e/er/es/en zufrieden froh freut freue
            freundlich//e/er/en nett//e/er/en toll//e/er/es/en gern gerne gefällt mag zuverlässig//e/er
            kompetent//e/er empfehle empfehlen empfehlenswert angenehm//e/er sympathisch lob glücklich cool prima
            lecker schick besser geholfen merci kulant erleichtert bequem
        """,
        2.0: """
            super hervorragend//e/er/es ausgezeichnet//e/er/es perfekt//e/er/es fantastisch//e/er großartig//e/er/es
            grossartig wunderbar//e/er/es klasse spitze genial//e/er liebe//s begeistert//e beste//r/n/s
            einwandfrei//e traumhaft//e mega hammer
        """,
    },
    urgent="""
        dringend//e/er/es/st sofort//ige/iger unverzüglich umgehend eilig eilt schnellstens schnellstmöglich notfall
        heute jetzt frist eile asap kritisch gefahr gefährlich//e/er brennt feuer rauch gasgeruch gehackt gestohlen
        geklaut betrug sperren sperrt insulin medikament//e gerichtsvollzieher räumung gestrandet stillstand
        sekunde//n minute//n
    """,
    calm="""
        irgendwann gelegentlich frage//n anregung vorschlag idee hinweis info nebenbei interessiert überlege neugierig
        wunsch
    """,
    intensifiers="sehr so wirklich echt total absolut völlig extrem richtig voll unglaublich zu äußerst dermaßen",
    softeners="etwas bisschen ziemlich relativ eher leicht",
    breaks="aber jedoch allerdings sondern außer doch",
    negates_after="kein keine keinen keinem keiner keinerlei ohne nie niemals niemand weder kaum",
    negates_around="nicht nichts net nix",
)
