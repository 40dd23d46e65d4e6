"""Seed texts in Spanish, written for Spillway, in the form that `rows` reads."""

from typing import Final

from detectors.text.seed.rows import rows

ROWS: Final = rows(
    """
[account]
l0 Hola, ¿cómo cambio el correo de mi perfil?
h- no puedo entrar desde esta mañana, dice que la contraseña está mal y no es verdad
n0 Quiero añadir otro usuario a la cuenta de la empresa.
u- ¡Cuenta bloqueada y tengo que firmar los papeles en una hora, ayuda por favor!
n- El código de verificación no llega nunca al móvil
l+ Gracias, pude restablecer la contraseña a la primera, genial
l0 me pueden corregir el apellido en mi cuenta porfa
l0 ¿Cómo activo la tarjeta nueva que me llegó por correo?
l0 ¿dónde veo mi número de cliente?
l0 ¿pueden dos personas compartir la cuenta?
n0 me registré dos veces sin querer, ¿pueden unir los perfiles?
n0 cambié de celular y los códigos van al número viejo
n0 Saquen a mi antiguo socio de la lista de usuarios, por favor
n- el enlace para restablecer siempre llega vencido
n- dice que mi correo no existe y lo uso hace años
h- tres días sin poder entrar y el formulario da vueltas
h- entro pero desapareció todo mi historial
h0 se fue nuestro administrador y nadie tiene acceso, el viernes se pagan sueldos
u- cuenta bloqueada y tengo que entregar antes del mediodía, desbloquéenla ya
u0 necesito el acceso dentro de una hora, todo el equipo espera
l+ registro facilísimo, muy bien
l+ ya quedó cambiado mi nombre, mil gracias
[billing]
h- Me cobraron dos veces este mes, revísenlo hoy por favor
n0 ¿Me pueden enviar la factura de marzo?
l0 ¿Puedo pagar por transferencia?
u- Me han cobrado 900 euros sin permiso y me devolvieron el alquiler. ¡Arréglenlo YA!
n- otra vez subió la factura y nadie avisa, qué fastidio
l0 ¿El IVA está incluido en el importe de la factura?
l+ Qué bien que ahora se puede pagar a plazos, ¡muchas gracias!
n0 ¿Por qué rechazaron mi pago con tarjeta en la tienda?
l0 ¿Qué tipo de cambio se aplica si pago con tarjeta en el extranjero?
l0 ¿qué formas de pago aceptan?
l0 ¿qué día del mes se cobra?
l0 ¿sube el precio después del primer año?
n0 mi tarjeta caducó, ¿dónde pongo la nueva?
n0 Necesito la factura a nombre de la empresa
n0 pago rechazado aunque el banco dice que está todo bien
n- hay un concepto en la factura que nunca pedí
n- me cobran el mes entero y entré el día 20
n- ¿por qué pago más que lo que dice la web?
h- pasaron dos veces el recibo y ahora no puedo pagar el alquiler
h- avisos y recargos por una factura ya pagada, basta
h- siguen cobrándome, es la tercera carta que mando
u- cobraron mal y me dejaron sin nada para comer hoy, devuélvanlo ahora
l+ llegó la factura corregida, perfecto
l+ por fin una factura que se entiende, gracias
u- la transferencia salió a otra persona hace un minuto, ¿pueden pararla todavía?
n- qué bonito, otro cargo que nadie sabe explicar
[cancellation]
n0 Quiero dar de baja mi suscripción a fin de mes.
h- Denme de baja, estoy harto de este pésimo servicio, me voy con la competencia
u0 Necesito cancelar la reserva de esta noche inmediatamente, me cancelaron el vuelo
l0 ¿con cuánta antelación hay que avisar para terminar el contrato?
h- Llevo semanas intentando cancelar y siguen cobrando, una vergüenza
n+ Muy contenta con ustedes, pero me mudo al extranjero, cancelen mi contrato. ¡Gracias por todo!
n0 Por favor quiten la renovación automática antes del viernes
l0 ¿hay penalización si me voy antes?
l0 si pongo una pausa, ¿conservo los puntos?
n0 Ya no lo uso, den por terminado mi contrato.
n0 quiero desistir del contrato que firmé el lunes
n0 no conviertan mi prueba gratis en suscripción, por favor
n0 confírmenme por escrito que termina el 30 de junio
n- anulen mi pedido, lo encontré más barato en otro lado
n- no encuentro dónde darme de baja, háganlo ustedes
h- di de baja en enero y me siguen cobrando. Ya basta.
h- me cansé, cierren todo y confirmen antes de mañana
h0 tengo que anular la cita de mañana, ¿quién me confirma?
u0 paren el envío que sale ahora, la dirección está mal!!
l+ baja sin vueltas, se agradece, quizá vuelva
l+ la chica que me atendió fue un encanto, contrato cerrado
[delivery]
n- ¿Dónde está mi paquete? Tenía que llegar el lunes.
h- el seguimiento dice entregado pero aquí no ha llegado nada!!
l0 ¿Pueden entregar en otra dirección la semana que viene?
u- En ese paquete perdido van mis medicinas, las necesito hoy sin falta
l+ Llegó un día antes y muy bien embalado, ¡gracias!
l0 cuánto tarda el envío a canarias?
h- Tercera vez que el repartidor ni toca el timbre, todo el día esperando para nada
n- mi tarjeta nueva sigue sin llegar después de dos semanas
l0 ¿envían a Canarias?
l0 ¿con qué transportista trabajan?
l0 ¿puedo pasar a recogerlo?
n0 No me llegó el número de seguimiento.
n0 el jueves no estoy, déjenlo con el portero
n- cinco días y todavía no lo despachan
n- la caja llegó abierta y mojada
n- falta la mitad de mi pedido
n- está parado en el depósito desde el viernes, ¿qué pasa?
h- un mes. ¿dónde está lo mío??
h- lo dejaron en otra dirección y no me lo quieren dar
h- pusieron ausente y estaba en casa, lo necesito mañana para trabajar
u- los remedios tenían que llegar esta mañana, no me queda ninguno
u- la comida lleva dos horas de retraso y los invitados están sentados
l+ el repartidor lo subió hasta el tercero, un crack
l+ llegó volando, gracias
h- es para un funeral el jueves y el paquete no aparece
n- bravo, el paquete se fue a una ciudad que ni conozco
n- maravilloso, el repartidor lo perdió dos veces
n- genial, otra semana más y sin mi paquete
n- qué bien, el repartidor no vino otra vez y nadie contesta
n- maravilloso, dos semanas y sigo sin nada
[outage]
u- ¿Está caído el servicio? En la oficina no funciona nada
h- Sin internet en toda la calle desde las 6, ¿cuándo vuelve?
u- Está todo caído, la tienda no puede cobrar y perdemos miles de euros cada minuto
n0 ¿El mantenimiento del domingo va a cortar el servicio?
h- otra vez sin señal hoy, uf
l+ Ya volvió todo después de la caída, buen trabajo y gracias
u- toda la empresa sin conexión desde las 7, teléfono e internet, nadie puede trabajar
u- las cajas sin línea, los clientes se van, hagan algo
u- está todo muerto, servidores inaccesibles, nos llaman todos los clientes
u- caída total, perdemos pedidos cada segundo
h- no anda nada desde esta mañana
h- ¿se cayó la página?
h- ¿tienen problemas? no carga nada
h- llevo una hora sin poder conectarme
h- ¿soy yo o está todo caído otra vez?
h- sin servicio en la zona desde anoche, ¿alguna novedad?
h- error en todas las páginas, a mis compañeros les pasa igual
h- corte de internet en todo el edificio
h- otra vez caídos sus servidores, van tres esta semana
h- ¿hola?? todo el día sin conexión
h- tele, teléfono, internet, se fue todo junto
h- app y web inaccesibles para todos acá
h0 «servicio no disponible» por todos lados, ¿hay alguna incidencia?
h0 ¿hay un corte ahora mismo? ¿hasta cuándo?
n0 ¿hacen mantenimiento esta noche? va lento
n0 avísenme cuando vuelva el servicio
n- ¿cuánto va a durar el corte? no informan nada
n- todas las noches de esta semana se cae diez minutos
l0 ¿cómo me apunto a los avisos de cortes?
l0 ¿hubo una interrupción el martes pasado? es para el archivo
l+ de nuevo en línea y en menos de una hora, muchas gracias
l+ buena información durante la caída de ayer
u- el teléfono de emergencia no tiene línea y ahí vive un anciano solo
u- cable en el suelo, chispas, hay niños cerca
h- fantástico, otra vez sin internet en día de trabajo
h- genial, todo caído de nuevo
[product]
l0 ¿Esta chaqueta viene en una talla más?
l0 ¿Qué plan me conviene para un equipo de diez personas?
n- La cremallera se rompió a los dos días, mala calidad, muy decepcionado
l+ me encantan los auriculares nuevos, la mejor compra del año
u- El cargador se calienta tanto que le quemó la mano a mi hija, ¡es un peligro!
n0 ¿La batidora es compatible con la jarra antigua?
n- me llegó otro color, yo pedí azul
l+ Perfecto, justo lo que necesitaba, ¡estoy feliz!
l+ excelente app, bonita y muy fácil de usar
l0 ¿se puede meter en el lavavajillas?
l0 ¿lo tienen en negro?
l0 ¿cuánto dura la garantía?
l0 ¿qué diferencia hay entre la básica y la pro?
n0 ¿qué cable va con la segunda generación?
n0 ¿quedan repuestos del modelo 2018?
n- la tela es de mala calidad, se abren las costuras
n- la batería dura una hora, el anuncio decía diez
n- no se parece en nada a la foto
n- la etiqueta dice M y es una S
h- segundo cambio y también viene roto
h- llegó roto y lo necesito mañana para una presentación
u- la estufa se incendió, sáquenla de la venta!
l+ mis hijos están fascinados
l+ muy buena calidad por el precio, repetiré
l+ cómodo, lindo, me queda justo 👍
u- el aparato se partió conmigo encima, estoy herido, avisen a los demás
u- mi niño se tragó una pieza, ¿de qué está hecha?
h- el enchufe se calienta mucho, ¿puedo seguir usándolo esta noche?
n- fantástico, duró dos días enteros y se deshizo
n0 ¿el filtro viejo entra en la jarra nueva?
h- llegamos el viernes y el hotel no nos conoce
n- la habitación no era la que reservamos, pido que me devuelvan una parte
n- estupendo, se rompió el primer día, vaya basura
n- excelente calidad, se rompió el primer día
[refund]
h- Devolví los zapatos hace dos semanas y todavía no me han reembolsado
n0 ¿Cómo devuelvo un artículo para que me regresen el dinero?
l+ Ya recibí el reembolso, gracias por resolverlo tan rápido
u- devuélvanme mi dinero ahora mismo o los denuncio
n0 ¿Me corresponde un reembolso parcial si faltaba una pieza?
n- en la devolución faltan 20 euros, revisen por favor
l0 ¿en cuántos días devuelven el dinero?
l0 ¿el envío también se reembolsa?
n0 Devuelvan la segunda entrada, solo usamos una.
n0 lo mandé de vuelta el lunes, ¿llegó?
n0 el pedido lo anularon ustedes, regresen el pago
n- me dieron un vale y yo quiero el dinero en la tarjeta
n- al día siguiente a mitad de precio, quisiera la diferencia
h- siete semanas, tres promesas y ningún reembolso
h- ustedes dicen reembolsado, mi banco dice que no. dejen de jugar
h- quiero todo mi dinero de vuelta esta semana
u- si hoy no llega el reembolso me echan del piso, lo habían prometido
l+ ya tengo el dinero de vuelta, guau
l+ devolución sin preguntas, muy justos
[security]
u- ¡Me hackearon la cuenta y están comprando con mi tarjeta, bloquéenla ya!
h0 Me llegó un sms de ustedes pidiendo mi pin, ¿es una estafa?
u- Hay un inicio de sesión desde un país donde nunca estuve
u- Me robaron el móvil con su app hace una hora, bloqueen todo
l0 cómo activo la verificación en dos pasos?
l+ Qué bueno que avisen del phishing, bien hecho
u- pagos que yo no hice en mi tarjeta, esto es un fraude
l0 ¿aceptan llaves de acceso?
l0 ¿cómo guardan los datos de mi tarjeta?
n0 aviso de dispositivo nuevo, era mi tableta, ¿cómo lo confirmo?
n0 borren mis datos personales, por favor
n0 ¿dónde veo en qué aparatos tengo sesión?
h0 creo que caí en un sms falso y escribí mis datos de acceso
h- cambiaron la contraseña y no fui yo
h- en mi perfil hay una dirección desconocida
u- se apoderaron de mi cuenta, cambiaron correo y teléfono, ciérrenla
u- hay un pago fraudulento en curso, deténganlo!
u- me chantajean con fotos sacadas de mi cuenta
u0 perdí la billetera hace diez minutos, bloqueen la tarjeta
l+ el aviso de acceso extraño fue muy acertado, gracias
u- en su web todos los clientes ven los datos de los demás, apáguenla
u- un extraño está en mi cuenta y está borrando archivos ahora mismo
u- un hombre por teléfono está haciendo que mi tía abuela transfiera dinero
[technical]
n- La app se cierra cada vez que abro la cámara
n0 Me sale error 502 al exportar el informe, ¿alguna idea?
l0 ¿Cómo conecto la impresora al wifi?
u- la actualización lo rompió todo, no puedo trabajar y entrego hoy
h- La sincronización entre el portátil y el móvil no funciona desde ayer
l+ la versión nueva va rapidísima, gracias a los desarrolladores
n0 la página no carga en firefox, en chrome sí
l+ Resolvieron en cinco minutos lo que otros no pudieron en una semana, increíble 😍
l0 ¿cómo quito las notificaciones?
l0 ¿qué navegadores sirven?
n0 la app pide actualizar y en la tienda no hay nada
n0 bluetooth conectado pero sin sonido, ¿qué pruebo?
n0 el archivo exportado no abre en Excel
n- en mi teléfono el menú sale cortado a la derecha
n- la subida se para al 99 % siempre, otras webs van bien
n- el buscador no encuentra nada desde que cambié el idioma
n- solo mi portátil no conecta, los demás sí
n- el teclado se congela en el cuadro de comentarios
n- la pantalla de acceso recarga sin parar en mi tableta
h- el programa borra lo que escribo al guardar, perdí un día de trabajo
h- pantalla negra después de su actualización, el aparato no sirve
h- la sincronización creó miles de duplicados y sigue
u- la máquina no obedece al botón de parada, sigue en marcha
u- su complemento rompió nuestra página de pago a una hora de las rebajas
l+ error arreglado en un día, qué cracks
l+ la versión nueva va mucho más rápida
u- el sistema da dosis equivocadas, tuvimos que dejar de atender
u- manda el mismo correo a todos nuestros clientes una y otra vez y no se puede parar
h- mañana vence y el formulario falla en el último paso
n- genial, se congeló de nuevo. justo lo que me hacía falta
h- mi tren sale mañana y la app dice que el billete no es válido
n- muchas gracias, otra vez se congela y nadie contesta
[other]
n0 ¿alguien ha podido leer mi mensaje?
n0 les escribo otra vez por el correo de esta mañana
n- dos días sin contestar, ¿alguien lee este buzón?
n- escribo y escribo y no me dicen nada
n0 ¿cómo va lo mío?
l+ ya está todo bien, gracias
l+ solucionado, muchas gracias por la ayuda
n- nada, todo igual que antes
l0 sí, todo eso ya lo hice
l0 estos son los datos que querían: 40 71 22
l0 ¿Tienen ofertas de trabajo en Sevilla?
l+ Su compañera Lucía fue maravillosa, ¡díganselo a su jefe!
l0 ¿Cuál es el horario en días festivos?
h- 50 minutos esperando al teléfono, su atención al cliente es lo peor
l0 hola?
n0 Quiero hablar con una persona por favor
l+ ¡Gracias y buen fin de semana!
n0 ¿A quién escribo para una consulta de prensa?
l0 buenas
l0 ¿eres un bot?
l0 ¿dónde tienen la oficina?
l0 vale
l0 ¿patrocinan clubes del barrio?
l0 ??
n0 quiero poner una reclamación formal, ¿adónde la mando?
n0 llámenme mañana, por favor
n- nadie contesta el teléfono
n- el chat se cerró a mitad de la frase
h- quinto mensaje sin respuesta, increíble
h0 tengo que hablar hoy con el responsable
l+ ¡gracias!
l+ me alegraron el día
l+ feliz navidad a todo el equipo
l- la música de espera es insoportable
l- sus anuncios me tienen harto
u- estamos tirados en la estación de noche, anularon la conexión y no hay hotel
u- una persona se desmayó en su tienda y nadie viene a ayudar
u- el niño está solo y su personal se fue
n- muchas gracias por colgarme, qué elegancia
"""
)
