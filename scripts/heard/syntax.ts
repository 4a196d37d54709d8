/** Faults of YAML and JSON, as declarations are written: components/foundation/declaration. JSON has these texts too. */
export const ofSyntax: Readonly<Record<string, string>> = {
  // yaml.ts
  "is nested deeper than {} levels. Use fewer.": "est imbriqué sur plus de {} niveaux. Prenez-en moins.",
  "is beyond the {} words and marks of one file. Use fewer.":
    "dépasse les {} mots et signes d’un fichier. Prenez-en moins.",
  "this does not fit the lines above it. Check its indentation, colons and quotes.":
    "ceci ne va pas avec les lignes au-dessus. Vérifiez le retrait, les deux-points et les guillemets.",
  'this line is not "key: value". A colon and a space are missing.':
    "cette ligne n’est pas « clé: valeur ». Il manque un deux-points et une espace.",
  "a tab stands where spaces indent. Use spaces.":
    "il y a une tabulation là où des espaces font le retrait. Prenez des espaces.",
  'this line is no "- value" as those above it. Check its indentation.':
    "cette ligne n’est pas un « - valeur » comme celles au-dessus. Vérifiez le retrait.",
  'a space is missing after the colon. Write "key: value".':
    "il manque une espace après le deux-points. Écrivez « clé: valeur ».",
  "a text in quotes is never closed. Add the closing quote.":
    "un texte entre guillemets n’est jamais fermé. Ajoutez le guillemet fermant.",
  "a space is missing before the # of a comment.": "il manque une espace avant le # d’un commentaire.",
  "a [ or { is never closed. Add the closing ] or }, right of its key.":
    "un [ ou un { n’est jamais fermé. Ajoutez le ] ou le }, à droite de sa clé.",
  "the values inside [ ] or { } are not separated by one comma each.":
    "les valeurs entre [ ] ou { } ne sont pas séparées chacune par une virgule.",
  "this \\ starts nothing known inside double quotes. Use single quotes, or write \\\\.":
    "ce \\ ne commence rien de connu entre guillemets doubles. Prenez des guillemets simples, ou écrivez \\\\.",
  "a text cannot begin with this mark. Put it in quotes.":
    "un texte ne peut pas commencer par ce signe. Mettez-le entre guillemets.",
  "a second key stands on this line. Put the text in quotes, or the key on its own line.":
    "il y a une seconde clé sur cette ligne. Mettez le texte entre guillemets, ou la clé sur sa propre ligne.",
  "a key is longer than 1024 characters. Shorten it.": "une clé dépasse 1024 caractères. Raccourcissez-la.",
  "a list or section over several lines stands inside [ ] or { }. Write it inside them, too.":
    "une liste ou une section sur plusieurs lignes est entre [ ] ou { }. Écrivez-la aussi à l’intérieur.",
  "anchors (&) and references (*) are not used here. Write the value itself.":
    "les ancres (&) et les renvois (*) ne servent pas ici. Écrivez la valeur elle-même.",
  "nothing but its mark stands on the first line of a text over several lines. Begin below it.":
    "il n’y a que son signe sur la première ligne d’un texte de plusieurs lignes. Commencez en dessous.",
  "this does not belong to what stands above it. Check its indentation and quotes.":
    "ceci ne va pas avec ce qui est au-dessus. Vérifiez le retrait et les guillemets.",
  "this is not YAML. Check indentation, colons and quotes.":
    "ce n’est pas du YAML. Vérifiez le retrait, les deux-points et les guillemets.",
  "references (*) are not used here. Write the value itself.":
    "les renvois (*) ne servent pas ici. Écrivez la valeur elle-même.",
  "anchors (&) are not used here. Write the value where it belongs.":
    "les ancres (&) ne servent pas ici. Écrivez la valeur là où elle va.",
  "tags (!) are not used here. Write the plain value.":
    "les étiquettes (!) ne servent pas ici. Écrivez la simple valeur.",
  "a key stands directly inside [ ]. Write { key: value } around it.":
    "une clé est directement entre [ ]. Écrivez { clé: valeur } autour.",
  'a key without a value. Write "key: value" on one line.':
    "une clé sans valeur. Écrivez « clé: valeur » sur une ligne.",
  "is written twice (first on line {}). Keep one.":
    "est écrit deux fois (d’abord ligne {}). N’en gardez qu’un.",
  'the mark "?" before a key is not used here. Write "key: value".':
    "le signe « ? » avant une clé ne sert pas ici. Écrivez « clé: valeur ».",
  "a key is a word followed by a colon. Write it as text.":
    "une clé est un mot suivi d’un deux-points. Écrivez-la comme un texte.",
  "merging (<<) is not used here. Write the fields themselves.":
    "la fusion (<<) ne sert pas ici. Écrivez les champs eux-mêmes.",
  '"__proto__" cannot be a key. Choose another name.':
    "« __proto__ » ne peut pas être une clé. Choisissez un autre nom.",
  "directives (%) are not used here. Remove the line.":
    "les directives (%) ne servent pas ici. Retirez la ligne.",
  'a second document starts here. Keep one, and remove the line "---".':
    "un second document commence ici. N’en gardez qu’un, et retirez la ligne « --- ».",

  // json.ts
  "a word stands here that JSON does not know. Put texts in double quotes.":
    "il y a ici un mot que JSON ne connaît pas. Mettez les textes entre guillemets doubles.",
  "this is not a number as JSON writes it.": "ce n’est pas un nombre comme JSON l’écrit.",
  'a name in double quotes is missing here. Write "name": value.':
    'il manque ici un nom entre guillemets doubles. Écrivez "nom": valeur.',
  "a value is missing here.": "il manque ici une valeur.",
  'a colon is missing. Write "name": value.': 'il manque un deux-points. Écrivez "nom": valeur.',
  "a comma is missing between two values.": "il manque une virgule entre deux valeurs.",
  "a } is missing.": "il manque un }.",
  "a ] is missing.": "il manque un ].",
  "this does not belong to what stands above it. Remove it, or check the brackets.":
    "ceci ne va pas avec ce qui est au-dessus. Retirez-le, ou vérifiez les crochets.",
  "comments are not used in JSON. Remove it.": "les commentaires ne servent pas en JSON. Retirez-le.",
  "a comment is never closed. Comments are not used in JSON.":
    "un commentaire n’est jamais fermé. Les commentaires ne servent pas en JSON.",
  "a number is not finished.": "un nombre n’est pas fini.",
  "this \\u is not followed by four hexadecimal digits.":
    "ce \\u n’est pas suivi de quatre chiffres hexadécimaux.",
  "this \\ starts nothing that JSON knows.": "ce \\ ne commence rien que JSON connaisse.",
  "a character that a text in JSON may not hold. Write it with \\u.":
    "un caractère qu’un texte en JSON ne peut pas contenir. Écrivez-le avec \\u.",
  "Simplify outlines (a metre is fine enough), or leave out what nobody needs.":
    "Simplifiez les contours (un mètre est assez fin), ou laissez de côté ce dont personne n’a besoin.",
  "is nested too deep. Use at most {} levels.": "est imbriqué trop profond. Prenez au plus {} niveaux.",
  "this file holds more than {} values. {}": "ce fichier contient plus de {} valeurs. {}",
  "is written twice in one object. Keep one.": "est écrit deux fois dans un objet. N’en gardez qu’un.",
  "this is not JSON.": "ce n’est pas du JSON.",
};
