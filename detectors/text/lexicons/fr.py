"""French words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problème//s probleme//s souci//s erreur//s panne//s bug//s/é/gué plant/e/é/ée bloqu/é/ée/e
            manqu/e/ant/ants perdu//e/s/es retard//s lent//e/s/es cass/é/ée/és faux impossible malheureusement hélas
            refus//e/é/ée marre attends attendre
        """,
        1.0: """
            mauvais//e/es mal pire nul//le/s/les déçu//e/s/es decu//e décev/ant/ante énerv/é/ée/ant/ante
            agaç/ant/ante/é fâché//e triste mécontent//e/s/es insatisfait//e furax inacceptable//s inadmissible//s
            incompétent//e/s/es inutile//s injuste ridicule//s absurde pénible galère honteux désagréable impoli//e
            mensonge//s menteur//s mentir mépris foutu//e peur inquiet inquiète stress//é/ée/ant cauchemar bordel
            pourri//e/s/es ras-le-bol défectueux défectueuse abîmé//e sale//s chiant//e gonfl/é/ant lamentable//s
            regrette débile//s saoule saoulé foutage moche bâclé cher//e
        """,
        2.0: """
            horrible//s affreux affreuse catastroph/e/ique/iques honte scandal/e/eux/euse merde merdique
            arnaqu/e/é/ée/eurs voleur//s escroc//s escroquerie dégoûtant//e dégueulasse exécrable//s minable//s
            furieux furieuse outré//e révoltant//e pathétique//s enfer putain désastre désastreux désastreuse
            abominable incapables
        """,
    },
    positive={
        0.5: """
            march/e/é/ent fonctionn/e/é/ent correct//e clair//e rapide//s rapidement facile//s simple pratique
            utile//s résolu//e réglé//e ok réparé//e poli//e svp
        """,
        1.0: """
            bon//ne/s/nes bien merci//s content//e/s/es satisfait//e/s/es ravi//e/s/es heureux heureuse sympa//s
            gentil//le aimable//s agréable//s joli//e beau belle aime aimé apprécie//r recommande efficace//s
            fiable//s sérieux professionnel//le/s bravo chouette cool top génial//e/s plaisir reconnaissant//e
            confortable mieux soulagé//e félicitations aidé
        """,
        2.0: """
            excellent//e/s/es parfait//e/s/es parfaitement super adore//r/s magnifique//s formidable//s merveilleux
            merveilleuse incroyable fantastique//s exceptionnel//le impeccable//s nickel meilleur//e/s/es
            extraordinaire canon
        """,
    },
    urgent="""
        urgent//e/s urgence//s urgemment pressé//e presse immédiatement immediatement vite maintenant aujourd instant
        minute//s délai grave danger//eux/euse fuite fumée feu incendie secours critique bloquez pirat/é/ée/age
        volé//e vol fraud/e/uleux/uleuse médicament//s insuline huissier expulsion coincé//e paralys/é/ée/és
    """,
    calm="""
        suggestion//s idée//s question//s curieux curieuse savoir info information//s renseignement//s éventuellement
    """,
    intensifiers="""
        très trop vraiment tellement extrêmement totalement complètement carrément hyper ultra absolument si
    """,
    softeners="peu assez plutôt légèrement presque",
    breaks="mais cependant toutefois sauf",
    negates_after="ne n non sans aucun aucune jamais rien personne ni",
    negates_around="pas plus",
)
