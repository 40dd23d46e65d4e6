"""Seed texts in German, written for Spillway, in the form that `rows` reads."""

from typing import Final

from detectors.text.seed.rows import rows

ROWS: Final = rows(
    """
[account]
l0 Hallo, wie kann ich meine E-Mail-Adresse im Profil ändern?
h- komm seit heute früh nicht mehr rein, Passwort angeblich falsch, ist es aber nicht
n0 Ich möchte einen zweiten Benutzer zu unserem Konto hinzufügen.
u- Konto gesperrt und in einer Stunde muss ich die Unterlagen abgeben, bitte sofort helfen!!
n- Der Bestätigungscode kommt einfach nicht an
l+ Danke, das Zurücksetzen vom Passwort hat sofort geklappt, super!
l0 können sie bitte meinen nachnamen im kundenkonto ändern
l0 Wie aktiviere ich die neue Karte, die mit der Post kam?
l0 wo sehe ich meine kundennummer?
l0 können zwei leute einen zugang teilen
n0 Habe mich versehentlich zweimal registriert, bitte zusammenlegen.
n0 neue handynummer, die codes gehen noch an die alte
n0 Bitte meinen früheren Kollegen aus der Benutzerliste nehmen
n- der link zum zurücksetzen ist jedes mal schon abgelaufen
n- angeblich gibt es meine mailadresse nicht, ich nutze sie seit jahren
h- seit drei tagen ausgesperrt und das formular dreht sich im kreis
h- anmelden geht, aber meine ganzen daten sind weg
h0 unser admin ist gegangen, keiner hat mehr zugriff, am freitag ist lohnlauf
u- konto gesperrt und die abgabe ist um zwölf, bitte sofort freischalten
u0 brauche den zugang innerhalb einer stunde, das ganze team wartet
l+ anmeldung ging kinderleicht, prima
l+ namensänderung erledigt, vielen dank
[billing]
h- Mir wurde diesen Monat zweimal abgebucht, bitte heute noch prüfen
n0 Bitte schicken Sie mir die Rechnung für März.
l0 Kann ich auch per Überweisung zahlen?
u- Sie haben ohne Erlaubnis 900 Euro abgebucht, jetzt platzt meine Miete. Sofort klären!
n- schon wieder ist die rechnung höher und keiner sagt was, echt ärgerlich
l0 Ist die Mehrwertsteuer in der Rechnung enthalten?
l+ Toll, dass man jetzt monatlich zahlen kann, danke!
n0 Warum wurde meine Kartenzahlung im Laden abgelehnt?
l0 Welcher Wechselkurs gilt, wenn ich im Ausland mit Karte zahle?
l0 welche zahlungsarten gibt es
l0 wann im monat wird abgebucht?
l0 Wird es nach dem ersten Jahr teurer?
n0 karte abgelaufen, wo trage ich die neue ein
n0 Bitte die Rechnung auf unsere Firma umschreiben.
n0 zahlung abgelehnt, laut bank ist bei mir alles in ordnung
n- auf der rechnung steht ein posten, den ich nie bestellt habe
n- ihr berechnet den ganzen monat, obwohl ich erst am 20. dazukam
n- warum zahle ich mehr als auf der webseite steht?
h- zweimal eingezogen, jetzt platzt meine miete
h- mahnung und gebühren für eine längst bezahlte rechnung, hört auf damit
h- ihr bucht immer weiter ab, das ist mein dritter brief
u- falscher betrag abgebucht, konto leer, kann heute nichts zu essen kaufen, sofort zurück damit
l+ korrigierte rechnung ist da, bestens
l+ endlich eine rechnung, die man versteht, danke
u- die überweisung ging vor einer minute an den falschen, könnt ihr sie noch aufhalten?
n- herrlich, noch eine Gebühr, die keiner erklären kann
[cancellation]
n0 Ich möchte mein Abo zum Monatsende kündigen.
h- Kündigung! Mir reicht's mit diesem miesen Service, ich gehe zur Konkurrenz
u0 Muss meine Buchung für heute Abend sofort stornieren, Flug fällt aus
l0 wie lang ist die kündigungsfrist beim vertrag?
h- Versuche seit Wochen zu kündigen und ihr bucht weiter ab, eine Frechheit
n+ War immer sehr zufrieden, ziehe aber ins Ausland, bitte Vertrag beenden. Vielen Dank!
n0 Bitte die automatische Verlängerung bis Freitag abschalten
l0 kostet es etwas, wenn ich früher gehe?
l0 wenn ich pausiere, bleiben meine punkte dann erhalten
n0 Ich nutze es nicht mehr, bitte Vertrag beenden.
n0 hiermit widerrufe ich den vertrag von montag
n0 bitte den probemonat nicht in ein abo umwandeln
n0 Bestätigen Sie mir bitte schriftlich das Ende zum 30. Juni
n- storniert meine bestellung, woanders ist es billiger
n- finde nirgends, wo man kündigt, bitte macht ihr das
h- im januar gekündigt und immer noch abbuchungen. es reicht.
h- ich hab genug, alles schließen, bestätigung bis morgen
h0 muss den termin morgen absagen, wer bestätigt mir das
u0 stoppt die lieferung, die gerade rausgeht, adresse falsch!!
l+ kündigung ohne theater, danke, vielleicht bis bald
l+ die dame war sehr lieb, vertrag ist beendet
[delivery]
n- Wo bleibt mein Paket? Es sollte am Montag kommen.
h- laut sendungsverfolgung zugestellt aber hier ist nix angekommen!!
l0 Können Sie nächste Woche an eine andere Adresse liefern?
u- In dem verlorenen Paket sind meine Medikamente, ich brauche sie heute dringend
l+ Einen Tag früher da und toll verpackt, danke schön!
l0 wie lange dauert der versand nach österreich?
h- Zum dritten Mal hat der Fahrer nicht mal geklingelt, den ganzen Tag umsonst gewartet
n- meine neue karte ist nach zwei wochen immer noch nicht da
l0 liefert ihr nach südtirol?
l0 mit welchem paketdienst verschickt ihr
l0 kann ich es selbst abholen
n0 Ich habe keine Sendungsnummer bekommen.
n0 donnerstag bin ich nicht da, bitte beim nachbarn abgeben
n- nach fünf tagen immer noch nicht verschickt
n- karton aufgerissen und nass
n- die hälfte meiner bestellung fehlt
n- liegt seit freitag im depot, was ist da los
h- ein monat. wo ist meine ware??
h- an die falsche adresse geliefert, der rückt es nicht raus
h- zettel im briefkasten, dabei war ich zuhause, brauche es morgen für die arbeit
u- die medikamente sollten heute früh kommen, ich habe keine mehr
u- das essen ist zwei stunden zu spät und die gäste sitzen am tisch
l+ der bote hat alles in den dritten stock getragen, ein held
l+ blitzschnell da, danke
h- es ist für eine beerdigung am donnerstag und das paket ist unauffindbar
n- toll gemacht, das paket ist in einer stadt, von der ich nie gehört habe
n- wunderbar, der Bote hat es zweimal verloren
n- toll, wieder eine Woche ohne meine Bestellung
[outage]
u- Ist bei euch alles ausgefallen? Im ganzen Büro geht nichts mehr
h- Seit 6 Uhr kein Internet in der ganzen Straße, wann geht es wieder?
u- Komplettausfall, unser Laden kann nicht kassieren, wir verlieren jede Minute tausende Euro!
n0 Ist der Dienst bei der Wartung am Sonntag offline?
h- schon wieder kein netz heute, nervt
l+ Alles wieder da nach dem Ausfall, flotte Arbeit, danke
u- ganze firma seit 7 offline, telefon und internet, keiner kann arbeiten
u- kassen ohne verbindung, kunden gehen wieder, tut was
u- hier ist alles tot, server nicht erreichbar, alle kunden rufen an
u- totalausfall, wir verlieren jede sekunde aufträge
h- seit heute morgen geht gar nichts
h- seite down?
h- habt ihr probleme? es lädt nichts mehr
h- seit einer stunde keine verbindung
h- liegt es an mir oder ist wieder alles ausgefallen
h- kein netz in der ganzen gegend seit gestern abend, gibt es was neues?
h- fehlermeldung auf jeder seite, bei den kollegen auch
h- internetausfall im ganzen haus
h- eure server sind schon wieder weg, das dritte mal diese woche
h- hallo?? den ganzen tag kein anschluss
h- fernsehen, telefon, internet, alles auf einmal weg
h- app und webseite sind für alle hier nicht erreichbar
h0 überall „dienst nicht verfügbar“, gibt es eine störung?
h0 Liegt gerade eine Störung vor und wie lange dauert sie?
n0 gibt es heute abend eine wartung? alles so langsam
n0 sagt mir bitte bescheid, wenn es wieder läuft
n- wie lange dauert der ausfall noch? nirgends steht was
n- diese woche jeden abend zehn minuten weg
l0 wo kann ich störungsmeldungen abonnieren
l0 gab es letzten dienstag eine unterbrechung? nur für unsere akten
l+ verbindung wieder da, das ging ja flott, danke
l+ gut informiert beim ausfall gestern
u- das notruftelefon hat keine leitung und dort lebt ein alter mann allein
u- kabel am boden, funken, kinder stehen daneben
h- wunderbar, wieder ein Arbeitstag ohne Internet
h- großartig, schon wieder liegt alles still
[product]
l0 Gibt es die Jacke auch eine Nummer größer?
l0 Welcher Tarif passt für ein Team mit zehn Leuten?
n- Nach zwei Tagen ist der Reißverschluss kaputt, schlechte Qualität, bin enttäuscht
l+ liebe die neuen kopfhörer, bester kauf des jahres
u- Das Ladegerät wird so heiß, dass mein Kind sich die Hand verbrannt hat, das ist gefährlich!
n0 Passt der Mixer auch auf den alten Krug?
n- falsche farbe bekommen, hatte blau bestellt
l+ Perfekt, genau was ich gebraucht habe, bin so glücklich damit!
l+ tolle app, schön und wirklich leicht zu bedienen
l0 darf das in die spülmaschine
l0 habt ihr das in schwarz?
l0 wie lange ist die garantie
l0 was unterscheidet die basis- von der pro-version?
n0 welches kabel passt zur zweiten generation
n0 gibt es noch ersatzteile für das modell 2018?
n- der stoff wirkt billig, die nähte gehen auf
n- akku hält eine stunde, in der werbung waren es zehn
n- sieht überhaupt nicht aus wie auf dem bild
n- auf dem etikett steht m, es ist aber s
h- schon das zweite ersatzgerät und wieder kaputt
h- kaputt angekommen und morgen brauche ich es für einen vortrag
u- der heizlüfter ist in flammen aufgegangen, nehmt ihn aus dem verkauf!
l+ meine kinder sind ganz verrückt danach
l+ gute qualität fürs geld, kaufe ich wieder
l+ bequem, hübsch, passt genau 👍
u- das gerät ist unter mir zusammengebrochen, ich bin verletzt, warnt die anderen
u- mein kind hat ein teil verschluckt, woraus ist das?
h- der stecker wird sehr warm, kann ich es heute nacht weiter benutzen?
n- spitze, ganze zwei tage gehalten, dann auseinandergefallen
n0 passt der alte filter in die neue kanne?
h- freitag kommen wir an und das hotel kennt uns nicht
n- das zimmer war nicht das gebuchte, ich möchte etwas zurück
n- na prima, am ersten Tag kaputt, so ein Schrott
n- tolle Qualität, am ersten Tag zerbrochen
[refund]
h- Ich habe die Schuhe vor zwei Wochen zurückgeschickt und immer noch kein Geld zurück
n0 Wie schicke ich einen Artikel zurück und bekomme mein Geld?
l+ Erstattung ist da, vielen Dank für die schnelle Hilfe
u- sofort mein geld zurück oder mein anwalt meldet sich
n0 Bekomme ich eine teilweise Erstattung, wenn ein Teil gefehlt hat?
n- bei der rückerstattung fehlen 20 euro, bitte prüfen
l0 wie viele tage dauert eine erstattung normalerweise?
l0 gibt es das porto auch zurück
n0 Bitte das zweite Ticket erstatten, wir brauchen nur eins.
n0 am montag zurückgeschickt, ist es angekommen?
n0 die bestellung habt ihr storniert, bitte die zahlung zurück
n- gutschein statt geld, nein danke, ich will es auf die karte
n- einen tag später zum halben preis, ich hätte gern die differenz
h- sieben wochen, drei zusagen, kein geld
h- laut euch erstattet, laut bank nicht. lasst die spielchen
h- ich will mein ganzes geld zurück, diese woche noch
u- ohne die erstattung heute fliege ich aus der wohnung, ihr hattet es versprochen
l+ geld ist schon wieder drauf, wow
l+ erstattet ohne diskussion, sehr fair
[security]
u- Jemand hat mein Konto gehackt und bestellt mit meiner Karte, bitte sofort sperren!
h0 Habe eine SMS angeblich von euch bekommen, die nach meiner PIN fragt, ist das Betrug?
u- Da ist eine Anmeldung aus einem Land, in dem ich nie war
u- Mein Handy mit eurer App wurde vor einer Stunde gestohlen, bitte alles sperren
l0 wie schalte ich die zwei-faktor-anmeldung ein?
l+ Gut, dass ihr vor Phishing warnt, danke dafür
u- abbuchungen auf meiner karte die ich nicht gemacht habe, das ist betrug
l0 unterstützt ihr passkeys
l0 wie speichert ihr meine kartendaten?
n0 mail über ein neues gerät, war mein eigenes tablet, wie bestätige ich das
n0 bitte meine persönlichen daten löschen
n0 wo sehe ich, auf welchen geräten ich angemeldet bin?
h0 bin wohl auf eine sms reingefallen und habe dort meine zugangsdaten getippt
h- passwort wurde geändert, aber nicht von mir
h- in meinem profil steht eine fremde adresse
u- mein konto wurde übernommen, mail und nummer sind geändert, sofort sperren
u- betrügerische zahlung läuft gerade, haltet sie auf!
u- ich werde mit fotos aus meinem konto bei euch erpresst
u0 vor zehn minuten geldbörse verloren, bitte karte sperren
l+ eure warnung vor dem fremden login war goldrichtig, danke
u- auf eurer seite sehen alle kunden die daten der anderen, abschalten
u- ein fremder ist in meinem konto und löscht gerade dateien
u- ein mann am telefon bringt meine großtante dazu, geld zu überweisen
[technical]
n- Die App stürzt jedes Mal ab, wenn ich die Kamera öffne
n0 Beim Export vom Bericht kommt Fehler 502, habt ihr eine Idee?
l0 Wie verbinde ich den Drucker mit dem WLAN?
u- das update hat alles zerschossen, kann nicht arbeiten und muss heute abgeben
h- Die Synchronisierung zwischen Laptop und Handy geht seit gestern nicht mehr
l+ neue version läuft richtig flott, danke an die entwickler
n0 seite lädt nicht in firefox, in chrome schon
l+ In fünf Minuten gelöst, was andere in einer Woche nicht konnten, großartig 😍
l0 wie stelle ich benachrichtigungen ab
l0 welche browser werden unterstützt
n0 die app will ein update, im store gibt es keins
n0 bluetooth ist verbunden, aber kein ton, was kann ich probieren?
n0 die exportierte datei lässt sich in excel nicht öffnen
n- auf meinem handy ist das menü rechts abgeschnitten
n- upload bleibt immer bei 99 % stehen, andere seiten gehen
n- die suche findet nichts mehr, seit ich die sprache umgestellt habe
n- nur mein laptop kommt nicht rein, bei den anderen geht es
n- die tastatur friert im kommentarfeld ein
n- die loginseite lädt auf meinem tablet endlos
h- das programm löscht beim speichern meine eingaben, ein tag arbeit weg
h- bildschirm bleibt nach eurem update schwarz, gerät unbrauchbar
h- die synchronisation hat tausende doppelte angelegt und macht weiter
u- maschine reagiert nicht auf stopp, sie läuft einfach weiter
u- euer plugin hat unsere bezahlseite zerschossen, in einer stunde beginnt die aktion
l+ fehler in einem tag behoben, hut ab
l+ die neue version ist viel schneller
u- das system gibt falsche dosen aus, wir mussten die behandlung stoppen
u- es schickt allen unseren kunden immer wieder dieselbe mail und lässt sich nicht stoppen
h- morgen ist abgabe und das formular bricht beim letzten schritt ab
n- na wunderbar, wieder eingefroren. das hat mir noch gefehlt, so ein mist
h- mein zug fährt morgen und laut app ist die fahrkarte ungültig
n- herrlich, schon wieder eingefroren, vielen Dank auch
[other]
n0 hatte schon jemand Zeit für meine Nachricht
n0 ich melde mich noch einmal wegen meiner Mail von heute früh
n- zwei Tage ohne Antwort, liest dieses Postfach überhaupt jemand
n- ich schreibe und schreibe, und es kommt nichts zurück
n0 wie weit sind Sie mit meinem Anliegen
l+ passt jetzt alles, vielen Dank
l+ alles wieder gut, danke für die schnelle Hilfe
n- leider unverändert, es hat nichts gebracht
l0 ja, das habe ich alles schon gemacht
l0 hier die Angaben, die Sie wollten: 40 71 22
l0 Habt ihr offene Stellen in Köln?
l+ Ihre Mitarbeiterin Frau Weber war wunderbar, bitte weitersagen!
l0 Wann haben Sie an Feiertagen geöffnet?
h- Seit 50 Minuten in der Warteschleife, euer Support ist das Letzte
l0 hallo?
n0 Kann ich bitte mit einem Menschen sprechen
l+ Danke und ein schönes Wochenende!
n0 An wen wende ich mich mit einer Presseanfrage?
l0 moin
l0 bist du ein bot?
l0 wo ist euer büro
l0 alles klar
l0 unterstützt ihr vereine aus der region?
l0 ??
n0 ich möchte offiziell beschwerde einlegen, wohin damit?
n0 bitte morgen zurückrufen
n- bei euch geht keiner ans telefon
n- der chat wurde mitten im satz geschlossen
h- fünfte nachricht und keine antwort, unglaublich
h0 ich muss heute noch mit der leitung sprechen
l+ danke!
l+ ihr habt mir den tag gerettet
l+ frohe weihnachten ans ganze team
l- eure warteschleifenmusik ist grauenhaft
l- die werbung nervt
u- wir sitzen nachts am bahnhof fest, anschluss gestrichen, kein hotel
u- in eurem laden ist jemand umgekippt und keiner hilft
u- das kind ist allein und euer personal ist weg
n- danke auch fürs auflegen, sehr stilvoll
"""
)
