/** The portal of a town, as its declaration has it. */
export const portal = `portal:
  address: Place de Weingarten, 69500 Bron
  phone: +33 4 78 00 00 01
  hours: Mo-Fr 08:30-17:00
  director: Le maire de Bron
  host:
    name: Métropole de Lyon, direction du numérique
    address: 20 rue du Lac, 69003 Lyon
    phone: +33 4 78 00 00 02
`;

/** A coat of arms of shapes alone. */
export const arms = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path d="M2 2h36v24c0 12-10 17-18 20C12 43 2 38 2 26z" fill="#0b3d91"/><path d="M20 8l3 9h9l-7 6 3 9-8-6-8 6 3-9-7-6h9z" fill="#f4c430"/></svg>`;

export const news = "# Le marché rouvre\n\nSamedi, place Curial.";
