"""Seed texts in French, written for Spillway, in the form that `rows` reads."""

from typing import Final

from detectors.text.seed.rows import rows

ROWS: Final = rows(
    """
[account]
l0 Bonjour, comment changer l'adresse mail de mon compte ?
h- impossible de me connecter depuis ce matin, mot de passe refusé alors que c'est le bon
n0 Je souhaite ajouter un utilisateur à notre espace client.
u- Compte bloqué et je dois signer mon dossier dans une heure, aidez-moi vite !!
n- Le code de vérification n'arrive jamais par sms
l+ Merci, la réinitialisation du mot de passe a marché du premier coup !
l0 pouvez-vous corriger mon nom sur mon profil svp
l0 Comment activer la nouvelle carte reçue par courrier ?
l0 où voir mon numéro client ?
l0 peut-on être deux sur le même compte
n0 J'ai créé deux comptes par erreur, pouvez-vous les fusionner ?
n0 mon téléphone a changé, je ne reçois plus les codes au bon numéro
n0 Merci de retirer mon ancien associé de la liste des utilisateurs
n- le lien de réinitialisation est toujours expiré
n- adresse mail inconnue, dit le site, alors que je m'en sers depuis des années
h- bloquée hors de mon compte depuis trois jours et le formulaire tourne en rond
h- je me connecte mais tout mon historique a disparu
h0 notre gestionnaire est parti et plus personne n'a l'accès, la paie est vendredi
u- compte verrouillé et dossier à envoyer avant midi, débloquez-moi tout de suite
u0 il me faut l'accès dans l'heure, toute l'équipe attend
l+ inscription faite en deux minutes, bravo
l+ changement d'adresse pris en compte, merci bien
[billing]
h- J'ai été débité deux fois ce mois-ci, merci de regarder aujourd'hui
n0 Pouvez-vous m'envoyer la facture de mars ?
l0 Est-ce que je peux payer par virement ?
u- Vous avez prélevé 900 euros sans mon accord, je suis à découvert, remboursez tout de suite
n- encore une augmentation de la facture sans prévenir, ras le bol
l0 La TVA est-elle comprise dans le montant de la facture ?
l+ Super le paiement en trois fois, merci beaucoup
n0 Pourquoi mon paiement par carte a-t-il été refusé en magasin ?
l0 Quel est le taux de change quand je paie par carte à l'étranger ?
l0 quels moyens de paiement acceptez-vous
l0 à quelle date tombe le prélèvement ?
l0 Le tarif change-t-il après un an ?
n0 ma carte a expiré, où saisir la nouvelle ?
n0 Il faudrait refaire la facture au nom de la société, svp
n0 paiement refusé alors que ma banque dit que tout va bien
n- il y a une ligne sur ma facture que je ne comprends pas
n- on me compte un mois entier alors que je suis arrivé le 20
n- pourquoi plus cher que le prix affiché ?
h- deux prélèvements pour le même mois, mon loyer va être rejeté
h- relances et pénalités pour une facture déjà payée, ça suffit
h- vous continuez à me débiter, troisième courrier de ma part
u- mauvais montant prélevé, je n'ai plus rien pour manger aujourd'hui, rendez-le
l+ facture corrigée reçue, parfait
l+ enfin une facture claire, merci
u- le virement est parti à la mauvaise personne il y a une minute, peut-on encore l'arrêter ?
n- magnifique, encore des frais que personne n'explique
[cancellation]
n0 Je souhaite résilier mon abonnement à la fin du mois.
h- Résiliez mon contrat, j'en ai marre de votre service pourri, je pars ailleurs
u0 Je dois annuler ma réservation de ce soir immédiatement, mon train est supprimé
l0 quel est le préavis pour mettre fin au contrat ?
h- j'essaie de me désabonner depuis trois semaines et vous continuez à prélever, c'est honteux
n+ Très contente de vos services mais je déménage à l'étranger, merci de clôturer mon abonnement
n0 Merci d'annuler le renouvellement automatique avant vendredi
l0 y a-t-il des frais si je pars avant la fin ?
l0 si je suspends, est-ce que je garde mes avantages ?
n0 Je ne m'en sers plus, veuillez mettre fin à mon contrat.
n0 j'exerce mon droit de rétractation, contrat signé lundi
n0 ne transformez pas mon essai gratuit en abonnement svp
n0 pouvez-vous confirmer par écrit la fin au 30 juin
n- annulez ma commande, je l'ai trouvée moins chère ailleurs
n- introuvable, le menu pour résilier, faites-le pour moi
h- résilié en janvier et toujours prélevé. Stop.
h- j'en ai assez, fermez tout et confirmez avant demain
h0 je dois annuler le rendez-vous de demain, qui peut me le confirmer
u0 arrêtez l'expédition qui part maintenant, l'adresse est fausse !!
l+ résiliation simple et rapide, je reviendrai peut-être
l+ la dame au téléphone a été adorable, contrat clos, merci
[delivery]
n- Où est mon colis ? Il devait arriver lundi.
h- le suivi dit livré mais je n'ai rien reçu !!
l0 Peut-on livrer à une autre adresse la semaine prochaine ?
u- Mes médicaments sont dans ce colis perdu par le livreur, il me les faut aujourd'hui
l+ Livraison en avance et bien emballée, bravo et merci
l0 c quoi les délais de livraison pour la Belgique ?
h- Troisième fois que le livreur ne sonne même pas, j'ai attendu toute la journée pour rien
n- ma nouvelle carte n'est toujours pas arrivée au bout de deux semaines
l0 livrez-vous en Corse ?
l0 par quel transporteur passez-vous
l0 est-ce que je peux venir le chercher
n0 Je n'ai pas reçu de numéro de suivi.
n0 absente jeudi, laissez le paquet au gardien
n- toujours pas expédié au bout de cinq jours
n- carton éventré et mouillé à l'arrivée
n- la moitié de ma commande manque
n- bloqué au dépôt depuis vendredi, que se passe-t-il
h- un mois que j'attends. où est ma commande ??
h- livré à la mauvaise adresse, le voisin refuse de me le rendre
h- avis de passage alors que j'étais chez moi, j'en ai besoin demain pour travailler
u- les médicaments devaient arriver ce matin, je n'en ai plus
u- le repas devait être livré il y a deux heures, les invités sont à table
l+ le livreur a tout monté au troisième, quel amour
l+ arrivé en un temps record, merci
h- c'est pour des obsèques jeudi et le colis reste introuvable
n- bien joué, le paquet est parti dans une ville inconnue
n- formidable, le livreur l'a perdu deux fois
n- super, encore une semaine sans ma commande
[outage]
u- Votre site est en panne ? plus rien ne marche au bureau, on est bloqués
h- Plus d'internet dans toute la rue depuis 6h, ça revient quand ?
u- Tout est tombé, notre boutique ne peut plus encaisser, on perd des milliers d'euros !
n0 La maintenance de dimanche va-t-elle couper le service ?
h- encore une coupure de réseau aujourd'hui pff
l+ Tout remarche après la panne, merci pour la rapidité
u- toute l'entreprise hors ligne depuis 7h, téléphone et internet, personne ne peut bosser
u- caisses sans connexion, les clients s'en vont, réagissez
u- tout est mort ici, serveurs injoignables, nos clients nous appellent tous
u- panne totale, on perd des commandes à chaque seconde
h- rien ne marche depuis ce matin
h- site en panne ?
h- vous avez un problème ? plus rien ne charge
h- impossible de se connecter depuis une heure
h- c'est que chez moi ou tout est tombé encore une fois ?
h- plus de service dans le quartier depuis hier soir, des nouvelles ?
h- page d'erreur partout, pareil pour mes collègues
h- coupure d'internet dans tout l'immeuble
h- vos serveurs sont encore tombés, troisième fois cette semaine
h- allô ?? aucune connexion de la journée
h- télé, téléphone, internet, tout a sauté d'un coup
h- appli et site inaccessibles pour tout le monde ici
h0 « service indisponible » partout, y a-t-il un incident ?
h0 y a-t-il une panne en ce moment, et jusqu'à quand ?
n0 une maintenance ce soir ? le service est lent
n0 prévenez-moi quand ce sera rétabli
n- combien de temps va durer cette coupure ? aucune info nulle part
n- dix minutes de coupure tous les soirs cette semaine
l0 comment s'abonner aux alertes de panne
l0 y a-t-il eu une interruption mardi dernier ? c'est pour nos archives
l+ c'est revenu, merci pour la réparation rapide
l+ bonne communication pendant la panne d'hier
u- le téléphone de secours n'a plus de ligne et un vieux monsieur vit là tout seul
u- câble par terre, étincelles, il y a des enfants autour
h- super, encore une journée de travail sans internet
h- merveilleux, tout est à nouveau par terre
[product]
l0 Cette veste existe-t-elle en taille L ?
l0 Quelle offre choisir pour une équipe de dix personnes ?
n- La fermeture a cassé au bout de deux jours, qualité médiocre, très déçu
l+ j'adore mon nouveau casque, meilleur achat de l'année
u- Le chargeur chauffe tellement qu'il a brûlé la main de mon fils, c'est dangereux !
n0 Le mixeur est-il compatible avec l'ancien bol ?
n- j'ai reçu la mauvaise couleur, j'avais commandé bleu
l+ Parfait, exactement ce qu'il me fallait, je suis ravie !
l+ excellente appli, jolie et vraiment facile à utiliser
l0 ça passe au lave-vaisselle ?
l0 l'avez-vous en noir
l0 la garantie dure combien de temps ?
l0 quelle différence entre la version de base et la pro
n0 quel câble va avec la deuxième génération ?
n0 trouve-t-on encore des pièces pour le modèle 2018
n- tissu bas de gamme, les coutures lâchent
n- la batterie tient une heure, la pub disait dix
n- ça ne ressemble pas du tout à la photo
n- étiquette M mais c'est un S
h- deuxième échange et encore en panne
h- arrivé cassé et j'en ai besoin demain pour une présentation
u- le radiateur a pris feu, retirez-le de la vente !
l+ mes enfants en raffolent
l+ très bonne qualité pour le prix, je rachèterai
l+ confortable, joli, pile ma taille 👍
u- l'échelle s'est brisée sous moi, je suis blessé, prévenez les autres
u- mon enfant a avalé un morceau, c'est fait de quoi ?
h- la prise chauffe beaucoup, puis-je continuer à m'en servir ce soir ?
n- formidable, deux jours entiers avant de tomber en morceaux
n0 l'ancien filtre va-t-il dans la nouvelle carafe ?
h- on arrive vendredi et l'hôtel ne nous connaît pas
n- la chambre n'était pas celle réservée, je demande un dédommagement
n- génial, tombé en panne le premier jour, quelle camelote
n- belle qualité, cassé dès le premier jour
[refund]
h- J'ai renvoyé les chaussures il y a deux semaines et toujours pas de remboursement
n0 Comment renvoyer un article et être remboursé ?
l+ Bien reçu le remboursement, merci d'avoir réglé ça si vite
u- rendez-moi mon argent tout de suite ou je saisis mon avocat
n0 Ai-je droit à un remboursement partiel s'il manque une pièce ?
n- il manque 20 euros sur le remboursement, merci de vérifier
l0 sous combien de jours remboursez-vous ?
l0 les frais de port sont-ils rendus aussi
n0 Remboursez le second billet svp, un seul suffit.
n0 renvoyé lundi, l'avez-vous reçu ?
n0 c'est vous qui avez annulé, merci de rendre le paiement
n- un bon d'achat au lieu d'un virement, non merci, je veux l'argent sur ma carte
n- moitié prix le lendemain, je voudrais la différence
h- sept semaines, trois promesses, zéro remboursement
h- remboursé d'après vous, rien d'après ma banque, arrêtez ce jeu
h- rendez-moi tout mon argent, cette semaine
u- sans ce remboursement aujourd'hui je suis à la rue, vous l'aviez promis
l+ l'argent est déjà revenu, wow
l+ remboursée sans discuter, très correct
n- le remboursement promis le mois dernier n'est toujours pas là, merci de vérifier
[security]
u- On a piraté mon compte et quelqu'un commande avec ma carte, bloquez tout !
h0 J'ai reçu un sms de votre part demandant mon code, c'est une arnaque ?
u- Il y a une connexion depuis un pays où je ne suis jamais allé
u- On m'a volé mon téléphone il y a une heure, bloquez l'application vite
l0 comment activer la double authentification ?
l+ Bonne idée d'avertir contre le hameçonnage, bravo
u- des paiements que je n'ai pas faits sur ma carte, c'est une fraude
l0 proposez-vous les clés d'accès ?
l0 comment conservez-vous mes données de carte
n0 mail d'un nouvel appareil, c'était ma tablette, comment valider ?
n0 merci d'effacer mes données personnelles
n0 où voir les appareils connectés
h0 je crois m'être fait avoir par un sms, j'ai saisi mes identifiants sur leur page
h- mot de passe changé, et ce n'est pas moi
h- une adresse inconnue figure sur mon profil
u- mon compte a été pris par quelqu'un, mail et téléphone changés, verrouillez-le
u- paiement frauduleux en cours, arrêtez-le !
u- on me fait chanter avec des photos prises sur mon compte chez vous
u0 portefeuille perdu il y a dix minutes, bloquez la carte svp
l+ votre alerte de connexion est tombée juste, merci
u- tous les clients voient les données des autres sur votre site, coupez-le
u- un inconnu est dans mon compte et supprime des fichiers en ce moment
u- un homme au téléphone pousse ma grand-tante à virer de l'argent
[technical]
n- L'appli plante dès que j'ouvre l'appareil photo
n0 J'ai une erreur 502 quand j'exporte le rapport, une idée ?
l0 Comment connecter l'imprimante au wifi ?
u- la mise à jour a tout cassé, je ne peux plus travailler et je rends mon projet aujourd'hui
h- La synchronisation entre mon pc et mon téléphone ne marche plus depuis hier
l+ la nouvelle version est très fluide, merci aux développeurs
n0 la page ne s'affiche pas sur firefox mais ça va sur chrome
l+ Vous avez réglé en cinq minutes ce que d'autres n'ont pas su faire en une semaine, génial 😍
l0 comment couper les notifications
l0 quels navigateurs sont acceptés
n0 l'appli demande une mise à jour qui n'existe pas dans le store
n0 Bluetooth associé mais pas de son, que tester ?
n0 le fichier exporté ne s'ouvre pas dans Excel
n- sur mon téléphone le menu est coupé à droite
n- l'envoi s'arrête à 99 % à chaque fois, les autres sites marchent
n- la recherche ne trouve plus rien depuis que j'ai changé la langue
n- seul mon ordi refuse de se connecter, les autres ça va
n- le clavier se fige dans la zone de commentaire
n- la page de connexion tourne en boucle sur ma tablette
h- le logiciel efface mes saisies quand j'enregistre, une journée perdue
h- écran noir après votre mise à jour, appareil inutilisable
h- la synchro a créé des milliers de doublons et ça continue
u- la machine ne réagit plus au bouton stop, elle tourne toujours
u- votre module a cassé notre page de paiement une heure avant les soldes
l+ bug corrigé en un jour, chapeau
l+ la nouvelle version est bien plus rapide
u- le système donne de mauvaises doses, on a cessé de soigner
u- ça renvoie le même mail à tous nos clients sans fin, impossible à stopper
h- échéance demain et le formulaire plante à la fin
n- génial, ça a encore gelé. tout ce qu'il me fallait
h- mon train part demain et l'appli dit que le billet n'est pas valable
n- merci bien, ça se fige encore et personne ne répond
[other]
n0 est-ce que quelqu'un a pu lire mon message
n0 je reviens vers vous après mon mail de ce matin
n- deux jours sans réponse, cette boîte est-elle seulement lue
n- j'écris et j'écris, et rien en retour
n0 où en est mon dossier
l+ tout est rentré dans l'ordre, merci
l+ c'est bon maintenant, merci beaucoup pour votre aide
n- toujours pareil, ça n'a rien changé
l0 oui, j'ai déjà fait tout cela
l0 voici ce que vous vouliez : 40 71 22
l0 Avez-vous des postes à pourvoir à Lyon ?
l+ Votre conseillère Sophie a été formidable, dites-le à son chef !
l0 Quels sont vos horaires les jours fériés ?
h- 50 minutes d'attente au téléphone, votre support est nul
l0 allo ?
n0 Je voudrais parler à un conseiller s'il vous plaît
l+ Merci à vous, bon week-end !
n0 À qui écrire pour une demande de presse ?
l0 salut
l0 vous êtes un robot ?
l0 où sont vos bureaux ?
l0 d'accord
l0 sponsorisez-vous des clubs ?
l0 ??
n0 je veux déposer une réclamation officielle, où l'envoyer ?
n0 rappelez-moi demain svp
n- personne ne décroche chez vous
n- le chat s'est fermé au milieu de ma phrase
h- cinquième message sans réponse, incroyable
h0 je dois parler à un responsable aujourd'hui
l+ merci !
l+ vous avez illuminé ma journée
l+ joyeux noël à toute l'équipe
l- votre musique d'attente est atroce
l- vos pubs me tapent sur les nerfs
u- coincés à la gare en pleine nuit, correspondance supprimée et pas d'hôtel
u- une personne a fait un malaise dans votre magasin et personne ne vient
u- l'enfant est tout seul et votre personnel est parti
n- merci bien de m'avoir raccroché au nez, la grande classe
"""
)
