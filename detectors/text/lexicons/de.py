"""German words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problem//e/en fehler störung//en kaputt ausfall ausgefallen abgestürzt stürzt hängt fehlt fehlen verloren
            verspätet verspätung langsam//e/er spät falsch//e/er/en/es leider beschwer/de/en verweigert defekt//e/er/es
            abgelehnt vergeblich umsonst schwierig//e/er/keiten kompliziert//e unklar//e ungültig//e gesperrt
            abgebrochen abbruch unterbrochen unterbrechung//en ausfälle fehlerhaft//e/er/es fehlermeldung//en
            fehlgeschlagen schiefgegangen störend stört gestört wackelt wackelig verkratzt//e kratzer riss zerrissen
            gerissen zerbrochen verbogen leck undicht unvollständig unerreichbar verpasst vergessen ausgefallene
            verzögert verzögerung//en warteschleife wartezeit//en warten gewartet reklam/ieren/ation/iert mangel mängel
            mangelhaft//e unpünktlich//e ruckelt hakt lahm//e schwach//e abgestürzte
        """,
        1.0: """
            schlecht//e/er/es/en schlimm//e/er mies//e/er/en/es nervig//e/er nervt genervt ärger ärgerlich//e verärgert
            ärgere sauer wütend enttäuscht enttäuschend//e enttäuschung traurig unzufrieden inakzeptabel
            unfähig//e/er/en nutzlos//e unbrauchbar//e lächerlich//e/er peinlich//e unfreundlich//e/er/en
            unverschämt//e/er/heit frech gelogen lügen lüge unseriös//e/er unzuverlässig//e chaos alptraum albtraum
            angst sorge//n stress//ig mist dreck blöd//e/er/en/es doof//e/er dumm//e/er hasse ignoriert satt unfair
            schade verarscht verarsche murks teuer überteuert beschädigt//e/er/es schmutzig//e zumutung bereue kotzt
            ätzend//e hilflos saftladen frust frustriert//e frustrierend//e ärgern ärgert verärgerung aufregen regt
            aufreger genervte nerven nervtötend anstrengend erschöpft müde traurige trauriger traurigkeit weinen heulen
            heul deprimiert deprimierend verzweifelt//e verzweiflung hoffnungslos enttäuschen enttäuschte bitter
            schmerz//en schmerzhaft verletzt beleidigt beleidigend//e beleidigung respektlos//e/er arrogant//e/er
            überheblich herablassend unhöflich//e/er unkooperativ ignorant//e gleichgültig faule schlampig//e/er
            schlamperei nachlässig inkompetent//e/er inkompetenz unprofessionell//e planlos ahnungslos dämlich//e
            bescheuert//e beknackt bekloppt idiotisch hirnlos dummheit blödsinn unsinn quatsch schwachsinn schrott müll
            ramsch wertlos//e sinnlos//e überflüssig unnötig//e hässlich//e eklig//e/er stinkt stinkend dreckig//e/er
            schmuddelig verschimmelt verdorben verrostet kaputt/e/er/es kaputtgegangen ruiniert zerstört verschwendet
            verschwendung zeitverschwendung geldgier gierig wucher unverhältnismäßig betrogen belogen lügner
            falschaussage täuschung getäuscht irreführend//e hinterhältig unehrlich unfassbar//e unglaubwürdig
            ungerecht//e/igkeit unzulässig rechtswidrig illegal bedroht drohung drohen belästigt belästigung ausrede//n
            hingehalten vertröstet abgewimmelt abgespeist veräppelt verkackt verbockt vermasselt versagt versager
            versagen gescheitert scheitern blamabel blamage fremdschämen peinlichkeit lästig//e umständlich//e mühsam
            chaotisch//e durcheinander bedauerlich bedauerliche bedauerlichen bedauere besorgt beunruhigt beunruhigend
            nervös panik fürchte befürchte hass hassen gehasst langweilig//e öde geschmacklos mittelmäßig dürftig//e
            minderwertig//e untauglich unzumutbar//e untragbar unerträglich//e ungenügend unausgereift unbefriedigend//e
            unglücklich//e übel üble übler pfui igitt ärgernis streit tot tote gewalt ängste ängstlich
        """,
        2.0: """
            furchtbar//e/er/es schrecklich//e/er/es katastroph/e/al/ale/aler frechheit skandal//ös schande abzocke//r
            betrüger scheiß//e/en scheisse verdammt//e/er/en miserabel grauenhaft//e/er ekelhaft//e/er
            unterirdisch//e/er schlechteste//r/n/s schlimmste//r/n/s idioten entsetzt stinksauer empörend//e desaster
            grottig//e/er widerlich//e unmöglich/e/er hölle fürchterlich//e/er/es abscheulich//e abartig//e
            erbärmlich//e/er jämmerlich//e/er grauenvoll//e grausam//e grausig gruselig//e horror albtraumhaft
            widerwärtig//e abstoßend//e ekelerregend skandalös/e/er empört entsetzlich//e/er entsetzen verbrecher
            kriminell//e halsabschneider gauner schwindler betrügerisch//e abgezockt unverschämtheiten arschloch
            arschlöcher arsch fick//en/t verfickt//e verflucht//e hurensohn wichser deppen trottel vollidiot//en
            desaströs//e inakzeptable unentschuldbar boykott//ieren
        """,
    },
    positive={
        0.5: """
            funktioniert//e klappt//e läuft geht ok okay klar einfach//er schnell//e/er/en pünktlich//e hilfreich//e
            nützlich//e praktisch gelöst erledigt repariert passt behoben erfolgreich//e erfolg//e gelungen//e geschafft
            sauber//e korrekt//e fair//e günstig//e preiswert//e flott//e zügig//e reibungslos//e problemlos//e
            unkompliziert//e übersichtlich//e verständlich//e stabil//e solide//r modern//e interessant//e/er
            spannend//e/er hoffe hoffentlich verbessert//e verbesserung frisch//e haha hihi willkommen
        """,
        1.0: """
            gut//e/er/es/en danke dank dankeschön dankbar schön//e/er/es/en zufrieden froh freut freue
            freundlich//e/er/en nett//e/er/en toll//e/er/es/en gern gerne gefällt mag zuverlässig//e/er kompetent//e/er
            empfehle empfehlen empfehlenswert angenehm//e/er sympathisch lob glücklich cool prima lecker besser geholfen
            merci kulant erleichtert bequem freude freuen freu gefreut fröhlich//e lustig//e witzig//e lachen lach grins
            lächeln spaß spass happy glück glückliche glücklicher glückwunsch gratuliere gratulation stolz hübsch//e/er
            süß//e/er niedlich//e goldig herzlich//e/er herzlichen liebevoll//e gemütlich//e entspannt//e entspannend
            erholsam harmonisch elegant//e stilvoll köstlich//e schmackhaft hochwertig//e/er langlebig robust//e
            vertrauenswürdig//e aufmerksam//e zuvorkommend//e höflich//e/er hilfsbereit//e/er/schaft geduldig//e
            kundenfreundlich//e serviceorientiert engagiert//e professionell//e/er verlässlich//e loben lobenswert
            chapeau empfehlung weiterempfehlen überzeugt//e überzeugend//e beeindruckt//e beeindruckend//e angetan
            geniessen genießen genossen vorzüglich//e wohlgefühlt wohlfühlen gefiel mögen danken dankbarkeit bedanke
            bedanken vorfreude hoffnungsvoll erleichterung gerettet gewonnen sieg siegen feiern umarmung küsschen
            liebling lieblings bravo yeah juhu hurra yay sonnig bestens ideal//e/er lohnt lohnenswert sympathisch/e/er
            geil//e/er/es top
        """,
        2.0: """
            super hervorragend//e/er/es ausgezeichnet//e/er/es perfekt//e/er/es fantastisch//e/er großartig//e/er/es
            grossartig wunderbar//e/er/es klasse spitze genial//e/er begeistert//e beste//r/n/s einwandfrei//e
            traumhaft//e mega exzellent//e/er/es überragend//e/er sensationell//e/er phänomenal//e grandios//e/er
            brillant//e/er fabelhaft//e fantastisches herrlich//e/er/es himmlisch//e unschlagbar//e unübertroffen
            makellos//e tadellos//e/er vorbildlich//e außergewöhnlich//e aussergewöhnlich erstklassig//e/er spitzenmäßig
            spitzenklasse wunderschön//e/er/es bezaubernd//e atemberaubend//e liebt lieben geliebt verliebt begeistern
            begeisterung überglücklich unvergesslich//e unglaubliche traum
        """,
    },
    urgent="""
        dringend//e/er/es/st sofort//ige/iger unverzüglich umgehend eilig eilt schnellstens schnellstmöglich notfall
        heute jetzt frist eile asap kritisch gefahr gefährlich//e/er brennt feuer rauch gasgeruch gehackt gestohlen
        geklaut betrug sperren sperrt insulin medikament//e gerichtsvollzieher räumung gestrandet stillstand sekunde//n
        minute//n
    """,
    calm="""
        irgendwann gelegentlich frage//n anregung vorschlag idee hinweis info nebenbei interessiert überlege neugierig
        wunsch
    """,
    intensifiers="""
        sehr so wirklich echt total absolut völlig extrem richtig voll unglaublich zu äußerst dermaßen
    """,
    softeners="etwas bisschen ziemlich relativ eher leicht",
    breaks="aber jedoch allerdings sondern außer doch",
    negates_after="kein keine keinen keinem keiner keinerlei ohne nie niemals niemand weder kaum",
    negates_around="nicht nichts net nix",
    two_letters=True,
)
