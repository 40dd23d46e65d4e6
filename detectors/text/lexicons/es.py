"""Spanish words of feeling and haste."""

from typing import Final

from detectors.text.lexicons.words import Lexicon

LEXICON: Final = Lexicon(
    negative={
        0.5: """
            problema//s error//es falla//s/ndo fallo//s falló caíd/o/a caido roto rota averiad/o/a avería perdid/o/a/os
            retraso//s retrasad/o/a lent/o/a/os/as tarde equivocad/o/a queja//s desgraciadamente lamentablemente
            imposible bloquead/o/a rechazad/o/a demora//s cuelga colgad/o/a difícil//es complicad/o/a/os
            incorrect/o/a/os inválid/o/a incomplet/o/a interrumpid/o/a interrupción interrupciones corte//s caídas
            aplazad/o/a olvidaron quejarme quejar denuncia//r inconveniente//s fallid/o/a estropead/o/a dañó rasgad/o/a
            rayad/o/a manchad/o/a agrietad/o/a gotea doblad/o/a ruidos/o/a débil//es indisponible inaccesible
            saturad/o/a desconectad/o/a vencid/o/a caducad/o/a faltante//s falta//n duplicad/o/a escas/o/a
            insuficiente//s dud/oso/osa incómod/o/a/os defecto//s desperfecto//s tardan tardó tardanza trabad/o/a
        """,
        1.0: """
            mal mal/o/a/os/as peor//es pésim/o/a/os/as molesto molesta molestos enojad/o/a/os enfadad/o/a/os cabread/o/a
            harto harta hartos triste decepcionad/o/a decepci/ón/onante inaceptable//s inútil//es incompetente//s
            ridícul/o/a/os absurdo injust/o/a vergonzos/o/a maleducad/o/a/os groser/o/a/os mentira//s mentiros/o/os/a
            mienten engañ/o/ado/ada/an basura porquería odio asco pesadilla desastre//s fastidio fatal frustrad/o/a
            frustrante preocupad/o/a miedo estrés agobio chapuza defectuos/o/a sucio sucia dañad/o/a inseguro nefast/o/a
            deplorable lamentable burla tomadura caro cara arrepiento insatisfech/o/a desesperad/o/a aburrid/o/a
            cansad/o/a cutre tristes tristeza llor/o/ar/ando/é lágrimas dolor//oso/osa duele sufr/o/ir/iendo/imiento
            deprimid/o/a deprimente agotad/o/a agotador cansancio hartazgo aburre aburrimiento fastidi/ar/oso/osa/ada
            molestar molestan molestando irrita irritante//s irritad/o/a exasperante desesperante desesperación
            desespera angusti/a/ado/ada/ante ansiedad nervios/o/a/os temor asustad/o/a pánico preocupa preocupante
            preocupación enoja enojo enfad/o/a ira rabia bronca odia odiar detesto aborrezco repugna desprecio
            desprecian irrespetuos/o/a/os insolente//s arrogante//s prepotente//s antipátic/o/a/os descortés
            desagradable//s desatent/o/a negligen/te/tes/cia descuidad/o/a descuido vag/o/a/os flojos irresponsable//s
            incompetencia incapaz incapaces inept/o/a/os torpe//s tont/o/a/os/ería idiota estúpid/o/a/os estupidez
            imbécil//es ignorante//s payas/o/os/ada basuras cochinada asquito feo fea feos feas apest/a/an/oso hedor
            podrid/o/a mohos/o oxidad/o/a mugre mugrient/o/a barat/ija malísim/o/a/os/as mediocre//s deficiente//s
            inservible//s inutilizable descompuest/o/a destruid/o/a destroz/ado/ada/aron arruin/ado/ada/aron/ó
            perjudicad/o/a perjuicio pérdida desperdicio carísim/o/a/os costos/o/a abusiv/o/a/os abuso//s engañados
            engañaron engañoso engañosa timo timad/o/a mentí/as mintieron falsedad fals/o/a/os trampa//s tramposos
            fraudulent/o/a injusticia//s ilegal//es amenaza//s amenazan acoso acosan insult/o/os/an/aron ofensa
            ofensiv/o/a/os humillante humillad/o/a vergonzosamente decepciona decepcionad/as decepciones
            desilusi/ón/onado/onada fracas/o/ado/aron errorazo fallaron excusas pretexto//s ignoran ignoraron
            ignorad/o/a abandonad/o/a/os desprotegid/o/a desamparad/o inaguantable//s insoportable//s intolerable//s
            inconcebible//s indebid/o/a desorganizad/o/a/os desorden caos caótic/o/a descontent/o/a/os disgustad/o/a
            disgusto//s inconforme//s infeliz infelices desgracia lástima culpa//s muert/e/o/os guerra violencia mierdas
            coñazo gilipoll/as/eces pendej/o/os/ada boludo//s maldit/o/a/os jodid/o/a jodiendo puto putos cagada//s caga
            cabron/es cabrón
        """,
        2.0: """
            horrible//s terrible//s vergüenza verguenza estafa//do/dores/dor ladron/es ladrón robo//s asqueros/o/a/os
            mierda puta carajo indignad/o/a indignante furios/o/a/os escándalo infierno patétic/o/a/os atroz caradura//s
            sinvergüenza//s idiotas joder inadmisible impresentable//s horrend/o/a/os horroros/o/a/os espantos/o/a/os
            espanto aberrante//s abominable//s repugnante//s vomitiv/o nauseabund/o despreciable//s execrable
            catastrófic/o/a/os catástrofe desastros/o/a/os indignación indigna indignantes inaudit/o/a estafaron estafan
            estafadora estafadoras delincuentes criminales rateros hijueputa hdp imperdonable//s inexcusable//s rabioso
            furia enfurecid/o/a infernal//es abominación aterrador//a
        """,
    },
    positive={
        0.5: """
            funciona//n/ndo funcionó sirve//n clar/o/a rápid/o/a/os/as rápidamente fácil//es útil//es práctic/o/a
            resuelt/o/a solucionad/o/a arreglad/o/a ok puntual//es correct/o/a logr/ado/é/ó éxito//s exitos/o/a limpio
            limpios puntualidad sencill/o/a/os cómodamente ágil//es razonable//s accesible//s barat/o/a/os económic/o/a
            esperanza confianza mejorad/o/a mejoró ánimo jaja jajaja jajajaja jeje bienvenid/o/a/os
        """,
        1.0: """
            bien buen buen/o/a/os/as gracias content/o/a/os/as feliz felices satisfech/o/a/os alegr/e/o/a
            agradecid/o/a/os agradezco amable//s simpátic/o/a bonit/o/a lind/o/a gusta//n/do gustó recomiendo
            recomendable eficiente//s eficaz fiable//s profesional//es cómod/o/a agradable//s encantad/o/a/os genial
            chévere guay mejor//es bacán felicidades felicitaciones ayudaron ayudó aprecio alegría//s alegres felizmente
            felicidad felicito content/ísimo/ísima dichoso dichosa sonri/e/sa/sas/endo risa//s divertid/o/a/os divertir
            disfrut/o/ar/é/ando/en orgull/o/oso/osa emocionad/o/a/os emoción emocionante suerte suertud/o/a
            afortunad/o/a bendición bendiciones bendecid/o/a bendiga aplausos bravo viva hurra cariño cariñ/oso/osa
            amor//es abrazo//s beso//s besitos dulce//s tiern/o/a ternura lindísim/o/a hermos/o/a/os/as
            preci/oso/osa/osos bell/o/a/os/as belleza guap/o/a/os elegante//s encantador//a/es delicios/o/a/os rico rica
            riquísim/o/a sabros/o/a calid/o/a cálid/o/a acogedor//a generos/o/a/os honest/o/a/os sincer/o/a
            respetuos/o/a/os cortés corteses educad/o/a/os servicial//es dedicad/o/a/os competente//s eficiencia
            profesionalismo profesionalidad confiable//s sólid/o/a durader/o/a estable//s recomendaré recomendar
            agradecimiento agradecer satisfacción satisfactori/o/a satisfechísim/o complacid/o/a placer gust/o/aron
            aliviad/o/a alivio salvaron tranquil/o/a tranquilidad relajad/o/a gan/é/amos/ado/aron/ar victoria//s
            campeon/es campeón ganador//a fiesta//s celebr/ar/ando/amos ideal//es inspirador//a impresionad/o/a bonitos
            bonitas fenómeno crack copad/o piola molan mola chido chida padrísimo chulo chula bienestar
        """,
        2.0: """
            excelente//s perfect/o/a/os/as perfectamente increíble maravillos/o/a/os maravilla fantástic/o/a/os
            encanta//n encantó amo espectacular estupend/o/a/os magnífic/o/a/os fenomenal impecable//s súper super
            excepcional adoro enamorad/o/a buenísim/o/a/os excelentísim/o excelencia extraordinari/o/a/os grandios/o/a
            sensacional//es insuperable//s inmejorable//s formidable//s fabulos/o/a/os impresionante//s deslumbrante
            sublime//s divin/o/a/os perfección inolvidable//s brillante//s genialidad amamos adorable//s adoramos
            encantadísim/o/a fascin/a/ante/ado/ada maravillosamente espectacularmente increíbles
        """,
    },
    urgent="""
        urgente//s urgentemente urgencia emergencia inmediat/o/a inmediatamente ahora ahorita hoy prisa apuro plazo
        crític/o/a grave peligro peligros/o/a humo fuego incendio fuga hackead/o/a hackearon robad/o/a robaron fraude
        bloqueen bloqueenla congelen insulina medicamento//s medicina desalojo embargo varad/o/a/os atrapad/o/a
        paralizad/o/a/os minuto//s
    """,
    calm="""
        pregunta duda consulta sugerencia sugiero idea información curiosidad saber simplemente comentario
    """,
    intensifiers="""
        muy tan demasiado realmente totalmente sumamente extremadamente completamente bastante tremendamente
    """,
    softeners="poco algo ligeramente medio",
    breaks="pero aunque sino excepto",
    negates_after="no ni nunca jamás sin nadie nada ningún ninguna ninguno tampoco",
)
