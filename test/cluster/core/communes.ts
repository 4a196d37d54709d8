/** The commune with everything, as it is declared in stacks/, and its neighbour, which keeps its copies. */
export const commune = "villeurbanne";
export const neighbour = "albigny-sur-saone";
