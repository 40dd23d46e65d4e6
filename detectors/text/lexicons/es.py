"""Spanish words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problema//s error//es falla//s/ndo fallo//s falló caíd/o/a caido roto rota averiad/o/a avería
            perdid/o/a/os retraso//s retrasad/o/a lent/o/a/os/as tarde equivocad/o/a queja//s desgraciadamente
            lamentablemente imposible bloquead/o/a rechazad/o/a demora//s cuelga colgad/o/a
        """,
        1.0: """
            mal mal/o/a/os/as peor//es pésim/o/a/os/as molest/o/a/os/ia enojad/o/a/os enfadad/o/a/os cabread/o/a harto
            harta hartos triste decepcionad/o/a decepci/ón/onante inaceptable//s inútil//es incompetente//s
            ridícul/o/a/os absurdo injust/o/a vergonzos/o/a maleducad/o/a/os groser/o/a/os mentira//s mentiros/o/os/a
            mienten engañ/o/ado/ada/an basura porquería odio asco pesadilla desastre//s fastidio fatal frustrad/o/a
            frustrante preocupad/o/a miedo estrés agobio chapuza defectuos/o/a sucio sucia dañad/o/a inseguro
            nefast/o/a deplorable lamentable burla tomadura caro cara arrepiento insatisfech/o/a desesperad/o/a
            aburrid/o/a cansad/o/a cutre
        """,
        2.0: """
            horrible//s terrible//s vergüenza verguenza estafa//do/dores/dor ladron/es ladrón robo//s asqueros/o/a/os
            mierda puta carajo indignad/o/a indignante furios/o/a/os escándalo infierno patétic/o/a/os atroz
            caradura//s sinvergüenza//s idiotas joder inadmisible impresentable//s
        """,
    },
    positive={
        0.5: """
            funciona//n/ndo funcionó sirve//n clar/o/a rápid/o/a/os/as rápidamente fácil//es útil//es práctic/o/a
            resuelt/o/a solucionad/o/a arreglad/o/a ok vale puntual//es correct/o/a
        """,
        1.0: """
            bien buen buen/o/a/os/as gracias content/o/a/os/as feliz felices satisfech/o/a/os alegr/e/o/a
            agradecid/o/a/os agradezco amable//s simpátic/o/a bonit/o/a lind/o/a gusta//n/do gustó recomiendo
            recomendable eficiente//s eficaz fiable//s profesional//es atent/o/a/os cómod/o/a agradable//s
            encantad/o/a/os genial chévere guay mejor//es bacán padre saludos felicidades felicitaciones ayudaron
            ayudó aprecio
        """,
        2.0: """
            excelente//s perfect/o/a/os/as perfectamente increíble maravillos/o/a/os maravilla fantástic/o/a/os
            encanta//n encantó amo espectacular estupend/o/a/os magnífic/o/a/os fenomenal impecable//s súper super
            excepcional adoro enamorad/o/a
        """,
    },
    urgent="""
        urgente//s urgentemente urgencia emergencia inmediat/o/a inmediatamente ahora ahorita hoy prisa apuro plazo
        crític/o/a grave peligro peligros/o/a humo fuego incendio fuga hackead/o/a hackearon robad/o/a robaron fraude
        bloqueen bloqueenla congelen insulina medicamento//s medicina desalojo embargo varad/o/a/os atrapad/o/a
        paralizad/o/a/os minuto//s
    """,
    calm="pregunta duda consulta sugerencia sugiero idea información curiosidad saber simplemente comentario",
    intensifiers="""
        muy tan demasiado realmente totalmente sumamente extremadamente completamente bastante tremendamente
    """,
    softeners="poco algo ligeramente medio",
    breaks="pero aunque sino excepto",
    negates_after="no ni nunca jamás sin nadie nada ningún ninguna ninguno tampoco",
)
