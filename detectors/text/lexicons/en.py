"""English words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problem//s issue//s error//s fail//s/ed/ing/ure broken broke crash//es/ed/ing missing lost stuck wrong
            slow//er late delay//s/ed down complain//t/ts/ing confus/ed/ing unfortunately sadly unable refus/e/ed/es
            glitch//y/es bug//s/gy laggy
        """,
        1.0: """
            bad worse poor//ly annoy//ed/ing upset angry mad sad unhappy disappoint//ed/ing/ment unacceptable useless
            rubbish lousy lame rude incompetent unreliable ridiculous absurd frustrat/ed/ing/ion fed tired sick
            hate//d shame//ful joke nonsense ignored ignoring waste//d/ing unfair dishonest lie//d/s lying liar//s
            misleading mess nightmare worried worrying scared afraid stress//ed/ful shoddy faulty defective dirty
            damaged sucks suck crap//py wtf smh ugh meh unprofessional overpriced regret overcharged unhelpful
            clueless hopeless hassle trash garbage
        """,
        2.0: """
            terrible horrible awful worst disgusting disgrace//ful outrage//ous furious livid appalling atrocious
            scam//med/mers/mer thieves pathetic shocking dreadful abysmal shit//ty bullshit fuck//ing/ed damn idiots
            crooks robbery infuriating unbelievable disaster despicable
        """,
    },
    positive={
        0.5: """
            work//s/ed working fine ok okay clear helpful quick//ly fast easy smooth//ly polite useful solved fixed
            sorted resolved please
        """,
        1.0: """
            good nice great thank//s/ful thx ty cheers happy glad pleased like//d enjoy//ed/ing kind friendly lovely
            appreciate//d recommend//ed satisfied comfortable pleasant delighted grateful cool neat impressed reliable
            professional efficient helped better yay beautiful bravo legend
        """,
        2.0: """
            love//d/s excellent amazing awesome perfect//ly fantastic wonderful//ly brilliant superb outstanding best
            incredible flawless exceptional stellar fabulous
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
        not no never t dont doesnt didnt isnt wasnt arent cant cannot couldnt wont wouldnt nobody without
        hardly barely none neither nor aint
    """,
    negates_around="nothing",
)
