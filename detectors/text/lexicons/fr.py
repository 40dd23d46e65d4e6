"""French words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problème//s probleme//s souci//s erreur//s panne//s bug//s/é/gué plant/e/é/ée bloqu/é/ée/e manqu/e/ant/ants
            perdu//e/s/es retard//s lent//e/s/es cass/é/ée/és faux impossible malheureusement hélas refus//e/é/ée marre
            attends attendre erron/é/ée/és/ées inexact//e anomalie//s dysfonctionnement//s incident//s
            coup/é/ée/ure/ures interrompu//e interruption//s inaccessible//s indisponible//s injoignable//s
            introuvable//s invalide//s expir/é/ée rejet/é/ée oubli/é/ée/és endommag/é/ée/és déchir/é/ée ray/é/ée félé
            fissur/é/ée rayure//s tache//s bruyant//e faible//s difficile//s compliqu/é/ée/er encombr/é/ant
            gên/é/ant/ante plainte//s plains plaindre insuffisant//e/s incomplet incomplète ralenti//e lenteur//s
            patienter patientez poireaut/e/er attendu dommage
        """,
        1.0: """
            hallucinant agacé agacée énervé mauvais//e/es mal pire nul//le/s/les déçu//e/s/es decu//e décev/ant/ante
            énervée énervant énervante agaçant agaçante fâché//e triste mécontent//e/s/es insatisfait//e furax
            inacceptable//s inadmissible//s incompétent//e/s/es inutile//s injuste ridicule//s absurde pénible galère
            honteux désagréable impoli//e mensonge//s menteur//s mentir mépris foutu//e peur inquiet inquiète
            stress//é/ée/ant cauchemar bordel pourri//e/s/es défectueux défectueuse abîmé//e sale//s
            chiant//e gonfl/é/ant lamentable//s regrette débile//s saoule saoulé foutage moche bâclé chere agacement
            agace énerv/e/es/ent énervement exaspér/é/ée/ant/ante irrit/é/ée/ant/ante insupportable//s intolérable//s
            invivable//s pénibles lassant//e lassitude fatigu/é/ée/ant/ante épuis/é/ée/ant déprim/é/ée/ant/ante
            dépit/é/ée dégout//e/é/ée dégoût//e/é/ée désespér/é/ée/ant désemparé//e déception déceptions décevants
            déçoit désolant//e consternant//e affligeant//e attristé malheur//eux/euse tristesse pleur/e/er/é larmes
            chagrin souffr/e/ir/ance douleur angoiss/e/é/ant inquiétude inquiétant peurs effrayant//e flippant//e
            stupide//s bête bêtise//s idiot//e/s/es imbécile//s abruti//e/s conne connard//s connasse connerie//s
            crétin//s naze//s nase pourrav/e lourdingue relou//s gavant gonflante soûle soule soulé saoulant
            ennuy/eux/euse/er chiants chiantes barbant fade//s bof mouais beurk berk pff pfft grr zut flûte crotte
            merdouille ptn putin fdp tg bordélique trompé//e/s tromperie trompeur trompeuse menti mentent bidon
            hypocrite//s malhonnête//s malpoli//e/s irrespectueux irrespectueuse irrespect irresponsable//s incompétence
            négligen/t/ce/ts laxis/te/me paresseux fainéant//s arrogant//e/s hautain//e méprisant//e/s agressif
            agressive agressivité insulte//s insultant//e insulté menace//s menac/é/ée harc/elé/elée/èlement
            abus//if/ive abusé injustice//s injustifié//e illégal//e anormal//e aberrant//e lamentablement ridiculise
            inefficace//s inexistant//e médiocre//s camelote toc vétuste crade//s crado dégueu dégueux puant//e/s pue
            puent moisi//e rouillé//e usé//e détruit//e ruin/é/ée gâch/é/ée/er gâchis gaspill/é/age coûteux coûteuse
            onéreux onéreuse surfacturé//e exorbitant//e ennui//s galères galérer embêt/é/ant/ante déteste//nt détester
            hais haine horreur honteuse honteusement indigne//s indécent//e regrets regrettable remord//s reproche//s
            rage râle//r colère tendu crise//s pires échec//s échoué raté//e/s rater louper loupé foir/é/e/er malchance
            maudit//e malsain//e violent//e violence//s guerre mort//e/s tué//s tuer grève//s
        """,
        2.0: """
            horrible//s affreux affreuse catastroph/e/ique/iques honte scandal/e/eux/euse merde merdique
            arnaqu/e/é/ée/eurs voleur//s escroc//s escroquerie dégoûtant//e dégueulasse exécrable//s minable//s furieux
            furieuse outré//e révoltant//e pathétique//s enfer putain désastre désastreux désastreuse abominable
            incapables horriblement affreusement atroce//s immonde//s infect//e/s ignoble//s odieux odieuse infâme//s
            répugnant//e écœurant//e écoeurant//e abject//e scandaleusement inqualifiable//s inexcusable//s
            impardonnable//s désastres charlatan//s bandit//s voyou//s salaud//s salop/e/es/erie enculé//s pute//s
            enflure merdes merdier chier ulcér/é/ée enrag/é/ée haineux cauchemardesque apocalyptique
        """,
    },
    positive={
        0.5: """
            march/e/é/ent fonctionn/e/é/ent correct//e clair//e rapide//s rapidement facile//s simple pratique utile//s
            résolu//e réglé//e ok réparé//e poli//e svp réuss/i/ie/ite/ir propre//s fluide//s précis//e ponctuel//le
            commode//s intéressant intéressante intéressants réactif réactive réactivité espère espérons espoir
            confiance amélior/é/ée/ation positif positive abordable//s raisonnable//s courage mdr haha ahah hihi
        """,
        1.0: """
            bon//ne/s/nes bien merci//s content//e/s/es satisfait//e/s/es ravi//e/s/es heureux heureuse sympa//s
            gentil//le aimable//s agréable//s joli//e beau belle aime aimé apprécie//r recommande efficace//s fiable//s
            sérieux professionnel//le/s bravo chouette cool top génial//e/s plaisir reconnaissant//e confortable mieux
            soulagé//e félicitations aidé bonheur joie joies joyeux joyeuse heureusement contentement enchant/é/ée/és
            fier//s fière fierté plaisant plaisent sourire//s souri rire//s marrant//e amus/ant/ante/é fun kiffe kiffer
            kif stylé//e/s charmant//e/s élégant//e mignon//ne/s adorable//s doux douce délicieux délicieuse
            succulent//e savoureux régal régale chaleureux chaleureuse accueillant//e/s bienveillan/t/te/ce attentif
            attentive attentionné//e serviable//s courtois//e/ie généreux généreuse honnête//s compétent//e/s
            professionnalisme irréprochable//s solide//s robuste//s stable//s beaux belles beauté jolis jolies
            superbement remerci/e/er/ements gratitude félicite félicit/é/er applaud/is/ir youpi yes hourra vive sauvé//e
            soulagement rassur/é/ée/ant chance chanceux chanceuse bénéf bisou//s bises câlin//s amour//s amoureux
            amoureuse amitié aiment aimer aimez gagn/é/er/ant victoire//s gg champion//s succès fête//r motivé//e
            motivation inspir/ant/é impressionn/é/ant/ante satisfaction apprécié//e appréciable//s confort agréablement
            excit/é/ée épanoui//e serein//e sérénité zen réussies bravos
        """,
        2.0: """
            excellent//e/s/es parfait//e/s/es parfaitement super adore//r/s magnifique//s formidable//s merveilleux
            merveilleuse incroyable fantastique//s exceptionnel//le impeccable//s nickel meilleur//e/s/es extraordinaire
            superbe//s splendide//s sublime//s génialissime fabuleux fabuleuse grandiose//s époustouflant//e
            éblouissant//e prodigieux remarquable//s phénoménal//e idéal//e incroyablement merveille//s merveilleusement
            magnifiquement adorent adoré//e adorons ador/ant passionné passionnant//e émerveill/é/ée ravissant//e
            féerique exquis//e
        """,
    },
    urgent="""
        urgent//e/s urgence//s urgemment pressé//e immédiatement immediatement vite maintenant aujourd instant minute//s
        délai grave danger//eux/euse fuite fumée feu incendie secours critique bloquez pirat/é/ée/age volé//e
        fraud/e/uleux/uleuse médicament//s insuline huissier expulsion coincé//e paralys/é/ée/és
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
