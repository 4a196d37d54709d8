/** Faults of places, of hotspots and of their radios: components/places. JSON has these texts too. */
export const ofPlaces: Readonly<Record<string, string>> = {
  // places/check.ts
  "is outside every quarter. Draw it in the commune{}.":
    "est hors de tout quartier. Dessinez-le dans la commune{}.",
  '{} is not always. The law has no hours for crèches (2015-136, article 7): write "24/7", or leave the schedule out.':
    "{} n’est pas toujours. La loi n’a pas d’heures pour les crèches (2015-136, article 7) : écrivez « 24/7 », ou laissez les heures de côté.",
  "is the id of another feature. Each place needs another id.":
    "est l’identifiant d’un autre objet. Chaque lieu a besoin du sien.",
  "is the identity of {} already. Each device has its own: uuidgen prints one.":
    "est déjà l’identité de {}. Chaque appareil a la sienne : uuidgen en affiche une.",
  "{} is no quarter here.{}": "{} n’est pas un quartier ici.{}",
  "{} is not where it stands. Write {}, or move it.":
    "{} n’est pas là où elle est. Écrivez {}, ou déplacez-la.",
  "is outside every quarter. Move it into {}{}.": "est hors de tout quartier. Déplacez-la dans {}{}.",
  '{} makes a point that is open 24/7 unreachable. Leave it out, or write other hours in "open".':
    "{} rend inaccessible une borne ouverte jour et nuit. Laissez-le de côté, ou écrivez d’autres heures dans « open ».",
  "{} leaves no minute of its hours: it would never emit. Write fewer quiet hours, or take the point out.":
    "{} ne laisse aucune minute de ses heures : elle n’émettrait jamais. Écrivez moins d’heures de silence, ou retirez la borne.",
  "{} has no minute within its hours ({}, from {}). Leave it out.":
    "{} n’a aucune minute dans ses heures ({}, de {}). Laissez-le de côté.",
  "a ring goes round the other way than RFC 7946 says (outer rings counterclockwise). It is read all the same.":
    "un contour tourne dans l’autre sens que ne le dit la RFC 7946 (contours extérieurs dans le sens inverse des aiguilles d’une montre). Il est lu quand même.",

  // places/declaration.ts, geometry.ts, read.ts and model.ts
  "is empty. Write a radio.": "est vide. Écrivez une radio.",
  "is a second radio at {}. A device has one radio per band.":
    "est une seconde radio à {}. Un appareil a une radio par bande.",
  "{} is another coordinate system. Export in WGS 84 (EPSG:4326), as RFC 7946 wants.":
    "{} est un autre système de coordonnées. Exportez en WGS 84 (EPSG:4326), comme le veut la RFC 7946.",
  "{}. Write an object in { }.": "{}. Écrivez un objet entre { }.",
  '{} is not {}. Write "{}".': "{} n’est pas {}. Écrivez « {} ».",
  "is no position. Write [longitude, latitude] in degrees: from -180 to 180, and from -90 to 90.":
    "n’est pas une position. Écrivez [longitude, latitude] en degrés : de -180 à 180, et de -90 à 90.",
  "is no ring. Write at least four positions, the last the same as the first.":
    "n’est pas un contour. Écrivez au moins quatre positions, la dernière comme la première.",
  "is not closed. Write the first position once more at the end.":
    "n’est pas fermé. Réécrivez la première position à la fin.",
  "is empty. Write {} in [ ].": "est vide. Écrivez {} entre [ ].",
  '{}. Write a geometry of type "Polygon" or "MultiPolygon".':
    "{}. Écrivez une géométrie de type « Polygon » ou « MultiPolygon ».",
  "{} is no quarter": "{} n’est pas un quartier",
  "{} is no area": "{} n’est pas une surface",
  "{}. Write a feature in { }.": "{}. Écrivez un objet géographique entre { }.",
  '{}. Write an object in { }, with "kind" first.': "{}. Écrivez un objet entre { }, avec « kind » d’abord.",
  "{} is no kind of place": "{} n’est pas un genre de lieu",
  "is not a board name (maker,model, as OpenWrt has it)":
    "n’est pas un nom de carte (fabricant,modèle, comme l’a OpenWrt)",

  // places/location.ts, outlines.ts and overlaps.ts
  "is nearer to a pole than any commune": "est plus près d’un pôle qu’aucune commune",
  "is {} km from where commune.yaml says that the commune is (location: {}, {}); {} km are the most":
    "est à {} km de là où commune.yaml dit que la commune est (location : {}, {}) ; {} km sont le plus",
  'is outside of metropolitan France, where commune.yaml says that the commune is (insee: "{}")':
    "est hors de France métropolitaine, où commune.yaml dit que la commune est (insee : « {} »)",
  "Longitude comes first in GeoJSON, and its axes are swapped here: write {}{}.":
    "La longitude vient d’abord en GeoJSON, et les axes sont échangés ici : écrivez {}{}.",
  ", and every other corner so": ", et de même pour chaque autre coin",
  "Move it into the commune, or correct commune.yaml.":
    "Déplacez-le dans la commune, ou corrigez commune.yaml.",
  "its outline has {} corners of {} in this file, and {} are the most. Simplify outlines (QGIS: Vector, Geometry Tools, Simplify): a metre is fine enough.":
    "son contour a {} coins sur {} dans ce fichier, et {} sont le plus. Simplifiez les contours (QGIS : Vecteur, Outils de géométrie, Simplifier) : un mètre est assez fin.",
  "its outline crosses itself at {}. Move the corners so that it goes round once.":
    "son contour se croise à {}. Déplacez les coins pour qu’il fasse un seul tour.",
  "its outline runs along itself at {}. Take out the corners that go there and back.":
    "son contour repasse sur lui-même à {}. Retirez les coins qui font l’aller et retour.",
  "its outline covers no ground (less than {} m²). Draw at least three corners that are apart.":
    "son contour ne couvre pas de terrain (moins de {} m²). Dessinez au moins trois coins écartés.",
  "a hole is outside its outline at {}. Draw the hole inside, or as a separate polygon (MultiPolygon).":
    "un trou est hors de son contour à {}. Dessinez le trou à l’intérieur, ou comme un polygone à part (MultiPolygon).",
  "its holes leave no ground of it (less than {} m²). Take a hole out.":
    "ses trous n’en laissent pas de terrain (moins de {} m²). Retirez un trou.",
  'overlaps quarter "{}" around {}. Each place is in one quarter: draw their common border once.':
    "chevauche le quartier « {} » vers {}. Chaque lieu est dans un seul quartier : dessinez une seule fois leur limite commune.",

  // radio/check.ts
  "power at most {}": "puissance d’au plus {}",
  "at {}, {} m away": "à {}, {} m plus loin",
  ", as a point that is not open 24/7": ", comme borne qui n’est pas ouverte jour et nuit",
  "It complies with one of: {}.": "Elle est en règle avec l’un de : {}.",
  "No power is low enough: close it.": "Aucune puissance n’est assez basse : fermez-la.",
  "to {}, {} m away": "à {}, {} m plus loin",
  "out of the zone": "hors de la zone",
  'stands in white zone "{}", a crèche: no power is allowed there (law 2015-136, article 7: no wireless equipment where children under three are). Move it {}, or take it out.':
    "est dans la zone blanche « {} », une crèche : aucune puissance n’y est permise (loi 2015-136, article 7 : pas d’équipement sans fil là où sont des enfants de moins de trois ans). Déplacez-la {}, ou retirez-la.",
  "; too much in {} too": " ; trop aussi dans {}",
  'stands {} white zone "{}": nearer than {} m no level can be promised, and {} is its most':
    "est {} la zone blanche « {} » : à moins de {} m aucun niveau ne peut être promis, et {} est son maximum",
  'brings {} into white zone "{}"{} at worst{}; {} is its most':
    "apporte {} dans la zone blanche « {} »{} au pire{} ; {} est son maximum",
  'Write "open": "24/7" at one of {}.': 'Écrivez "open": "24/7" à l’une de {}.',
  "Declare a hotspot in it: npx commune wifi plan shows where.":
    "Déclarez-y une borne : npx commune wifi plan montre où.",
  "has no point that is open 24/7. {}": "n’a pas de borne ouverte jour et nuit. {}",

  // radio/law.ts, channels.ts and plan.ts
  "may only be used indoors": "ne peut servir qu’à l’intérieur",
  "is not a channel that the law knows": "n’est pas un canal que la loi connaît",
  "power at most {} dBm": "puissance d’au plus {} dBm",
  "It complies with {}.": "Elle est en règle avec {}.",
  "Use an antenna with less gain.": "Prenez une antenne de moindre gain.",
  " and {} of beamforming": " et {} de formation de faisceau",
  " ({} mW/MHz in frames of 20 MHz)": " ({} mW/MHz par tranches de 20 MHz)",
  "{} and {}{} less {} are {} sent; channel {} is allowed {} {}{}. {}":
    "{} et {}{} moins {} font {} émis ; le canal {} a droit à {} {}{}. {}",
  "is open 24/7 on channels that radars interrupt only. Add a radio at 2.4 GHz, or use another channel.":
    "est ouverte jour et nuit sur des canaux que les radars interrompent. Ajoutez une radio à 2,4 GHz, ou prenez un autre canal.",
  "No channel is free here: less power, or another place.":
    "Aucun canal n’est libre ici : moins de puissance, ou un autre endroit.",
  '{} at {} has frequencies in common with "{}", and both serve the same street. {}':
    "{} à {} a des fréquences en commun avec « {} », et les deux servent la même rue. {}",
  "{}: an outdoor point of {} dBm (2.4 GHz, {} dBi) may stand in {} % of it.":
    "{} : une borne extérieure de {} dBm (2,4 GHz, {} dBi) peut être dans {} % de sa surface.",
  "  {} power at most {} dBm, channel {}, serves {} m of street, {}":
    "  {} puissance d’au plus {} dBm, canal {}, sert {} m de rue, {}",
  "{} m from the next point": "à {} m de la borne suivante",
  "the first point": "la première borne",
  "  No place complies: less strict zones, or none of them.":
    "  Aucun endroit n’est en règle : il faudrait des zones moins strictes, ou aucune.",
  "Positions are of a grid: whether there is a post, a wall or a plug is for somebody to look at.":
    "Les positions sont d’une grille : s’il y a un poteau, un mur ou une prise, c’est à quelqu’un d’aller voir.",

  // spaces/check.ts
  "{} is a school already, and workstations of both are asked for by that id. Give the space another one.":
    "{} est déjà une école, et les postes des deux se demandent par cet identifiant. Donnez-en un autre à l’espace.",
  "has hours in common with opening: ({}). Write each hour once: with help, or without.":
    "a des heures en commun avec opening : ({}). Écrivez chaque heure une fois : avec aide, ou sans.",
  "Write the id of one: {}.": "Écrivez l’identifiant d’un : {}.",
  '{} is no feature of places.geojson with the kind "space". {}':
    "{} n’est pas un objet de places.geojson du genre « space ». {}",
};
