"""English words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            theft thief criminal criminals lawsuit problem//s issue//s error//s fail//s/ed/ing/ure broken broke
            crash//es/ed/ing missing lost stuck wrong slow//er late delay//s/ed down complain//t/ts/ing confus/ed/ing
            unfortunately sadly unable refus/e/ed/es glitch//y/es bug//s/gy laggy trouble//s/some fault//s mistake//s
            mistaken hang//s/ing freez/e/es/ing froze lag//s/ging disconnect//s/ed bounced declined rejected denied
            outage//s interrupted interruption incorrect//ly inaccurate invalid duplicated unanswered unresolved overdue
            incomplete leak//s/ing/ed/y stain//ed/s scratch//ed/es dented torn crack//ed/s shattered bent noisy weak
            stale missed forgot forgotten struggl/e/ed/ing difficult//y complicated inconvenien/t/ce disturb/ing/ed
            concerned doubtful lack//s/ing repeatedly worn malfunction//s/ing/ed unstable unreachable unavailable
        """,
        1.0: """
            bad worse poor//ly annoy//ed/ing upset angry mad sad unhappy disappoint//ed/ing/ment unacceptable useless
            rubbish lousy lame rude incompetent unreliable ridiculous absurd frustrat/ed/ing/ion fed tired sick hate//d
            shame//ful joke nonsense ignored ignoring wast/e/ed/ing unfair dishonest lie//d/s lying liar//s misleading
            mess nightmare worried worrying scared afraid stress//ed/ful shoddy faulty defective dirty damaged sucks
            suck crap//py wtf smh ugh meh unprofessional overpriced regret overcharged unhelpful clueless hopeless
            hassle trash garbage irritat/ed/ing/ion aggravat/ed/ing exhaust/ed/ing miserabl/e/y dissatisf/ied/action
            unsatisf/ied/actory/ying disrespect//ful/ed careless//ness lazy sloppy stupid//ity dumb idiotic foolish
            fooled cheat//ed/ing/s deceiv/ed/ing deceptive fake bogus blunder fiasco farce pointless worthless senseless
            unreasonable unjustified unwilling unfriendly impolite arrogan/t/ce condescending dismissive hostile
            harass//ed/ing/ment abusive abuse threaten//ed/ing ruin//ed/s/ing spoil//ed/t wreck//ed destroy//ed/s
            awkward uncomfortable pain//ful filthy smelly stink//s/y nasty rotten mouldy moldy rusty flimsy inferior
            substandard subpar mediocre underwhelming boring dull bland tasteless soggy expensive pricey unaffordable
            ripoff overpaid greed//y excuses pretend//ed/ing runaround abandoned neglect//ed bother//ed/ing/some
            nuisance suffer//ed/s/ing hurt//s/ing cry//ing cried tears heartbroken depress//ed/ing anxious anxiety
            panick/ed/ing nervous upsetting upsets discourag/ed/ing unfortunate unlucky incompetence negligen/t/ce bs
            wth ffs hates hating dislike//d/s detest//ed unbearable intolerable unusable annoys annoyance disappoints
            badly worsen//ed/ing worrisome distress//ed/ing displeased resent//ed/ment bitter grumpy offended offensive
            insult//ed/ing/s mock//ed/ing blame//d complicate failures unfit untrustworthy unethical illegal unlawful
            pushy spam//med/ming shady sketchy dodgy botched bungled mishandled misled mistreat//ed/ment neglectful
            forgetful inadequate insufficient inconsistent inexcusable messy chaotic chaos wasteful regretted
            regrettable scary frightened frightening terrified
        """,
        2.0: """
            terrible horrible awful worst disgusting disgrace//ful outrage//ous furious livid appalling atrocious
            scam//med/mers/mer thieves pathetic shocking dreadful abysmal shit//ty bullshit fuck//ing/ed damn idiots
            crooks robbery infuriating unbelievable disaster despicable horrid horrendous horrific hideous vile
            repulsive revolting nauseating sickening wretched ghastly deplorable disgust//ed shameless scandal//ous
            fraudsters swindl/e/ed/ers extort//ion rage raging enraged fuming seething asshole//s bastard//s bitch
            catastroph/e/ic disastrous humiliat/ed/ing/ion unforgivable loathsome boycott terribly horribly awfully
            atrociously abominable devastat/ed/ing
        """,
    },
    positive={
        0.5: """
            work//s/ed working fine ok okay clear helpful quick//ly fast easy smooth//ly polite useful solved fixed
            sorted resolved please success//ful/fully succeed//ed ready improv/ed/ement/es accurate//ly responsive
            convenient neatly clean fair hopeful//ly nicely decent properly haha hahaha
        """,
        1.0: """
            good nice great thank//s/ful thx ty cheers happy glad pleased like//d enjoy//ed/ing kind friendly lovely
            appreciate//d recommend//ed satisfied comfortable pleasant delighted grateful cool neat impressed reliable
            professional efficient helped better yay beautiful bravo legend thankfully thanked appreciat/es/ing/ion/ive
            enjoyable enjoys fun gladly joy//ful cheerful smil/e/es/ed/ing excited exciting proud lucky bless//ed hooray
            hurray woohoo kudos congrats congratulations attentive caring considerate courteous generous gentle
            respectful thoughtful welcoming knowledgeable skilled competent seamless//ly effortless//ly trustworthy
            dependable solid sturdy durable affordable bargain comfy cosy cozy tasty delicious yummy gorgeous adorable
            cute sweet elegant stylish charming loyal hug//s supportive rescued saved reliev/ed/ing relief
            reassur/ed/ing refreshing recommending satisf/ying/action/actory pleasure pleasing pleasantly peaceful
            praise//d praiseworthy gratitude gratefully remarkable admirable admire//d entertaining inspiring inspired
            motivated enthusias/tic/m celebrate//d celebrating helpfulness
        """,
        2.0: """
            love//d/s excellent amazing awesome perfect//ly fantastic wonderful//ly brilliant superb outstanding best
            incredible flawless exceptional stellar fabulous loving ador/e/ed/es/ing thrilled ecstatic overjoyed
            magnificent marvel//ous/lous phenomenal sensational spectacular splendid stunning sublime terrific
            unbeatable unmatched impeccable exquisite heavenly lifesaver greatest finest epic superbly amazed amazingly
            gem breathtaking faultless
        """,
    },
    urgent="""
        urgent//ly asap immediately emergency now instantly today tonight hurry rush deadline critical desperate//ly
        stranded evacuate bleeding unconscious smoke fire burning danger//ous unsafe hacked stolen fraud fraudulent
        unauthori/sed/zed insulin oxygen frozen bailiff//s eviction minute//s
    """,
    calm="""
        whenever eventually sometime someday curious wondering idea suggestion feedback fyi convenience wish wondered
    """,
    intensifiers="""
        very really so extremely absolutely totally completely utterly super too such incredibly truly highly
    """,
    softeners="slightly somewhat little bit kinda rather fairly mildly",
    breaks="but however although though except",
    negates_after="""
        not no never t dont doesnt didnt isnt wasnt arent cant cannot couldnt wont wouldnt nobody without hardly barely
        none neither nor aint
    """,
    negates_around="nothing",
)
